package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var shapeKinds = []kind{
	{name: "FLATTEN", example: "FLATTEN", build: simply(layer.Flatten)},
	{name: "PIXELS", example: "PIXELS", onlyLast: "PIXELS ends a net whose map holds the classes of each pixel: nothing follows it, as in INPUT 64x64x3 -> CONV 3x3x5 pad 1 -> PIXELS",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			_, err := w.axes(x)
			return x, err
		}},
}
