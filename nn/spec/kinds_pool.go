package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var poolKinds = []kind{
	{name: "POOL", size: windowSize, sizeText: "a size K or KHxKW", example: "POOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption}, build: pooling(layer.MaxPool)},
	{name: "AVGPOOL", size: windowSize, sizeText: "a size K or KHxKW", example: "AVGPOOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption, noCountPad}, build: pooling(layer.AvgPool)},
	{name: "GAP", example: "GAP", build: func(w *worker, x *graph.Value) (*graph.Value, error) {
		if _, err := w.axes(x); err != nil {
			return nil, graph.Shapef("global pooling needs a map, but its input is a vector of %d numbers", x.Shape[1])
		}
		return layer.GlobalAvgPool(w.b, x)
	}},
}

// pooling builds a layer that takes a window whose stride is its size unless given.
func pooling(f func(*layer.Builder, *graph.Value, layer.PoolOptions) (*graph.Value, error)) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) {
		win, err := w.window(x, ints(w.l.Size), 0)
		if err != nil {
			return nil, err
		}
		ceil := w.l.Has("ceil")
		w.checkUnused(x, win, ceil)
		return f(w.b, x, layer.PoolOptions{Window: win, Ceil: ceil, IgnorePad: w.l.Has("nocountpad")})
	}
}
