package conform

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

var _ = register(table{
	"linear": linear, "flatten": flatten, "reshape": reshape, "transpose": transposeAxes, "mean": mean,
	"slice": sliceAxes, "pad": pad, "concat": concat, "channel_shuffle": channelShuffle,
	"pixel_shuffle": shuffle(layer.PixelShuffle), "pixel_unshuffle": shuffle(layer.PixelUnshuffle),
})

func linear(n *node) (tensorValue, error) {
	var a struct {
		In   int `json:"in_features"`
		Out  int `json:"out_features"`
		Bias bool
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	if len(x.Shape) == 0 || x.Shape[len(x.Shape)-1] != a.In {
		return x, graph.Shapef("linear: input %v: want %d features along the last axis", x.Shape, a.In)
	}
	y, err := layer.Linear(n.Builder, x.Value, n.name, a.Out, !a.Bias)
	if err == nil {
		err = n.bind("weight", matrix)
	}
	if err == nil && a.Bias {
		err = n.bind("bias", plain)
	}
	return tensorValue{y, plain}, err
}

// flatten keeps the reference's order of elements, as weights behind it are in that order.
func flatten(n *node) (tensorValue, error) {
	var a struct {
		Start int `json:"start_axis"`
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	start, err := positive(a.Start, n.rank(0))
	if err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	return n.reshape(x, append(x.Shape[:start].Clone(), x.Shape[start:].Elems()))
}

func (n *node) reshape(x tensorValue, s graph.Shape) (tensorValue, error) {
	out, err := op.Apply(n.G, op.ReshapeOp, op.ReshapeAttrs{Shape: s}, x.Value)
	if err != nil {
		return x, err
	}
	return tensorValue{out[0], plain}, nil
}

func reshape(n *node) (tensorValue, error) {
	var a struct{ Shape graph.Shape }
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	y, err := layer.Reshape(n.Builder, x.Value, a.Shape)
	return tensorValue{y, plain}, err
}

func transposeAxes(n *node) (tensorValue, error) {
	var a struct{ Perm []int }
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	v, err := layer.Permute(n.Builder, x.Value, a.Perm...)
	return tensorValue{v, plain}, err
}

func mean(n *node) (tensorValue, error) {
	var a struct {
		Axes     []int
		KeepDims bool
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	l := plain
	if a.KeepDims { // the layout stays
		l = channels
	}
	x, err := n.in(0, l)
	if err != nil {
		return x, err
	}
	lies := inverse(l.perm(len(x.Shape)))
	count := 1
	for i := range a.Axes {
		axis, err := positive(a.Axes[i], len(x.Shape))
		if err != nil {
			return x, err
		}
		a.Axes[i] = lies[axis]
		count *= x.Shape[lies[axis]]
	}
	slices.Sort(a.Axes)
	e := expr.New(expr.Mul, expr.V(0), expr.C(1/float64(count)))
	out, err := op.Apply(n.G, op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceSum, Axes: a.Axes, Keep: a.KeepDims, Expr: e}, x.Value)
	if err != nil {
		return x, err
	}
	return tensorValue{out[0], l}, nil
}

func sliceAxes(n *node) (tensorValue, error) {
	var a struct{ Starts, Ends, Steps []int }
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	rank := len(x.Shape)
	if len(a.Starts) != rank || len(a.Ends) != rank || len(a.Steps) != rank {
		return x, graph.Shapef("slice: starts %v, ends %v, steps %v: want %d of each", a.Starts, a.Ends, a.Steps, rank)
	}
	perm := x.perm(rank)
	y, err := layer.Slice(n.Builder, x.Value, permuted(a.Starts, perm), permuted(a.Ends, perm), permuted(a.Steps, perm))
	return tensorValue{y, channels}, err
}

func pad(n *node) (tensorValue, error) {
	var a struct {
		Pads  []int
		Mode  string
		Value float64
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	mode := slices.Index([]string{"constant", "reflect", "replicate"}, a.Mode)
	if mode < 0 {
		return tensorValue{}, notSupported("pad, mode %s", a.Mode)
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	rank := len(x.Shape)
	if len(a.Pads) != 4 || rank < 2 {
		return x, graph.Shapef("pad %v of %v: want top, left, bottom, right", a.Pads, x.back(x.Shape))
	}
	o := layer.PadOptions{Pads: make([][2]int, rank), Mode: layer.PadMode(mode), Value: a.Value}
	for i, k := range x.perm(rank) {
		if side := k - (rank - 2); side >= 0 {
			o.Pads[i] = [2]int{a.Pads[side], a.Pads[2+side]}
		}
	}
	y, err := layer.Pad(n.Builder, x.Value, o)
	return tensorValue{y, channels}, err
}

func concat(n *node) (tensorValue, error) {
	var a struct{ Axis int }
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	xs := make([]*graph.Value, len(n.inputs))
	for i := range xs {
		x, err := n.in(i, channels)
		if err != nil {
			return x, err
		}
		xs[i] = x.Value
	}
	if len(xs) == 0 {
		return tensorValue{}, graph.Shapef("concat: got no inputs")
	}
	axis, err := tensorValue{xs[0], channels}.axis(a.Axis)
	if err != nil {
		return tensorValue{}, err
	}
	y, err := layer.Concat(n.Builder, axis, xs...)
	return tensorValue{y, channels}, err
}

func channelShuffle(n *node) (tensorValue, error) {
	var a struct{ Groups int }
	return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.ChannelShuffle(b, x, a.Groups)
	})
}

func shuffle(f func(*layer.Builder, *graph.Value, int) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		var a struct{ Factor int }
		return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return f(b, x, a.Factor) })
	}
}

// onChannels reads attrs and applies f to the input with its channels last.
func (n *node) onChannels(attrs any, f activation) (tensorValue, error) {
	if err := attributes(n.attrs, attrs); err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	y, err := f(n.Builder, x.Value)
	return tensorValue{y, channels}, err
}
