package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// NormOptions describe a normalisation.
type NormOptions struct {
	Name     string  // of the parameters: Name.weight, Name.bias
	Eps      float64 // added to the variance; 0 means 1e-5
	NoAffine bool    // leave out weight and bias
}

func (o NormOptions) eps(b *Builder) (float64, error) {
	if o.Eps == 0 {
		return 1e-5, nil
	}
	if !(o.Eps > 0) {
		return 0, b.fail("eps: got %g, want more than 0", o.Eps)
	}
	return o.Eps, nil
}

// affine adds weight, which starts at 1, and bias, both of shape s, or returns nil without them.
func (o NormOptions) affine(b *Builder, s graph.Shape) (weight, bias *graph.Value, err error) {
	if o.NoAffine {
		return nil, nil, nil
	}
	if weight, err = b.param(o.Name+".weight", s, graph.Init{Kind: graph.InitConst, A: 1}); err != nil {
		return nil, nil, err
	}
	bias, err = b.param(o.Name+".bias", s, graph.Init{})
	return weight, bias, err
}

// moments are mean and biased variance of x over axes, which are kept with size 1. The variance sums squared distances
// from the mean, in a second pass: the difference of two large sums would lose it where the mean is large. Its derivative
// by the mean is 0, as those distances sum to 0.
func (b *Builder) moments(x *graph.Value, over []int) (mean, variance *graph.Value, err error) {
	count := 1
	for _, a := range over {
		count *= x.Shape[a]
	}
	share := c(1 / float64(count))
	if mean, err = b.sum(mul(v(0), share), over, x); err != nil {
		return nil, nil, err
	}
	d := sub(v(0), v(1))
	variance, err = b.apply(op.ReduceOp, op.ReduceAttrs{Axes: over, Keep: true, Expr: mul(mul(d, d), share), Fixed: op.Fixed{1}}, x, mean)
	return mean, variance, err
}

// normalize is (x - mean)/√(variance + eps)·weight + bias. weight and bias, which may be nil, broadcast to x.
//
// What depends on x's statistics alone is computed once for each of them, into a scale and a shift, and so is its part of
// the gradient: over x itself, the backward pass sums dy·(x - mean) and dy, and then maps once. To that end x - mean takes
// the mean for a constant, and the shift, which adds mean - mean = 0, has its gradient.
func (b *Builder) normalize(x, mean, variance, weight, bias *graph.Value, eps float64) (*graph.Value, error) {
	inverse := div(c(1), sqrt(add(v(0), c(eps))))
	if weight == nil {
		scale := op.Map(b.G, inverse, variance)
		return b.scaleShift(x, mean, scale, nil)
	}
	if s, ok := graph.Broadcast(variance.Shape, weight.Shape); ok && s.Equal(x.Shape) { // a scale would be as large as x
		y, err := b.scaleShift(x, mean, op.Map(b.G, inverse, variance), nil)
		if err != nil {
			return nil, err
		}
		return b.mapTo(add(mul(v(0), v(1)), v(2)), y, weight, bias)
	}
	scale, err := b.mapTo(mul(inverse, v(1)), variance, weight)
	if err != nil {
		return nil, err
	}
	return b.scaleShift(x, mean, scale, bias)
}

func (b *Builder) scaleShift(x, mean, scale, bias *graph.Value) (*graph.Value, error) {
	shift, in := mul(sub(v(0), v(1)), v(2)), []*graph.Value{mean, mean, scale}
	if bias != nil {
		shift, in = add(shift, v(3)), append(in, bias)
	}
	by, err := b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{shift}, Fixed: op.Fixed{0, 2}}, in...)
	if err != nil {
		return nil, err
	}
	y := add(mul(sub(v(0), v(1)), v(2)), v(3))
	return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{y}, Fixed: op.Fixed{1}}, x, mean, scale, by)
}
