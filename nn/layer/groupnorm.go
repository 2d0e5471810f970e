package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// LayerNorm standardises each sample, or each place of it, over its last axes.
//
//	y = (x - mean) / √(var + eps) · weight + bias,   mean and var over the last numAxes axes
//
// Shapes: x […,S…], weight and bias [S…] with numAxes axes. It returns a ShapeError if x does not have these axes.
//
// Source: Ba, Kiros, Hinton, "Layer normalization", 2016, arXiv:1607.06450.
func LayerNorm(b *Builder, x *graph.Value, numAxes int, o NormOptions) (*graph.Value, error) {
	eps, err := o.eps(b)
	if err != nil {
		return nil, err
	}
	rank := len(x.Shape)
	if numAxes < 1 || numAxes > rank {
		return nil, b.fail("axes: got %d, want 1 to %d for an input %v", numAxes, rank, x.Shape)
	}
	weight, bias, err := o.affine(b, x.Shape[rank-numAxes:])
	if err != nil {
		return nil, err
	}
	mean, variance, err := b.moments(x, axes(rank-numAxes, rank))
	if err != nil {
		return nil, err
	}
	return b.normalize(x, mean, variance, weight, bias, eps)
}

// GroupNorm standardises groups of neighbouring channels of each sample, over all places. Unlike in BatchNorm, a sample's
// result does not depend on the others.
//
//	y[n,…,c] = (x[n,…,c] - mean[n,g]) / √(var[n,g] + eps) · weight[c] + bias[c],   g the group of c
//
// Shapes: x [N,…,C], weight and bias [C]. It returns a ShapeError if groups does not divide the channels.
//
// Source: Wu, He, "Group normalization", ECCV 2018, arXiv:1803.08494.
func GroupNorm(b *Builder, x *graph.Value, groups int, o NormOptions) (*graph.Value, error) {
	eps, err := o.eps(b)
	if err != nil {
		return nil, err
	}
	rank := len(x.Shape)
	if rank < 2 {
		return nil, b.fail("input: got %v, want samples and channels", x.Shape)
	}
	if groups < 1 || channels(x)%groups != 0 {
		return nil, b.fail("groups: got %d, want a divisor of the %d channels", groups, channels(x))
	}
	weight, bias, err := o.affine(b, x.Shape[rank-1:])
	if err != nil {
		return nil, err
	}
	each := channels(x) / groups
	grouped := op.Reshape(b.G, x, graph.Shape{x.Shape[0], x.Shape[1 : rank-1].Elems(), groups, each})
	if weight != nil {
		weight, bias = op.Reshape(b.G, weight, graph.Shape{groups, each}), op.Reshape(b.G, bias, graph.Shape{groups, each})
	}
	mean, variance, err := b.moments(grouped, []int{1, 3})
	if err != nil {
		return nil, err
	}
	y, err := b.normalize(grouped, mean, variance, weight, bias, eps)
	if err != nil {
		return nil, err
	}
	return op.Reshape(b.G, y, x.Shape), nil
}

// InstanceNorm standardises each channel of each sample over all places: GroupNorm with a channel a group.
//
// Source: Ulyanov, Vedaldi, Lempitsky, "Instance normalization", 2016, arXiv:1607.08022.
func InstanceNorm(b *Builder, x *graph.Value, o NormOptions) (*graph.Value, error) {
	if len(x.Shape) < 3 {
		return nil, b.fail("input: got %v, want samples, places and channels", x.Shape)
	}
	return GroupNorm(b, x, channels(x), o)
}
