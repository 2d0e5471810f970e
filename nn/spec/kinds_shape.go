package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var shapeKinds = []kind{
	{name: "FLATTEN", example: "FLATTEN", build: simply(layer.Flatten)},
	{name: "PAD", example: "PAD 1", param: "pad",
		lead:    &option{name: "sides", of: "PAD", count: perAxis, sides: true, example: "PAD 1 or PAD 0,1,2,1"},
		options: []option{{name: "reflect"}, {name: "replicate"}, *decimalOption("value", "what the sides hold, from 0 to 1000000", "value 1", 0, MaxNumber)},
		build:   buildPad},
	{name: "UPSAMPLE", size: windowSize, sizeText: "a factor N or NxM", example: "UPSAMPLE 2", options: []option{{name: "linear"}, {name: "aligncorners"}},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			factors, err := w.perAxis(x)
			if err != nil {
				return nil, err
			}
			o := layer.UpsampleOptions{Linear: w.l.Has("linear"), AlignCorners: w.l.Has("aligncorners")}
			for _, f := range factors {
				o.Scale = append(o.Scale, float64(f))
			}
			return layer.Upsample(w.b, x, o)
		}},
	{name: "PIXELSHUFFLE", size: oneNumber, sizeText: "the factor of both sides", example: "PIXELSHUFFLE 2", build: byNumber(layer.PixelShuffle)},
	{name: "PIXELUNSHUFFLE", size: oneNumber, sizeText: "the factor of both sides", example: "PIXELUNSHUFFLE 2", build: byNumber(layer.PixelUnshuffle)},
	{name: "CHANNELSHUFFLE", size: oneNumber, sizeText: "the number of groups", example: "CHANNELSHUFFLE 2", build: byNumber(layer.ChannelShuffle)},
	{name: "RESHAPE", size: anySize, sizeText: "the new size of a sample", example: "RESHAPE 7x7x16",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.Reshape(w.b, x, append(x.Shape[:1].Clone(), ints(w.l.Size)...))
		}},
	{name: "PERMUTE", size: anySize, sizeText: "the sample's axes in their new order, counted from 1", example: "PERMUTE 2x1x3",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.Permute(w.b, x, append([]int{0}, ints(w.l.Size)...)...)
		}},
	{name: "SLICE", example: "SLICE", options: []option{{name: "from", count: 1, example: "from 0"}, {name: "to", count: 1, low: 1, example: "to 8"},
		{name: "step", count: 1, low: 1, example: "step 2"}, {name: "axis", count: 1, low: 1, example: "axis 3"}},
		build: buildSlice},
	{name: "PIXELS", example: "PIXELS", onlyLast: "PIXELS ends a net whose map holds the classes of each pixel: nothing follows it, as in INPUT 64x64x3 -> CONV 3x3x5 pad 1 -> PIXELS",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			_, err := w.axes(x)
			return x, err
		}},
}

func byNumber(f func(*layer.Builder, *graph.Value, int) (*graph.Value, error)) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) { return f(w.b, x, w.l.Size[0].Int()) }
}

func buildPad(w *worker, x *graph.Value) (*graph.Value, error) {
	axes, err := w.axes(x)
	if err != nil {
		return nil, err
	}
	sides, _ := w.l.Option("sides")
	pads, err := w.sides(sides, axes)
	if err != nil {
		return nil, err
	}
	o := layer.PadOptions{Pads: append(append([][2]int{{}}, pads...), [2]int{}), Value: w.l.number("value", 0)}
	switch {
	case w.l.Has("reflect") && w.l.Has("replicate"):
		return nil, graph.Shapef("pad: got both reflect and replicate, want one of them")
	case w.l.Has("reflect"):
		o.Mode = layer.PadReflect
	case w.l.Has("replicate"):
		o.Mode = layer.PadReplicate
	}
	return layer.Pad(w.b, x, o)
}

// buildSlice takes a part of one axis of the samples, the channels unless told.
func buildSlice(w *worker, x *graph.Value) (*graph.Value, error) {
	rank := len(x.Shape)
	axis := int(w.l.number("axis", float64(rank-1)))
	if axis >= rank {
		return nil, graph.Shapef("slice: axis: got %d, want 1 to %d for samples of %v", axis, rank-1, x.Shape[1:])
	}
	starts, ends, steps := make([]int, rank), x.Shape.Clone(), make([]int, rank)
	for i := range steps {
		steps[i] = 1
	}
	to := int(w.l.number("to", float64(x.Shape[axis])))
	if to > x.Shape[axis] {
		return nil, graph.Shapef("slice: to: got %d, want at most %d, the size of axis %d", to, x.Shape[axis], axis)
	}
	starts[axis], ends[axis], steps[axis] = int(w.l.number("from", 0)), to, int(w.l.number("step", 1))
	return layer.Slice(w.b, x, starts, ends, steps)
}
