package preprocess

import (
	"fmt"
	"image"
	"math"

	"github.com/fovea-nn/fovea/nn/data"
)

// Bytes returns the picture as [h,w,c] bytes, the shape that Shape tells, before mean and deviation: what a session of
// package train takes, which standardises on the device (see MeanScale).
//
// Errors are those of Validate, or of kind data.ErrFormat if the picture has not the size that the net takes after all
// steps, and data.ErrTooLarge if a side has more than 65535 pixels or the whole resized picture more than data.MaxPixels.
func (p Preprocess) Bytes(pic *data.Picture) ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := checkPicture(pic); err != nil {
		return nil, fmt.Errorf("preprocess: %w", err)
	}
	h, w := p.resized(pic.H, pic.W)
	if err := data.CheckSize(w, h); err != nil {
		return nil, fmt.Errorf("preprocess: %dx%d pixels become %dx%d by resize %v: %w", pic.W, pic.H, w, h, p.Resize, err)
	}
	if len(p.Crop) == 0 && (h != p.Size[0] || w != p.Size[1]) {
		return nil, fmt.Errorf("preprocess: %w: the picture of %dx%d pixels becomes %dx%d, the net takes %dx%d: set resize or crop",
			data.ErrFormat, pic.W, pic.H, w, h, p.Size[1], p.Size[0])
	}
	// middle is what the net sees, in pixels of the resized picture: it reaches beyond one that is smaller.
	top, left := centred(h, p.Size[0]), centred(w, p.Size[1])
	middle := image.Rect(left, top, left+p.Size[1], top+p.Size[0])
	part := middle.Intersect(image.Rect(0, 0, w, h))
	c := p.Channels()
	b := resample(pic, c, p.Filter, h, w, part)
	if part != middle {
		b = bordered(b, part, middle, c)
	}
	if p.Order == BGR {
		for i := 0; i < len(b); i += 3 {
			b[i], b[i+2] = b[i+2], b[i]
		}
	}
	return b, nil
}

// Apply returns the picture as [h,w,c] numbers,
//
//	y[h,w,c] = (v[h,w,c]/Scale - Mean[c]) / Deviation[c]
//
// of the bytes v that Bytes returns, each step in float32 as in torchvision's ToTensor and Normalize. Errors are those of
// Bytes.
func (p Preprocess) Apply(pic *data.Picture) ([]float32, error) {
	b, err := p.Bytes(pic)
	if err != nil {
		return nil, err
	}
	c := p.Channels()
	tables := make([][256]float32, c)
	for k := range tables {
		mean, deviation := float32(p.mean(k)), float32(p.deviation(k))
		for v := range tables[k] {
			tables[k][v] = (float32(v)/float32(p.Scale) - mean) / deviation
		}
	}
	y := make([]float32, len(b))
	for k := range tables {
		table := &tables[k]
		for i := k; i < len(b); i += c {
			y[i] = table[b[i]]
		}
	}
	return y, nil
}

// MeanScale returns the same in units of bytes, as a session keeps it with the weights: y = (v - mean[c])·scale[c], where
//
//	mean[c] = Mean[c]·Scale    scale[c] = 1 / (Scale·Deviation[c])
//
// The results differ from those of Apply by rounding alone. p must be valid.
func (p Preprocess) MeanScale() (mean, scale []float32) {
	for c := range p.Channels() {
		mean = append(mean, float32(p.mean(c)*p.Scale))
		scale = append(scale, float32(1/(p.Scale*p.deviation(c))))
	}
	return mean, scale
}

func (p Preprocess) mean(c int) float64 {
	if len(p.Mean) == 0 {
		return 0
	}
	return p.Mean[c]
}

func (p Preprocess) deviation(c int) float64 {
	if len(p.Deviation) == 0 {
		return 1
	}
	return p.Deviation[c]
}

func checkPicture(pic *data.Picture) error {
	if pic == nil {
		return fmt.Errorf("%w: there is no picture", data.ErrFormat)
	}
	if err := data.CheckSize(pic.W, pic.H); err != nil {
		return err
	}
	if pic.W > maxSide || pic.H > maxSide {
		return fmt.Errorf("%w: the picture has %dx%d pixels, at most %d a side are taken: cut it first", data.ErrTooLarge, pic.W, pic.H, maxSide)
	}
	if len(pic.Pix) != 4*pic.W*pic.H {
		return fmt.Errorf("%w: %dx%d pixels: got %d bytes, want %d, 4 a pixel", data.ErrFormat, pic.W, pic.H, len(pic.Pix), 4*pic.W*pic.H)
	}
	return nil
}

// resized returns the size that Resize gives a picture of h times w pixels. The longer side is rounded down, and is not
// shorter than the other.
//
// Source: torchvision, transforms/functional.py, _compute_resized_output_size.
func (p Preprocess) resized(h, w int) (rh, rw int) {
	switch len(p.Resize) {
	case 1:
		n := p.Resize[0]
		if w <= h {
			return n * h / w, n
		}
		return n, n * w / h
	case 2:
		return p.Resize[0], p.Resize[1]
	}
	return h, w
}

// centred returns where the middle of size pixels begins on an axis of n pixels: a half rounds to the even place, as in
// Python. It is negative if there are too few, and then the place behind gets the odd pixel.
//
// Source: torchvision, transforms/functional.py, center_crop.
func centred(n, size int) int {
	if n < size {
		return -((size - n) / 2)
	}
	return int(math.RoundToEven(float64(n-size) / 2))
}

// bordered puts the part of a picture where it belongs in the larger middle, the rest of which is black.
func bordered(b []byte, part, middle image.Rectangle, channels int) []byte {
	out := make([]byte, middle.Dx()*middle.Dy()*channels)
	width := part.Dx() * channels
	for y := range part.Dy() {
		to := ((part.Min.Y-middle.Min.Y+y)*middle.Dx() + part.Min.X - middle.Min.X) * channels
		copy(out[to:], b[y*width:(y+1)*width])
	}
	return out
}
