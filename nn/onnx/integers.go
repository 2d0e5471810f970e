package onnx

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// In a graph, whole numbers of 8 bits are f32 like all others, so that every operator can read them. Products read the
// bytes themselves: what QuantizeLinear makes is bytes, of which a map makes f32, and bytes looks behind that map.

// types8 are the 8-bit types of graphs.
var types8 = map[onnxir.DataType]graph.DType{onnxir.Uint8: graph.U8, onnxir.Int8: graph.I8}

// quantisation returns the attributes of a quantisation with known numbers, the same for all elements.
func quantisation(scale, zero *value, d onnxir.DataType) (a op.QuantizeAttrs, ok bool) {
	t, ok := types8[d]
	if !ok || scale.known == nil || scale.known.len() != 1 {
		return a, false
	}
	factor := float32(scale.known.at(0))
	z, ok := oneZero(zero)
	return op.QuantizeAttrs{Scale: factor, Zero: z, Type: t}, ok && factor > 0 && factor <= math.MaxFloat32
}

// oneZero returns a zero point that is known and the same for all elements; none is 0.
func oneZero(zero *value) (z int, ok bool) {
	if zero == nil {
		return 0, true
	}
	if zero.known == nil || zero.known.len() != 1 {
		return 0, false
	}
	return int(zero.known.at(0)), true
}

// wholeNumbers is the value of bytes, whose axes are permuted by perm.
func (c *importer) wholeNumbers(d onnxir.DataType, bytes *graph.Value, perm []int) *value {
	return computed(d, op.Map(c.g, expr.V(0), bytes), perm)
}

// factors8 tells whether a product of x - zx and w - zw can be one of 8-bit numbers: x is computed and has one zero point,
// w is known, for each filter, along axis, with a zero point, and fits int8 without it. It returns x's zero point and w
// minus its own.
func (c *importer) factors8(x, zx, w, zw *value, axis int) (zero int, w8 *value, ok bool) {
	zero, ok = oneZero(zx)
	if _, is8 := types8[x.dtype]; !ok || !is8 || x.known != nil || w.known == nil || w.known.alike || len(w.shape) < 2 {
		return 0, nil, false
	}
	filters := w.shape[axis]
	if filters < 1 || w.shape.Elems()/filters > op.IntegerDepth {
		return 0, nil, false
	}
	if zw != nil && (zw.known == nil || zw.known.len() != 1 && (zw.known.len() != filters || len(zw.shape) > 1)) {
		return 0, nil, false
	}
	if z, all := oneZero(zw); all && z == 0 && w.dtype == onnxir.Int8 {
		return zero, w, true
	}
	data := make([]float64, w.known.len())
	inner := w.shape[axis+1:].Elems()
	for i := range data {
		data[i] = w.known.at(i)
		if zw != nil {
			data[i] -= zw.known.at(i / inner % filters % zw.known.len())
		}
		if data[i] < -128 || data[i] > 127 {
			return 0, nil, false
		}
	}
	w8 = knownOf(onnxir.Int8, w.shape, data)
	w8.known.name = w.known.name
	return zero, w8, true
}

// bytes returns whole numbers of 8 bits as such, with axis i at place perm[i].
func (c *importer) bytes(v *value, perm []int) *graph.Value {
	if v.known != nil {
		return c.placeBytes(v, v.known.transpose(v.shape, perm), permuted([]int(v.shape), perm), fmt.Sprint(perm))
	}
	c.solid(v)
	if slices.Equal(v.order(), perm) {
		if b := c.bytesBehind(v.v); b != nil {
			return b
		}
	}
	return c.apply(op.QuantizeOp, op.QuantizeAttrs{Scale: 1, Type: types8[v.dtype]}, c.arranged(v, perm))
}

// placeBytes is place of the whole numbers of v in an order. They stay bytes, on the device too.
func (c *importer) placeBytes(v *value, a *array, s graph.Shape, order string) *graph.Value {
	y := c.place(a, v.known, s, "bytes "+order)
	y.Type = types8[v.dtype]
	return y
}

// matrices8 returns the rows a and the matrix b of whole numbers of 8 bits as they are multiplied. What was flattened from
// another order than ONNX's stays as it lies; b's rows go into that order.
func (c *importer) matrices8(a, b *value) (x, w *graph.Value) {
	if len(a.shape) != 2 || a.flat == nil || a.v != nil {
		k := b.shape[0]
		rows := c.reshaped(a, graph.Shape{a.shape.Elems() / k, k})
		return c.bytes(rows, identity(2)), c.bytes(b, identity(2))
	}
	from := a.flat
	c.solid(from)
	perm := from.order() // keeps axis 0, and the rows have the sizes of the others
	split := append(from.shape[1:].Clone(), b.shape[1])
	order := make([]int, len(split))
	for i := range from.shape[1:] {
		order[i] = perm[1+i] - 1
	}
	order[len(split)-1] = len(split) - 1
	x = op.Reshape(c.g, c.bytes(from, perm), a.shape)
	return x, c.placeBytes(b, b.known.transpose(split, order), b.shape, fmt.Sprint("rows", order))
}

// bytesBehind returns the bytes that v has the numbers of, or nil.
func (c *importer) bytesBehind(v *graph.Value) *graph.Value {
	if v.Node == nil {
		return nil
	}
	from := v.Node.In[0]
	if v.Node.Op == op.ReshapeOp {
		if b := c.bytesBehind(from); b != nil {
			return op.Reshape(c.g, b, v.Shape)
		}
		return nil
	}
	if a, ok := v.Node.Attrs.(op.MapAttrs); ok {
		bytes := from.Type == graph.U8 || from.Type == graph.I8
		if bytes && len(a.Exprs) == 1 && a.Exprs[0].Op == expr.Var && from.Shape.Equal(v.Shape) {
			return from
		}
	}
	return nil
}

// factor is the product of known scales, one of which may have a number for each filter.
func (c *importer) factor(a, b *value) *value {
	if a.known.len() > 1 {
		a, b = b, a
	}
	if a.known.len() > 1 {
		return c.mapped(onnxir.Float, mul(arg(0), arg(1)), a, b)
	}
	data := make([]float64, b.known.len())
	for i := range data {
		data[i] = float64(float32(a.known.at(0) * b.known.at(i)))
	}
	return knownOf(onnxir.Float, b.shape, data)
}
