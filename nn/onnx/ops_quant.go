package onnx

import (
	"cmp"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func addQuant(operators table) {
	operators["QuantizeLinear"] = func(c *call) {
		x := c.input(0)
		d := cmp.Or(onnxir.DataType(c.int("output_dtype", 0)), onnxir.Uint8)
		zero := c.optional(2)
		if zero != nil {
			d = zero.dtype
		}
		c.set(0, c.quantised(x, c.along(x, c.input(1)), c.alongOr0(x, zero), d))
	}
	operators["DequantizeLinear"] = func(c *call) {
		x := c.input(0)
		y := c.dequantised(x, c.along(x, c.input(1)), c.alongOr0(x, c.optional(2)))
		if d := c.int("output_dtype", 0); d != 0 {
			y = c.cast(y, onnxir.DataType(d))
		}
		c.set(0, y)
	}
	operators["DynamicQuantizeLinear"] = dynamicQuantize
	operators["QLinearConv"] = qLinearConv
	operators["QLinearMatMul"] = qLinearMatMul
	operators["ConvInteger"] = convInteger
	operators["MatMulInteger"] = func(c *call) {
		y := c.product8(c.input(0), c.optional(2), c.input(1), c.optional(3))
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
	case onnxir.Uint4:
		return 0, 15
	case onnxir.Int4:
		return -8, 7
	}
	c.unsupported("quantisation to %v", d)
	return 0, 0
}

// along gives the numbers of an axis, or of blocks along it, the sizes with which they broadcast to x.
func (c *call) along(x, v *value) *value {
	if v.shape.Elems() == 1 || len(x.shape) < 2 {
		return v
	}
	at := c.axis(c.int("axis", 1), len(x.shape))
	if size := c.int("block_size", 0); size != 0 {
		return c.inBlocks(x, v, at, size)
	}
	return c.reshaped(v, append(graph.Shape{v.shape.Elems()}, repeat(1, len(x.shape)-at-1)...))
}

// inBlocks repeats each number of v size times along an axis, the last one as often as there is x.
func (c *call) inBlocks(x, v *value, at, size int) *value {
	if size < 1 {
		c.wrong("block_size: got %d, want 1 or more", size)
	}
	n := x.shape[at]
	want := x.shape.Clone()
	if want[at] = (n + size - 1) / size; !v.shape.Equal(want) {
		c.wrong("blocks of %d along axis %d of %v: got numbers %v, want %v", size, at, x.shape, v.shape, want)
	}
	wide := slices.Insert(v.shape.Clone(), at+1, size)
	y := c.mappedTo(sized(wide), v.dtype, arg(0), c.reshaped(v, slices.Insert(v.shape.Clone(), at+1, 1)))
	want[at] *= size
	return c.cut(c.reshaped(y, want), at, 0, 1, n)
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
	if a, ok := quantisation(scale, zero, d); ok && x.known == nil && narrow(x.dtype) {
		c.solid(x)
		if x.v.Type == graph.F32 {
			v, perm := x.v, x.perm
			if len(x.shape) > 3 { // a picture, whose channels a convolution will read last
				v, perm = c.last(x), channelsLast(len(x.shape))
			}
			return c.wholeNumbers(d, c.apply(op.QuantizeOp, a, v), perm)
		}
	}
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

// convolved is the convolution of whole numbers: of 8 bits where that can be, else of f32, in which sums are exact up to 2²⁴.
func (c *call) convolved(x, zx, w, zw *value) *graph.Value {
	spatialAxes(x)
	a := op.ConvAttrs{Window: c.window(w.shape[2:], x.shape[2:]), Groups: c.int("group", 1)}
	rank := len(x.shape)
	if zero, w8, ok := c.factors8(x, zx, w, zw, 0); ok {
		whole := op.ConvIntegerAttrs{ConvAttrs: a, Zero: zero}
		return c.apply(op.ConvIntegerOp, whole, c.bytes(x, channelsLast(rank)), c.bytes(w8, filtersLast(rank)))
	}
	return c.apply(op.Conv, a, c.last(c.centred(x, zx)), c.arranged(c.centred(w, c.perFilter(zw, rank)), filtersLast(rank)))
}

// product8 is the matrix product of whole numbers minus their zeros, alike.
func (c *call) product8(a, za, b, zb *value) *value {
	if zero, b8, ok := c.factors8(a, za, b, zb, 1); ok && len(b.shape) == 2 && len(a.shape) >= 2 {
		k := b.shape[0]
		if a.shape[len(a.shape)-1] != k {
			c.wrong("product of %v and %v", a.shape, b.shape)
		}
		x, w := c.matrices8(a, b8)
		y := c.apply(op.MatMulIntegerOp, op.MatMulIntegerAttrs{Zero: zero}, x, w)
		return c.reshaped(computed(onnxir.Int32, y, nil), append(a.shape[:len(a.shape)-1].Clone(), b.shape[1]))
	}
	return c.matmul(c.centred(a, c.rowsOf(za, a)), c.centred(b, zb))
}

func (c *call) perFilter(v *value, rank int) *value {
	if v == nil || v.shape.Elems() == 1 {
		return v
	}
	return c.reshaped(v, append(graph.Shape{v.shape.Elems()}, repeat(1, rank-1)...))
}

func convInteger(c *call) {
	x, w := c.input(0), c.input(1)
	y := c.convolved(x, c.optional(2), w, c.optional(3))
	c.set(0, computed(onnxir.Int32, y, channelsLast(len(x.shape))))
}

func qLinearConv(c *call) {
	x, w := c.input(0), c.input(3)
	rank := len(x.shape)
	y := c.convolved(x, c.input(2), w, c.input(5))
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
	factor := c.mapped(onnxir.Float, mul(arg(0), arg(1)), a, b)
	if a.known != nil && b.known != nil {
		factor = c.factor(a, b)
	}
	return c.quantised(c.mapped(onnxir.Float, mul(arg(0), arg(1)), sum, factor), to, zero, zero.dtype)
}

func qLinearMatMul(c *call) {
	a, b := c.input(0), c.input(3)
	y := c.product8(a, c.input(2), b, c.input(5))
	y.dtype = onnxir.Int32
	c.set(0, c.requantised(y, c.rowsOf(c.input(1), a), c.input(4), c.input(6), c.input(7)))
}
