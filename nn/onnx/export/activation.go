package export

import (
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
)

// activation is an operator of ONNX for an expression of variable 0. The other variables are constants, which become
// attributes, or inputs where attrs has no name for them.
type activation struct {
	kind    string
	pattern *expr.Expr
	attrs   []string // of variables 1, 2, …
	inputs  int      // constants that are inputs instead
	slope   bool     // variable 1 is a known value for each channel
}

// activations are in this order as the later ones are more general. Layers and the importer write some in two ways.
var activations = func() []activation {
	n, c, x := expr.New, expr.C, v0
	relu := expr.ReLU(x)
	leaky := func(slope *expr.Expr) *expr.Expr {
		return n(expr.Select, n(expr.Greater, x, c(0)), x, n(expr.Mul, slope, x))
	}
	leakyToo := func(slope *expr.Expr) *expr.Expr {
		return n(expr.Select, n(expr.Greater, c(0), x), n(expr.Mul, slope, x), x)
	}
	prelu := n(expr.Select, n(expr.Greater, c(0), x), n(expr.Mul, x, v1), x)
	clip := func(x, lo, hi *expr.Expr) *expr.Expr { return n(expr.Min, n(expr.Max, x, lo), hi) }
	hard := func(a, b *expr.Expr) *expr.Expr { return clip(n(expr.Add, n(expr.Mul, a, x), b), c(0), c(1)) }
	below := n(expr.Sub, n(expr.Exp, n(expr.Min, c(0), x)), c(1)) // exp(min(0,x)) - 1
	elu := func(above, below *expr.Expr) *expr.Expr {
		return n(expr.Select, n(expr.Greater, x, c(0)), above, below)
	}
	one := c(1)
	return []activation{
		{kind: "Relu", pattern: relu},
		{kind: "LeakyRelu", pattern: leaky(v1), attrs: []string{"alpha"}},
		{kind: "LeakyRelu", pattern: leakyToo(v1), attrs: []string{"alpha"}},
		{kind: "PRelu", pattern: leaky(v1), slope: true},
		{kind: "PRelu", pattern: prelu, slope: true},
		{kind: "Elu", pattern: elu(x, below)},
		{kind: "Elu", pattern: elu(x, n(expr.Mul, v1, below)), attrs: []string{"alpha"}},
		{kind: "Selu", pattern: elu(n(expr.Mul, v1, x), n(expr.Mul, expr.V(2), below)), attrs: []string{"gamma", "alpha"}},
		{kind: "Softplus", pattern: n(expr.Add, relu, n(expr.Log, n(expr.Add, one, n(expr.Exp, n(expr.Neg, n(expr.Abs, x))))))},
		{kind: "HardSwish", pattern: n(expr.Mul, x, hard(c(1.0/6), c(0.5)))},
		{kind: "HardSigmoid", pattern: hard(v1, expr.V(2)), attrs: []string{"alpha", "beta"}},
		{kind: "Clip", pattern: clip(x, v1, expr.V(2)), inputs: 2},
		{kind: "Abs", pattern: n(expr.Mul, x, n(expr.Sub, n(expr.Greater, x, c(0)), n(expr.Greater, c(0), x)))},
		{kind: "Reciprocal", pattern: n(expr.Div, one, x)},
	}
}()

// named writes e as one of the activations, or returns "".
func (p *printer) named(e *expr.Expr) string {
	for _, a := range activations {
		m := matched(a.pattern, e)
		if m == nil || !p.suits(a, m) {
			continue
		}
		in := []string{p.number(m[0])}
		var attrs []*onnxir.Attribute
		for i, name := range a.attrs {
			v := m[1+i].Value
			if a.kind == "Selu" && name == "alpha" { // Fovea has the product
				v /= m[1].Value
			}
			attrs = append(attrs, onnxir.FloatAttribute(name, float32(v)))
		}
		for i := range a.inputs {
			in = append(in, p.scalar(m[1+i].Value))
		}
		if a.slope {
			in = append(in, p.variable(m[1].Index))
		}
		return p.emit(a.kind, in, attrs...)
	}
	return ""
}

// suits reports whether what the variables of a pattern stand for can be written.
func (p *printer) suits(a activation, m []*expr.Expr) bool {
	for i := range len(a.attrs) + a.inputs {
		if m[1+i].Op != expr.Const {
			return false
		}
	}
	if a.kind == "Selu" && m[1].Value == 0 {
		return false
	}
	// A slope stretches to the size of what it multiplies, not the other way round.
	return !a.slope || m[1].Op == expr.Var && p.in[m[1].Index].known != nil &&
		m[0].Op == expr.Var && p.in[m[0].Index].shape.Equal(p.shape)
}
