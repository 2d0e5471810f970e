package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// ConvTransposeOptions describe a transposed convolution; its padding is cropped from the output.
type ConvTransposeOptions struct {
	ConvOptions
	// OutputPadding is added at the end of each spatial axis; nil means none. Several output sizes belong to one input
	// size where the stride is above 1.
	OutputPadding []int
}

// ConvTranspose is the transposed convolution over one to three spatial axes: the gradient of Conv with respect to its
// input, so that an input pixel is spread over the window that it would have been computed from.
//
//	y[n,h,w,f] = bias[f] + Σ x[n,p,q,c]·weight[i,j,f,c]   over all p,q,i,j with p·stride-top+i·dil = h, q·stride-left+j·dil = w
//
// Shapes: x [N,P,Q,C], weight [KH,KW,F/groups,C], bias [F], y [N,H,W,F] with
// H = (P-1)·stride - top - bottom + dil·(KH-1) + 1 + output padding.
// The weights start as in Conv with a fan in of KH·KW·C/groups / stride², as many products an output sums.
//
// It returns a ShapeError if groups does not divide C and F, nothing is left of the output, or the output padding is not
// smaller than the stride or the dilation.
//
// Source: Zeiler, Krishnan, Taylor, Fergus, "Deconvolutional networks", CVPR 2010; Dumoulin & Visin, 2016, chapter 4.
func ConvTranspose(b *Builder, x *graph.Value, o ConvTransposeOptions) (*graph.Value, error) {
	n, err := b.spatial(x)
	if err != nil {
		return nil, err
	}
	w, groups, in := o.Window, max(1, o.Groups), channels(x)
	if o.OutputPadding == nil {
		o.OutputPadding = make([]int, n)
	}
	if len(w.Kernel) != n || len(w.Stride) != n || len(w.Dilation) != n || len(w.Pads) != n || len(o.OutputPadding) != n {
		return nil, b.fail("window %v, output padding %v: want %d spatial axes", w, o.OutputPadding, n)
	}
	if o.Filters < 1 || o.Filters%groups != 0 || in%groups != 0 {
		return nil, b.fail("got %d input channels and %d filters, want multiples of groups %d", in, o.Filters, groups)
	}
	// What the output padding gives back of the cropping is not cropped; the rest lies beyond every window, and is 0.
	a := op.ConvAttrs{Window: w, Groups: groups}
	a.Pads = append([][2]int(nil), w.Pads...)
	beyond, padded := make([][2]int, n+2), false
	for i, extra := range o.OutputPadding {
		if k, s, d := w.Kernel[i], w.Stride[i], w.Dilation[i]; k < 1 || s < 1 || d < 1 || max(k, s, d) > 1<<20 || extra < 0 || extra > 0 && extra >= max(s, d) {
			return nil, b.fail("kernel %d, stride %d, dilation %d, output padding %d: want 1 or more, and of the last less than the stride or the dilation", k, s, d, extra)
		}
		back := min(extra, max(0, w.Pads[i][1]))
		a.Pads[i][1] -= back
		if extra -= back; extra >= w.Stride[i] {
			beyond[1+i][1], extra, padded = extra, 0, true
		}
		size := (x.Shape[1+i]-1)*w.Stride[i] - a.Pads[i][0] - a.Pads[i][1] + w.Dilation[i]*(w.Kernel[i]-1) + 1 + extra
		if size < 1 {
			return nil, b.fail("padding %v crops all of the output: size %d, want at least 1", w.Pads[i], size)
		}
		a.Input = append(a.Input, size)
	}
	a.Input = append(a.Input, o.Filters)
	taps := graph.Shape(w.Kernel).Elems()
	weight, err := b.weight(o.Name, append(graph.Shape(w.Kernel).Clone(), o.Filters/groups, in), o.Init,
		taps*in/groups/graph.Shape(w.Stride).Elems(), taps*o.Filters/groups)
	if err != nil {
		return nil, err
	}
	y, err := b.apply(op.ConvGradInput, a, x, weight)
	if err == nil && padded {
		y, err = Pad(b, y, PadOptions{Pads: beyond})
	}
	if err != nil || o.NoBias {
		return y, err
	}
	return b.bias(o.Name, y)
}
