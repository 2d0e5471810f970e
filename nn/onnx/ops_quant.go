package onnx

import (
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	operators["QuantizeLinear"] = func(c *call) {
		x := c.input(0)
		d := onnxir.Uint8
		zero := c.optional(2)
		if zero != nil {
			d = zero.dtype
		}
		c.set(0, c.quantised(x, c.along(x, c.input(1)), c.alongOr0(x, zero), d))
	}
	operators["DequantizeLinear"] = func(c *call) {
		x := c.input(0)
		c.set(0, c.dequantised(x, c.along(x, c.input(1)), c.alongOr0(x, c.optional(2))))
	}
	operators["DynamicQuantizeLinear"] = dynamicQuantize
	operators["QLinearConv"] = qLinearConv
	operators["QLinearMatMul"] = qLinearMatMul
	operators["ConvInteger"] = convInteger
	operators["MatMulInteger"] = func(c *call) {
		a, b := c.input(0), c.input(1)
		y := c.matmul(c.centred(a, c.rowsOf(c.optional(2), a)), c.centred(b, c.optional(3)))
		y.dtype = onnxir.Int32
		c.set(0, y)
	}
}

// bounds of an integer type.
func (c *call) bounds(d onnxir.DataType) (lo, hi float64) {
	switch d {
	case onnxir.Uint8:
		return 0, 255
	case onnxir.Int8:
		return -128, 127
	case onnxir.Uint16:
		return 0, 65535
	case onnxir.Int16:
		return -32768, 32767
	}
	c.unsupported("quantisation to %v", d)
	return 0, 0
}

// along gives the numbers of an axis the sizes with which they broadcast to x.
func (c *call) along(x, v *value) *value {
	if v.shape.Elems() == 1 || len(x.shape) < 2 {
		return v
	}
	at := c.axis(c.int("axis", 1), len(x.shape))
	return c.reshaped(v, append(graph.Shape{v.shape.Elems()}, repeat(1, len(x.shape)-at-1)...))
}

func (c *call) alongOr0(x, v *value) *value {
	if v == nil {
		return knownOf(x.dtype, graph.Shape{}, []float64{0})
	}
	return c.along(x, v)
}

// rowsOf gives a number for each row of a the sizes with which they broadcast.
func (c *call) rowsOf(zero, a *value) *value {
	if zero == nil || len(zero.shape) != 1 || zero.shape[0] == 1 || len(a.shape) < 2 {
		return zero
	}
	return c.reshaped(zero, graph.Shape{zero.shape[0], 1})
}

// quantised is round(x/scale) + zero, kept within the type.
func (c *call) quantised(x, scale, zero *value, d onnxir.DataType) *value {
	lo, hi := c.bounds(d)
	e := clamp(add(roundEven(div(arg(0), arg(1))), arg(2)), num(lo), num(hi))
	return c.mapped(d, e, x, scale, zero)
}

// dequantised is (x - zero)·scale.
func (c *call) dequantised(x, scale, zero *value) *value {
	return c.mapped(scale.dtype, mul(sub(arg(0), arg(1)), arg(2)), x, zero, scale)
}

// centred is x - zero.
func (c *call) centred(x, zero *value) *value {
	if zero == nil || zero.known != nil && zero.known.len() == 1 && zero.known.at(0) == 0 {
		y := *x
		return &y
	}
	return c.mapped(onnxir.Int32, sub(arg(0), arg(1)), x, zero)
}

// dynamicQuantize takes scale and zero from the numbers' range, which holds 0.
func dynamicQuantize(c *call) {
	x := c.input(0)
	axes := identity(len(x.shape))
	hi := c.mapped(x.dtype, larger(arg(0), num(0)), c.reduce(x, op.ReduceMax, arg(0), axes, false))
	lo := c.mapped(x.dtype, smaller(neg(arg(0)), num(0)), c.reduce(x, op.ReduceMax, neg(arg(0)), axes, false))
	scale := c.mapped(x.dtype, div(sub(arg(0), arg(1)), num(255)), hi, lo)
	zero := c.mapped(onnxir.Uint8, clamp(roundEven(div(neg(arg(0)), arg(1))), num(0), num(255)), lo, scale)
	c.set(0, c.quantised(x, scale, zero, onnxir.Uint8))
	c.set(1, scale)
	c.set(2, zero)
}

// convolved is the convolution of centred whole numbers, of which sums are exact up to 2²⁴.
func (c *call) convolved(x, w *value) *graph.Value {
	space := spatialAxes(x)
	a := op.ConvAttrs{Window: c.window(w.shape[2:], x.shape[2:]), Groups: c.int("group", 1)}
	return c.apply(op.Conv, a, c.last(x), c.arranged(w, filtersLast(2+len(space))))
}

func (c *call) perFilter(v *value, rank int) *value {
	if v == nil || v.shape.Elems() == 1 {
		return v
	}
	return c.reshaped(v, append(graph.Shape{v.shape.Elems()}, repeat(1, rank-1)...))
}

func convInteger(c *call) {
	x, w := c.input(0), c.input(1)
	y := c.convolved(c.centred(x, c.optional(2)), c.centred(w, c.perFilter(c.optional(3), len(w.shape))))
	c.set(0, computed(onnxir.Int32, y, channelsLast(len(x.shape))))
}

func qLinearConv(c *call) {
	x, w := c.input(0), c.input(3)
	rank := len(x.shape)
	y := c.convolved(c.centred(x, c.input(2)), c.centred(w, c.perFilter(c.input(5), rank)))
	if b := c.optional(8); b != nil {
		y = c.biased(y, b)
	}
	channels := func(v *value) *value {
		if v.shape.Elems() == 1 {
			return v
		}
		return c.perChannel(v, rank)
	}
	sum := computed(onnxir.Int32, y, channelsLast(rank))
	c.set(0, c.requantised(sum, c.input(1), channels(c.input(4)), c.input(6), c.input(7)))
}

// requantised is round(sum·a·b/to) + zero, kept within zero's type.
func (c *call) requantised(sum, a, b, to, zero *value) *value {
	lo, hi := c.bounds(zero.dtype)
	factor := c.mapped(onnxir.Float, div(mul(arg(0), arg(1)), arg(2)), a, b, to)
	if a.known != nil && b.known != nil && to.known != nil {
		factor = c.known(factor)
	}
	e := clamp(add(roundEven(mul(arg(0), arg(1))), arg(2)), num(lo), num(hi))
	return c.mapped(zero.dtype, e, sum, factor, zero)
}

// known returns a value of known ones as it is: computing it again and again would take the device's time.
func (c *call) known(v *value) *value { return v }

func qLinearMatMul(c *call) {
	a, b := c.input(0), c.input(3)
	y := c.matmul(c.centred(a, c.rowsOf(c.input(2), a)), c.centred(b, c.input(5)))
	y.dtype = onnxir.Int32
	c.set(0, c.requantised(y, c.rowsOf(c.input(1), a), c.input(4), c.input(6), c.input(7)))
}
