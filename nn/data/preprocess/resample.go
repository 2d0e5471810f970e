package preprocess

import (
	"image"

	"github.com/fovea-nn/fovea/nn/data"
)

// resample resizes a picture to h times w pixels and returns the part r of it, [r.Dy(), r.Dx(), channels] bytes: gray for
// one channel, red, green and blue for three. No more is computed than what r needs, and beside the result only its sums
// and one row are held, however large the picture is.
//
// As Pillow does, rows are resampled first and rounded to bytes, and then columns. Sums are of whole numbers, so that their
// order does not matter: each row of the picture is added to all rows of the result that it has a part in.
//
// Cost, in multiplications: rows that are read · r.Dx() · taps of a row + r.Dy() · r.Dx() · taps of a column, for each channel.
func resample(pic *data.Picture, channels int, f Filter, h, w int, r image.Rectangle) []byte {
	across := newTaps(f, pic.W, w, r.Min.X, r.Max.X)
	down := newTaps(f, pic.H, h, r.Min.Y, r.Max.Y)
	width := r.Dx() * channels
	sums := make([]int32, r.Dy()*width)
	for i := range sums {
		sums[i] = half
	}
	row, light := make([]byte, width), make([]byte, pic.W)
	begin, stop := across.first[0], across.end(r.Dx()-1)
	for open, y := 0, down.first[0]; open < r.Dy(); y++ {
		if y < down.first[open] { // Nearest leaves rows out
			continue
		}
		source := pic.Pix[4*pic.W*y : 4*pic.W*(y+1)]
		if channels == 1 {
			luma(light[begin:stop], source[4*begin:])
			across.gray(row, light)
		} else {
			across.colour(row, source)
		}
		for o := open; o < r.Dy() && down.first[o] <= y; o++ {
			addScaled(sums[o*width:(o+1)*width], row, down.weights[o][y-down.first[o]])
		}
		for open < r.Dy() && down.end(open) == y+1 {
			open++
		}
	}
	out := make([]byte, len(sums))
	for i, s := range sums {
		out[i] = toByte(s)
	}
	return out
}

// addScaled adds the row times a weight.
func addScaled(sums []int32, row []byte, weight int32) {
	sums = sums[:len(row)]
	for i, v := range row {
		sums[i] += weight * int32(v)
	}
}

// colour resamples a row of pixels with alpha to one without.
func (t *taps) colour(dst, rgba []byte) {
	for o, first := range t.first {
		r, g, b := int32(half), int32(half), int32(half)
		weights := t.weights[o]
		pixels := rgba[4*first : 4*(first+len(weights))]
		for _, w := range weights {
			r += w * int32(pixels[0])
			g += w * int32(pixels[1])
			b += w * int32(pixels[2])
			pixels = pixels[4:]
		}
		dst[3*o], dst[3*o+1], dst[3*o+2] = toByte(r), toByte(g), toByte(b)
	}
}

// gray resamples a row of one byte a pixel.
func (t *taps) gray(dst, row []byte) {
	for o, first := range t.first {
		sum := int32(half)
		pixels := row[first:]
		for i, w := range t.weights[o] {
			sum += w * int32(pixels[i])
		}
		dst[o] = toByte(sum)
	}
}

// luma writes the brightness of pixels as PIL's convert("L") does, with ITU-R 601's weights of 16 bits.
func luma(dst, rgba []byte) {
	for i := range dst {
		p := rgba[4*i : 4*i+3]
		dst[i] = byte((uint32(p[0])*19595 + uint32(p[1])*38470 + uint32(p[2])*7471 + 0x8000) >> 16)
	}
}

// toByte drops the fraction of a sum that half was added to, and what sticks out of a byte's range.
func toByte(sum int32) byte { return byte(min(max(sum>>fractionBits, 0), 255)) }
