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
	order := gathered(v.order(), v.shape, to)
	perm, sizes, _ := follow(order, v.shape, to)
	return computed(v.dtype, op.Reshape(c.g, c.arranged(v, order), sizes), perm)
}

// solid computes a value whose axes were put together, in ONNX's order.
func (c *importer) solid(v *value) {
	if v.flat != nil && v.v == nil {
		v.v = op.Reshape(c.g, c.plain(v.flat), v.shape)
	}
}

// group is axes that hold the same elements before and after a reshape: from and to are where they begin and end. Axes of one
// element go with what stands before them.
type group struct{ from, to [2]int }

// groups parts the axes of two shapes with as many elements into the smallest groups.
func groups(from, to graph.Shape) (out []group) {
	for a, b := after(from, 0), after(to, 0); a < len(from); {
		g := group{[2]int{a, 0}, [2]int{b, 0}}
		if len(out) == 0 {
			g.from[0], g.to[0] = 0, 0
		}
		for na, nb := from[a], to[b]; na != nb; {
			if na > nb {
				b = after(to, b+1)
				nb *= to[b]
			} else {
				a = after(from, a+1)
				na *= from[a]
			}
		}
		a, b = after(from, a+1), after(to, b+1)
		g.from[1], g.to[1] = a, b
		out = append(out, g)
	}
	return out
}

// follow finds where the axes of a reshaped value lie if its elements stay where they are: axis i of from is at place perm[i].
// Each group of axes must be whole, and in order, where it lies.
func follow(perm []int, from, to graph.Shape) (toPerm []int, sizes graph.Shape, ok bool) {
	all := groups(from, to)
	if len(all) == 0 {
		return identity(len(to)), to, true
	}
	for _, g := range all {
		last := -1
		for k := g.from[0]; k < g.from[1]; k++ {
			if from[k] == 1 {
				continue
			}
			if last >= 0 && !adjacent(perm, from, last, k) {
				return nil, nil, false
			}
			last = k
		}
	}
	toPerm = make([]int, len(to))
	for _, g := range asTheyLie(all, perm, from) {
		for k := g.to[0]; k < g.to[1]; k++ {
			toPerm[k] = len(sizes)
			sizes = append(sizes, to[k])
		}
	}
	return toPerm, sizes, true
}

// asTheyLie sorts groups by where their first axes are.
func asTheyLie(all []group, perm []int, from graph.Shape) []group {
	place := func(g group) int { return perm[min(after(from, g.from[0]), len(perm)-1)] }
	return slices.SortedFunc(slices.Values(all), func(x, y group) int { return place(x) - place(y) })
}

// gathered is the order, nearest to perm, in which follow goes: groups stay where they begin, and their axes come together.
func gathered(perm []int, from, to graph.Shape) []int {
	out := make([]int, len(from))
	at := 0
	for _, g := range asTheyLie(groups(from, to), perm, from) {
		for k := g.from[0]; k < g.from[1]; k++ {
			out[k] = at
			at++
		}
	}
	return out
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
