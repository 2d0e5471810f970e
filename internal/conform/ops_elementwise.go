package conform

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var _ = register(table{
	"relu": elementwise(layer.ReLU), "relu6": elementwise(layer.ReLU6), "sigmoid": elementwise(layer.Sigmoid),
	"tanh": elementwise(layer.Tanh), "silu": elementwise(layer.SiLU), "softplus": elementwise(layer.Softplus),
	"selu": elementwise(layer.SELU), "hardsigmoid": elementwise(layer.HardSigmoid), "hardswish": elementwise(layer.HardSwish),
	"leaky_relu": leakyReLU, "elu": elu, "gelu": gelu, "prelu": prelu,
	"softmax": alongAxis(layer.SoftmaxOver), "log_softmax": alongAxis(layer.LogSoftmaxOver),
	"dropout": dropout,
	"add":     binary(layer.Add), "mul": binary(layer.Multiply),
})

// activation is what computes an activation once its attributes are read.
type activation func(*layer.Builder, *graph.Value) (*graph.Value, error)

// elementwise is an activation without attributes, in whichever layout.
func elementwise(f func(*layer.Builder, *graph.Value) *graph.Value) builder {
	return func(n *node) (tensorValue, error) {
		return n.activate(&struct{}{}, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return f(b, x), nil })
	}
}

// activate reads attrs and applies f.
func (n *node) activate(attrs any, f activation) (tensorValue, error) {
	if err := attributes(n.attrs, attrs); err != nil {
		return tensorValue{}, err
	}
	x, err := n.either()
	if err != nil {
		return x, err
	}
	y, err := f(n.Builder, x.Value)
	return tensorValue{y, x.layout}, err
}

func leakyReLU(n *node) (tensorValue, error) {
	var a struct {
		Slope float64 `json:"negative_slope"`
	}
	return n.activate(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.LeakyReLU(b, x, a.Slope) })
}

func elu(n *node) (tensorValue, error) {
	var a struct{ Alpha float64 }
	return n.activate(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.ELU(b, x, a.Alpha) })
}

func gelu(n *node) (tensorValue, error) {
	var a struct{ Approximate string }
	return n.activate(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		switch a.Approximate {
		case "none", "":
			return layer.GELU(b, x), nil
		case "tanh":
			return layer.GELUTanh(b, x), nil
		}
		return nil, notSupported("gelu, approximate %q", a.Approximate)
	})
}

func prelu(n *node) (tensorValue, error) {
	var a struct {
		Count int `json:"num_parameters"`
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	y, err := layer.PReLU(n.Builder, x.Value, n.name, a.Count > 1)
	if err == nil {
		err = n.bind("weight", plain)
	}
	return tensorValue{y, channels}, err
}

// either returns the first input in the layout that it has, channels last where it has none.
func (n *node) either() (tensorValue, error) {
	if len(n.inputs) > 0 && n.inputs[0].value != nil {
		return *n.inputs[0].value, nil
	}
	return n.in(0, channels)
}

// alongAxis is a function of vectors along an axis.
func alongAxis(f func(*layer.Builder, *graph.Value, int) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		var a struct{ Axis int }
		if err := attributes(n.attrs, &a); err != nil {
			return tensorValue{}, err
		}
		x, err := n.in(0, channels)
		if err != nil {
			return x, err
		}
		axis, err := x.axis(a.Axis)
		if err != nil {
			return x, err
		}
		y, err := f(n.Builder, x.Value, axis)
		return tensorValue{y, channels}, err
	}
}

// axis converts an axis of the reference, which may be negative, to x's own.
func (x tensorValue) axis(axis int) (int, error) {
	rank := len(x.Shape)
	axis, err := positive(axis, rank)
	if err != nil {
		return 0, err
	}
	return inverse(x.perm(rank))[axis], nil
}

// positive counts a negative axis from the end.
func positive(axis, rank int) (int, error) {
	if axis < 0 {
		axis += rank
	}
	if axis < 0 || axis >= rank {
		return 0, graph.Shapef("axis: got %d, want one of %d", axis, rank)
	}
	return axis, nil
}

func dropout(n *node) (tensorValue, error) {
	var a struct {
		P        float64
		Training *bool // absent in a net, which says so for all
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	if a.Training == nil && n.Training || a.Training != nil && *a.Training {
		return tensorValue{}, notSupported("dropout in training, which is random")
	}
	x, err := n.either()
	if err != nil {
		return x, err
	}
	b := *n.Builder
	b.Training = false
	y, err := layer.Dropout(&b, x.Value, a.P)
	return tensorValue{y, x.layout}, err
}

// binary combines two inputs with numpy's broadcasting. Inputs of different rank are matched from the reference's last
// axis, so they are taken as they are.
func binary(f func(*layer.Builder, ...*graph.Value) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		if err := attributes(n.attrs, &struct{}{}); err != nil {
			return tensorValue{}, err
		}
		l := plain
		if n.rank(0) == n.rank(1) {
			l = channels
		}
		x, err := n.in(0, l)
		if err != nil {
			return x, err
		}
		y, err := n.in(1, l)
		if err != nil {
			return y, err
		}
		out, err := f(n.Builder, x.Value, y.Value)
		return tensorValue{out, l}, err
	}
}
