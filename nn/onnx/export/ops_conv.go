package export

import (
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// filtersFirst is the order [F,C,K…] of filters [K…,C,F].
func filtersFirst(rank int) []int {
	return append([]int{rank - 1, rank - 2}, identity(rank)[:rank-2]...)
}

// windowAttributes are those of a window; ONNX lists the paddings before all axes first.
func windowAttributes(w op.Window) []*onnxir.Attribute {
	return []*onnxir.Attribute{
		onnxir.IntsAttribute("kernel_shape", int64s(w.Kernel)...),
		onnxir.IntsAttribute("strides", int64s(w.Stride)...),
		onnxir.IntsAttribute("pads", pads(w.Pads)...),
	}
}

func pads(p [][2]int) []int64 {
	out := make([]int64, 2*len(p))
	for i, sides := range p {
		out[i], out[i+len(p)] = int64(sides[0]), int64(sides[1])
	}
	return out
}

// first returns x [N,D…,C] as [N,C,D…].
func (c *call) first(v *value) string { return c.arranged(v, channelsFirst(len(v.shape))) }

// setFirst gives output 0 of node n a tensor [N,C,D…].
func (c *call) setFirst(out *graph.Value, name string, open bool) {
	c.values[out] = computed(name, onnxir.Float, out.Shape, channelsFirst(len(out.Shape)), open)
}

func conv(c *call) {
	a := c.n.Attrs.(op.ConvAttrs)
	if c.in[1].open {
		c.fail(errBatch)
	}
	bias, out := c.bias(c.n.Out[0])
	in := append([]string{c.first(c.in[0]), c.arranged(c.in[1], filtersFirst(len(c.in[1].shape)))}, bias...)
	name := c.emit("Conv", in, append(windowAttributes(a.Window),
		onnxir.IntsAttribute("dilations", int64s(a.Dilation)...), onnxir.IntAttribute("group", int64(a.Groups)))...)
	c.setFirst(out, name, c.in[0].open)
}

// convTranspose writes the gradient of a convolution with respect to its input: what the windows do not reach at the end is
// the output padding.
func convTranspose(c *call) {
	a := c.n.Attrs.(op.ConvAttrs)
	if c.in[1].open {
		c.fail(errBatch)
	}
	bias, out := c.bias(c.n.Out[0])
	extra := make([]int64, len(a.Kernel))
	for i := range extra {
		reached := a.Stride[i]*(c.in[0].shape[1+i]-1) + a.Dilation[i]*(a.Kernel[i]-1) + 1 - a.Pads[i][0] - a.Pads[i][1]
		extra[i] = int64(a.Input[i] - reached)
	}
	in := append([]string{c.first(c.in[0]), c.arranged(c.in[1], filtersFirst(len(c.in[1].shape)))}, bias...)
	name := c.emit("ConvTranspose", in, append(windowAttributes(a.Window), onnxir.IntsAttribute("dilations", int64s(a.Dilation)...),
		onnxir.IntAttribute("group", int64(a.Groups)), onnxir.IntsAttribute("output_padding", extra...))...)
	c.setFirst(out, name, c.in[0].open)
}

// bias returns the known numbers, one a channel, that the only reader of y adds, and the sum; or nothing and y.
func (c *call) bias(y *graph.Value) ([]string, *graph.Value) {
	n := c.only(y)
	if n == nil || n.Op != op.MapOp || len(n.In) != 2 || n.In[0] != y || n.Epilogue != nil || len(n.Out) != 1 ||
		!n.Out[0].Shape.Equal(y.Shape) || !n.In[1].Shape.Equal(y.Shape[len(y.Shape)-1:]) ||
		matched(expr.New(expr.Add, expr.V(0), expr.V(1)), n.Attrs.(op.MapAttrs).Exprs[0]) == nil {
		return nil, y
	}
	b := c.numbers(n.In[1])
	if b == nil {
		return nil, y
	}
	c.merged[n] = true
	return []string{c.initializer(b, []int{0})}, n.Out[0]
}

// numbers returns the value of a parameter, state or constant, or of what was computed of them; nil for others.
func (x *exporter) numbers(v *graph.Value) *value {
	if v.Role == graph.Input || v.Role == graph.Intermediate && x.values[v] == nil {
		return nil
	}
	if y := x.valueOf(v); y.known != nil {
		return y
	}
	return nil
}
