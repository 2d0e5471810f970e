package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

const filterText = "a size KHxKWxF (kernel height, kernel width, filters)"

var convKinds = []kind{
	{name: "CONV", size: filterSize, sizeText: filterText, example: "CONV 5x5x8", sharing: true,
		options: []option{stride, pad, dilation, groups, noBias, start, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			o, err := w.conv(x)
			if err != nil {
				return nil, err
			}
			w.checkUnused(x, o.Window, false)
			return layer.Conv(w.b, x, o)
		}},
	{name: "DWCONV", size: windowSize, sizeText: "a size K or KHxKW, as it has filters for each channel", example: "DWCONV 3", sharing: true,
		options: []option{stride, pad, dilation, {name: "multiplier", count: 1, low: 1, example: "multiplier 2"}, noBias, start, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			win, err := w.window(x, ints(w.l.Size), 1)
			if err != nil {
				return nil, err
			}
			w.checkUnused(x, win, false)
			return layer.DepthwiseConv(w.b, x, int(w.l.number("multiplier", 1)),
				layer.ConvOptions{Name: w.name, Window: win, NoBias: w.l.Has("nobias"), Init: w.starting()})
		}},
	{name: "DECONV", size: filterSize, sizeText: filterText, example: "DECONV 4x4x8", sharing: true,
		options: []option{stride, {name: "pad", count: perAxis, sides: true, example: "pad 1"}, dilation, groups,
			{name: "outpad", count: perAxis, example: "outpad 1"}, noBias, start, share},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			o, err := w.conv(x)
			if err != nil {
				return nil, err
			}
			w.walked = nil // it walks over the output
			outpad, _ := w.l.Option("outpad")
			out := make([]int, len(o.Kernel))
			if len(outpad.Numbers) > 0 {
				err = w.spread("outpad", out, ints(outpad.Numbers))
			}
			if err != nil {
				return nil, err
			}
			return layer.ConvTranspose(w.b, x, layer.ConvTransposeOptions{ConvOptions: o, OutputPadding: out})
		}},
}

// conv reads size and options of a convolution.
func (w *worker) conv(x *graph.Value) (layer.ConvOptions, error) {
	axes := len(w.l.Size) - 1
	win, err := w.window(x, ints(w.l.Size[:axes]), 1)
	return layer.ConvOptions{Name: w.name, Filters: w.l.Size[axes].Int(), Window: win,
		Groups: int(w.l.number("groups", 1)), NoBias: w.l.Has("nobias"), Init: w.starting()}, err
}
