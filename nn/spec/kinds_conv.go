package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var convKinds = []kind{
	{name: "CONV", size: filterSize, sizeText: "a size KHxKWxF (kernel height, kernel width, filters)", example: "CONV 5x5x8", sharing: true,
		options: []option{stride, pad, dilation, groups, noBias, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			axes := len(w.l.Size) - 1
			win, err := w.window(x, ints(w.l.Size[:axes]), 1)
			if err != nil {
				return nil, err
			}
			w.checkUnused(x, win, false)
			return layer.Conv(w.b, x, layer.ConvOptions{Name: w.name, Filters: w.l.Size[axes].Int(), Window: win,
				Groups: int(w.l.number("groups", 1)), NoBias: w.l.Has("nobias")})
		}},
}
