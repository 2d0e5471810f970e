package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Losses against target values of the same shape, elementwise. A mean divides by the number of elements. They return a
// ShapeError if the shapes differ.

// MSE is the squared error, (x - target)².
func MSE(b *Builder, x, target *graph.Value, r Reduction) (*graph.Value, error) {
	d := sub(v(0), v(1))
	return b.difference(mul(d, d), x, target, r)
}

// L1 is the absolute error, |x - target|; its derivative at 0 is 0.
func L1(b *Builder, x, target *graph.Value, r Reduction) (*graph.Value, error) {
	return b.difference(magnitude(sub(v(0), v(1))), x, target, r)
}

// Huber is the squared error near 0 and the absolute one beyond delta, so that outliers do not decide.
//
//	d²/2 where |d| ≤ delta, else delta·(|d| - delta/2),   d = x - target
//
// It returns an error unless delta is more than 0.
//
// Source: Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.
func Huber(b *Builder, x, target *graph.Value, delta float64, r Reduction) (*graph.Value, error) {
	if !(delta > 0 && delta-delta == 0) {
		return nil, b.fail("delta: got %g, want more than 0, such as 1", delta)
	}
	d := sub(v(0), v(1))
	far := mul(c(delta), sub(abs(d), c(delta/2)))
	return b.difference(choose(greater(abs(d), c(delta)), far, mul(c(0.5), mul(d, d))), x, target, r)
}

func (b *Builder) difference(e *expr.Expr, x, target *graph.Value, r Reduction) (*graph.Value, error) {
	if !x.Shape.Equal(target.Shape) {
		return nil, b.fail("loss of %v: got targets %v, want the same shape", x.Shape, target.Shape)
	}
	return b.reduced(r, e, x.Shape, x, target)
}

// BinaryOptions describe a binary cross-entropy. Both weights broadcast to the logits' shape; nil means 1.
type BinaryOptions struct {
	Weight *graph.Value // of each element
	// PosWeight multiplies the part of the loss that positive targets have, where they are rare: [C] for classes along the
	// last axis.
	PosWeight *graph.Value
	Reduction Reduction
}

// BinaryCrossEntropy is the cross-entropy of sigmoid(x) with targets in 0…1, for classes that do not exclude each other.
//
//	l = w·( t·pos·softplus(-x) + (1-t)·(x + softplus(-x)) ),   softplus(-x) = -log sigmoid(x)
//
// Shapes: x and target the same. A mean divides by the number of elements. It returns a ShapeError if the targets or
// weights do not fit.
func BinaryCrossEntropy(b *Builder, x, target *graph.Value, o BinaryOptions) (*graph.Value, error) {
	share := c(1) // of softplus(-x)
	in := []*graph.Value{x, target}
	if o.PosWeight != nil {
		share = add(c(1), mul(sub(v(2), c(1)), v(1)))
		in = append(in, o.PosWeight)
	}
	e := add(mul(sub(c(1), v(1)), v(0)), mul(share, softplus(mul(c(-1), v(0)))))
	if o.Weight != nil {
		e, in = mul(e, v(len(in))), append(in, o.Weight)
	}
	if !x.Shape.Equal(target.Shape) {
		return nil, b.fail("loss of %v: got targets %v, want the same shape", x.Shape, target.Shape)
	}
	return b.reduced(o.Reduction, e, x.Shape, in...)
}
