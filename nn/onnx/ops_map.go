package onnx

import (
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Short names for expressions.
var (
	num = expr.C
	arg = expr.V
)

func e2(o expr.Op) func(a, b *expr.Expr) *expr.Expr {
	return func(a, b *expr.Expr) *expr.Expr { return expr.New(o, a, b) }
}
func e1(o expr.Op) func(a *expr.Expr) *expr.Expr {
	return func(a *expr.Expr) *expr.Expr { return expr.New(o, a) }
}

var (
	add, sub, mul, div = e2(expr.Add), e2(expr.Sub), e2(expr.Mul), e2(expr.Div)
	larger, smaller    = e2(expr.Max), e2(expr.Min)
	greater, equal     = e2(expr.Greater), e2(expr.Equal)
	neg, abs, exp, log = e1(expr.Neg), e1(expr.Abs), e1(expr.Exp), e1(expr.Log)
	root, floor        = e1(expr.Sqrt), e1(expr.Floor)
	sigmoid, tanh, erf = e1(expr.Sigmoid), e1(expr.Tanh), e1(expr.Erf)
)

func choose(cond, yes, no *expr.Expr) *expr.Expr { return expr.New(expr.Select, cond, yes, no) }
func clamp(x, lo, hi *expr.Expr) *expr.Expr      { return smaller(larger(x, lo), hi) }
func not(x *expr.Expr) *expr.Expr                { return equal(x, num(0)) }
func trunc(x *expr.Expr) *expr.Expr {
	return choose(greater(num(0), x), neg(floor(neg(x))), floor(x))
}

// roundEven rounds to the nearest whole number, of two the even one.
func roundEven(x *expr.Expr) *expr.Expr {
	up := floor(add(x, num(0.5)))
	tie := equal(add(x, num(0.5)), up)
	odd := sub(up, mul(num(2), floor(mul(up, num(0.5)))))
	return sub(up, mul(tie, odd))
}

// power is x to the y, which is no number where x is negative and y is not whole.
func power(x, y *expr.Expr) *expr.Expr {
	if y.Op == expr.Const {
		switch y.Value {
		case 0.5:
			return root(x)
		case 1:
			return x
		case 2:
			return mul(x, x)
		case 3:
			return mul(mul(x, x), x)
		case -1:
			return div(num(1), x)
		}
	}
	half, below := mul(y, num(0.5)), greater(num(0), x)
	sign := choose(mul(below, not(equal(half, floor(half)))), num(-1), num(1))
	none := root(choose(mul(below, not(equal(y, floor(y)))), num(-1), num(1)))
	return mul(expr.New(expr.Pow, abs(x), y), mul(sign, none))
}

// gelu is x·Φ(x), by the error function or the tanh that comes near it.
func gelu(x *expr.Expr, approximate bool) *expr.Expr {
	half := mul(num(0.5), x)
	if approximate {
		inner := add(x, mul(num(0.044715), mul(mul(x, x), x)))
		return mul(half, add(num(1), tanh(mul(num(math.Sqrt(2/math.Pi)), inner))))
	}
	return mul(half, add(num(1), erf(mul(x, num(math.Sqrt(0.5))))))
}

func softplus(x *expr.Expr) *expr.Expr {
	return add(larger(x, num(0)), log(add(num(1), exp(neg(abs(x))))))
}

// unary are the operators of one input, x, without attributes.
var unary = map[string]func(x *expr.Expr) *expr.Expr{
	"Abs":        abs,
	"Ceil":       func(x *expr.Expr) *expr.Expr { return neg(floor(neg(x))) },
	"Cos":        e1(expr.Cos),
	"Erf":        erf,
	"Exp":        exp,
	"Floor":      floor,
	"HardSwish":  func(x *expr.Expr) *expr.Expr { return mul(x, clamp(add(mul(x, num(1.0/6)), num(0.5)), num(0), num(1))) },
	"Log":        log,
	"Mish":       func(x *expr.Expr) *expr.Expr { return mul(x, tanh(softplus(x))) },
	"Neg":        neg,
	"Not":        not,
	"Reciprocal": func(x *expr.Expr) *expr.Expr { return div(num(1), x) },
	"Relu":       expr.ReLU,
	"Round":      roundEven,
	"Sigmoid":    sigmoid,
	"Sign":       func(x *expr.Expr) *expr.Expr { return sub(greater(x, num(0)), greater(num(0), x)) },
	"Sin":        e1(expr.Sin),
	"Softplus":   softplus,
	"Softsign":   func(x *expr.Expr) *expr.Expr { return div(x, add(num(1), abs(x))) },
	"Sqrt":       root,
	"Tanh":       tanh,
}

// shaped are the operators of one input with numbers as attributes.
var shaped = map[string]func(c *call, x *expr.Expr) *expr.Expr{
	"Celu": func(c *call, x *expr.Expr) *expr.Expr {
		a := num(c.float("alpha", 1))
		return add(larger(x, num(0)), smaller(num(0), mul(a, sub(exp(div(x, a)), num(1)))))
	},
	"Elu": func(c *call, x *expr.Expr) *expr.Expr {
		return choose(greater(x, num(0)), x, mul(num(c.float("alpha", 1)), sub(exp(x), num(1))))
	},
	"Gelu": func(c *call, x *expr.Expr) *expr.Expr { return gelu(x, c.text("approximate", "none") == "tanh") },
	"HardSigmoid": func(c *call, x *expr.Expr) *expr.Expr {
		return clamp(add(mul(num(c.float("alpha", 0.2)), x), num(c.float("beta", 0.5))), num(0), num(1))
	},
	"LeakyRelu": func(c *call, x *expr.Expr) *expr.Expr {
		return choose(greater(num(0), x), mul(num(c.float("alpha", 0.01)), x), x)
	},
	"Selu": func(c *call, x *expr.Expr) *expr.Expr {
		alpha, gamma := c.float("alpha", 1.67326319217681884765625), c.float("gamma", 1.05070102214813232421875)
		return mul(num(gamma), choose(greater(x, num(0)), x, mul(num(alpha), sub(exp(x), num(1)))))
	},
	"Shrink": func(c *call, x *expr.Expr) *expr.Expr {
		bias, lambd := num(c.float("bias", 0)), num(c.float("lambd", 0.5))
		return add(mul(greater(neg(lambd), x), add(x, bias)), mul(greater(x, lambd), sub(x, bias)))
	},
	"Swish": func(c *call, x *expr.Expr) *expr.Expr { return mul(x, sigmoid(mul(num(c.float("alpha", 1)), x))) },
	"ThresholdedRelu": func(c *call, x *expr.Expr) *expr.Expr {
		return mul(greater(x, num(c.float("alpha", 1))), x)
	},
}

// binary are the operators of two inputs that broadcast.
var binary = map[string]func(x, y *expr.Expr) *expr.Expr{
	"Add":            add,
	"And":            mul,
	"Div":            div,
	"Equal":          equal,
	"Greater":        greater,
	"GreaterOrEqual": func(x, y *expr.Expr) *expr.Expr { return not(greater(y, x)) },
	"Less":           func(x, y *expr.Expr) *expr.Expr { return greater(y, x) },
	"LessOrEqual":    func(x, y *expr.Expr) *expr.Expr { return not(greater(x, y)) },
	"Mul":            mul,
	"Or":             larger,
	"PRelu":          func(x, slope *expr.Expr) *expr.Expr { return choose(greater(num(0), x), mul(x, slope), x) },
	"Pow":            power,
	"Sub":            sub,
	"Xor":            func(x, y *expr.Expr) *expr.Expr { return abs(sub(x, y)) },
}

// compares are those whose result is a truth value.
var compares = map[string]bool{"Equal": true, "Greater": true, "GreaterOrEqual": true, "Less": true, "LessOrEqual": true}

// many are the operators of any number of inputs, taken two at a time.
var many = map[string]func(x, y *expr.Expr) *expr.Expr{"Max": larger, "Mean": add, "Min": smaller, "Sum": add}

func addMap(operators table) {
	for name, f := range unary {
		operators[name] = func(c *call) { c.set(0, c.mapped(c.input(0).dtype, f(arg(0)), c.in[0])) }
	}
	for name, f := range shaped {
		operators[name] = func(c *call) { c.set(0, c.mapped(c.input(0).dtype, f(c, arg(0)), c.in[0])) }
	}
	for name, f := range binary {
		operators[name] = func(c *call) { c.binary(name, f) }
	}
	for name, f := range many {
		operators[name] = func(c *call) { c.many(name, f) }
	}
	operators["Clip"] = clip
	operators["Where"] = func(c *call) {
		c.set(0, c.mapped(c.input(1).dtype, choose(arg(0), arg(1), arg(2)), c.input(0), c.input(1), c.input(2)))
	}
	operators["Cast"] = func(c *call) { c.set(0, c.cast(c.input(0), onnxir.DataType(c.int("to", 0)))) }
	operators["CastLike"] = func(c *call) { c.set(0, c.cast(c.input(0), c.input(1).dtype)) }
}

func (c *call) binary(name string, f func(x, y *expr.Expr) *expr.Expr) {
	x, y := c.input(0), c.input(1)
	d := x.dtype
	if compares[name] {
		d = onnxir.Bool
	}
	switch {
	case c.opset >= 7:
	case name == "PRelu" && len(y.shape) == 1:
		y = c.perChannel(y, len(x.shape))
	case c.int("broadcast", 0) == 1 && c.n.Attribute("axis") != nil: // the second begins at an axis of the first
		if behind := len(x.shape) - len(y.shape) - c.axis(c.int("axis", 0), len(x.shape)); behind > 0 {
			y = c.reshaped(y, append(y.shape.Clone(), repeat(1, behind)...))
		}
	}
	b := arg(1)
	if y.known != nil && y.known.len() == 1 {
		b = num(y.known.at(0)) // so that power sees it
	}
	e := f(arg(0), b)
	if name == "Div" && !isFloat(d) {
		e = trunc(e)
	}
	c.set(0, c.mapped(d, e, x, y))
}

func repeat(v, n int) graph.Shape {
	s := make(graph.Shape, n)
	for i := range s {
		s[i] = v
	}
	return s
}

func (c *call) many(name string, f func(x, y *expr.Expr) *expr.Expr) {
	const most = 6 // inputs of one step: an adapter guarantees eight buffers
	y := c.input(0)
	for at := 1; at < len(c.in); at += most - 1 {
		e := arg(0)
		group := c.in[at:min(len(c.in), at+most-1)]
		for k := range group {
			e = f(e, arg(k+1))
		}
		y = c.mapped(y.dtype, e, append([]*value{y}, group...)...)
	}
	if name == "Mean" {
		y = c.mapped(y.dtype, mul(arg(0), num(1/float64(len(c.in)))), y)
	}
	c.set(0, y)
}

// clip has its bounds as attributes up to version 6, as inputs from 11 on.
func clip(c *call) {
	x := c.input(0)
	in, e := []*value{x}, arg(0)
	for k, o := range []struct {
		name string
		f    func(a, b *expr.Expr) *expr.Expr
	}{{"min", larger}, {"max", smaller}} {
		bound := c.optional(1 + k)
		if bound == nil && c.n.Attribute(o.name) != nil {
			bound = knownOf(onnxir.Float, graph.Shape{}, []float64{c.float(o.name, 0)})
		}
		if bound != nil {
			e = o.f(e, arg(len(in)))
			in = append(in, bound)
		}
	}
	c.set(0, c.mapped(x.dtype, e, in...))
}

// cast changes the type, and the numbers where the new one does not hold them.
func (c *importer) cast(x *value, to onnxir.DataType) *value {
	if !isFloat(to) && !isWhole(to) {
		check(fmt.Errorf("cast from %v to %v: %w", x.dtype, to, graph.ErrUnsupported))
	}
	e := arg(0)
	switch {
	case to == onnxir.Bool:
		e = not(not(arg(0)))
	case !isFloat(to) && isFloat(x.dtype):
		e = trunc(arg(0))
	case x.v != nil && x.known == nil: // nothing to do but the name of the type
		y := *x
		y.dtype = to
		if x.v.Type == graph.F32 || !isFloat(to) {
			return &y
		}
	}
	return c.mapped(to, e, x)
}
