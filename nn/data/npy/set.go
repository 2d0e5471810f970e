package npy

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/data"
)

// SetOptions say how arrays become a data set.
type SetOptions struct {
	Classes []string // names; nil: the labels' numbers
	// AddChannel gives samples an axis of one channel, as gray pictures [N,H,W] need it.
	AddChannel bool
}

// NewSet makes a data set of samples [N,…,C], channels last, and labels [N], [N,1] or, one a place, [N,…]. Samples of uint8
// stay bytes, others become float32. Labels are whole numbers from 0; -1 is ignored.
func NewSet(samples, labels *Array, o SetOptions) (*data.Set, error) {
	if len(samples.Shape) < 1 || len(labels.Shape) < 1 || samples.Shape[0] != labels.Shape[0] {
		return nil, fmt.Errorf("npy: %w: samples %v with labels %v: want as many labels as samples, on the first axis", data.ErrFormat, samples.Shape, labels.Shape)
	}
	shape := slices.Clone(samples.Shape[1:])
	if o.AddChannel {
		shape = append(shape, 1)
	}
	y, ok := labels.Int64s()
	if !ok {
		return nil, fmt.Errorf("npy: %w: the labels are no whole numbers: save them with .astype(\"int64\"), one-hot ones with .argmax(-1)", data.ErrFormat)
	}
	places := slices.Clone(labels.Shape[1:])
	if len(y) == labels.Shape[0] { // [N,1]
		places = nil
	}
	if b, ok := samples.Data.([]uint8); ok {
		return data.NewArrays(b, shape, y, places, o.Classes)
	}
	return data.NewArrays(samples.Float32s(), shape, y, places, o.Classes)
}
