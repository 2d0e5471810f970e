package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

const windowText = "a size K or KHxKW"

var poolKinds = []kind{
	{name: "POOL", size: windowSize, sizeText: windowText, example: "POOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption}, build: pooling(layer.MaxPool)},
	{name: "AVGPOOL", size: windowSize, sizeText: windowText, example: "AVGPOOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption, noCountPad}, build: pooling(layer.AvgPool)},
	{name: "SUMPOOL", size: windowSize, sizeText: windowText, example: "SUMPOOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption}, build: pooling(layer.SumPool)},
	{name: "LPPOOL", size: windowSize, sizeText: windowText, example: "LPPOOL 2", param: "pool",
		options: []option{stride, pad, dilation, ceilOption, *decimalOption("norm", "the p of its norm, from 1 to 100; 2 is usual", "norm 2", 1, 100)},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return pooling(func(b *layer.Builder, x *graph.Value, o layer.PoolOptions) (*graph.Value, error) {
				return layer.LpPool(b, x, w.l.number("norm", 2), o)
			})(w, x)
		}},
	{name: "GAP", example: "GAP", build: global(layer.GlobalAvgPool)},
	{name: "GMP", example: "GMP", build: global(layer.GlobalMaxPool)},
	{name: "ADAPTIVEAVGPOOL", size: windowSize, sizeText: "the output's size N or HxW", example: "ADAPTIVEAVGPOOL 7", param: "pool", build: adaptive(layer.AdaptiveAvgPool)},
	{name: "ADAPTIVEMAXPOOL", size: windowSize, sizeText: "the output's size N or HxW", example: "ADAPTIVEMAXPOOL 7", param: "pool", build: adaptive(layer.AdaptiveMaxPool)},
	{name: "FRACTIONALPOOL", example: "FRACTIONALPOOL 1.414", param: "pool",
		lead: &option{name: "ratio", of: "FRACTIONALPOOL", count: 1, decimal: true, low: 1, high: 100,
			help: "how much smaller the output is, from 1 to 100", example: "FRACTIONALPOOL 1.414"},
		options: []option{{name: "overlap"}, {name: "random"}},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.FractionalMaxPool(w.b, x, layer.FractionalOptions{Ratio: w.l.number("ratio", 1), Overlap: w.l.Has("overlap"), Random: w.l.Has("random")})
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

func global(f func(*layer.Builder, *graph.Value) (*graph.Value, error)) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) {
		if _, err := w.axes(x); err != nil {
			return nil, graph.Shapef("global pooling needs a map, but its input is a vector of %d numbers", x.Shape[1])
		}
		return f(w.b, x)
	}
}

func adaptive(f func(*layer.Builder, *graph.Value, []int) (*graph.Value, error)) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) {
		size, err := w.perAxis(x)
		if err != nil {
			return nil, err
		}
		return f(w.b, x, size)
	}
}
