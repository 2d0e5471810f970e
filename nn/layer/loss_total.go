package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// WeightedSum adds scalars up, such as a loss and those of side heads, which count less.
//
//	y = Σ i weights[i]·losses[i]
//
// It returns a ShapeError unless there is a weight for each loss and at least one, and all losses are scalars.
//
// Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 5: side heads with weight 0.3.
func WeightedSum(b *Builder, losses []*graph.Value, weights []float64) (*graph.Value, error) {
	if len(losses) == 0 || len(losses) != len(weights) {
		return nil, b.fail("losses: got %d with %d weights, want a weight for each, at least one", len(losses), len(weights))
	}
	var sum *graph.Value
	for i, l := range losses {
		if l.Shape.Elems() != 1 || len(l.Shape) != 0 {
			return nil, b.fail("loss %d: got shape %v, want a scalar", i, l.Shape)
		}
		e, in := mul(c(weights[i]), v(0)), []*graph.Value{l}
		if sum != nil {
			e, in = add(e, v(1)), append(in, sum)
		}
		var err error
		if sum, err = b.mapTo(e, in...); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// L1Penalty is lambda·Σ|w| over parameters; it makes weights exactly 0. It returns an error if there are none.
func L1Penalty(b *Builder, lambda float64, params ...*graph.Value) (*graph.Value, error) {
	return b.penalty(mul(c(lambda), magnitude(v(0))), params)
}

// L2Penalty is lambda/2·Σw² over parameters, whose gradient lambda·w is that of weight decay. It returns an error if there
// are none.
func L2Penalty(b *Builder, lambda float64, params ...*graph.Value) (*graph.Value, error) {
	return b.penalty(mul(c(lambda/2), mul(v(0), v(0))), params)
}

func (b *Builder) penalty(e *expr.Expr, params []*graph.Value) (*graph.Value, error) {
	var sums []*graph.Value
	for _, p := range params {
		sum, err := b.reduced(ReduceSum, e, p.Shape, p)
		if err != nil {
			return nil, err
		}
		sums = append(sums, sum)
	}
	return Add(b, sums...)
}
