package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var denseKinds = []kind{
	{name: "FC", size: oneNumber, sizeText: "the number of its outputs", example: "FC 10", sharing: true, options: []option{noBias, start, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.FullyConnected(w.b, layer.Flatten(w.b, x), layer.LinearOptions{Name: w.name, Outputs: w.l.Size[0].Int(),
				NoBias: w.l.Has("nobias"), Init: w.starting()})
		}},
}
