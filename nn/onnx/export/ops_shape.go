package export

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func reshape(c *call) { c.set(c.regrouped(c.in[0], c.n.Out[0].Shape)) }

// concat joins values in the order in which the first that is computed lies.
func concat(c *call) {
	axis := c.n.Attrs.(op.ConcatAttrs).Axis
	order, open := identity(len(c.in[0].shape)), false
	for i := len(c.in) - 1; i >= 0; i-- {
		if v := c.in[i]; v.known == nil {
			order, open = c.whole(v).order, open || v.open
		}
	}
	var parts []string
	for _, v := range c.in {
		if open && (!v.open || axis == 0) {
			c.fail(errBatch)
		}
		parts = append(parts, c.arranged(v, order))
	}
	name := c.emit("Concat", parts, onnxir.IntAttribute("axis", int64(slices.Index(order, axis))))
	c.set(computed(name, c.in[0].elem, c.n.Out[0].Shape, order, open))
}

// gather picks rows of a table. Fovea moves a place outside to the nearest row, where ONNX has an error.
func gather(c *call) {
	table, index := c.in[0], c.in[1]
	if table.open {
		c.fail(errBatch)
	}
	last := int32(table.shape[0] - 1)
	bound := func(k int32) string {
		return c.initializer(&value{shape: graph.Shape{}, known: &array{i32: []int32{k}}}, nil)
	}
	at := c.emit("Clip", []string{c.arranged(index, identity(len(index.shape))), bound(0), bound(last)})
	name := c.emit("Gather", []string{c.arranged(table, identity(len(table.shape))), at}, onnxir.IntAttribute("axis", 0))
	elem := elemOf(c.n.Out[0].Type)
	if elem == onnxir.Float && table.elem != elem {
		name = c.floats(name)
	}
	c.set(computed(name, elem, c.n.Out[0].Shape, identity(len(c.n.Out[0].Shape)), index.open))
}

// permutation returns which input axis each output axis is, if the copy only reorders them.
func permutation(a op.CopyAttrs, in graph.Shape) []int {
	perm := make([]int, len(a.Shape))
	seen := 0
	for i, ax := range a.Axes {
		if ax.From < 0 || ax.Step != 1 || ax.Start != 0 || ax.Every > 1 || a.Shape[ax.From] != in[i] {
			return nil
		}
		perm[ax.From] = i
		seen |= 1 << ax.From
	}
	if len(a.Axes) != len(a.Shape) || seen != 1<<len(a.Shape)-1 {
		return nil
	}
	return perm
}

// copyAxes writes a copy as paddings with zeros, slices, a transposition that is only noted, and stretching.
func copyAxes(c *call) {
	a := c.n.Attrs.(op.CopyAttrs)
	if perm := permutation(a, c.in[0].shape); perm != nil {
		c.set(c.relabelled(c.in[0], perm))
		return
	}
	v := c.whole(c.in[0])
	rank := len(v.shape)
	taken := slices.Repeat([]int{-1}, len(a.Shape)) // which input axis each output axis follows
	before, after := make([]int64, rank), make([]int64, rank)
	var cut slicing
	for i, ax := range a.Axes {
		n := 1
		if ax.Step == 0 {
			ax.From = -1
		}
		if ax.From >= 0 {
			if n = a.Shape[ax.From]; taken[ax.From] >= 0 {
				c.unsupported("a copy along a diagonal")
			}
			taken[ax.From] = i
		} else {
			ax.Step = 1
		}
		if ax.Every > 1 {
			c.unsupported("a copy that puts zeros between elements, as the gradient of a slice does")
		}
		if v.open && i == 0 && (ax.From != 0 || ax.Step != 1 || ax.Start != 0 || n != v.shape[0]) {
			c.fail(errBatch)
		}
		first, last := ax.Start, ax.Start+(n-1)*ax.Step
		lo, hi := min(first, last), max(first, last)
		before[i], after[i] = int64(max(0, -lo)), int64(max(0, hi+1-v.shape[i]))
		size := v.shape[i] + int(before[i]+after[i])
		first += int(before[i])
		if n != size || ax.Step != 1 {
			cut.add(slices.Index(v.order, i), first, first+n*ax.Step, ax.Step)
		}
	}
	name := v.name
	if slices.Max(before) > 0 || slices.Max(after) > 0 {
		var p []int64
		for _, side := range [][]int64{before, after} {
			for _, i := range v.order {
				p = append(p, side[i])
			}
		}
		name = c.emit("Pad", []string{name, c.ints("pads", p...)})
	}
	if len(cut.axes) > 0 {
		name = c.emit("Slice", []string{name, c.ints("starts", cut.starts...), c.ints("ends", cut.ends...),
			c.ints("axes", cut.axes...), c.ints("steps", cut.steps...)})
	}
	c.set(c.followed(v, name, a.Shape, taken))
}

// slicing is what Slice takes.
type slicing struct{ axes, starts, ends, steps []int64 }

func (s *slicing) add(axis, from, to, step int) {
	end := int64(to)
	if to < 0 { // before the first element: -1 would be the last
		end = math.MinInt32
	}
	s.axes, s.starts = append(s.axes, int64(axis)), append(s.starts, int64(from))
	s.ends, s.steps = append(s.ends, end), append(s.steps, int64(step))
}

// followed returns the value of a tensor whose axes lie as those of v: axis o of the result is axis taken[o] of v, and stretched
// where that is -1. Axes of v that nothing follows have one element.
func (c *call) followed(v *value, name string, s graph.Shape, taken []int) *value {
	var order, have []int // axes of s in the tensor, and the tensor's sizes
	for _, i := range v.order {
		o := slices.Index(taken, i)
		if o >= 0 {
			order, have = append(order, o), append(have, s[o])
		} else {
			have = append(have, 1)
		}
	}
	dims := pick(s, order)
	stretched := false
	for o, i := range taken {
		if i < 0 {
			order, dims = append(order, o), append(dims, 1)
			stretched = stretched || s[o] > 1
		}
	}
	open := v.open && len(taken) > 0 && taken[0] == 0
	if v.open && !open {
		c.fail(errBatch)
	}
	name = c.reshape(name, have, dims, open && c.leads(order))
	if stretched {
		to := pick(s, order)
		if open {
			to[0] = 1
		}
		name = c.emit("Expand", []string{name, c.ints("shape", int64s(to)...)})
	}
	return computed(name, v.elem, s, order, open)
}
