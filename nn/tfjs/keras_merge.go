package tfjs

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

func addKerasMerge() {
	kerasLayers["Add"] = func(c *call) *value { return of(c.merged(add)) }
	kerasLayers["Subtract"] = func(c *call) *value {
		if len(c.in) != 2 {
			wrong("got %d inputs, want two", len(c.in))
		}
		return of(c.merged(sub))
	}
	kerasLayers["Multiply"] = func(c *call) *value { return of(c.merged(mul)) }
	kerasLayers["Maximum"] = func(c *call) *value { return of(c.merged(maxOf)) }
	kerasLayers["Minimum"] = func(c *call) *value { return of(c.merged(minOf)) }
	kerasLayers["Average"] = func(c *call) *value {
		return of(c.mapped(fn(mul, arg(0), num(1/float64(len(c.in)))), c.merged(add)))
	}
	kerasLayers["Concatenate"] = func(c *call) *value {
		o := struct {
			Axis int `json:"axis"`
		}{-1}
		c.config(&o)
		if o.Axis == 0 {
			unsupported("axis 0, the samples: want another")
		}
		var xs []*graph.Value
		for _, v := range c.in {
			xs = append(xs, c.data(v))
		}
		return of(checked(layer.Concat(c.b, o.Axis, xs...)))
	}
}

// merged combines the inputs two by two. One with fewer axes gets axes of size 1 behind the samples, as Keras has it.
func (c *call) merged(o expr.Op) *graph.Value {
	rank := 0
	for _, v := range c.in {
		rank = max(rank, len(v.shape()))
	}
	var y *graph.Value
	for k, v := range c.in {
		x := c.data(v)
		if missing := rank - len(x.Shape); missing > 0 {
			x = c.reshape(x, slices.Concat(x.Shape[:1], slices.Repeat(graph.Shape{1}, missing), x.Shape[1:]))
		}
		if k == 0 {
			y = x
			continue
		}
		y = c.mapped(fn(o, arg(0), arg(1)), y, x)
	}
	return y
}
