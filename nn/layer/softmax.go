package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Softmax turns the last axis into probabilities; see SoftmaxOver.
func Softmax(b *Builder, x *graph.Value) (*graph.Value, error) { return SoftmaxOver(b, x, -1) }

// SoftmaxOver turns an axis, counted from the end where it is negative, into probabilities.
//
//	y[…,c,…] = exp(x[…,c,…] - m) / Σ k exp(x[…,k,…] - m),   m = max k x[…,k,…]
//
// It returns a ShapeError if there is no such axis.
func SoftmaxOver(b *Builder, x *graph.Value, axis int) (*graph.Value, error) {
	m, over, err := b.maximum(x, axis)
	if err != nil {
		return nil, err
	}
	e, err := b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{exp(sub(v(0), v(1)))}, Fixed: op.Fixed{1}}, x, m)
	if err != nil {
		return nil, err
	}
	sum, err := b.sum(v(0), over, e)
	if err != nil {
		return nil, err
	}
	return b.mapTo(div(v(0), v(1)), e, sum)
}

// LogSoftmax is the logarithm of Softmax; see LogSoftmaxOver.
func LogSoftmax(b *Builder, x *graph.Value) (*graph.Value, error) { return LogSoftmaxOver(b, x, -1) }

// LogSoftmaxOver is the logarithm of SoftmaxOver, without the loss of small probabilities.
//
//	y[…,c,…] = x[…,c,…] - m - log Σ k exp(x[…,k,…] - m),   m = max k x[…,k,…]
//
// It returns a ShapeError if there is no such axis.
func LogSoftmaxOver(b *Builder, x *graph.Value, axis int) (*graph.Value, error) {
	m, over, err := b.maximum(x, axis)
	if err != nil {
		return nil, err
	}
	sum, err := b.apply(op.ReduceOp, op.ReduceAttrs{Axes: over, Keep: true, Expr: exp(sub(v(0), v(1))), Fixed: op.Fixed{1}}, x, m)
	if err != nil {
		return nil, err
	}
	y := sub(sub(v(0), v(1)), log(v(2)))
	return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{y}, Fixed: op.Fixed{1}}, x, m, sum)
}

// maximum is the largest element along an axis, which is kept with size 1 and returned for a reduction. Whatever is
// subtracted, softmax is the same: no gradient flows through it.
func (b *Builder) maximum(x *graph.Value, axis int) (m *graph.Value, over []int, err error) {
	if axis, err = b.axis(x, axis); err != nil {
		return nil, nil, err
	}
	over = []int{axis}
	m, err = b.apply(op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceMax, Axes: over, Keep: true, Expr: v(0)}, x)
	return m, over, err
}
