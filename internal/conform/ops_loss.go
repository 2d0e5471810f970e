package conform

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

var _ = register(table{"cross_entropy": crossEntropy})

func crossEntropy(n *node) (tensorValue, error) {
	var a struct {
		Reduction   string
		Smoothing   float64 `json:"label_smoothing"`
		IgnoreIndex *int    `json:"ignore_index"`
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	for name := range n.buffers {
		if name != "labels" {
			return tensorValue{}, notSupported("cross_entropy with %s", name)
		}
	}
	if a.Smoothing != 0 {
		return tensorValue{}, notSupported("cross_entropy with label smoothing")
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	labels, err := n.buffer("labels", plain)
	if err != nil {
		return x, err
	}
	numClasses := x.Shape[len(x.Shape)-1]
	if a.IgnoreIndex != nil && *a.IgnoreIndex >= 0 && *a.IgnoreIndex < numClasses {
		return x, notSupported("cross_entropy that ignores class %d of %d", *a.IgnoreIndex, numClasses)
	}
	if a.Reduction == "mean" && a.IgnoreIndex == nil {
		y, err := layer.CrossEntropy(n.Builder, x.Value, labels.Value)
		return tensorValue{y, plain}, err
	}
	each, err := op.CrossEntropy(n.G, x.Value, labels.Value)
	if err != nil || a.Reduction == "none" {
		return tensorValue{each, plain}, err
	}
	sum := n.sum(expr.V(0), each)
	if a.Reduction == "mean" { // over what is not ignored
		class := expr.V(0)
		in := expr.New(expr.Mul, expr.New(expr.Greater, class, expr.C(-0.5)), expr.New(expr.Greater, expr.C(float64(numClasses)-0.5), class))
		sum = op.Map(n.G, expr.New(expr.Div, expr.V(0), expr.V(1)), sum, n.sum(in, labels.Value))
	} else if a.Reduction != "sum" {
		return x, notSupported("cross_entropy with reduction %q", a.Reduction)
	}
	return tensorValue{sum, plain}, nil
}

// sum adds e, of x, up over all axes.
func (n *node) sum(e *expr.Expr, x *graph.Value) *graph.Value {
	out, err := op.Apply(n.G, op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceSum, Axes: plain.perm(len(x.Shape)), Expr: e}, x)
	if err != nil {
		panic("conform: sum over all axes: " + err.Error())
	}
	return out[0]
}
