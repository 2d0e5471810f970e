package conform

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

var _ = register(table{
	"relu": elementwise(layer.ReLU), "sigmoid": elementwise(layer.Sigmoid), "tanh": elementwise(layer.Tanh),
	"softmax": lastAxis(layer.Softmax),
	"dropout": dropout,
	"add":     binary(expr.Add), "mul": binary(expr.Mul),
})

// elementwise is an activation without attributes, in whichever layout.
func elementwise(f func(*layer.Builder, *graph.Value) *graph.Value) builder {
	return func(n *node) (tensorValue, error) {
		if err := attributes(n.attrs, &struct{}{}); err != nil {
			return tensorValue{}, err
		}
		x, err := n.either()
		if err != nil {
			return x, err
		}
		return tensorValue{f(n.Builder, x.Value), x.layout}, nil
	}
}

// either returns the first input in the layout that it has, channels last where it has none.
func (n *node) either() (tensorValue, error) {
	if len(n.inputs) > 0 && n.inputs[0].value != nil {
		return *n.inputs[0].value, nil
	}
	return n.in(0, channels)
}

// lastAxis is a function of vectors along an axis.
func lastAxis(f func(*layer.Builder, *graph.Value) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		var a struct{ Axis int }
		if err := attributes(n.attrs, &a); err != nil {
			return tensorValue{}, err
		}
		rank := n.rank(0)
		axis, err := positive(a.Axis, rank)
		if err != nil {
			return tensorValue{}, err
		}
		l := plain
		if axis == 1 {
			l = channels // axis 1 lies last
		}
		x, err := n.in(0, l)
		if err != nil {
			return x, err
		}
		if axis == 1 || axis == rank-1 {
			y, err := f(n.Builder, x.Value)
			return tensorValue{y, l}, err
		}
		swap := plain.perm(rank)
		swap[axis], swap[rank-1] = rank-1, axis
		v, err := op.Transpose(n.G, x.Value, swap...)
		if err == nil {
			v, err = f(n.Builder, v)
		}
		if err == nil {
			v, err = op.Transpose(n.G, v, swap...)
		}
		return tensorValue{v, plain}, err
	}
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
func binary(o expr.Op) builder {
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
		out, err := op.Apply(n.G, op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{expr.New(o, expr.V(0), expr.V(1))}}, x.Value, y.Value)
		if err != nil {
			return x, err
		}
		return tensorValue{out[0], l}, nil
	}
}
