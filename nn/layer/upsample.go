package layer

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// UpsampleOptions describe a resampling of the spatial axes, an entry an axis, to a size or by a scale.
type UpsampleOptions struct {
	Size         []int
	Scale        []float64 // used where Size is nil: the size is rounded down
	Linear       bool      // between neighbours; else the nearest one before
	AlignCorners bool      // of a linear one: the first and last pixels' centres stay first and last
}

// Upsample resamples one to three spatial axes to a larger or smaller size.
//
//	nearest:        y[n,p,q,c] = x[n, ⌊p·H/P⌋, ⌊q·W/Q⌋, c]
//	linear:         y reads x at (p+½)·H/P - ½, moved to the edges where it lies outside, between the neighbours on each axis
//	aligned corners:   … at p·(H-1)/(P-1)
//
// Shapes: x [N,H,W,C], y [N,P,Q,C]. A smaller size is not averaged: pixels in between are lost.
// It returns a ShapeError unless there is one size or scale for each spatial axis and the sizes are 1 or more.
func Upsample(b *Builder, x *graph.Value, o UpsampleOptions) (*graph.Value, error) {
	n, err := b.spatial(x)
	if err != nil {
		return nil, err
	}
	size := slices.Clone(o.Size)
	if o.Size == nil {
		for i, s := range o.Scale[:min(n, len(o.Scale))] {
			if !(s > 0 && s <= 1<<20) {
				return nil, b.fail("scale: got %g, want more than 0, such as 2", s)
			}
			size = append(size, int(math.Floor(float64(x.Shape[1+i])*s)))
		}
	}
	if len(size) != n || o.Size == nil && len(o.Scale) != n || slices.Min(size) < 1 {
		return nil, b.fail("got size %v, scale %v for an input %v, want one of them for each spatial axis and sizes of 1 or more", o.Size, o.Scale, x.Shape)
	}
	return b.eachPlane(x, size, func(x *graph.Value, out [2]int) (*graph.Value, error) {
		affine := make([]float64, 6)
		affine[0], affine[2] = o.place(x.Shape[1], out[0])
		affine[4], affine[5] = o.place(x.Shape[2], out[1])
		a := op.ResampleAttrs{Out: out[:], Linear: o.Linear, Border: op.BorderClamp}
		return b.apply(op.ResampleOp, a, x, b.constant(graph.Shape{1, 6}, affine))
	})
}

// place is where output i lies along an axis: i·step + start.
func (o UpsampleOptions) place(in, out int) (step, start float64) {
	step = float64(in) / float64(out)
	switch {
	case in == out:
		return 1, 0
	case !o.Linear:
		return step, 0
	case o.AlignCorners:
		return float64(in-1) / float64(max(1, out-1)), 0
	}
	return step, step/2 - 0.5
}

// eachPlane lets f change the sizes of the spatial axes, two at a time as pictures [N,H,W,C]. f must treat them
// independently of each other, one after the other as well as at once: one axis is a picture with a single row, and of
// three the first is done before the others.
func (b *Builder) eachPlane(x *graph.Value, size []int, f func(x *graph.Value, out [2]int) (*graph.Value, error)) (*graph.Value, error) {
	s, n := x.Shape, x.Shape[0]
	last := channels(x)
	switch len(size) {
	case 1:
		y, err := f(op.Reshape(b.G, x, graph.Shape{n, 1, s[1], last}), [2]int{1, size[0]})
		if err != nil {
			return nil, err
		}
		return op.Reshape(b.G, y, graph.Shape{n, size[0], last}), nil
	case 2:
		return f(x, [2]int(size))
	}
	y, err := f(op.Reshape(b.G, x, graph.Shape{n, s[1], s[2] * s[3], last}), [2]int{size[0], s[2] * s[3]})
	if err != nil {
		return nil, err
	}
	if y, err = f(op.Reshape(b.G, y, graph.Shape{n * size[0], s[2], s[3], last}), [2]int{size[1], size[2]}); err != nil {
		return nil, err
	}
	return op.Reshape(b.G, y, graph.Shape{n, size[0], size[1], size[2], last}), nil
}
