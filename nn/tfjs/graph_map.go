package tfjs

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// unaryOps are functions of each element.
var unaryOps = map[string]*expr.Expr{
	"Relu":       expr.ReLU(arg(0)),
	"Relu6":      clip(arg(0), 0, 6),
	"Elu":        elu(1),
	"Selu":       fn(mul, num(seluScale), elu(seluAlpha)),
	"Sigmoid":    fn(sigmoid, arg(0)),
	"Tanh":       fn(tanh, arg(0)),
	"Softplus":   softplus(arg(0)),
	"Rsqrt":      fn(div, num(1), fn(sqrt, arg(0))),
	"Reciprocal": fn(div, num(1), arg(0)),
	"Square":     fn(mul, arg(0), arg(0)),
	"Sqrt":       fn(sqrt, arg(0)),
	"Exp":        fn(exp, arg(0)),
	"Log":        fn(log, arg(0)),
	"Neg":        fn(expr.Neg, arg(0)),
	"Abs":        fn(abs, arg(0)),
	"Floor":      fn(expr.Floor, arg(0)),
	"Erf":        fn(expr.Erf, arg(0)),
}

// binaryOps are functions of two tensors that broadcast.
var binaryOps = map[string]*expr.Expr{
	"Add":               fn(add, arg(0), arg(1)),
	"AddV2":             fn(add, arg(0), arg(1)),
	"Sub":               fn(sub, arg(0), arg(1)),
	"Mul":               fn(mul, arg(0), arg(1)),
	"RealDiv":           fn(div, arg(0), arg(1)),
	"Div":               fn(div, arg(0), arg(1)),
	"DivNoNan":          choose(fn(expr.Equal, arg(1), num(0)), num(0), fn(div, arg(0), arg(1))),
	"FloorDiv":          fn(expr.Floor, fn(div, arg(0), arg(1))),
	"Maximum":           fn(maxOf, arg(0), arg(1)),
	"Minimum":           fn(minOf, arg(0), arg(1)),
	"Pow":               fn(expr.Pow, arg(0), arg(1)),
	"SquaredDifference": fn(mul, fn(sub, arg(0), arg(1)), fn(sub, arg(0), arg(1))),
	"Prelu":             prelu(),
}

func addGraphMap() {
	for name, e := range unaryOps {
		one(name, func(c *nodeCall) *value { return c.elementwise(e, c.input(0)) })
	}
	for name, e := range binaryOps {
		one(name, func(c *nodeCall) *value { return c.elementwise(e, c.input(0), c.input(1)) })
	}
	one("LeakyRelu", func(c *nodeCall) *value { return c.elementwise(leaky(c.float("alpha", 0.2)), c.input(0)) })
	one("ClipByValue", func(c *nodeCall) *value {
		return c.elementwise(fn(minOf, fn(maxOf, arg(0), arg(1)), arg(2)), c.input(0), c.input(1), c.input(2))
	})
	one("AddN", func(c *nodeCall) *value {
		y := c.input(0)
		for _, v := range c.in[1:] {
			y = c.elementwise(fn(add, arg(0), arg(1)), y, v)
		}
		return y
	})
	one("Softmax", func(c *nodeCall) *value { return &value{v: c.arg(0), softmax: true} })
	one("LogSoftmax", func(c *nodeCall) *value { return of(checked(layer.LogSoftmax(c.b, c.arg(0)))) })
	for _, name := range []string{"Identity", "StopGradient", "PreventGradient", "Snapshot", "CheckNumerics"} {
		one(name, func(c *nodeCall) *value { return c.input(0) })
	}
	one("Placeholder", func(c *nodeCall) *value {
		unsupported("the model needs another input")
		return nil
	})
	one("Cast", cast)
	one("Const", constant)
}

// elementwise applies an expression to tensors that broadcast; single known numbers become part of it.
func (c *nodeCall) elementwise(e *expr.Expr, in ...*value) *value {
	s := graph.Shape{}
	var args []*graph.Value
	exprs := make([]*expr.Expr, len(in))
	for k, v := range in {
		if v.shape().Elems() < 1 {
			unsupported("input %d is empty", k)
		}
		t, ok := graph.Broadcast(s, v.shape())
		if !ok {
			wrong("shapes %v and %v do not broadcast", s, v.shape())
		}
		if s = t; v.known != nil && v.known.len() == 1 {
			exprs[k] = num(v.known.at(0))
			continue
		}
		exprs[k] = arg(len(args))
		args = append(args, c.data(v))
	}
	if len(args) == 0 {
		exprs[0], args = arg(0), []*graph.Value{c.data(in[0])}
	}
	e = e.Substitute(func(k int) *expr.Expr { return exprs[k] })
	return of(c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}, Shape: s}, args...))
}

// cast rounds towards 0 where it makes whole numbers; other conversions change nothing here.
func cast(c *nodeCall) *value {
	v, to := c.input(0), c.n.Attr["DstT"].Type
	if a := v.known; a != nil {
		c.spend(a.len())
		b := &array{name: c.n.Name, shape: a.shape}
		if !to.whole() {
			b.f32 = append([]float32{}, a.floats()...)
			return &value{known: b}
		}
		b.i32 = make([]int32, a.len())
		for k := range b.i32 {
			b.i32[k] = int32(max(-1<<31, min(1<<31-1, math.Trunc(a.at(k)))))
		}
		return &value{known: b}
	}
	if !to.whole() || c.n.Attr["SrcT"].Type.whole() {
		return v
	}
	down := fn(expr.Floor, fn(abs, arg(0)))
	return c.elementwise(choose(fn(greater, arg(0), num(0)), down, fn(expr.Neg, down)), v)
}

// constant is a weight of the file.
func constant(c *nodeCall) *value {
	a := c.arrays[c.n.Name]
	if a == nil {
		malformed("there is no weight of this name")
	}
	if t := c.n.Attr["value"].Tensor; t != nil && !t.Shape.Unknown {
		s := graph.Shape{}
		for _, d := range t.Shape.Dim {
			s = append(s, int(d.Size))
		}
		if !s.Equal(a.shape) {
			malformed("its shape is %v, that of the weight %v", s, a.shape)
		}
	}
	return &value{known: a}
}
