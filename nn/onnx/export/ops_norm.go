package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// batchNorm writes what layer.BatchNorm is outside training: a map with a scale that is made of the variance and the weight.
func (c *call) batchNorm() bool {
	n, rank := c.n, len(c.n.Out[0].Shape)
	if rank < 2 || len(n.In) < 3 || c.in[0].known != nil || !n.In[0].Shape.Equal(n.Out[0].Shape) {
		return false
	}
	affine := isMap(n, expr.New(expr.Add, scaled, expr.V(3)), n.In...) && len(n.In) == 4
	if !affine && !(isMap(n, scaled, n.In...) && len(n.In) == 3) {
		return false
	}
	from := n.In[2].Node
	eps, weight, ok := deviation(from)
	if !ok {
		return false
	}
	channels := n.Out[0].Shape[rank-1:]
	numbers := []*value{filled(channels, 1), filled(channels, 0), c.in[1], c.numbers(from.In[0])}
	if weight > 0 {
		numbers[0] = c.numbers(from.In[weight])
	}
	if affine {
		numbers[1] = c.in[3]
	}
	for _, v := range numbers {
		if v == nil || v.known == nil || !v.shape.Equal(channels) {
			return false
		}
	}
	in := []string{c.first(c.in[0])}
	for _, v := range numbers {
		in = append(in, c.initializer(v, []int{0}))
	}
	c.setFirst(n.Out[0], c.emit("BatchNormalization", in, onnxir.FloatAttribute("epsilon", float32(eps))), c.in[0].open)
	return true
}

// filled makes a value that is the same number everywhere.
func filled(s graph.Shape, v float64) *value {
	return constant(s.Clone(), slices.Repeat([]float64{v}, s.Elems()))
}

// normalise writes a normalisation with moments of its input: as LayerNormalization where its axes are the tensor's last, as
// InstanceNormalization where they are those behind the channels or groups, and otherwise by its formula.
func (c *call) normalise() bool {
	r := c.findNormalisation(c.n)
	if r == nil || c.in[0].known != nil {
		return false
	}
	x := c.in[0]
	over := func(f int) bool { return !x.one(f) && slices.Contains(r.axes, x.group[f]) }
	first := slices.IndexFunc(x.order, over) // of the tensor's axes that are normalised
	last := first > 0 && !slices.ContainsFunc(x.order[first:], func(f int) bool { return !x.one(f) && !over(f) })
	eps := onnxir.FloatAttribute("epsilon", float32(r.eps))
	y := *x
	switch {
	case last && (r.weight == nil && first != 2 || r.weight != nil && r.weight.Shape.Equal(x.shape[r.axes[0]:])):
		in := []string{x.name, c.along(r.weight, x, first)}
		if r.bias != nil {
			in = append(in, c.along(r.bias, x, first))
		}
		y.name = c.emit("LayerNormalization", in, onnxir.IntAttribute("axis", int64(first)), eps)
	case last && first == 2:
		channels := graph.Shape{x.fine[x.order[1]]}
		weight, bias := filled(channels, 1), filled(channels, 0)
		each := r.weight != nil && r.weight.Shape.Elems() > channels[0] // channels of a group have numbers of their own
		if r.weight != nil && !each {
			weight, bias = c.regrouped(c.numbers(r.weight), channels), c.regrouped(c.numbers(r.bias), channels)
		}
		y.name = c.emit("InstanceNormalization", []string{x.name, c.initializer(weight, []int{0}), c.initializer(bias, []int{0})}, eps)
		if each {
			e := expr.New(expr.Add, expr.New(expr.Mul, v0, v1), expr.V(2))
			y = *c.mapped(y.shape, []*expr.Expr{e}, []*value{&y, c.numbers(r.weight), c.numbers(r.bias)})[0]
		}
	default:
		c.reduced()
		variance := &call{exporter: c.exporter, n: r.variance.Node, in: []*value{x, c.values[c.n.Out[0]]}}
		variance.reduced()
		e := expr.New(expr.Div, centred, expr.New(expr.Sqrt, expr.New(expr.Add, expr.V(2), expr.C(r.eps))))
		in := []*value{x, c.values[c.n.Out[0]], c.values[r.variance]}
		if r.weight != nil {
			e = expr.New(expr.Add, expr.New(expr.Mul, e, expr.V(3)), expr.V(4))
			in = append(in, c.numbers(r.weight), c.numbers(r.bias))
		}
		y = *c.mapped(y.shape, []*expr.Expr{e}, in)[0]
	}
	c.values[r.y] = &y
	for _, n := range append(r.nodes, r.variance.Node) {
		c.merged[n] = true
	}
	return true
}

// along returns the name of numbers for the tensor's axes from one on, ones where v is nil.
func (c *call) along(v *graph.Value, x *value, from int) string {
	dims := graph.Shape(pick(x.fine, x.order[from:]))
	if v == nil {
		return c.initializer(filled(dims, 1), identity(len(dims)))
	}
	sizes := make(graph.Shape, len(x.fine))
	for k, f := range x.order {
		if sizes[f] = 1; k >= from {
			sizes[f] = x.fine[f]
		}
	}
	return c.placed(c.regrouped(c.numbers(v), sizes), x.order, dims)
}

// lrn writes what layer.LocalResponseNorm is, of which this is the first node, the square. ONNX takes one channel more behind
// than before where the size is even, Fovea before: such a one is written as it is computed, and so are those of series and
// volumes, which ONNX Runtime does not compute.
func (c *call) lrn() bool {
	x := c.n.In[0]
	if len(x.Shape) != 4 || !isMap(c.n, expr.New(expr.Mul, v0, v0), x) {
		return false
	}
	next := func(n *graph.Node, kind string) *graph.Node {
		if n == nil {
			return nil
		}
		if n = c.only(n.Out[0]); n == nil || n.Op != kind {
			return nil
		}
		return n
	}
	rows := next(c.n, op.ReshapeOp)
	sum := next(rows, op.Pool)
	back := next(sum, op.ReshapeOp)
	last := next(back, op.MapOp)
	if last == nil || len(last.In) != 2 || last.In[0] != x || last.In[1] != back.Out[0] {
		return false
	}
	channels := x.Shape[len(x.Shape)-1]
	a := sum.Attrs.(op.PoolAttrs)
	if s := rows.Out[0].Shape; len(s) != 3 || s[1] != channels || s[2] != 1 || a.Kind != op.PoolSum || a.Kernel[0]%2 == 0 ||
		!sum.Out[0].Shape.Equal(s) || a.Pads[0][0] != a.Kernel[0]/2 || a.Stride[0] != 1 || a.Dilation[0] != 1 {
		return false
	}
	m, beta := damping(last.Attrs.(op.MapAttrs).Exprs[0])
	if m == nil {
		return false
	}
	y := c.emit("LRN", []string{c.first(c.in[0])}, onnxir.IntAttribute("size", int64(a.Kernel[0])),
		onnxir.FloatAttribute("alpha", float32(m[3].Value*float64(a.Kernel[0]))), onnxir.FloatAttribute("beta", float32(beta)),
		onnxir.FloatAttribute("bias", float32(m[2].Value)))
	for _, n := range []*graph.Node{rows, sum, back, last} {
		c.merged[n] = true
	}
	c.setFirst(last.Out[0], y, c.in[0].open)
	return true
}

// damping reads x·(k + a·sum)^-beta in the forms in which it is written: variables 2 and 3 are k and a.
func damping(e *expr.Expr) (m []*expr.Expr, beta float64) {
	inner := expr.New(expr.Add, expr.V(2), expr.New(expr.Mul, expr.V(3), v1))
	root := expr.New(expr.Sqrt, inner)
	one := expr.C(1)
	for _, f := range []struct {
		beta  float64
		power *expr.Expr
	}{
		{0.5, expr.New(expr.Div, one, root)},
		{0.75, expr.New(expr.Div, one, expr.New(expr.Mul, root, expr.New(expr.Sqrt, root)))},
		{1, expr.New(expr.Div, one, inner)},
		{0, expr.New(expr.Pow, inner, expr.V(4))},
	} {
		m := matched(expr.New(expr.Mul, v0, f.power), e)
		if m == nil || !isVar(m[0], 0) || !isVar(m[1], 1) || m[2].Op != expr.Const || m[3].Op != expr.Const {
			continue
		}
		if f.beta == 0 {
			if m[4].Op != expr.Const {
				continue
			}
			f.beta = -m[4].Value
		}
		return m, f.beta
	}
	return nil, 0
}
