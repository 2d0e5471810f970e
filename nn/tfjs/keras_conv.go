package tfjs

import (
	"encoding/json"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func addKerasConv() {
	kerasLayers["Conv2D"] = kerasConv
	kerasLayers["DepthwiseConv2D"] = kerasDepthwise
	kerasLayers["SeparableConv2D"] = kerasSeparable
	kerasLayers["Conv2DTranspose"] = kerasConvTranspose
	kerasLayers["Dense"] = kerasDense
}

// convConfig is the config of a convolution.
type convConfig struct {
	Filters       int             `json:"filters"`
	Multiplier    *int            `json:"depth_multiplier"`
	Groups        int             `json:"groups"`
	Kernel        ints            `json:"kernel_size"`
	Stride        ints            `json:"strides"`
	Dilation      ints            `json:"dilation_rate"`
	Padding       string          `json:"padding"`
	OutputPadding json.RawMessage `json:"output_padding"`
	UseBias       *bool           `json:"use_bias"`
	Activation    json.RawMessage `json:"activation"`
}

func (c *call) conv() convConfig {
	var o convConfig
	c.config(&o)
	if o.Groups == 0 {
		o.Groups = 1
	}
	return o
}

func (o convConfig) noBias() bool { return o.UseBias != nil && !*o.UseBias }

// window is a window over x with TensorFlow's padding: none, or so that the output is as large as the input by the
// stride, an odd zero behind.
func window(x *graph.Value, kernel, stride, dilation ints, padding string) op.Window {
	w := op.Window{Kernel: kernel.two(nil), Stride: stride.two(ints{1, 1}), Dilation: dilation.two(ints{1, 1})}
	switch padding {
	case "", "valid", "VALID":
		return layer.Valid(w)
	case "same", "SAME":
		return layer.Same(x, w)
	}
	unsupported("padding: got %q, want valid or same", padding)
	return w
}

func kerasConv(c *call) *value {
	o, x := c.conv(), c.pixels()
	if o.Groups < 1 || c.channels()%o.Groups != 0 {
		wrong("groups: got %d, want a divisor of the %d channels", o.Groups, c.channels())
	}
	w := window(x, o.Kernel, o.Stride, o.Dilation, o.Padding)
	filters := append(graph.Shape(w.Kernel).Clone(), c.channels()/o.Groups, o.Filters)
	c.bind("kernel", ".weight", filters, filters)
	return c.convolved(x, layer.ConvOptions{Filters: o.Filters, Window: w, Groups: o.Groups}, o)
}

// convolved adds a convolution whose weights are bound, the bias and the activation.
func (c *call) convolved(x *graph.Value, l layer.ConvOptions, o convConfig) *value {
	l.Name, l.NoBias = c.prefix, o.noBias()
	if !l.NoBias {
		c.bind("bias", ".bias", graph.Shape{l.Filters}, graph.Shape{l.Filters})
	}
	return c.activated(checked(layer.Conv(c.b, x, l)), o.Activation)
}

func kerasDepthwise(c *call) *value {
	o, x := c.conv(), c.pixels()
	l := c.depthwise(o, x, ".weight")
	return c.convolved(x, l, o)
}

// depthwise binds the filters of each channel, [KH,KW,C,M], and returns their convolution. TensorFlow.js does not write the
// depth_multiplier M of a separable convolution: the filters have it.
func (c *call) depthwise(o convConfig, x *graph.Value, name string) layer.ConvOptions {
	kind := "depthwise_kernel"
	if c.arrays[c.l.name+"/kernel"] != nil { // Keras 3
		kind = "kernel"
	}
	n, a := c.channels(), c.weight(kind)
	if len(a.shape) != 4 || o.Multiplier != nil && *o.Multiplier != a.shape[3] {
		wrong("weight %q: got %v, want [KH,KW,%d,depth_multiplier]", a.name, a.shape, n)
	}
	w := window(x, o.Kernel, o.Stride, o.Dilation, o.Padding)
	k, m := graph.Shape(w.Kernel), a.shape[3]
	c.bind(kind, name, append(k.Clone(), n, m), append(k.Clone(), 1, n*m))
	return layer.ConvOptions{Filters: n * m, Groups: n, Window: w}
}

// kerasSeparable is a depthwise convolution followed by one of 1x1; bias and activation come once, at the end.
func kerasSeparable(c *call) *value {
	o, x := c.conv(), c.pixels()
	l := c.depthwise(o, x, ".depthwise.weight")
	l.Name, l.NoBias = c.prefix+".depthwise", true
	mid := checked(layer.Conv(c.b, x, l))
	point := graph.Shape{1, 1, l.Filters, o.Filters}
	c.bind("pointwise_kernel", ".pointwise.weight", point, point)
	l = layer.ConvOptions{Name: c.prefix + ".pointwise", Filters: o.Filters, Window: op.Square(2, 1, 1, 0), NoBias: o.noBias()}
	if !l.NoBias {
		c.bind("bias", ".pointwise.bias", graph.Shape{o.Filters}, graph.Shape{o.Filters})
	}
	return c.activated(checked(layer.Conv(c.b, mid, l)), o.Activation)
}

// kerasConvTranspose has an output of the input's size times the stride; without padding also what the last window has
// more than the stride.
func kerasConvTranspose(c *call) *value {
	o, x := c.conv(), c.pixels()
	w := layer.Valid(op.Window{Kernel: o.Kernel.two(nil), Stride: o.Stride.two(ints{1, 1}), Dilation: o.Dilation.two(ints{1, 1})})
	if d := w.Dilation; d[0] != 1 || d[1] != 1 || len(o.OutputPadding) > 0 && string(o.OutputPadding) != "null" {
		unsupported("dilation_rate %v, output_padding %s: want 1 and null", d, o.OutputPadding)
	}
	if len(w.Kernel) != 2 {
		wrong("kernel_size: got %v, want two numbers", w.Kernel)
	}
	beyond := make([]int, 2)
	for i, k := range w.Kernel {
		over := k - w.Stride[i]
		switch {
		case o.Padding == "same" && over > 0:
			w.Pads[i] = [2]int{over / 2, over - over/2}
		case o.Padding != "same" && o.Padding != "valid" && o.Padding != "":
			unsupported("padding: got %q, want valid or same", o.Padding)
		}
		beyond[i] = max(0, -over)
	}
	filters := append(graph.Shape(w.Kernel).Clone(), o.Filters, c.channels())
	c.bind("kernel", ".weight", filters, filters)
	l := layer.ConvOptions{Name: c.prefix, Filters: o.Filters, Window: w, NoBias: o.noBias()}
	if !l.NoBias {
		c.bind("bias", ".bias", graph.Shape{o.Filters}, graph.Shape{o.Filters})
	}
	y := checked(layer.ConvTranspose(c.b, x, layer.ConvTransposeOptions{ConvOptions: l, OutputPadding: beyond}))
	return c.activated(y, o.Activation)
}

func kerasDense(c *call) *value {
	var o struct {
		Units      int             `json:"units"`
		UseBias    *bool           `json:"use_bias"`
		Activation json.RawMessage `json:"activation"`
	}
	c.config(&o)
	w := graph.Shape{c.channels(), o.Units}
	c.bind("kernel", ".weight", w, w)
	l := layer.LinearOptions{Name: c.prefix, Outputs: o.Units, NoBias: o.UseBias != nil && !*o.UseBias}
	if !l.NoBias {
		c.bind("bias", ".bias", w[1:], w[1:])
	}
	return c.activated(checked(layer.FullyConnected(c.b, c.x, l)), o.Activation)
}
