package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
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
	if !(p >= 0 && p < 1) {
		return nil, b.fail("dropped share: got %g, want 0 or more and less than 1", p)
	}
	if !b.Training || p == 0 {
		return x, nil
	}
	b.draws++
	u := op.Random(b.G, b.Random, b.draws, x.Shape)
	scaled := expr.New(expr.Mul, expr.V(0), expr.C(1/(1-p)))
	return op.Map(b.G, expr.New(expr.Select, expr.New(expr.Greater, expr.C(p), expr.V(1)), expr.C(0), scaled), x, u), nil
}
