package preprocess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/data"
)

// Preprocess says what happens to a picture, in this order: it is resized, its middle is cut out, its channels are put
// in order, and each byte v of channel c becomes
//
//	(v/Scale - Mean[c]) / Deviation[c]
//
// The zero value is not valid. Lengths are in pixels.
type Preprocess struct {
	// Resize is [shorter], which the shorter side becomes while the proportions are kept, or [height, width]; without
	// it pictures keep their size.
	Resize []int  `json:"resize,omitempty"`
	Filter Filter `json:"filter,omitempty"` // of Resize
	// Crop is the [height, width] of the middle that is cut out. A picture that is smaller gets a black border.
	Crop []int `json:"crop,omitempty"`
	// Size is the [height, width] that the net takes, and that the steps above must lead to. A picture for which they
	// do not is an error.
	Size  []int   `json:"size"`
	Order Order   `json:"order"`
	Scale float64 `json:"scale"` // 255: numbers from 0 to 1; 1: bytes as they are
	// Mean and Deviation have one number a channel, in the order of Order and in units after Scale, or none: 0 and 1.
	Mean      []float64 `json:"mean,omitempty"`
	Deviation []float64 `json:"deviation,omitempty"`
}

// Order is what channels there are, and in which order.
type Order string

// The orders of channels. Gray is PIL's "L", (19595·R + 38470·G + 7471·B + 32768) / 65536 rounded down, made before
// resizing.
const (
	RGB  Order = "rgb"
	BGR  Order = "bgr"
	Gray Order = "gray"
)

// Bounds, which keep a slip in a file from asking for more memory than there is.
const (
	maxSide   = 1<<16 - 1 // of a picture; JPEG cannot have more
	maxPixels = 1 << 24   // of Size, 4096x4096
)

// Channels returns the number of channels.
func (p Preprocess) Channels() int {
	if p.Order == Gray {
		return 1
	}
	return 3
}

// Shape returns [height, width, channels] of what Bytes and Apply return, of a valid p.
func (p Preprocess) Shape() []int { return append(slices.Clone(p.Size), p.Channels()) }

// Validate returns an error of kind data.ErrFormat or data.ErrTooLarge that says which field is wrong, and what it could be.
func (p Preprocess) Validate() error {
	if err := p.checkSizes(); err != nil {
		return fmt.Errorf("preprocess: %w", err)
	}
	if err := p.checkNumbers(); err != nil {
		return fmt.Errorf("preprocess: %w", err)
	}
	return nil
}

func (p Preprocess) checkSizes() error {
	if err := checkPair("size", p.Size); err != nil {
		return err
	}
	if p.Size[0] > maxPixels/p.Size[1] {
		return fmt.Errorf("%w: size %v: want at most %d pixels, 4096x4096", data.ErrTooLarge, p.Size, maxPixels)
	}
	switch len(p.Resize) {
	case 0:
	case 1, 2:
		for _, n := range p.Resize {
			if n < 1 || n > maxSide {
				return fmt.Errorf("%w: resize %v: want numbers from 1 to %d", data.ErrFormat, p.Resize, maxSide)
			}
		}
	default:
		return fmt.Errorf("%w: resize %v: want [shorter side], as [256], or [height, width]", data.ErrFormat, p.Resize)
	}
	if !p.Filter.known() && (p.Filter != "" || len(p.Resize) > 0) {
		return p.Filter.unknown()
	}
	last, leads := "resize", p.Resize
	if len(p.Crop) > 0 {
		if err := checkPair("crop", p.Crop); err != nil {
			return err
		}
		last, leads = "crop", p.Crop
	}
	if len(leads) == 2 && !slices.Equal(leads, p.Size) {
		return fmt.Errorf("%w: %s %v: it makes the picture, so size must be the same, but is %v", data.ErrFormat, last, leads, p.Size)
	}
	return nil
}

func checkPair(what string, v []int) error {
	if len(v) != 2 || v[0] < 1 || v[1] < 1 || v[0] > maxSide || v[1] > maxSide {
		return fmt.Errorf("%w: %s %v: want [height, width] of 1 to %d, as [224, 224]", data.ErrFormat, what, v, maxSide)
	}
	return nil
}

func (p Preprocess) checkNumbers() error {
	if p.Order != RGB && p.Order != BGR && p.Order != Gray {
		return fmt.Errorf("%w: order %q: want rgb, bgr or gray", data.ErrFormat, p.Order)
	}
	if !usable(p.Scale) || p.Scale <= 0 {
		return fmt.Errorf("%w: scale %g: want a number above 0: 255 to get 0 to 1, or 1 to keep bytes", data.ErrFormat, p.Scale)
	}
	for _, field := range []struct {
		name   string
		values []float64
	}{{"mean", p.Mean}, {"deviation", p.Deviation}} {
		if n := len(field.values); n != 0 && n != p.Channels() {
			return fmt.Errorf("%w: %s: got %d numbers, want %d, one a channel of %s, or none", data.ErrFormat, field.name, n, p.Channels(), p.Order)
		}
		for c, v := range field.values {
			if !usable(v) {
				return fmt.Errorf("%w: %s of channel %d is %g: want a number that a float32 can hold", data.ErrFormat, field.name, c, v)
			}
		}
	}
	for c, v := range p.Deviation {
		if v <= 0 {
			return fmt.Errorf("%w: deviation of channel %d is %g: want a number above 0", data.ErrFormat, c, v)
		}
	}
	return nil
}

// usable reports whether v is 0, or neither it nor a byte that was divided or multiplied by it leaves the range of float32.
func usable(v float64) bool {
	const least, most = 0x1p-40, 0x1p40
	return v == 0 || math.Abs(v) >= least && math.Abs(v) <= most
}

// Parse reads the JSON form of a Preprocess and validates it. A key that is not known is an error, as it may stand for a
// step without which a net sees other pictures than it was trained on.
func Parse(b []byte) (Preprocess, error) {
	var p Preprocess
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Preprocess{}, fmt.Errorf("preprocess: %w: %w: want an object as {\"size\": [224, 224], \"order\": \"rgb\", \"scale\": 255}", data.ErrFormat, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Preprocess{}, fmt.Errorf("preprocess: %w: more text after the object, at byte %d: remove it", data.ErrFormat, d.InputOffset())
	}
	if err := p.Validate(); err != nil {
		return Preprocess{}, err
	}
	return p, nil
}
