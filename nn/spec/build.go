package spec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Built is one layer as it became part of a graph.
type Built struct {
	Layer Layer
	Out   *graph.Value
	// Parameters counts the numbers that the layer learns.
	Parameters int
	// Warning says what the layer does that was probably not meant, or "".
	Warning string
}

// InputShape returns the shape of one sample, [H,W,C].
func (n *Net) InputShape() graph.Shape { return graph.Shape{n.Input.H, n.Input.W, n.Input.C} }

// Build stacks the net's layers onto x, [N,H,W,C]. It returns an *Error, which points at the layer in the text, if a
// layer does not fit what comes before it.
func (n *Net) Build(b *layer.Builder, x *graph.Value) (logits *graph.Value, built []Built, err error) {
	for i := range n.Layers {
		l := &n.Layers[i]
		before := len(b.G.Params())
		w := &worker{b: b, l: *l}
		if x, err = w.build(x); err != nil {
			var se *graph.ShapeError
			if errors.As(err, &se) {
				if se.Where == "" {
					se.Where = b.G.Layer
				}
				return nil, nil, n.ErrorAt(*l, "%s", se.Error())
			}
			return nil, nil, n.ErrorAt(*l, "%v", err)
		}
		one := Built{Layer: *l, Out: x, Warning: w.warning}
		for _, p := range b.G.Params()[before:] {
			one.Parameters += p.Shape.Elems()
		}
		built = append(built, one)
	}
	if len(x.Shape) != 2 {
		if x.Shape[1:].Elems() != x.Shape[len(x.Shape)-1] {
			last := n.Layers[len(n.Layers)-1]
			return nil, nil, n.ErrorAt(last, "the net ends with a map of %v for each sample; end it with one number a class, for example FC 10 or GAP", x.Shape[1:])
		}
		x = layer.Flatten(b, x)
	}
	return x, built, nil
}

type worker struct {
	b       *layer.Builder
	l       Layer
	warning string
}

func (w *worker) build(x *graph.Value) (*graph.Value, error) {
	l, b := w.l, w.b
	label := strings.ToLower(l.unnamed())
	begin := func(kind string) string { return b.Begin(kind, l.Name, label) }
	switch l.Kind {
	case "CONV":
		name := begin("conv")
		win, err := w.window(x, l.Size[0], l.Size[1], 1, 1)
		if err != nil {
			return nil, err
		}
		w.checkUnused(x, win, false)
		groups, _ := l.Pair("groups", 1, 1)
		return layer.Conv(b, x, layer.ConvOptions{Name: name, Filters: l.Size[2], Window: win, Groups: groups, NoBias: l.Has("nobias")})
	case "POOL", "AVGPOOL":
		begin("pool")
		kh, kw := l.Window()
		win, err := w.window(x, kh, kw, kh, kw)
		if err != nil {
			return nil, err
		}
		w.checkUnused(x, win, l.Has("ceil"))
		o := layer.PoolOptions{Window: win, Ceil: l.Has("ceil"), IgnorePad: l.Has("nocountpad")}
		if l.Kind == "POOL" {
			return layer.MaxPool(b, x, o)
		}
		return layer.AvgPool(b, x, o)
	case "GAP":
		begin("gap")
		if len(x.Shape) != 4 {
			return nil, graph.Shapef("global pooling needs a map, but its input is a vector of %d numbers", x.Shape[1])
		}
		return layer.GlobalAvgPool(b, x)
	case "FC":
		name := begin("fc")
		return layer.Linear(b, layer.Flatten(b, x), name, l.Size[0], l.Has("nobias"))
	case "FLATTEN":
		begin("flatten")
		return layer.Flatten(b, x), nil
	case "RELU":
		begin("relu")
		return layer.ReLU(b, x), nil
	case "SIGMOID":
		begin("sigmoid")
		return layer.Sigmoid(b, x), nil
	case "TANH":
		begin("tanh")
		return layer.Tanh(b, x), nil
	case "DROPOUT":
		begin("dropout")
		rate, _ := l.Option("rate")
		return layer.Dropout(b, x, rate.Numbers[0])
	}
	return nil, fmt.Errorf("%s cannot be built yet", l.Kind)
}

// unnamed prints the layer without its name.
func (l Layer) unnamed() string {
	l.Name = ""
	return l.String()
}

// window reads stride, padding and dilation. "pad same" gives an output as large as the input divided by the stride,
// rounded up; an odd zero goes behind, as in TensorFlow.
func (w *worker) window(x *graph.Value, kh, kw, sh, sw int) (op.Window, error) {
	if len(x.Shape) != 4 {
		return op.Window{}, graph.Shapef("%s needs a map, but its input is a vector of %d numbers; put it before FC or FLATTEN", strings.ToLower(w.l.Kind), x.Shape[len(x.Shape)-1])
	}
	sh, sw = w.l.Pair("stride", sh, sw)
	ph, pw := w.l.Pair("pad", 0, 0)
	d, _ := w.l.Pair("dilation", 1, 1)
	win := op.Window{Kernel: []int{kh, kw}, Stride: []int{sh, sw}, Dilation: []int{d, d}, Pads: [][2]int{{ph, ph}, {pw, pw}}}
	if o, ok := w.l.Option("pad"); ok && o.Word == "same" {
		for i := range 2 {
			in, s := x.Shape[1+i], win.Stride[i]
			total := max(0, ((in+s-1)/s-1)*s+d*(win.Kernel[i]-1)+1-in)
			win.Pads[i] = [2]int{total / 2, total - total/2}
		}
	}
	return win, nil
}

// checkUnused warns of pixels that the stride leaves out.
func (w *worker) checkUnused(x *graph.Value, win op.Window, ceil bool) {
	for i, axis := range []string{"row", "column"} {
		in := x.Shape[1+i]
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
