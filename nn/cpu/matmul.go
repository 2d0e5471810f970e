package cpu

import "github.com/fovea-nn/fovea/nn/op"

func init() {
	kernels[op.MatMul] = func(c *compiler) func() {
		d := op.MatMulGeometry(c.node)
		a, b, y := c.in[0].f32, c.in[1].f32, c.out[0].f32
		packed := c.floats(panels(d.N, nr) * nr * d.K)
		panel := c.perThread(mr * d.K)
		post := c.epilogue()
		rowPanels := panels(d.M, mr)
		return func() {
			for m := range d.Batch {
				left, out := a[m*d.M*d.K:], y[m*d.M*d.N:]
				packB(packed, b[m*d.K*d.N:], d.K, d.N, d.BRow, d.BCol)
				c.parallel(rowPanels, func(t, i int) {
					r := i * mr
					rows := min(mr, d.M-r)
					packRows(panel[t], left[r*d.ARow:], rows, d.K, d.ARow, d.ACol)
					panelTimes(panel[t], packed, d.K, d.N, out[r*d.N:], rows, d.N, false)
					post(t, (m*d.M+r)*d.N, (m*d.M+r+rows)*d.N)
				})
			}
		}
	}
}
