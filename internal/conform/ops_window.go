package conform

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

var _ = register(table{
	"conv1d": conv(1), "conv2d": conv(2), "conv3d": conv(3),
	"max_pool1d": maxPool(1), "max_pool2d": maxPool(2), "max_pool3d": maxPool(3),
	"avg_pool1d": avgPool(1), "avg_pool2d": avgPool(2), "avg_pool3d": avgPool(3),
	"global_avg_pool":     globalAvgPool,
	"global_max_pool":     globalMaxPool,
	"adaptive_avg_pool2d": adaptivePool(2, layer.AvgPool), "adaptive_max_pool2d": adaptivePool(2, layer.MaxPool),
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

func globalAvgPool(n *node) (tensorValue, error) {
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	y, err := layer.GlobalAvgPool(n.Builder, x.Value)
	return tensorValue{y, channels}, err
}

func globalMaxPool(n *node) (tensorValue, error) {
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	w := op.Square(len(x.Shape)-2, 1, 1, 0)
	copy(w.Kernel, x.Shape[1:])
	y, err := layer.MaxPool(n.Builder, x.Value, layer.PoolOptions{Window: w})
	return tensorValue{y, channels}, err
}

// adaptivePool supports the sizes whose windows are all alike and equally far apart.
func adaptivePool(axes int, pool func(*layer.Builder, *graph.Value, layer.PoolOptions) (*graph.Value, error)) builder {
	return func(n *node) (tensorValue, error) {
		var a struct {
			OutputSize []int `json:"output_size"`
		}
		if err := attributes(n.attrs, &a); err != nil {
			return tensorValue{}, err
		}
		x, err := n.in(0, channels)
		if err != nil {
			return x, err
		}
		if len(a.OutputSize) != axes || len(x.Shape) != axes+2 {
			return x, fmt.Errorf("%s: output size %v of %v: want %d spatial axes", n.op, a.OutputSize, x.back(x.Shape), axes)
		}
		w := op.Square(axes, 1, 1, 0)
		for i, out := range a.OutputSize {
			var ok bool
			if w.Kernel[i], w.Stride[i], ok = evenWindows(x.Shape[1+i], out); !ok {
				return x, notSupported("%s of %d to %d, whose windows are not alike", n.op, x.Shape[1+i], out)
			}
		}
		y, err := pool(n.Builder, x.Value, layer.PoolOptions{Window: w})
		return tensorValue{y, channels}, err
	}
}

// evenWindows returns the plain window that is the same as the adaptive one from in to out, if there is one: output i
// covers ⌊i·in/out⌋ … ⌈(i+1)·in/out⌉-1.
func evenWindows(in, out int) (kernel, stride int, ok bool) {
	if out < 1 || in < 1 || in > 1<<20 || out > 1<<20 {
		return 0, 0, false
	}
	begin := func(i int) int { return i * in / out }
	kernel, stride = (in+out-1)/out, max(1, begin(1))
	for i := range out {
		end := ((i+1)*in + out - 1) / out
		if begin(i) != i*stride || end-begin(i) != kernel {
			return 0, 0, false
		}
	}
	if out == 1 {
		stride = 1
	}
	return kernel, stride, true
}
