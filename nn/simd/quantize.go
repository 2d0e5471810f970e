package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.QuantizeOp] = func(c *compiler) { c.quantize(c.node.Attrs.(op.QuantizeAttrs), c.input(0), c.output(0)) }
}

// quantize emits a phase that makes bytes of x.
func (c *compiler) quantize(a op.QuantizeAttrs, x, y value) {
	n := x.Shape.Elems()
	tasks, length := blocks(n, taskElems, 16)
	c.phase(tasks, func(t *task) {
		first, end := keepI32(t, "first", t.index.Mul(t.I32(length))), t.partEnd(t.index, length, n)
		from, to := keepI32(t, "from", x.at(t).Add(first.Shl(t.I32(2)))), keepI32(t, "to", y.at(t).Add(first))
		left := keepI32(t, "left", end.Sub(first))
		inSteps(t.Func, left, dynamic, []int{16, 1}, func(n int) {
			if n == 16 {
				var v [4]wasmasm.V128
				for i := range v {
					v[i] = from.V128Load(16 * i)
				}
				to.V128Store(0, quantized(t.Func, a, v))
			} else {
				to.V128Store8Lane(0, 0, quantizedFour(t.Func, a, from.V128Load32Splat(0)))
			}
			from.Inc(4 * n)
			to.Inc(n)
		})
	})
}

// quantizedFour is four numbers as bytes, in the lowest lanes.
func quantizedFour(f *wasmasm.Func, a op.QuantizeAttrs, x wasmasm.V128) wasmasm.V128 {
	x = keep(f, "x", x)
	return quantized(f, a, [4]wasmasm.V128{x, x, x, x})
}

// quantized is sixteen numbers as bytes: they are rounded, to the even one of two that are equally near, and what does not
// fit the type becomes its bound.
func quantized(f *wasmasm.Func, a op.QuantizeAttrs, x [4]wasmasm.V128) wasmasm.V128 {
	whole := func(x wasmasm.V128) wasmasm.V128 {
		q := x.F32x4Div(splat(f, float64(a.Scale))).F32x4Nearest()
		return q.F32x4Add(splat(f, float64(a.Zero))).I32x4TruncSatF32x4S()
	}
	low, high := whole(x[0]).I16x8NarrowI32x4S(whole(x[1])), whole(x[2]).I16x8NarrowI32x4S(whole(x[3]))
	if a.Type == graph.I8 {
		return low.I8x16NarrowI16x8S(high)
	}
	return low.I8x16NarrowI16x8U(high)
}
