package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
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
		return layer.Concat(w.b, axis, xs...)
	}},
	{name: "ADD", example: "add", merge: elementwise(layer.Add)},
	{name: "MUL", example: "mul", merge: elementwise(layer.Multiply)},
}

// elementwise joins paths of one shape element by element. The layers would broadcast, but a net that needs that has
// more often lost a size than meant it; a channel's gate, [N,1,1,C], may stretch over a map.
func elementwise(f func(*layer.Builder, ...*graph.Value) (*graph.Value, error)) func(*worker, []*graph.Value) (*graph.Value, error) {
	return func(w *worker, xs []*graph.Value) (*graph.Value, error) {
		for i, x := range xs[1:] {
			if !x.Shape.Equal(xs[0].Shape) && !gates(x.Shape, xs[0].Shape) && !gates(xs[0].Shape, x.Shape) {
				return nil, graph.Shapef("the paths differ: path 1 gives %v, path %d %v; a CONV 1x1xF, with a stride if the sizes differ, can match them",
					xs[0].Shape[1:], i+2, x.Shape[1:])
			}
		}
		return f(w.b, xs...)
	}
}

// gates reports whether a has one number for each channel of the map b.
func gates(a, b graph.Shape) bool {
	last := len(b) - 1
	return len(a) == len(b) && last > 1 && a[last] == b[last] && a[1:last].Elems() == 1
}
