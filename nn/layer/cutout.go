package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Cutout sets a square of side pixels to 0, in all channels, around a place that is drawn for each picture; it may reach
// over the edge. Outside training it does nothing.
//
//	y[n,h,w,c] = 0 where top ≤ h < top+side and left ≤ w < left+side, else x[n,h,w,c]
//	top = ⌊u[n]·H⌋ - ⌊side/2⌋, left alike
//
// Shapes: x and y [N,H,W,C]. It returns a ShapeError if x is no picture or side is below 1.
//
// Source: DeVries, Taylor, "Improved regularization of convolutional neural networks with cutout", 2017, arXiv:1708.04552.
func Cutout(b *Builder, x *graph.Value, side int) (*graph.Value, error) {
	if len(x.Shape) != 4 || side < 1 || side > 1<<20 {
		return nil, b.fail("cutout of %v: side: got %d, want [N,H,W,C] and at least 1", x.Shape, side)
	}
	if !b.Training {
		return x, nil
	}
	in := []*graph.Value{x}
	inside := c(1)
	for i := 1; i <= 2; i++ {
		size := x.Shape[i]
		u, err := b.uniform(graph.Shape{x.Shape[0], 1, 1, 1})
		if err != nil {
			return nil, err
		}
		s, places := graph.Shape{1, 1, 1, 1}, make([]float64, size)
		s[i] = size
		for k := range places {
			places[k] = float64(k)
		}
		place, draw := v(len(in)), v(len(in)+1)
		in = append(in, b.constant(s, places), u)
		first := sub(expr.New(expr.Floor, mul(draw, c(float64(size)))), c(float64(side/2)))
		offset := sub(place, first)
		inside = mul(inside, mul(greater(offset, c(-0.5)), greater(c(float64(side)-0.5), offset)))
	}
	return b.mapTo(choose(inside, c(0), v(0)), in...)
}
