package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ArgMaxOp] = func(c *compiler) {
		x := c.in[0].Shape
		classes := x[len(x)-1]
		c.phaseOf(c.out[0].Shape.Elems(), 4096/classes, func(t *task, i wasmasm.I32) {
			at, k, best, place, greater := t.LocalI32("at"), t.LocalI32("k"), t.LocalF32("best"), t.LocalI32("place"), t.LocalI32("greater")
			at.Set(t.in[0].Add(i.Mul(t.I32(4 * classes))))
			best.Set(at.F32Load(0))
			place.Set(t.I32(0))
			t.For(k, t.I32(0), t.I32(classes), 1, func() {
				v := t.LocalF32("v")
				v.Set(at.F32Load(0))
				greater.Set(v.Gt(best))
				best.Set(v.Select(best, greater))
				place.Set(k.Select(place, greater))
				at.Inc(4)
			})
			t.out[0].Add(i.Shl(t.I32(2))).I32Store(0, place)
		})
	}
}
