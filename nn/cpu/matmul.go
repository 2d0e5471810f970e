package cpu

import "github.com/fovea-nn/fovea/nn/op"

// A product of few rows, such as a fully connected layer's for one picture, is shared out by columns as well.
const (
	matMulRows, matMulColumns = 32, 64 // of a task
	fewMatMulTasks            = 8
)

func init() {
	kernels[op.MatMul] = func(c *compiler) func() {
		d := op.MatMulGeometry(c.node)
		a, b, y := c.in[0].f32, c.in[1].f32, c.out[0].f32
		packed := c.floats(packedSize(d.K, d.N))
		panel := c.perThread(mr * d.K)
		rowTasks, rowBounds := blocks(d.M, matMulRows, mr)
		columns := d.N
		if rowTasks < fewMatMulTasks {
			columns = matMulColumns
		}
		columnTasks, columnBounds := blocks(d.N, columns, panelWidth)
		rows := places(d.M, d.ARow)
		post := c.epilogue()
		pack := func(right []float32) {
			c.parallel(panels(d.N, panelWidth), func(_, i int) {
				j := i * panelWidth
				packB(packed[j*d.K:], right[j*d.BCol:], d.K, min(panelWidth, d.N-j), d.BRow, d.BCol)
			})
		}
		packOnce := c.in[1].onChange(func() { pack(b) })
		return func() {
			for m := range d.Batch {
				if d.Batch == 1 {
					packOnce()
				} else {
					pack(b[m*d.K*d.N:])
				}
				side, first := left{a[m*d.M*d.K:], zeroOffset, d.K, d.ACol}, m*d.M*d.N
				c.parallel(rowTasks*columnTasks, func(t, i int) {
					lo, hi := rowBounds(i / columnTasks)
					from, to := columnBounds(i % columnTasks)
					side.times(panel[t], rows[lo:hi], packed[from*d.K:], to-from, y[first+lo*d.N+from:], d.N, false)
					if columnTasks == 1 {
						post(t, first+lo*d.N, first+hi*d.N)
						return
					}
					for r := lo; r < hi; r++ {
						post(t, first+r*d.N+from, first+r*d.N+to)
					}
				})
			}
		}
	}
}
