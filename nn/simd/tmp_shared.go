package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.Conv] = func(c *compiler) { c.depthwiseConv(op.ConvGeometry(c.node)) }
	kernels[op.ConvGradInput] = func(c *compiler) { c.depthwiseGradInput(op.ConvGeometry(c.node)) }
	kernels[op.ConvGradWeight] = func(c *compiler) { c.depthwiseGradWeight(op.ConvGeometry(c.node)) }
}

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
