package tfjs

import (
	"encoding/json"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

func addKerasShape() {
	for _, class := range []string{"Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise",
		"ActivityRegularization", "InputLayer", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast",
		"RandomBrightness"} {
		passes[class] = true
		kerasLayers[class] = func(c *call) *value { return c.in[0] } // but for training, they do nothing
	}
	passes["Flatten"], passes["Reshape"] = true, true
	kerasLayers["Flatten"] = func(c *call) *value {
		s := c.in[0].shape()
		return c.reshaped(c.in[0], graph.Shape{s[0], s[1:].Elems()})
	}
	kerasLayers["Reshape"] = func(c *call) *value {
		var o struct {
			Shape []*int `json:"target_shape"` // TensorFlow.js writes null for -1
		}
		c.config(&o)
		return c.reshaped(c.in[0], append(graph.Shape{c.in[0].shape()[0]}, openSizes(o.Shape)...))
	}
	kerasLayers["Permute"] = func(c *call) *value {
		var o struct {
			Dims []int `json:"dims"`
		}
		c.config(&o)
		return of(checked(layer.Permute(c.b, c.x, append([]int{0}, o.Dims...)...)))
	}
	kerasLayers["ZeroPadding2D"] = func(c *call) *value {
		p := c.sides("padding", 1)
		return of(checked(layer.Pad(c.b, c.pixels(), layer.PadOptions{Pads: [][2]int{{}, p[0], p[1], {}}})))
	}
	kerasLayers["Cropping2D"] = func(c *call) *value {
		x, p := c.pixels(), c.sides("cropping", 0)
		from, to := make([]int, 4), x.Shape.Clone()
		for i := range p {
			if p[i][0] < 0 || p[i][1] < 0 || p[i][0] >= x.Shape[1+i]-p[i][1] {
				wrong("cropping: got %v for an input %v, want something left", p, x.Shape)
			}
			from[1+i], to[1+i] = p[i][0], x.Shape[1+i]-p[i][1]
		}
		return of(checked(layer.Slice(c.b, x, from, to, nil)))
	}
	kerasLayers["UpSampling2D"] = func(c *call) *value {
		var o struct {
			Size ints   `json:"size"`
			Mode string `json:"interpolation"`
		}
		c.config(&o)
		x, size := c.pixels(), o.Size.two(ints{2, 2})
		r := resampling{linear: o.Mode == "bilinear"}
		if o.Mode != "" && o.Mode != "nearest" && o.Mode != "bilinear" {
			unsupported("interpolation: got %q, want nearest or bilinear", o.Mode)
		}
		for i, s := range size {
			if s < 1 || s > 1<<16 {
				wrong("size: got %v, want 1 or more", size)
			}
			r.size[i] = x.Shape[1+i] * s
		}
		return of(c.resampled(x, r))
	}
}

// reshaped gives a tensor another shape. A softmax stays to be added later if its axis remains.
func (i *importer) reshaped(x *value, s graph.Shape) *value {
	if from := x.shape(); x.softmax && len(s) > 0 && s[len(s)-1] == from[len(from)-1] {
		return &value{v: i.reshape(x.v, s), softmax: true}
	}
	return of(i.reshape(i.data(x), s))
}

// sides reads n, [height, width] or [[top, bottom], [left, right]].
func (c *call) sides(key string, missing int) [2][2]int {
	var o map[string]json.RawMessage
	c.config(&o)
	var four [2][2]int
	raw := o[key]
	if raw == nil {
		raw = json.RawMessage(fmt.Sprint(missing))
	}
	if json.Unmarshal(raw, &four) == nil {
		return four
	}
	var n ints
	check(decode(raw, &n))
	two := n.two(nil)
	return [2][2]int{{two[0], two[0]}, {two[1], two[1]}}
}
