package train

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// colour changes saturation, contrast and brightness, in this order, by numbers drawn for each sample n:
//
//	s = grey + (x - grey)·(1 + saturation·u)   grey: mean over the channels of the pixel
//	y = mean + (s - mean)·(1 + contrast·v) + brightness·w   mean: over all of the sample's elements; u, v, w in [-1,1)
//
// Source: Howard, "Some improvements on deep convolutional neural network based image classification", 2013,
// arXiv:1312.5402, section 2.2.
func (a Augment) colour(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	last := len(x.Shape) - 1
	if a.Saturation > 0 {
		var err error
		if x, err = spread(b, x, []int{last}, a.Saturation); err != nil {
			return nil, err
		}
	}
	if a.Contrast > 0 {
		axes := make([]int, last)
		for i := range axes {
			axes[i] = i + 1
		}
		var err error
		if x, err = spread(b, x, axes, a.Contrast); err != nil {
			return nil, err
		}
	}
	if a.Brightness > 0 {
		u, err := b.Uniform(perSample(x))
		if err != nil {
			return nil, err
		}
		x = op.Map(b.G, expr.New(expr.Add, expr.V(0), symmetric(1, a.Brightness)), x, u)
	}
	return x, nil
}

// spread multiplies the differences from the mean over axes by a factor from 1-most to 1+most.
func spread(b *layer.Builder, x *graph.Value, axes []int, most float64) (*graph.Value, error) {
	u, err := b.Uniform(perSample(x))
	if err != nil {
		return nil, err
	}
	count := 1
	for _, i := range axes {
		count *= x.Shape[i]
	}
	part := expr.New(expr.Mul, expr.V(0), expr.C(1/float64(count)))
	mean, err := op.Apply(b.G, op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceSum, Axes: axes, Keep: true, Expr: part}, x)
	if err != nil {
		return nil, err
	}
	n := expr.New
	factor := n(expr.Add, expr.C(1), symmetric(2, most))
	return op.Map(b.G, n(expr.Add, expr.V(1), n(expr.Mul, n(expr.Sub, expr.V(0), expr.V(1)), factor)), x, mean[0], u), nil
}
