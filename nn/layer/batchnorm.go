package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// BatchNormOptions describe a batch normalisation.
type BatchNormOptions struct {
	NormOptions
	// Momentum is the share of the new batch in the running statistics; 0 means 0.1.
	Momentum float64
}

// BatchNorm standardises each channel over the batch and all places, and learns another mean and deviation for it.
//
//	y[…,c] = (x[…,c] - mean[c]) / √(var[c] + eps) · weight[c] + bias[c]
//
// In training, mean and var are those of the batch, var divided by n, the number of elements of a channel, and the
// running statistics move when the run ends:
//
//	running_mean = (1 - momentum)·running_mean + momentum·mean
//	running_var  = (1 - momentum)·running_var + momentum·var·n/(n - 1)
//
// Otherwise mean and var are the running statistics. Where layers of one name share them, they move once for each, in the
// order in which the layers were added, so that they end up between the statistics of all.
// Shapes: x [N,…,C], weight, bias and the states NAME.running_mean (starts at 0) and NAME.running_var (at 1) [C].
//
// It returns a ShapeError if x has fewer than two axes, in training if a channel has a single element, or if a number is
// out of range.
//
// Source: Ioffe, Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167.
func BatchNorm(b *Builder, x *graph.Value, o BatchNormOptions) (*graph.Value, error) {
	eps, err := o.eps(b)
	if err != nil {
		return nil, err
	}
	momentum := o.Momentum
	if momentum == 0 {
		momentum = 0.1
	}
	if !(momentum > 0 && momentum <= 1) {
		return nil, b.fail("momentum: got %g, want more than 0, at most 1", momentum)
	}
	rank := len(x.Shape)
	if rank < 2 {
		return nil, b.fail("input: got %v, want samples and channels", x.Shape)
	}
	s := x.Shape[rank-1:]
	weight, bias, err := o.affine(b, s)
	if err != nil {
		return nil, err
	}
	runningMean, runningVar := b.state(o.Name+".running_mean", s, 0), b.state(o.Name+".running_var", s, 1)
	if !b.Training {
		return b.standardise(x, runningMean, runningVar, weight, bias, eps)
	}
	n := x.Shape[:rank-1].Elems()
	if n < 2 {
		return nil, b.fail("input: got one element a channel in %v, want several, such as a larger batch: its variance is unknown", x.Shape)
	}
	mean, variance, err := b.moments(x, axes(0, rank-1))
	if err != nil {
		return nil, err
	}
	mean, variance = op.Reshape(b.G, mean, s), op.Reshape(b.G, variance, s)
	move := func(state, to *graph.Value, scale float64) {
		b.G.Move(state, func(from *graph.Value) *graph.Value {
			return op.Map(b.G, add(mul(c(1-momentum), v(0)), mul(c(momentum*scale), v(1))), from, to)
		})
	}
	move(runningMean, mean, 1)
	move(runningVar, variance, float64(n)/float64(n-1))
	return b.normalize(x, mean, variance, weight, bias, eps)
}

// standardise is normalize with given statistics: one map, which a convolution before it can take in.
func (b *Builder) standardise(x, mean, variance, weight, bias *graph.Value, eps float64) (*graph.Value, error) {
	scale, in := div(c(1), sqrt(add(v(0), c(eps)))), []*graph.Value{variance}
	if weight != nil {
		scale, in = mul(scale, v(1)), append(in, weight)
	}
	y, on := mul(sub(v(0), v(1)), v(2)), []*graph.Value{x, mean, op.Map(b.G, scale, in...)}
	if bias != nil {
		y, on = add(y, v(3)), append(on, bias)
	}
	return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{y}}, on...)
}
