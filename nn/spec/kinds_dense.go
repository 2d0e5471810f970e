package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var denseKinds = []kind{
	{name: "FC", size: oneNumber, sizeText: "the number of its outputs", example: "FC 10", sharing: true, options: []option{noBias, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.Linear(w.b, layer.Flatten(w.b, x), w.name, w.l.Size[0].Int(), w.l.Has("nobias"))
		}},
}
