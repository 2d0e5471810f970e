package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// ConvOptions describe a convolution.
type ConvOptions struct {
	Name    string // of the parameters: Name.weight, Name.bias
	Filters int
	op.Window
	Groups int // 0 means 1
	NoBias bool
	Init   Init // of the weights
}

// Conv is a convolution over one to three spatial axes with a bias for each filter.
//
//	y[n,p,q,f] = bias[f] + Σ i,j,c x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] · weight[i,j,c,f]
//
// Shapes: x [N,H,W,C], weight [KH,KW,C/groups,F], bias [F], y [N,P,Q,F].
// The weights start as o.Init says, by default as He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, propose:
// normal with deviation √(2 / (KH·KW·C/groups)); the biases at 0. Errors: those of op.Conv and Init.
func Conv(b *Builder, x *graph.Value, o ConvOptions) (*graph.Value, error) {
	if _, err := b.spatial(x); err != nil {
		return nil, err
	}
	groups, in := max(1, o.Groups), channels(x)
	if in%groups != 0 {
		return nil, b.fail("input channels: got %d, want a multiple of groups %d", in, groups)
	}
	if o.Filters < 1 {
		return nil, b.fail("filters: got %d, want at least 1", o.Filters)
	}
	taps := graph.Shape(o.Kernel).Elems()
	w, err := b.weight(o.Name, append(graph.Shape(o.Kernel).Clone(), in/groups, o.Filters), o.Init, taps*in/groups, taps*o.Filters/groups)
	if err != nil {
		return nil, err
	}
	y, err := b.apply(op.Conv, op.ConvAttrs{Window: o.Window, Groups: groups}, x, w)
	if err != nil || o.NoBias {
		return y, err
	}
	return b.bias(o.Name, y)
}

// DepthwiseConv is Conv with a group for each channel, each seen by multiplier filters of its own; o.Filters and o.Groups
// follow from that.
//
//	y[n,p,q,c·multiplier+m] = bias + Σ i,j x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] · weight[i,j,0,c·multiplier+m]
//
// Source: Howard et al., "MobileNets", 2017, arXiv:1704.04861.
func DepthwiseConv(b *Builder, x *graph.Value, multiplier int, o ConvOptions) (*graph.Value, error) {
	if multiplier < 1 {
		return nil, b.fail("multiplier: got %d, want at least 1", multiplier)
	}
	if _, err := b.spatial(x); err != nil {
		return nil, err
	}
	o.Groups, o.Filters = channels(x), channels(x)*multiplier
	return Conv(b, x, o)
}

// Same returns w with the padding for which the output is as large as x divided by the stride, rounded up. An odd zero
// goes behind, as in TensorFlow. Where x does not have w's axes, w comes back as it is, for the layer to refuse.
func Same(x *graph.Value, w op.Window) op.Window {
	w.Pads = make([][2]int, len(w.Kernel))
	if len(x.Shape) != len(w.Kernel)+2 || len(w.Stride) != len(w.Kernel) || len(w.Dilation) != len(w.Kernel) {
		return w
	}
	for i, k := range w.Kernel {
		in, s := x.Shape[1+i], max(1, w.Stride[i])
		total := max(0, ((in+s-1)/s-1)*s+w.Dilation[i]*(k-1)+1-in)
		w.Pads[i] = [2]int{total / 2, total - total/2}
	}
	return w
}

// Valid returns w without padding: the window stays inside the input.
func Valid(w op.Window) op.Window {
	w.Pads = make([][2]int, len(w.Kernel))
	return w
}

// weight adds Name.weight.
func (b *Builder) weight(name string, s graph.Shape, i Init, fanIn, fanOut int) (*graph.Value, error) {
	start, err := i.start(b, fanIn, fanOut, s[len(s)-1])
	if err != nil {
		return nil, err
	}
	return b.param(name+".weight", s, start)
}

// bias adds Name.bias to the last axis of y.
func (b *Builder) bias(name string, y *graph.Value) (*graph.Value, error) {
	bias, err := b.param(name+".bias", y.Shape[len(y.Shape)-1:], graph.Init{})
	if err != nil {
		return nil, err
	}
	return op.Map(b.G, add(v(0), v(1)), y, bias), nil
}
