package onnx

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func concat(c *call) {
	var perm []int
	var in []*value
	for k := range c.in {
		v := c.input(k)
		c.solid(v)
		if v.v != nil && v.perm != nil && perm == nil {
			perm = v.perm
		}
		if v.shape.Elems() > 0 && !slices.Contains(v.shape, 0) {
			in = append(in, v)
		}
	}
	rank := len(c.input(0).shape)
	at := c.axis(c.int("axis", 1), rank)
	if len(in) == 0 {
		c.set(0, c.in[0])
		return
	}
	if perm == nil {
		perm = identity(rank)
	}
	var parts []*graph.Value
	for _, v := range in {
		if len(v.shape) != rank {
			c.wrong("concat of %v and %v: want as many axes", in[0].shape, v.shape)
		}
		parts = append(parts, c.arranged(v, perm))
	}
	for k, v := range parts {
		if v.Type != parts[0].Type || len(parts) > 1 && v.Type != graph.F32 {
			parts[k] = op.Map(c.g, arg(0), v)
		}
	}
	y, err := op.Concat(c.g, perm[at], parts...)
	check(err)
	c.set(0, computed(c.in[0].dtype, y, perm))
}

func split(c *call) {
	x := c.input(0)
	at := c.axis(c.int("axis", 0), len(x.shape))
	n := x.shape[at]
	sizes := c.fromInputOrAttribute(1, "split")
	if sizes == nil {
		parts := c.int("num_outputs", len(c.n.Outputs))
		if parts < 1 {
			c.wrong("split into %d parts", parts)
		}
		each := (n + parts - 1) / parts
		for left := n; left > 0; left -= each {
			sizes = append(sizes, min(each, left))
		}
	}
	from := 0
	for k, size := range sizes {
		if size < 0 || from+size > n || k == len(sizes)-1 && from+size != n {
			c.wrong("split %v of axis %d, which has %d", sizes, at, n)
		}
		if size == 0 {
			c.set(k, empty(x, at))
		} else {
			c.set(k, c.cut(x, at, from, 1, size))
		}
		from += size
	}
}

// empty is x with nothing along an axis.
func empty(x *value, axis int) *value {
	s := x.shape.Clone()
	s[axis] = 0
	return knownOf(x.dtype, s, []float64{})
}

// cut takes count elements along an axis, from one on, every so many, backwards where step is below 0.
func (c *importer) cut(x *value, axis, from, step, count int) *value {
	if from == 0 && step == 1 && count == x.shape[axis] {
		return x
	}
	v, perm := c.asItLies(x)
	a := op.CopyAttrs{Shape: v.Shape.Clone()}
	for i := range v.Shape {
		a.Axes = append(a.Axes, op.CopyAxis{From: i, Step: 1})
	}
	a.Shape[perm[axis]] = count
	a.Axes[perm[axis]] = op.CopyAxis{From: perm[axis], Step: step, Start: from}
	return computed(x.dtype, c.apply(op.CopyOp, a, v), perm)
}

func slice(c *call) {
	x := c.input(0)
	starts, ends := c.fromInputOrAttribute(1, "starts"), c.fromInputOrAttribute(2, "ends")
	axes := c.fromInputOrAttribute(3, "axes")
	if axes == nil {
		axes = identity(len(starts))
	}
	steps := repeat(1, len(starts))
	if c.optional(4) != nil {
		steps = c.static(4)
	}
	if len(ends) != len(starts) || len(axes) != len(starts) || len(steps) != len(starts) {
		c.wrong("slice: got %d starts, %d ends, %d axes, %d steps, want as many of each", len(starts), len(ends), len(axes), len(steps))
	}
	for k, a := range axes {
		a = c.axis(a, len(x.shape))
		n, step := x.shape[a], steps[k]
		if step == 0 {
			c.wrong("slice: a step of 0")
		}
		bound := func(p, lo, hi int) int {
			if p < 0 {
				p += n
			}
			return max(lo, min(hi, p))
		}
		from, to, count := 0, 0, 0
		if step > 0 {
			from, to = bound(starts[k], 0, n), bound(ends[k], 0, n)
			count = (to - from + step - 1) / step
		} else {
			from, to = bound(starts[k], 0, n-1), bound(ends[k], -1, n-1)
			count = (from - to - step - 1) / -step
		}
		if count <= 0 {
			x = empty(x, a)
			continue
		}
		x = c.cut(x, a, from, step, count)
	}
	c.set(0, x)
}

// gather takes rows of an axis by their places, which are known or computed.
func gather(c *call) {
	x, index := c.input(0), c.input(1)
	at := c.axis(c.int("axis", 0), len(x.shape))
	shape := slices.Concat(x.shape[:at], index.shape, x.shape[at+1:])
	if index.known != nil {
		places := c.static(1)
		for i, p := range places {
			if p < 0 {
				p += x.shape[at]
			}
			if p < 0 || p >= x.shape[at] {
				c.wrong("gather of place %d along axis %d, which has %d", places[i], at, x.shape[at])
			}
			places[i] = p
		}
		if len(places) == 0 {
			c.set(0, knownOf(x.dtype, shape, []float64{}))
			return
		}
		c.set(0, c.reshaped(c.picked(x, at, places), shape))
		return
	}
	c.solid(index)
	if len(c.origins(index.v)) > 0 && index.v.Node == nil || index.v.Type != graph.I32 {
		c.static(1) // as an input, for it may count from the end
	}
	front := append([]int{at}, slices.Delete(identity(len(x.shape)), at, at+1)...)
	y := c.apply(op.GatherOp, nil, c.plain(c.transposed(x, front)), op.Reshape(c.g, c.plain(index), graph.Shape{index.shape.Elems()}))
	c.set(0, c.reshaped(c.transposed(computed(x.dtype, y, nil), invert(front)), shape))
}

// picked takes known places along an axis: in runs that are evenly apart or, where these are many, as a product with a matrix
// that has a 1 in each row.
func (c *importer) picked(x *value, at int, places []int) *value {
	var runs []*value
	for i := 0; i < len(places); {
		n, step := run(places[i:])
		runs = append(runs, c.cut(x, at, places[i], step, n))
		i += n
	}
	const most = 6
	if len(runs) == 1 {
		return runs[0]
	}
	if len(runs) <= most {
		return c.joined(at, runs...)
	}
	m := make([]float64, len(places)*x.shape[at])
	for i, p := range places {
		m[i*x.shape[at]+p] = 1
	}
	return c.weighed(x, at, knownOf(x.dtype, graph.Shape{len(places), x.shape[at]}, m))
}

// run returns how many places from the first on are evenly apart.
func run(p []int) (n, step int) {
	if len(p) == 1 || p[1] == p[0] {
		return 1, 1
	}
	step = p[1] - p[0]
	for n = 2; n < len(p) && p[n]-p[n-1] == step; n++ {
	}
	return n, step
}

// weighed multiplies an axis by a matrix [out,in].
func (c *importer) weighed(x *value, axis int, m *value) *value {
	v, perm := c.toEnd(x, axis)
	in := m.shape[1]
	shape := append(v.Shape[:len(v.Shape)-1].Clone(), m.shape[0])
	rows := op.Reshape(c.g, v, graph.Shape{v.Shape.Elems() / in, in})
	y := c.apply(op.MatMul, op.MatMulAttrs{TransB: true}, rows, c.plain(m))
	return computed(x.dtype, op.Reshape(c.g, y, shape), perm)
}
