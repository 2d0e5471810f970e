package onnx

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// reductions by name: what is computed before, and after.
var reductions = map[string]struct {
	kind          op.ReduceKind
	before, after func(x *expr.Expr) *expr.Expr
}{
	"ReduceL1":        {op.ReduceSum, abs, same},
	"ReduceL2":        {op.ReduceSum, square, root},
	"ReduceLogSum":    {op.ReduceSum, same, log},
	"ReduceMax":       {op.ReduceMax, same, same},
	"ReduceMin":       {op.ReduceMax, neg, neg},
	"ReduceSum":       {op.ReduceSum, same, same},
	"ReduceSumSquare": {op.ReduceSum, square, same},
}

func same(x *expr.Expr) *expr.Expr   { return x }
func square(x *expr.Expr) *expr.Expr { return mul(x, x) }

func addReduce(operators table) {
	for name, r := range reductions {
		operators[name] = func(c *call) {
			x := c.input(0)
			axes, keep := c.reduced()
			y := c.reduce(x, r.kind, r.before(arg(0)), axes, keep)
			c.set(0, c.mapped(x.dtype, r.after(arg(0)), y))
		}
	}
	operators["ReduceMean"] = func(c *call) {
		axes, keep := c.reduced()
		c.set(0, c.mean(c.input(0), axes, keep))
	}
	operators["ReduceLogSumExp"] = func(c *call) {
		x := c.input(0)
		axes, keep := c.reduced()
		m := c.reduce(x, op.ReduceMax, arg(0), axes, true)
		e := c.mapped(x.dtype, exp(sub(arg(0), arg(1))), x, m)
		y := c.mapped(x.dtype, add(log(arg(0)), arg(1)), c.reduceSum(e, arg(0), axes, true), m)
		if !keep {
			y = c.reshaped(y, without(x.shape, axes))
		}
		c.set(0, y)
	}
	operators["ReduceProd"] = reduceProd
	operators["ArgMax"] = func(c *call) { c.argMax(arg(0)) }
	operators["ArgMin"] = func(c *call) { c.argMax(neg(arg(0))) }
	operators["Softmax"] = func(c *call) { c.softmax(layer.SoftmaxOver) }
	operators["LogSoftmax"] = func(c *call) { c.softmax(layer.LogSoftmaxOver) }
	operators["TopK"] = topK
}

// axes makes axes ascending and counts negative ones from the end.
func (c *call) axes(axes []int, rank int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		out[i] = c.axis(a, rank)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reduced reads over which axes, all unless given, and whether they stay with a size of 1.
func (c *call) reduced() (axes []int, keep bool) {
	rank := len(c.input(0).shape)
	given := c.fromInputOrAttribute(1, "axes")
	if len(given) == 0 {
		if c.int("noop_with_empty_axes", 0) == 1 {
			return nil, true
		}
		return identity(rank), c.int("keepdims", 1) == 1
	}
	return c.axes(given, rank), c.int("keepdims", 1) == 1
}

// without leaves axes out of sizes.
func without(s graph.Shape, axes []int) graph.Shape {
	out := graph.Shape{}
	for i, n := range s {
		if !slices.Contains(axes, i) {
			out = append(out, n)
		}
	}
	return out
}

// reduce puts e of x together over ascending axes.
func (c *importer) reduce(x *value, k op.ReduceKind, e *expr.Expr, axes []int, keep bool) *value {
	if len(axes) == 0 {
		return c.mapped(x.dtype, e, x)
	}
	v, perm := c.asItLies(x)
	var lies []int
	for _, a := range axes {
		lies = append(lies, perm[a])
	}
	slices.Sort(lies)
	y := c.apply(op.ReduceOp, op.ReduceAttrs{Kind: k, Axes: lies, Keep: true, Expr: e}, v)
	kept := computed(x.dtype, y, perm)
	if keep {
		return kept
	}
	return c.reshaped(kept, without(x.shape, axes))
}

func (c *importer) reduceSum(x *value, e *expr.Expr, axes []int, keep bool) *value {
	return c.reduce(x, op.ReduceSum, e, axes, keep)
}

func (c *importer) mean(x *value, axes []int, keep bool) *value {
	n := 1
	for _, a := range axes {
		n *= x.shape[a]
	}
	y := c.mapped(x.dtype, mul(arg(0), num(1/float64(n))), c.reduceSum(x, arg(0), axes, keep))
	if !isFloat(x.dtype) {
		y = c.mapped(x.dtype, trunc(arg(0)), y)
	}
	return y
}

// reduceProd multiplies two halves of an axis until one element is left.
func reduceProd(c *call) {
	x := c.input(0)
	axes, keep := c.reduced()
	y := x
	for _, a := range axes {
		for n := y.shape[a]; n > 1; n = y.shape[a] {
			half := n / 2
			p := c.mapped(x.dtype, mul(arg(0), arg(1)), c.cut(y, a, 0, 1, half), c.cut(y, a, half, 1, half))
			if n%2 == 1 {
				one := c.cut(p, a, 0, 1, 1)
				one = c.mapped(x.dtype, mul(arg(0), arg(1)), one, c.cut(y, a, n-1, 1, 1))
				if half == 1 {
					p = one
				} else {
					p = c.joined(a, one, c.cut(p, a, 1, 1, half-1))
				}
			}
			y = p
		}
	}
	if !keep {
		y = c.reshaped(y, without(x.shape, axes))
	}
	c.set(0, y)
}

// joined puts values one behind the other along an axis.
func (c *importer) joined(axis int, in ...*value) *value {
	var parts []*graph.Value
	for _, v := range in {
		parts = append(parts, c.plain(v))
	}
	y, err := op.Concat(c.g, axis, parts...)
	check(err)
	return computed(in[0].dtype, y, nil)
}

// toEnd returns x with an axis last, in a value of the graph, and how its axes then lie.
func (c *importer) toEnd(x *value, axis int) (v *graph.Value, perm []int) {
	perm = make([]int, len(x.shape))
	for i := range perm {
		perm[i] = i
		if i > axis {
			perm[i]--
		}
	}
	perm[axis] = len(perm) - 1
	return c.arranged(x, perm), perm
}

func (c *call) argMax(e *expr.Expr) {
	x := c.input(0)
	if len(x.shape) == 0 {
		c.wrong("a number has no axis to look along")
	}
	at := c.axis(c.int("axis", 0), len(x.shape))
	last := c.int("select_last_index", 0) == 1
	n := x.shape[at]
	from := x
	if last {
		from = c.cut(x, at, n-1, -1, n)
	}
	v, _ := c.toEnd(from, at)
	if e.Op != expr.Var {
		v = c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}}, v)
	}
	y := computed(onnxir.Int64, op.ArgMax(c.g, v), nil)
	if last {
		y = c.mapped(onnxir.Int64, sub(num(float64(n-1)), arg(0)), y)
	}
	s := x.shape.Clone()
	s[at] = 1
	if c.int("keepdims", 1) == 0 {
		s = slices.Delete(s, at, at+1)
	}
	c.set(0, c.reshaped(y, s))
}

// softmax is along an axis from version 13 on, and before over all axes from one on.
func (c *call) softmax(f func(b *layer.Builder, x *graph.Value, axis int) (*graph.Value, error)) {
	x := c.input(0)
	missing := -1
	if c.opset < 13 {
		missing = 1
	}
	at := c.axis(c.int("axis", missing), len(x.shape))
	if c.opset < 13 && x.shape[at+1:].Elems() > 1 {
		rows := c.reshaped(x, graph.Shape{x.shape[:at].Elems(), x.shape[at:].Elems()})
		y, err := f(c.b, c.plain(rows), 1)
		check(err)
		c.set(0, c.reshaped(computed(x.dtype, y, nil), x.shape))
		return
	}
	v, perm := c.asItLies(x)
	y, err := f(c.b, v, perm[at])
	check(err)
	c.set(0, computed(x.dtype, y, perm))
}

// topK takes the largest, or smallest, one after the other: the place of the largest, which then is out. What is out is below
// all others, which are cut off at -3e38: a mask may have -∞.
func topK(c *call) {
	x := c.input(0)
	at := c.axis(c.int("axis", -1), len(x.shape))
	k := c.int("k", 0)
	if c.optional(1) != nil {
		k = c.static(1)[0]
	}
	const most = 256
	switch {
	case k < 1 || k > x.shape[at]:
		c.wrong("top %d of %d: want 1 to that many", k, x.shape[at])
	case k > most:
		c.unsupported("top %d of %d: at most %d are taken here", k, x.shape[at], most)
	}
	sign := num(1)
	if c.int("largest", 1) == 0 {
		sign = num(-1)
	}
	v, perm := c.toEnd(x, at)
	rank, n := len(x.shape), x.shape[at]
	left := c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{larger(mul(sign, arg(0)), num(-3e38))}}, v)
	counting := make([]float64, n)
	for i := range counting {
		counting[i] = float64(i)
	}
	count := c.plain(knownOf(onnxir.Double, graph.Shape{n}, counting))
	var values, places []*graph.Value
	for range k {
		place := op.Reshape(c.g, op.ArgMax(c.g, left), append(v.Shape[:rank-1].Clone(), 1))
		hit := equal(arg(1), arg(2))
		picked := op.ReduceAttrs{Axes: []int{rank - 1}, Keep: true, Expr: choose(hit, arg(0), num(0))}
		values = append(values, c.apply(op.ReduceOp, picked, v, count, place))
		places = append(places, c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{arg(0)}}, place))
		left = c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{choose(hit, num(-3.4e38), arg(0))}}, left, count, place)
	}
	for i, parts := range [][]*graph.Value{values, places} {
		y, err := op.Concat(c.g, rank-1, parts...)
		check(err)
		c.set(i, computed([]onnxir.DataType{x.dtype, onnxir.Int64}[i], y, perm))
	}
}
