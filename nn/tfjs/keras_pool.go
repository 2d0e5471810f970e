package tfjs

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

func addKerasPool() {
	kerasLayers["MaxPooling2D"] = func(c *call) *value { return of(checked(layer.MaxPool(c.b, c.pixels(), c.pool()))) }
	kerasLayers["AveragePooling2D"] = func(c *call) *value { return of(checked(layer.AvgPool(c.b, c.pixels(), c.pool()))) }
	kerasLayers["GlobalMaxPooling2D"] = func(c *call) *value { return c.global(layer.GlobalMaxPool) }
	kerasLayers["GlobalAveragePooling2D"] = func(c *call) *value { return c.global(layer.GlobalAvgPool) }
}

// pool reads a window; TensorFlow's averages leave the padding out.
func (c *call) pool() layer.PoolOptions {
	var o struct {
		Size    ints   `json:"pool_size"`
		Stride  ints   `json:"strides"`
		Padding string `json:"padding"`
	}
	c.config(&o)
	size := o.Size.two(ints{2, 2})
	return layer.PoolOptions{Window: window(c.x, size, o.Stride.two(size), nil, o.Padding), IgnorePad: true}
}

// global drops the axes of space unless keepdims says to leave them.
func (c *call) global(f func(*layer.Builder, *graph.Value) (*graph.Value, error)) *value {
	var o struct {
		Keep bool `json:"keepdims"`
	}
	c.config(&o)
	y := checked(f(c.b, c.pixels()))
	if o.Keep {
		return of(y)
	}
	return of(c.reshape(y, graph.Shape{y.Shape[0], y.Shape[3]}))
}
