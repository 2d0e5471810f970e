package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Dropout sets a share p of the elements to 0 in training and scales the others up, so that the mean stays; otherwise it
// does nothing.
//
//	y[i] = x[i] · [u[i] ≥ p] / (1 - p),   u uniform in [0,1)
//
// It returns an error unless 0 ≤ p < 1.
// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
func Dropout(b *Builder, x *graph.Value, p float64) (*graph.Value, error) {
	return b.drop(x, p, x.Shape)
}

// SpatialDropout drops whole channels of a sample, as neighbouring pixels say much the same: a u for each [N,1,…,1,C].
//
// Source: Tompson, Goroshin, Jain, LeCun, Bregler, "Efficient object localization using convolutional networks", CVPR 2015.
func SpatialDropout(b *Builder, x *graph.Value, p float64) (*graph.Value, error) {
	s := x.Shape.Clone()
	for i := 1; i < len(s)-1; i++ {
		s[i] = 1
	}
	return b.drop(x, p, s)
}

// StochasticDepth drops all of a sample's x, the branch of a residual block, so that the sample takes the short way: a u for
// each [N,1,…]. As in Dropout what stays is scaled up in training, not down afterwards as in the paper.
//
// Source: Huang, Sun, Liu, Sedra, Weinberger, "Deep networks with stochastic depth", ECCV 2016, arXiv:1603.09382.
func StochasticDepth(b *Builder, x *graph.Value, p float64) (*graph.Value, error) {
	s := x.Shape.Clone()
	for i := 1; i < len(s); i++ {
		s[i] = 1
	}
	return b.drop(x, p, s)
}

// drop is Dropout with draws of a shape that broadcasts to x.
func (b *Builder) drop(x *graph.Value, p float64, draws graph.Shape) (*graph.Value, error) {
	if !(p >= 0 && p < 1) {
		return nil, b.fail("dropped share: got %g, want 0 or more and less than 1", p)
	}
	if !b.Training && !b.Sampling || p == 0 {
		return x, nil
	}
	u, err := b.uniform(draws)
	if err != nil {
		return nil, err
	}
	return op.Map(b.G, choose(greater(c(p), v(1)), c(0), mul(v(0), c(1/(1-p)))), x, u), nil
}
