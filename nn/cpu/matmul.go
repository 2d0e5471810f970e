package cpu

import "github.com/fovea-nn/fovea/nn/op"

func init() {
	kernels[op.MatMul] = func(c *compiler) func() {
		d := op.MatMulGeometry(c.node)
		a, b, y := c.in[0].f32, c.in[1].f32, c.out[0].f32
		rowPanels, colPanels := panels(d.M, mr), panels(d.N, nr)
		packed := c.floats(colPanels * nr * d.K)
		panel := c.perThread(mr * d.K)
		post := c.epilogue()
		return func() {
			for m := range d.Batch {
				left, out := a[m*d.M*d.K:], y[m*d.M*d.N:]
				right := b[m*d.K*d.N:]
				c.parallel(colPanels, func(_, j int) {
					packB(packed[j*nr*d.K:], right[j*nr*d.BCol:], d.K, min(nr, d.N-j*nr), d.BRow, d.BCol)
				})
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
