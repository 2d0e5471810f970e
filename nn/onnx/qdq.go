package onnx

import (
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Most quantised models say so by pairs of nodes around those of floats: QuantizeLinear → DequantizeLinear → Conv →
// QuantizeLinear. A product whose factors come from DequantizeLinear is one of the whole numbers before it, times both
// scales.

func addQDQ(operators table) {
	for kind, quantised := range map[string]func(c *call) *value{"Conv": convQDQ, "MatMul": matmulQDQ, "Gemm": gemmQDQ} {
		plain := operators[kind]
		operators[kind] = func(c *call) {
			if y := quantised(c); y != nil {
				c.set(0, y)
			} else {
				plain(c)
			}
		}
	}
}

// dequantised8 is an input of a node that DequantizeLinear makes.
type dequantised8 struct {
	x, scale, zero *value
	axis           int // along which they have several numbers
}

// dequantisedInput returns what input k is made from, where DequantizeLinear makes it with known numbers.
func (c *call) dequantisedInput(k int) (d dequantised8, ok bool) {
	n := c.makers[c.n.Input(k)]
	if n == nil || n.OpType != "DequantizeLinear" || n.Domain != "" {
		return d, false
	}
	d = dequantised8{x: c.values[n.Input(0)], scale: c.values[n.Input(1)]}
	if n.Input(2) != "" {
		d.zero = c.values[n.Input(2)]
	}
	if d.x == nil || d.scale == nil || d.scale.known == nil {
		return d, false
	}
	axis, err := n.Int("axis", 1)
	check(err)
	if d.axis = int(axis); d.axis < 0 {
		d.axis += len(d.x.shape)
	}
	return d, true
}

// factorsQDQ returns inputs 0 and 1 where both come from DequantizeLinear and their product can be one of 8-bit numbers,
// filters lying along axis, with the scale of each sum.
func (c *call) factorsQDQ(axis int) (x, w dequantised8, scale *value, ok bool) {
	x, ok = c.dequantisedInput(0)
	if !ok || x.scale.known.len() != 1 {
		return x, w, nil, false
	}
	if w, ok = c.dequantisedInput(1); !ok || len(w.x.shape) <= axis {
		return x, w, nil, false
	}
	if n := w.scale.known.len(); n != 1 && (n != w.x.shape[axis] || len(w.scale.shape) != 1 || w.axis != axis) {
		return x, w, nil, false
	}
	_, _, ok = c.factors8(x.x, x.zero, w.x, w.zero, axis)
	return x, w, c.factor(x.scale, w.scale), ok
}

func convQDQ(c *call) *value {
	x, w, scale, ok := c.factorsQDQ(0)
	if !ok || len(w.x.shape) != len(x.x.shape) {
		return nil
	}
	rank := len(x.x.shape)
	y := computed(onnxir.Int32, c.convolved(x.x, x.zero, w.x, w.zero), channelsLast(rank))
	if scale.known.len() > 1 {
		scale = c.perChannel(scale, rank)
	}
	y = c.mapped(onnxir.Float, mul(arg(0), arg(1)), y, scale)
	return computed(onnxir.Float, c.biased(c.last(y), c.optional(2)), channelsLast(rank))
}

func matmulQDQ(c *call) *value {
	x, w, scale, ok := c.factorsQDQ(1)
	if !ok || len(w.x.shape) != 2 || len(x.x.shape) < 2 {
		return nil
	}
	return c.mapped(onnxir.Float, mul(arg(0), arg(1)), c.product8(x.x, x.zero, w.x, w.zero), scale)
}

func gemmQDQ(c *call) *value {
	turned := c.int("transB", 0)
	x, w, scale, ok := c.factorsQDQ(1 - turned)
	if !ok || len(w.x.shape) != 2 || len(x.x.shape) != 2 || c.int("transA", 0) != 0 || c.float("alpha", 1) != 1 {
		return nil
	}
	b := w.x
	if turned == 1 {
		b = knownOf(b.dtype, graph.Shape{b.shape[1], b.shape[0]}, turnedRows(b))
		b.known.name = w.x.known.name
	}
	y := c.mapped(onnxir.Float, mul(arg(0), arg(1)), c.product8(x.x, x.zero, b, w.zero), scale)
	if bias := c.optional(2); bias != nil {
		y = c.mapped(onnxir.Float, add(arg(0), mul(num(c.float("beta", 1)), arg(1))), y, bias)
	}
	return y
}

// turnedRows is a known matrix, transposed.
func turnedRows(b *value) []float64 {
	rows, cols := b.shape[0], b.shape[1]
	out := make([]float64, rows*cols)
	for i := range out {
		out[i] = b.known.at(i%rows*cols + i/rows)
	}
	return out
}
