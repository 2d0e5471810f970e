package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// reduce writes a sum, a mean or a maximum, with a map before it where the expression is more than its input.
func reduce(c *call) {
	if !c.softmax() && !c.normalise() {
		c.reduced()
	}
}

// reduced writes a reduction as it is.
func (c *call) reduced() {
	a, s := c.n.Attrs.(op.ReduceAttrs), op.ReduceOver(c.n)
	kind, e := map[op.ReduceKind]string{op.ReduceSum: "ReduceSum", op.ReduceMax: "ReduceMax"}[a.Kind], a.Expr
	count := graph.Shape(pick(s, a.Axes)).Elems()
	m := matched(expr.New(expr.Mul, v0, v1), e)
	if m != nil && a.Kind == op.ReduceSum && m[1].Op == expr.Const && m[1].Value == 1/float64(count) {
		kind, e = "ReduceMean", m[0]
	}
	x := c.mapped(s, []*expr.Expr{e}, c.in)[0]
	if len(a.Axes) == 0 {
		c.set(x)
		return
	}
	if x.open && a.Axes[0] == 0 {
		c.fail(errBatch)
	}
	over := func(f int) bool { return slices.Contains(a.Axes, x.group[f]) }
	var axes []int64
	for k, f := range x.order {
		if over(f) {
			axes = append(axes, int64(k))
		}
	}
	if len(axes) == 0 { // the axes have one element and are not there
		c.set(c.regrouped(x, c.n.Out[0].Shape))
		return
	}
	keep := onnxir.IntAttribute("keepdims", truth(a.Keep))
	y := &value{shape: c.n.Out[0].Shape, elem: onnxir.Float, open: x.open}
	if kind == "ReduceSum" { // since version 13 its axes are an input, those of the others since 18
		y.name = c.emit(kind, []string{x.name, c.ints("axes", axes...)}, keep)
	} else {
		y.name = c.emit(kind, []string{x.name}, onnxir.IntsAttribute("axes", axes...), keep)
	}
	place := make([]int, len(x.fine)) // of each fine axis that is left
	for f, g := range x.group {
		size := x.fine[f]
		if over(f) {
			size = 1
			if !a.Keep {
				continue
			}
		}
		if !a.Keep {
			g -= len(filter(a.Axes, func(i int) bool { return i < g }))
		}
		place[f] = len(y.fine)
		y.fine, y.group = append(y.fine, size), append(y.group, g)
	}
	for _, f := range x.order {
		if a.Keep || !over(f) {
			y.order = append(y.order, place[f])
		}
	}
	c.set(y)
}

// softmax writes what layer.Softmax and layer.LogSoftmax are made of, of which this is the first node, the maximum.
func (c *call) softmax() bool {
	a, m := c.n.Attrs.(op.ReduceAttrs), c.n.Out[0]
	if a.Kind != op.ReduceMax || !a.Keep || len(a.Axes) != 1 || len(c.n.In) != 1 || a.Expr.Op != expr.Var ||
		c.in[0].known != nil || c.outputs[m] {
		return false
	}
	x := c.n.In[0]
	shifted := expr.New(expr.Exp, expr.New(expr.Sub, v0, v1))
	sums := func(n *graph.Node, e *expr.Expr, in ...*graph.Value) bool {
		if n == nil || n.Op != op.ReduceOp || !slices.Equal(n.In, in) {
			return false
		}
		r := n.Attrs.(op.ReduceAttrs)
		return r.Kind == op.ReduceSum && r.Keep && slices.Equal(r.Axes, a.Axes) && matched(e, r.Expr) != nil
	}
	var nodes []*graph.Node
	kind := ""
	switch users := c.users[m]; {
	case len(users) == 1 && isMap(users[0], shifted, x, m) && len(c.users[users[0].Out[0]]) == 2:
		e := users[0].Out[0]
		sum, y := c.users[e][0], c.users[e][1]
		if !sums(sum, v0, e) || !isMap(y, expr.New(expr.Div, v0, v1), e, sum.Out[0]) || c.only(sum.Out[0]) == nil || c.outputs[e] {
			return false
		}
		kind, nodes = "Softmax", []*graph.Node{users[0], sum, y}
	case len(users) == 2 && sums(users[0], shifted, x, m) && c.only(users[0].Out[0]) == users[1]:
		less := expr.New(expr.Sub, expr.New(expr.Sub, v0, v1), expr.New(expr.Log, expr.V(2)))
		if !isMap(users[1], less, x, m, users[0].Out[0]) {
			return false
		}
		kind, nodes = "LogSoftmax", users
	default:
		return false
	}
	in := c.whole(c.in[0])
	name := c.emit(kind, []string{in.name}, onnxir.IntAttribute("axis", int64(slices.Index(in.order, a.Axes[0]))))
	for _, n := range nodes {
		c.merged[n] = true
	}
	c.values[nodes[len(nodes)-1].Out[0]] = computed(name, onnxir.Float, in.shape, in.order, in.open)
	return true
}

// isMap reports whether n is a map of these inputs by this expression.
func isMap(n *graph.Node, e *expr.Expr, in ...*graph.Value) bool {
	return n != nil && n.Op == op.MapOp && len(n.Out) == 1 && slices.Equal(n.In, in) &&
		matched(e, n.Attrs.(op.MapAttrs).Exprs[0]) != nil
}

// argMax writes the place of the first maximum along the last axis.
func argMax(c *call) {
	x := c.whole(c.in[0])
	last := len(x.shape) - 1
	if x.open && last == 0 {
		c.fail(errBatch)
	}
	at := slices.Index(x.order, last)
	name := c.emit("ArgMax", []string{x.name}, onnxir.IntAttribute("axis", int64(at)), onnxir.IntAttribute("keepdims", 0))
	c.set(computed(name, onnxir.Int64, c.n.Out[0].Shape, slices.Delete(slices.Clone(x.order), at, at+1), x.open))
}
