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
	"slice": sliceAxes, "pad": pad,
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
	free := slices.Index(a.Shape, -1)
	if free >= 0 {
		a.Shape[free] = 1
	}
	if len(a.Shape) > 0 && slices.Min(a.Shape) < 1 {
		return x, graph.Shapef("reshape to %v: want sizes of 1 or more and at most one -1", a.Shape)
	}
	if free >= 0 {
		a.Shape[free] = x.Shape.Elems() / a.Shape.Elems()
	}
	return n.reshape(x, a.Shape)
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
	v, err := op.Transpose(n.G, x.Value, a.Perm...)
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
	rank := n.rank(0)
	if len(a.Starts) != rank || len(a.Ends) != rank || len(a.Steps) != rank {
		return tensorValue{}, graph.Shapef("slice: starts %v, ends %v, steps %v: want %d of each", a.Starts, a.Ends, a.Steps, rank)
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	attrs := op.CopyAttrs{Shape: make(graph.Shape, rank), Axes: make([]op.CopyAxis, rank)}
	for i, k := range x.perm(rank) {
		if a.Steps[k] != 1 {
			return x, notSupported("slice with steps %v", a.Steps)
		}
		if a.Starts[k] < 0 || a.Ends[k] > x.Shape[i] || a.Starts[k] >= a.Ends[k] {
			return x, graph.Shapef("slice: %d to %d of axis %d, which has %d", a.Starts[k], a.Ends[k], k, x.Shape[i])
		}
		attrs.Shape[i] = a.Ends[k] - a.Starts[k]
		attrs.Axes[i] = op.CopyAxis{From: i, Step: 1, Start: a.Starts[k]}
	}
	return n.copy(x, attrs)
}

func (n *node) copy(x tensorValue, a op.CopyAttrs) (tensorValue, error) {
	out, err := op.Apply(n.G, op.CopyOp, a, x.Value)
	if err != nil {
		return x, err
	}
	return tensorValue{out[0], x.layout}, nil
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
	if a.Mode != "constant" || a.Value != 0 {
		return tensorValue{}, notSupported("pad, mode %s, value %g", a.Mode, a.Value)
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	rank := len(x.Shape)
	if len(a.Pads) != 4 || rank < 3 || slices.Min(a.Pads) < 0 || slices.Max(a.Pads) > 1<<20 {
		return x, graph.Shapef("pad %v of %v: want top, left, bottom, right, 0 or more each", a.Pads, x.back(x.Shape))
	}
	attrs := op.CopyAttrs{Shape: x.Shape.Clone(), Axes: make([]op.CopyAxis, rank)}
	for i, k := range x.perm(rank) {
		attrs.Axes[i] = op.CopyAxis{From: i, Step: 1}
		if side := k - (rank - 2); side >= 0 {
			attrs.Axes[i].Start = -a.Pads[side]
			attrs.Shape[i] += a.Pads[side] + a.Pads[2+side]
		}
	}
	return n.copy(x, attrs)
}
