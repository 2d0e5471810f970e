package tfjs

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// resampling is a change of a picture's size, as TensorFlow means it: output i of P, of an axis of H pixels, reads at
//
//	i·H/P            or, from centre to centre, (i+½)·H/P - ½;   nearest: without the ½
//	i·(H-1)/(P-1)    with aligned corners
//
// linear between the neighbours, or at the pixel before it; with aligned corners, at the nearest.
type resampling struct {
	size            [2]int
	linear          bool
	corners, centre bool
}

// place returns step and start along an axis: output i reads at i·step + start.
func (r resampling) place(in, out int) (step, start float64) {
	step = float64(in) / float64(out)
	switch {
	case r.corners:
		if out > 1 {
			step = float64(in-1) / float64(out-1)
		}
		if !r.linear {
			start = 0.5
		}
	case r.centre && r.linear:
		start = step/2 - 0.5
	case r.centre:
		start = step / 2
	}
	return step, start
}

func (i *importer) resampled(x *graph.Value, r resampling) *graph.Value {
	if len(x.Shape) != 4 || r.size[0] < 1 || r.size[1] < 1 {
		wrong("resize of %v to %v: want [N,H,W,C] and sizes of 1 or more", x.Shape, r.size)
	}
	affine := make([]float32, 6)
	for k := range r.size {
		step, start := r.place(x.Shape[1+k], r.size[k])
		affine[4*k], affine[3*k+2] = float32(step), float32(start)
	}
	a := op.ResampleAttrs{Out: r.size[:], Linear: r.linear, Border: op.BorderClamp}
	return i.apply(op.ResampleOp, a, x, i.b.G.Const(graph.Shape{1, 6}, affine...))
}
