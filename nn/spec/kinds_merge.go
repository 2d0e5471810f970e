package spec

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

var mergeKinds = []kind{
	{name: "CONCAT", example: "concat", merge: func(w *worker, xs []*graph.Value) (*graph.Value, error) {
		axis := len(xs[0].Shape) - 1
		for i, x := range xs[1:] {
			if len(x.Shape) != axis+1 || !x.Shape[:axis].Equal(xs[0].Shape[:axis]) {
				return nil, graph.Shapef("the paths differ in more than their channels: path 1 gives %v, path %d %v; pad or stride them alike",
					xs[0].Shape[1:], i+2, x.Shape[1:])
			}
		}
		return op.Concat(w.b.G, axis, xs...)
	}},
	{name: "ADD", example: "add", merge: elementwise(expr.Add)},
	{name: "MUL", example: "mul", merge: elementwise(expr.Mul)},
}

// elementwise joins paths of one shape element by element.
func elementwise(o expr.Op) func(*worker, []*graph.Value) (*graph.Value, error) {
	return func(w *worker, xs []*graph.Value) (*graph.Value, error) {
		y := xs[0]
		for i, x := range xs[1:] {
			if !x.Shape.Equal(xs[0].Shape) {
				return nil, graph.Shapef("the paths differ: path 1 gives %v, path %d %v; a CONV 1x1xF, with a stride if the sizes differ, can match them",
					xs[0].Shape[1:], i+2, x.Shape[1:])
			}
			y = op.Map(w.b.G, expr.New(o, expr.V(0), expr.V(1)), y, x)
		}
		return y, nil
	}
}
