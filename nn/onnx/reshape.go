package onnx

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// reshaped gives a value other sizes. Where the elements lie in another order than ONNX's, parts of the order are kept: what
// splits channels, or adds axes, moves nothing.
func (c *importer) reshaped(v *value, to graph.Shape) *value {
	if v.shape.Elems() != to.Elems() {
		check(graph.Shapef("reshape of %v to %v: want as many elements", v.shape, to))
	}
	if v.known != nil {
		return &value{dtype: v.dtype, shape: to, known: v.known}
	}
	c.solid(v)
	if perm, sizes, ok := follow(v.order(), v.shape, to); ok {
		return computed(v.dtype, op.Reshape(c.g, v.v, sizes), perm)
	}
	if len(to) == 2 && to[0] == v.shape[0] && v.order()[0] == 0 {
		return &value{dtype: v.dtype, shape: to, flat: v}
	}
	return computed(v.dtype, op.Reshape(c.g, c.plain(v), to), nil)
}

// solid computes a value whose axes were put together, in ONNX's order.
func (c *importer) solid(v *value) {
	if v.flat != nil && v.v == nil {
		v.v = op.Reshape(c.g, c.plain(v.flat), v.shape)
	}
}

// follow finds where the axes of a reshaped value lie if its elements stay where they are: axis i of from is at place perm[i].
// It parts the axes into the smallest groups with as many elements on both sides; each must be whole, and in order, where
// it lies. Axes of one element go with what stands before them.
func follow(perm []int, from, to graph.Shape) (toPerm []int, sizes graph.Shape, ok bool) {
	type group struct{ place, first, last int } // where it begins in the order, and its axes of to
	var groups []group
	for a, b := after(from, 0), after(to, 0); a < len(from); {
		g := group{place: perm[a], first: b}
		if len(groups) == 0 {
			g.first = 0
		}
		na, nb, last := from[a], to[b], a
		for na != nb {
			if na > nb {
				b = after(to, b+1)
				nb *= to[b]
				continue
			}
			last, a = a, after(from, a+1)
			na *= from[a]
			if !adjacent(perm, from, last, a) {
				return nil, nil, false
			}
		}
		a, b = after(from, a+1), after(to, b+1)
		g.last = b
		groups = append(groups, g)
	}
	if len(groups) == 0 {
		return identity(len(to)), to, true
	}
	slices.SortFunc(groups, func(x, y group) int { return x.place - y.place })
	toPerm = make([]int, len(to))
	for _, g := range groups {
		for k := g.first; k < g.last; k++ {
			toPerm[k] = len(sizes)
			sizes = append(sizes, to[k])
		}
	}
	return toPerm, sizes, true
}

// after returns the first axis from i on that has more than one element, or how many there are.
func after(s graph.Shape, i int) int {
	for i < len(s) && s[i] == 1 {
		i++
	}
	return i
}

// adjacent reports whether axis b lies directly behind a, but for axes of one element.
func adjacent(perm []int, s graph.Shape, a, b int) bool {
	if perm[b] < perm[a] {
		return false
	}
	for k, p := range perm {
		if p > perm[a] && p < perm[b] && s[k] != 1 {
			return false
		}
	}
	return true
}
