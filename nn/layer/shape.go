package layer

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Reshape gives the same elements, in the same order, another shape. One size may be -1: what is left.
//
// It returns a ShapeError if the numbers of elements differ, a size is below 1, or several are -1.
func Reshape(b *Builder, x *graph.Value, s graph.Shape) (*graph.Value, error) {
	s = s.Clone()
	free := slices.Index(s, -1)
	if free >= 0 {
		s[free] = 1
	}
	if len(s) > 0 && slices.Min(s) < 1 {
		return nil, b.fail("reshape to %v: want sizes of 1 or more and at most one -1", s)
	}
	if free >= 0 {
		s[free] = x.Shape.Elems() / s.Elems()
	}
	if s.Equal(x.Shape) {
		return x, nil
	}
	return b.apply(op.ReshapeOp, op.ReshapeAttrs{Shape: s}, x)
}

// Permute reorders axes: axis i of the result is axis perm[i] of x. It returns a ShapeError unless perm has each axis once.
func Permute(b *Builder, x *graph.Value, perm ...int) (*graph.Value, error) {
	seen := make([]bool, len(x.Shape))
	for _, p := range perm {
		if len(perm) != len(x.Shape) || p < 0 || p >= len(perm) || seen[p] {
			return nil, b.fail("permute %v of %v: want each axis once", perm, x.Shape)
		}
		seen[p] = true
	}
	if slices.IsSorted(perm) {
		return x, nil
	}
	return op.Transpose(b.G, x, perm...)
}

// Slice takes every steps[i]-th element of axis i, from starts[i] up to ends[i], which is left out. As in numpy, a negative
// bound counts from the end and one outside is moved to the edge; steps may be nil, for 1.
//
// It returns a ShapeError if there is not one bound an axis, a step is below 1, or nothing is left.
func Slice(b *Builder, x *graph.Value, starts, ends, steps []int) (*graph.Value, error) {
	rank := len(x.Shape)
	if steps == nil {
		steps = slices.Repeat([]int{1}, rank)
	}
	if len(starts) != rank || len(ends) != rank || len(steps) != rank {
		return nil, b.fail("slice of %v: got starts %v, ends %v, steps %v, want %d of each", x.Shape, starts, ends, steps, rank)
	}
	a := op.CopyAttrs{Shape: make(graph.Shape, rank), Axes: make([]op.CopyAxis, rank)}
	for i, n := range x.Shape {
		bound := func(p int) int {
			if p < 0 {
				p += n
			}
			return min(max(p, 0), n)
		}
		from, to := bound(starts[i]), bound(ends[i])
		if steps[i] < 1 || from >= to {
			return nil, b.fail("slice %d to %d by %d of axis %d, which has %d: want a step of 1 or more and at least one element", starts[i], ends[i], steps[i], i, n)
		}
		a.Shape[i] = (to-from-1)/steps[i] + 1
		a.Axes[i] = op.CopyAxis{From: i, Step: steps[i], Start: from}
	}
	if a.Shape.Equal(x.Shape) {
		return x, nil
	}
	return b.apply(op.CopyOp, a, x)
}
