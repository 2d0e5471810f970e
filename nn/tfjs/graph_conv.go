package tfjs

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func addGraphConv() {
	one("Conv2D", func(c *nodeCall) *value { return of(c.conv()) })
	one("_FusedConv2D", func(c *nodeCall) *value { return c.fused(c.conv()) })
	one("FusedConv2D", func(c *nodeCall) *value { return c.fused(c.conv()) })
	one("DepthwiseConv2dNative", func(c *nodeCall) *value { return of(c.depthwise()) })
	one("DepthwiseConv2d", func(c *nodeCall) *value { return of(c.depthwise()) })
	one("FusedDepthwiseConv2dNative", func(c *nodeCall) *value { return c.fused(c.depthwise()) })
	one("MatMul", func(c *nodeCall) *value { return of(c.matmul()) })
	one("_FusedMatMul", func(c *nodeCall) *value { return c.fused(c.matmul()) })
	one("BiasAdd", func(c *nodeCall) *value { return of(c.biased(c.arg(0), c.arg(1))) })
	for _, name := range []string{"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"} {
		one(name, fusedBatchNorm)
	}
	one("MaxPool", func(c *nodeCall) *value {
		return of(checked(layer.MaxPool(c.b, c.arg(0), layer.PoolOptions{Window: c.window(c.plane("ksize"))})))
	})
	one("AvgPool", func(c *nodeCall) *value {
		return of(checked(layer.AvgPool(c.b, c.arg(0), layer.PoolOptions{Window: c.window(c.plane("ksize")), IgnorePad: true})))
	})
}

// plane reads the numbers of an attribute for height and width; those for samples and channels must be 1.
func (c *nodeCall) plane(name string) []int {
	n := c.ints(name)
	if n == nil {
		return []int{1, 1}
	}
	if len(n) == 2 {
		return n
	}
	if len(n) != 4 || n[0] != 1 || n[3] != 1 {
		wrong("%s: got %v, want [1, height, width, 1]", name, n)
	}
	return n[1:3]
}

// window is the node's window over input 0.
func (c *nodeCall) window(kernel []int) op.Window {
	x := c.arg(0)
	if len(x.Shape) != 4 {
		wrong("input: got %v, want [N,H,W,C]", x.Shape)
	}
	padding := c.text("padding", "VALID")
	if padding != "EXPLICIT" {
		return window(x, kernel, c.plane("strides"), c.plane("dilations"), padding)
	}
	p := c.ints("explicit_paddings")
	if len(p) != 8 || slices.Max([]int{p[0], p[1], p[6], p[7]}) > 0 {
		wrong("explicit_paddings: got %v, want before and after for each axis, for samples and channels 0", p)
	}
	w := window(x, kernel, c.plane("strides"), c.plane("dilations"), "VALID")
	w.Pads = [][2]int{{p[2], p[3]}, {p[4], p[5]}}
	return w
}

// filters returns the shape of input 1, which must have four axes.
func (c *nodeCall) filters() graph.Shape {
	s := c.input(1).shape()
	if len(s) != 4 || slices.Min(s) < 1 {
		wrong("filters: got %v, want four sizes of 1 or more", s)
	}
	return s
}

// conv has as many groups as its filters [KH,KW,C/groups,F] see parts of the channels.
func (c *nodeCall) conv() *graph.Value {
	x, s := c.arg(0), c.filters()
	w := c.window(s[:2])
	return c.apply(op.Conv, op.ConvAttrs{Window: w, Groups: max(1, x.Shape[3]/s[2])}, x, c.arg(1))
}

// depthwise has filters [KH,KW,C,M].
func (c *nodeCall) depthwise() *graph.Value {
	x, s := c.arg(0), c.filters()
	own := graph.Shape{s[0], s[1], 1, s[2:].Elems()}
	w := c.window(s[:2])
	if x.Shape[3] != s[2] {
		wrong("filters: got %v for an input %v, want as many channels", s, x.Shape)
	}
	filters := c.input(1)
	if filters.known != nil {
		return c.apply(op.Conv, op.ConvAttrs{Window: w, Groups: s[2]}, x, c.param(filters.known, own))
	}
	return c.apply(op.Conv, op.ConvAttrs{Window: w, Groups: s[2]}, x, c.reshape(c.data(filters), own))
}

func (c *nodeCall) matmul() *graph.Value {
	return c.apply(op.MatMul, op.MatMulAttrs{TransA: c.flag("transpose_a"), TransB: c.flag("transpose_b")}, c.arg(0), c.arg(1))
}

// biased adds a bias of channels.
func (c *nodeCall) biased(y, bias *graph.Value) *graph.Value {
	if n := y.Shape[len(y.Shape)-1]; !bias.Shape.Equal(graph.Shape{n}) {
		wrong("bias: got %v for %v, want [%d]", bias.Shape, y.Shape, n)
	}
	return c.mapped(fn(add, arg(0), arg(1)), y, bias)
}

// fused applies what was fused into a node; its inputs follow those of the node.
func (c *nodeCall) fused(y *graph.Value) *value {
	next := 2
	for _, f := range c.texts("fused_ops") {
		e := unaryOps[f]
		switch {
		case f == "BiasAdd":
			y = c.biased(y, c.arg(next))
			next++
		case f == "LeakyRelu":
			y = c.mapped(leaky(c.float("leakyrelu_alpha", 0.2)), y)
		case f == "Prelu":
			y = c.mapped(prelu(), y, c.arg(next))
			next++
		case e != nil:
			y = c.mapped(e, y)
		default:
			unsupported("the fused operation %s is not known here", f)
		}
	}
	return of(y)
}

// fusedBatchNorm standardises with known statistics; its other outputs, which are for training, are not built.
//
//	y = (x - mean) / √(variance + epsilon) · scale + offset
func fusedBatchNorm(c *nodeCall) *value {
	if c.flag("is_training") {
		unsupported("is_training: the model was not made for inference")
	}
	x := c.arg(0)
	s := x.Shape[len(x.Shape)-1:]
	var in [4]*graph.Value // scale, offset, mean, variance
	for k := range in {
		v := c.input(1 + k)
		switch {
		case v.known == nil:
			in[k] = c.data(v)
		case k < 2:
			in[k] = c.param(v.known, s)
		default:
			in[k] = c.state(v.known, s)
		}
		if !in[k].Shape.Equal(s) {
			wrong("input %d: got %v, want %v", 1+k, in[k].Shape, s)
		}
	}
	eps := c.float("epsilon", 1e-4)
	by := c.mapped(fn(div, arg(0), fn(sqrt, fn(add, arg(1), num(eps)))), in[0], in[3])
	y := fn(add, fn(mul, fn(sub, arg(0), arg(1)), arg(2)), arg(3))
	return of(c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{y}}, x, in[2], by, in[1]))
}
