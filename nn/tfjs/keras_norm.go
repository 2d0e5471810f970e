package tfjs

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

func addKerasNorm() {
	kerasLayers["BatchNormalization"] = kerasBatchNorm
	kerasLayers["LayerNormalization"] = kerasLayerNorm
	kerasLayers["Normalization"] = kerasNormalization
	kerasLayers["Rescaling"] = kerasRescaling
}

// normConfig is the config of a normalisation.
type normConfig struct {
	Axis      ints     `json:"axis"`
	Epsilon   *float64 `json:"epsilon"`
	Momentum  *float64 `json:"momentum"`
	Center    *bool    `json:"center"`
	Scale     *bool    `json:"scale"`
	Trainable *bool    `json:"trainable"`
}

// norm reads the config; the axes must be the last ones.
func (c *call) norm() (o normConfig, l layer.NormOptions) {
	c.config(&o)
	rank := len(c.x.Shape)
	if o.Axis == nil {
		o.Axis = ints{-1}
	}
	slices.Sort(o.Axis)
	for k, a := range o.Axis {
		if a != rank-len(o.Axis)+k && a != k-len(o.Axis) {
			unsupported("axis: got %v of %v, want the last", o.Axis, c.x.Shape)
		}
	}
	l.Eps = 1e-3
	if o.Epsilon != nil {
		l.Eps = *o.Epsilon
	}
	return o, l
}

func yes(b *bool) bool { return b == nil || *b }

// affine binds gamma and beta, or ones and zeros where a normalisation has none.
func (c *call) affine(o normConfig, s graph.Shape) {
	if yes(o.Scale) {
		c.bind("gamma", ".weight", s, s)
	} else {
		c.fill(".weight", s, 1)
	}
	if yes(o.Center) {
		c.bind("beta", ".bias", s, s)
	} else {
		c.fill(".bias", s, 0)
	}
}

// kerasBatchNorm uses the batch's statistics in training unless the file says that the layer is not trainable.
func kerasBatchNorm(c *call) *value {
	o, norm := c.norm()
	s := graph.Shape{c.channels()}
	c.bind("moving_mean", ".running_mean", s, s)
	c.bind("moving_variance", ".running_var", s, s)
	c.affine(o, s)
	norm.Name = c.prefix
	l := layer.BatchNormOptions{NormOptions: norm, Momentum: 0.01}
	if o.Momentum != nil {
		l.Momentum = 1 - *o.Momentum // Keras has the share of the old
	}
	training := c.b.Training
	defer func() { c.b.Training = training }()
	c.b.Training = training && yes(o.Trainable) && l.Momentum > 0
	if l.Momentum == 0 {
		l.Momentum = 1
	}
	return of(checked(layer.BatchNorm(c.b, c.x, l)))
}

func kerasLayerNorm(c *call) *value {
	o, l := c.norm()
	if len(o.Axis) > len(c.x.Shape) {
		wrong("axis: got %v of %v", o.Axis, c.x.Shape)
	}
	switch c.prefix = c.l.name; {
	case yes(o.Scale):
		c.weight("gamma") // finds the prefix
	case yes(o.Center):
		c.weight("beta")
	}
	c.affine(o, c.x.Shape[len(c.x.Shape)-len(o.Axis):])
	l.Name = c.prefix
	return of(checked(layer.LayerNorm(c.b, c.x, len(o.Axis), l)))
}

// kerasNormalization is (x - mean) / max(√variance, 1e-7), with what was measured before training.
func kerasNormalization(c *call) *value {
	c.norm()
	s := graph.Shape{c.channels()}
	mean, variance := c.weight("mean"), c.weight("variance")
	deviation := fn(maxOf, fn(sqrt, arg(2)), num(1e-7))
	return of(c.mapped(fn(div, fn(sub, arg(0), arg(1)), deviation), c.x, c.state(mean, s), c.state(variance, s)))
}

func kerasRescaling(c *call) *value {
	var o struct {
		Scale  float64 `json:"scale"`
		Offset float64 `json:"offset"`
	}
	c.config(&o)
	return c.each(fn(add, fn(mul, arg(0), num(o.Scale)), num(o.Offset)))
}
