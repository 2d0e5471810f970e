//go:build js && wasm

package main

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// augmentOptions are train.Augment as a page gives it.
type augmentOptions struct {
	Mirror     float64 `js:"mirror"`
	Flip       float64 `js:"flip"`
	Shift      int     `js:"shift"`
	Rotate     float64 `js:"rotate"`
	Scale      float64 `js:"scale"`
	Border     string  `js:"border"`
	Brightness float64 `js:"brightness"`
	Contrast   float64 `js:"contrast"`
	Saturation float64 `js:"saturation"`
	Noise      float64 `js:"noise"`
	Cutout     int     `js:"cutout"`
	Mixup      float64 `js:"mixup"`
}

func (o augmentOptions) augment() (train.Augment, error) {
	border, ok := map[string]op.Border{"": op.BorderZero, "zero": op.BorderZero, "edge": op.BorderClamp}[o.Border]
	if !ok {
		return train.Augment{}, &apiError{Code: "argument", Message: fmt.Sprintf("augment: there is no border %q, want zero or edge", o.Border)}
	}
	return train.Augment{Mirror: o.Mirror, Flip: o.Flip, Shift: o.Shift, Rotate: o.Rotate, Scale: o.Scale, Border: border, Brightness: o.Brightness,
		Contrast: o.Contrast, Saturation: o.Saturation, Noise: o.Noise, Cutout: o.Cutout, Mixup: o.Mixup}, nil
}
