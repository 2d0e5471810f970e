package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ArgMaxOp] = func(c *compiler) {
		c.eachFourRows(argMaxElems, func(r fourRows) {
			f := r.t.Func
			first := r.at[0].V128Load32Zero(0)
			for j, at := range r.at[1:] {
				first = at.V128Load32Lane(0, j+1, first)
			}
			best := keep(f, "best", first)
			place, class := keep(f, "place", ints(f, 0)), keep(f, "class", ints(f, 0))
			r.each(func(at wasmasm.I32, offset, n int) {
				var x [4]wasmasm.V128
				for j := range x {
					x[j] = keep(f, "x", r.at[j].Add(at).V128Load(offset))
				}
				columns := transpose4(f, x)
				for _, y := range columns[:n] {
					greater := keep(f, "greater", y.F32x4Gt(best))
					best.Set(y.Bitselect(best, greater))
					place.Set(class.Bitselect(place, greater))
					class.Set(class.I32x4Add(ints(f, 1)))
				}
			})
			r.store(r.t.out[0], place)
		})
	}
}

// argMaxElems is about how many elements a task has.
const argMaxElems = 8192
