package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// madd is a·b + sum: rounded once where the engine can, else twice.
func (t *task) madd(sum, a, b wasmasm.V128) wasmasm.V128 {
	if t.c.relaxed {
		return a.F32x4RelaxedMadd(b, sum)
	}
	return sum.F32x4Add(a.F32x4Mul(b))
}

// storeLanes stores the first n numbers of x, 1 to 4.
func storeLanes(at wasmasm.I32, offset int, x wasmasm.V128, n int) {
	switch n {
	case 4:
		at.V128Store(offset, x)
	case 3:
		at.V128Store64Lane(offset, 0, x)
		at.V128Store32Lane(offset+8, 2, x)
	case 2:
		at.V128Store64Lane(offset, 0, x)
	case 1:
		at.V128Store32Lane(offset, 0, x)
	}
}

// transpose turns four rows of four numbers into its columns.
func (t *task) transpose(r [4]wasmasm.V128) (c [4]wasmasm.V128) {
	low := keep(t.Func, "low", r[0].I32x4Shuffle(r[1], [4]uint8{0, 4, 1, 5}))
	high := keep(t.Func, "high", r[0].I32x4Shuffle(r[1], [4]uint8{2, 6, 3, 7}))
	low2 := keep(t.Func, "low", r[2].I32x4Shuffle(r[3], [4]uint8{0, 4, 1, 5}))
	high2 := keep(t.Func, "high", r[2].I32x4Shuffle(r[3], [4]uint8{2, 6, 3, 7}))
	c[0] = keep(t.Func, "c", low.I32x4Shuffle(low2, [4]uint8{0, 1, 4, 5}))
	c[1] = keep(t.Func, "c", low.I32x4Shuffle(low2, [4]uint8{2, 3, 6, 7}))
	c[2] = keep(t.Func, "c", high.I32x4Shuffle(high2, [4]uint8{0, 1, 4, 5}))
	c[3] = keep(t.Func, "c", high.I32x4Shuffle(high2, [4]uint8{2, 3, 6, 7}))
	return c
}
