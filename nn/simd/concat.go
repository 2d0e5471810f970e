package simd

import "github.com/fovea-nn/fovea/nn/op"

func init() {
	kernels[op.ConcatOp] = func(c *compiler) {
		var parts []*movement
		for k, p := range op.ConcatParts(c.node) {
			axes := []moveAxis{{p.Rows, p.Length, p.Pitch}, {p.Length, 1, 1}}
			parts = append(parts, newMovement(c.input(k), c.output(0).skip(p.Start), axes))
		}
		c.move(parts)
	}
}
