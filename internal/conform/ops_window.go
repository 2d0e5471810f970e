package conform

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

var _ = register(table{
	"conv1d": conv(1), "conv2d": conv(2), "conv3d": conv(3),
	"conv_transpose1d": convTranspose(1), "conv_transpose2d": convTranspose(2), "conv_transpose3d": convTranspose(3),
	"max_pool1d": maxPool(1), "max_pool2d": maxPool(2), "max_pool3d": maxPool(3),
	"avg_pool1d": avgPool(1), "avg_pool2d": avgPool(2), "avg_pool3d": avgPool(3),
	"lp_pool1d": lpPool(1), "lp_pool2d": lpPool(2),
	"global_avg_pool": globalPool(layer.GlobalAvgPool), "global_max_pool": globalPool(layer.GlobalMaxPool),
	"adaptive_avg_pool1d": adaptivePool(layer.AdaptiveAvgPool), "adaptive_max_pool1d": adaptivePool(layer.AdaptiveMaxPool),
	"adaptive_avg_pool2d": adaptivePool(layer.AdaptiveAvgPool), "adaptive_max_pool2d": adaptivePool(layer.AdaptiveMaxPool),
	"adaptive_avg_pool3d": adaptivePool(layer.AdaptiveAvgPool), "adaptive_max_pool3d": adaptivePool(layer.AdaptiveMaxPool),
	"fractional_max_pool2d": fractionalMaxPool,
	"resize":                resize,
})

// window are the attributes of everything that walks over the spatial axes.
type window struct{ Kernel, Stride, Pads, Dilation []int }

// over converts w, for a number of spatial axes; pads are all begins, then all ends.
func (w window) over(axes int) (op.Window, error) {
	if len(w.Kernel) != axes || len(w.Stride) != axes || len(w.Pads) != 2*axes || w.Dilation != nil && len(w.Dilation) != axes {
		return op.Window{}, fmt.Errorf("attributes: kernel %v, stride %v, pads %v, dilation %v: want %d axes", w.Kernel, w.Stride, w.Pads, w.Dilation, axes)
	}
	out := op.Square(axes, 1, 1, 0)
	copy(out.Kernel, w.Kernel)
	copy(out.Stride, w.Stride)
	copy(out.Dilation, w.Dilation)
	for i := range axes {
		out.Pads[i] = [2]int{w.Pads[i], w.Pads[axes+i]}
	}
	return out, nil
}

func conv(axes int) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			window
			Groups int
			Bias   bool
		}
		x, w, err := n.windowed(axes, &a, &a.window)
		if err != nil {
			return x, err
		}
		weight, err := n.shapeOf("weight")
		if err != nil {
			return x, err
		}
		if len(weight) != axes+2 {
			return x, graph.Shapef("%s: weight %v: want %d axes", n.op, weight, axes+2)
		}
		y, err := layer.Conv(n.Builder, x.Value, layer.ConvOptions{Name: n.name, Filters: weight[0], Window: w, Groups: a.Groups, NoBias: !a.Bias})
		if err == nil {
			err = n.bind("weight", filters)
		}
		if err == nil && a.Bias {
			err = n.bind("bias", plain)
		}
		return tensorValue{y, channels}, err
	}
}

// windowed reads the attributes of a windowed operation, of which w is a part, and its input.
func (n *node) windowed(axes int, attrs any, w *window) (tensorValue, op.Window, error) {
	if err := attributes(n.attrs, attrs); err != nil {
		return tensorValue{}, op.Window{}, err
	}
	win, err := w.over(axes)
	if err != nil {
		return tensorValue{}, win, err
	}
	x, err := n.in(0, channels)
	return x, win, err
}

func maxPool(axes int) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			window
			Ceil bool `json:"ceil_mode"`
		}
		x, w, err := n.windowed(axes, &a, &a.window)
		if err != nil {
			return x, err
		}
		y, err := layer.MaxPool(n.Builder, x.Value, layer.PoolOptions{Window: w, Ceil: a.Ceil})
		return tensorValue{y, channels}, err
	}
}

func avgPool(axes int) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			window
			Ceil     bool `json:"ceil_mode"`
			CountPad bool `json:"count_include_pad"`
		}
		x, w, err := n.windowed(axes, &a, &a.window)
		if err != nil {
			return x, err
		}
		y, err := layer.AvgPool(n.Builder, x.Value, layer.PoolOptions{Window: w, Ceil: a.Ceil, IgnorePad: !a.CountPad})
		return tensorValue{y, channels}, err
	}
}

func convTranspose(axes int) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			window
			OutputPadding []int `json:"output_padding"`
			Groups        int
			Bias          bool
		}
		x, w, err := n.windowed(axes, &a, &a.window)
		if err != nil {
			return x, err
		}
		weight, err := n.shapeOf("weight")
		if err != nil {
			return x, err
		}
		if len(weight) != axes+2 {
			return x, graph.Shapef("%s: weight %v: want %d axes", n.op, weight, axes+2)
		}
		o := layer.ConvTransposeOptions{OutputPadding: a.OutputPadding}
		o.ConvOptions = layer.ConvOptions{Name: n.name, Filters: weight[1] * max(1, a.Groups), Window: w, Groups: a.Groups, NoBias: !a.Bias}
		y, err := layer.ConvTranspose(n.Builder, x.Value, o)
		if err == nil {
			err = n.bind("weight", filters)
		}
		if err == nil && a.Bias {
			err = n.bind("bias", plain)
		}
		return tensorValue{y, channels}, err
	}
}

func lpPool(axes int) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			window
			P    float64
			Ceil bool `json:"ceil_mode"`
		}
		x, w, err := n.windowed(axes, &a, &a.window)
		if err != nil {
			return x, err
		}
		y, err := layer.LpPool(n.Builder, x.Value, a.P, layer.PoolOptions{Window: w, Ceil: a.Ceil})
		return tensorValue{y, channels}, err
	}
}

func globalPool(f activation) builder {
	return func(n *node) (tensorValue, error) { return n.onChannels(&struct{}{}, f) }
}

func adaptivePool(f func(*layer.Builder, *graph.Value, []int) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			OutputSize []int `json:"output_size"`
		}
		return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return f(b, x, a.OutputSize) })
	}
}

func fractionalMaxPool(n *node) (tensorValue, error) {
	var a struct {
		Kernel     []int
		OutputSize []int `json:"output_size"`
	}
	samples, err := n.buffer("samples", plain)
	if err != nil {
		return samples, err
	}
	return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		if len(a.Kernel) != 2 || len(a.OutputSize) != 2 || a.Kernel[0] < 1 || a.Kernel[1] < 1 || a.OutputSize[0] < 1 || a.OutputSize[1] < 1 {
			return nil, graph.Shapef("%s: kernel %v, output size %v: want 1 or more for each of two axes", n.op, a.Kernel, a.OutputSize)
		}
		return layer.FractionalMaxPool(b, x, layer.FractionalOptions{
			Output: [2]int(a.OutputSize), Kernel: [2]int(a.Kernel), Samples: samples.Value})
	})
}

func resize(n *node) (tensorValue, error) {
	var a struct {
		Mode         string
		Size         []int
		Scale        []float64
		AlignCorners bool `json:"align_corners"`
	}
	return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		linear := a.Mode == "bilinear" || a.Mode == "linear" || a.Mode == "trilinear"
		if !linear && a.Mode != "nearest" {
			return nil, notSupported("resize, mode %s", a.Mode)
		}
		return layer.Upsample(b, x, layer.UpsampleOptions{Size: a.Size, Scale: a.Scale, Linear: linear, AlignCorners: a.AlignCorners})
	})
}
