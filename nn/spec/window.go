package spec

import (
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// axes returns how many axes of space x has.
func (w *worker) axes(x *graph.Value) (int, error) {
	n := len(x.Shape) - 2
	if n < 1 {
		return 0, graph.Shapef("%s needs a map, but its input is a vector of %d numbers; put it before FC or FLATTEN", strings.ToLower(w.l.Kind), x.Shape[len(x.Shape)-1])
	}
	return n, nil
}

// window reads stride, padding and dilation for a kernel of one number, or one an axis; stride 0 stands for the kernel's
// size. "pad same" gives an output as large as the input divided by the stride, rounded up; an odd zero goes behind, as
// in TensorFlow.
func (w *worker) window(x *graph.Value, kernel []int, stride int) (op.Window, error) {
	axes, err := w.axes(x)
	if err != nil {
		return op.Window{}, err
	}
	win := op.Square(axes, 1, stride, 0)
	if err := w.spread("kernel", win.Kernel, kernel); err != nil {
		return op.Window{}, err
	}
	if stride == 0 {
		copy(win.Stride, win.Kernel)
	}
	for _, o := range w.l.Options {
		var err error
		switch {
		case o.Name == "stride":
			err = w.spread(o.Name, win.Stride, ints(o.Numbers))
		case o.Name == "dilation":
			err = w.spread(o.Name, win.Dilation, ints(o.Numbers))
		case o.Name == "pad" && o.Word == "":
			win.Pads, err = w.sides(o, axes)
		}
		if err != nil {
			return op.Window{}, err
		}
	}
	if o, _ := w.l.Option("pad"); o.Word == "same" {
		win = layer.Same(x, win)
	}
	w.walked = &win
	return win, nil
}

// sides reads the padding of each axis: one number for all sides, one for each axis, or one for each side.
func (w *worker) sides(o Option, axes int) ([][2]int, error) {
	before := make([]int, 2*axes)
	if o.Sides && len(o.Numbers) == 2*axes {
		copy(before, ints(o.Numbers))
	} else if err := w.spread(o.Name, before[:axes], ints(o.Numbers)); err != nil {
		return nil, err
	} else {
		copy(before[axes:], before)
	}
	pads := make([][2]int, axes)
	for i := range pads {
		pads[i] = [2]int{before[i], before[axes+i]}
	}
	return pads, nil
}

// perAxis reads a size of one number for all of x's axes of space, or one for each.
func (w *worker) perAxis(x *graph.Value) ([]int, error) {
	axes, err := w.axes(x)
	if err != nil {
		return nil, err
	}
	size := make([]int, axes)
	return size, w.spread("size", size, ints(w.l.Size))
}

// spread copies one number for each axis, or one for all.
func (w *worker) spread(what string, to, from []int) error {
	switch len(from) {
	case len(to):
		copy(to, from)
	case 1:
		for i := range to {
			to[i] = from[0]
		}
	default:
		return graph.Shapef("%s: got %d numbers, want one for each of the map's %d axes of space", what, len(from), len(to))
	}
	return nil
}

// checkUnused warns of pixels that the stride leaves out.
func (w *worker) checkUnused(x *graph.Value, win op.Window, ceil bool) {
	names := [...]string{"slice", "row", "column"}
	if len(win.Kernel) == 1 {
		names[2] = "step"
	}
	for i := range win.Kernel {
		in, axis := x.Shape[1+i], names[3-len(win.Kernel)+i]
		rest := win.Unused(i, in)
		if rest == 0 || ceil || w.warning != "" {
			continue
		}
		span := win.Dilation[i]*(win.Kernel[i]-1) + 1
		room := in + win.Pads[i][0] + win.Pads[i][1] - span
		if room < 0 {
			continue
		}
		s := win.Stride[i]
		many := fmt.Sprintf("the last %s is", axis)
		if rest > 1 {
			many = fmt.Sprintf("the last %d %ss are", rest, axis)
		}
		w.warning = fmt.Sprintf("%s: (%d - %d)/%d + 1 = %.3g rounds to %d, %s never seen; an input of %d or of %d would fit",
			w.b.G.Layer, in+win.Pads[i][0]+win.Pads[i][1], span, s, float64(room)/float64(s)+1, room/s+1, many, in-rest, in-rest+s)
	}
}
