package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// ReLU is max(x, 0). Source: Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.
func ReLU(b *Builder, x *graph.Value) *graph.Value { return op.Map(b.G, expr.ReLU(expr.V(0)), x) }

// Sigmoid is 1 / (1 + exp(-x)).
func Sigmoid(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, expr.New(expr.Sigmoid, expr.V(0)), x)
}

// Tanh is the hyperbolic tangent.
func Tanh(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, expr.New(expr.Tanh, expr.V(0)), x)
}

// Softmax turns the last axis into probabilities.
//
//	y[…,c] = exp(x[…,c] - m) / Σ k exp(x[…,k] - m),   m = max k x[…,k]
func Softmax(b *Builder, x *graph.Value) (*graph.Value, error) {
	last := []int{len(x.Shape) - 1}
	m, err := b.apply(op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceMax, Axes: last, Keep: true, Expr: expr.V(0)}, x)
	if err != nil {
		return nil, err
	}
	e := op.Map(b.G, expr.New(expr.Exp, expr.New(expr.Sub, expr.V(0), expr.V(1))), x, m)
	sum, err := b.apply(op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceSum, Axes: last, Keep: true, Expr: expr.V(0)}, e)
	if err != nil {
		return nil, err
	}
	return op.Map(b.G, expr.New(expr.Div, expr.V(0), expr.V(1)), e, sum), nil
}
