package cpu

import "github.com/fovea-nn/fovea/nn/op"

func init() {
	kernels[op.ConcatOp] = func(c *compiler) func() {
		if c.out[0].i32 != nil {
			return concatKernel(c, func(o operand) []int32 { return o.i32 })
		}
		return concatKernel(c, func(o operand) []float32 { return o.f32 })
	}
}

func concatKernel[T float32 | int32](c *compiler, data func(operand) []T) func() {
	parts, y := op.ConcatParts(c.node), data(c.out[0])
	return func() {
		for k, p := range parts {
			x := data(c.in[k])
			tasks, bounds := blocks(p.Rows, maxCopyRow/p.Length, 1)
			c.parallel(tasks, func(_, task int) {
				lo, hi := bounds(task)
				for i := lo; i < hi; i++ {
					copy(y[i*p.Pitch+p.Start:][:p.Length], x[i*p.Length:])
				}
			})
		}
	}
}
