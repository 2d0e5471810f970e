package tfjs

import (
	"encoding/json"
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

func addKerasActivation() {
	passes["Activation"], passes["Softmax"] = true, true
	kerasLayers["Activation"] = func(c *call) *value {
		var o struct {
			Activation json.RawMessage `json:"activation"`
		}
		c.config(&o)
		if activationName(o.Activation) == "linear" {
			return c.in[0]
		}
		return c.activated(c.data(c.in[0]), o.Activation)
	}
	kerasLayers["Softmax"] = func(c *call) *value {
		o := struct {
			Axis ints `json:"axis"`
		}{ints{-1}}
		c.config(&o)
		x := c.data(c.in[0])
		if len(o.Axis) != 1 || o.Axis[0] != -1 && o.Axis[0] != len(x.Shape)-1 {
			unsupported("axis: got %v of %v, want the last", o.Axis, x.Shape)
		}
		return &value{v: x, softmax: true}
	}
	kerasLayers["ReLU"] = kerasReLU
	kerasLayers["PReLU"] = kerasPReLU
	kerasLayers["LeakyReLU"] = func(c *call) *value {
		var o struct {
			Alpha *float64 `json:"alpha"`
			Slope *float64 `json:"negative_slope"` // Keras 3
		}
		c.config(&o)
		if o.Alpha == nil {
			o.Alpha = o.Slope
		}
		return c.each(leaky(number(o.Alpha, 0.3)))
	}
	kerasLayers["ELU"] = func(c *call) *value {
		var o struct {
			Alpha *float64 `json:"alpha"`
		}
		c.config(&o)
		return c.each(elu(number(o.Alpha, 1)))
	}
	kerasLayers["ThresholdedReLU"] = func(c *call) *value {
		var o struct {
			Theta *float64 `json:"theta"`
		}
		c.config(&o)
		return c.each(choose(fn(greater, arg(0), num(number(o.Theta, 1))), arg(0), num(0)))
	}
}

func number(f *float64, missing float64) float64 {
	if f == nil {
		return missing
	}
	return *f
}

// activations are functions of each element, as Keras names them.
var activations = map[string]*expr.Expr{
	"relu":         expr.ReLU(arg(0)),
	"relu6":        clip(arg(0), 0, 6),
	"elu":          elu(1),
	"selu":         fn(mul, num(seluScale), elu(seluAlpha)),
	"leaky_relu":   leaky(0.2),
	"sigmoid":      fn(sigmoid, arg(0)),
	"hard_sigmoid": clip(fn(add, fn(mul, num(0.2), arg(0)), num(0.5)), 0, 1),
	"tanh":         fn(tanh, arg(0)),
	"softplus":     softplus(arg(0)),
	"softsign":     fn(div, arg(0), fn(add, num(1), fn(abs, arg(0)))),
	"swish":        fn(mul, arg(0), fn(sigmoid, arg(0))),
	"silu":         fn(mul, arg(0), fn(sigmoid, arg(0))),
	"mish":         fn(mul, arg(0), fn(tanh, softplus(arg(0)))),
	"exponential":  fn(exp, arg(0)),
	"gelu": fn(mul, fn(mul, num(0.5), arg(0)),
		fn(add, num(1), fn(expr.Erf, fn(mul, arg(0), num(1/math.Sqrt2))))),
}

// The numbers of SELU. Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NIPS 2017.
const (
	seluScale = 1.0507009873554805
	seluAlpha = 1.6732632423543772
)

// activationName reads the name, which may stand in an object; nothing is linear.
func activationName(config json.RawMessage) string {
	var name string
	if json.Unmarshal(config, &name) == nil && name != "" {
		return name
	}
	var o struct {
		Class  string `json:"class_name"`
		Config any    `json:"config"`
	}
	check(decode(config, &o))
	if name, ok := o.Config.(string); ok {
		return name
	}
	if o.Class == "" {
		return "linear"
	}
	return o.Class
}

// activated applies an activation to y.
func (c *call) activated(y *graph.Value, config json.RawMessage) *value {
	name := activationName(config)
	switch name {
	case "linear":
		return of(y)
	case "softmax":
		return &value{v: y, softmax: true}
	case "log_softmax":
		return of(checked(layer.LogSoftmax(c.b, y)))
	}
	e := activations[name]
	if e == nil {
		unsupported("the activation %q is not known here", name)
	}
	return of(c.mapped(e, y))
}

// kerasReLU is
//
//	y = max_value where x ≥ max_value;  x where threshold ≤ x;  negative_slope·(x - threshold) elsewhere
func kerasReLU(c *call) *value {
	var o struct {
		Max       *float64 `json:"max_value"`
		Slope     *float64 `json:"negative_slope"`
		Threshold *float64 `json:"threshold"`
	}
	c.config(&o)
	slope, t := number(o.Slope, 0), number(o.Threshold, 0)
	y := expr.ReLU(arg(0))
	if slope != 0 || t != 0 {
		y = choose(fn(greater, num(t), arg(0)), fn(mul, num(slope), fn(sub, arg(0), num(t))), arg(0))
	}
	if o.Max != nil {
		y = fn(minOf, y, num(*o.Max))
	}
	return c.each(y)
}

// kerasPReLU has a slope for each element of a sample, or for the axes that it does not share.
func kerasPReLU(c *call) *value {
	alpha := c.weight("alpha")
	if s, ok := graph.Broadcast(alpha.shape, c.x.Shape[1:]); !ok || !s.Equal(c.x.Shape[1:]) {
		wrong("alpha: got %v for an input %v", alpha.shape, c.x.Shape)
	}
	return of(c.mapped(prelu(), c.x, c.param(alpha, alpha.shape)))
}
