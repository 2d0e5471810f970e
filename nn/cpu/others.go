package cpu

import (
	"math"

	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.SoftmaxCE] = func(c *compiler) func() {
		x, labels, loss := c.in[0].f32, c.in[1].i32, c.out[0].f32
		classes := c.in[0].shape[len(c.in[0].shape)-1]
		n := c.out[0].shape.Elems()
		return func() {
			for i := range n {
				loss[i] = 0
				if l := int(labels[i]); l >= 0 && l < classes {
					row := x[i*classes : (i+1)*classes]
					m, sum := expSum(row)
					loss[i] = float32(math.Log(float64(sum))) + m - row[l]
				}
			}
		}
	}
	kernels[op.SoftmaxCEGrad] = func(c *compiler) func() {
		x, labels, dloss, dx := c.in[0].f32, c.in[1].i32, c.in[2].f32, c.out[0].f32
		classes := c.in[0].shape[len(c.in[0].shape)-1]
		n := c.in[1].shape.Elems()
		return func() {
			for i := range n {
				row, d := x[i*classes:(i+1)*classes], dx[i*classes:(i+1)*classes]
				l := int(labels[i])
				if l < 0 || l >= classes {
					clear(d)
					continue
				}
				m, sum := expSum(row)
				for k, v := range row {
					d[k] = float32(math.Exp(float64(v-m))) / sum * dloss[i]
				}
				d[l] -= dloss[i]
			}
		}
	}
	kernels[op.GatherOp] = func(c *compiler) func() {
		table, index, y := c.in[0], c.in[1].i32, c.out[0]
		rows, row := table.shape[0], table.shape[1:].Elems()
		n := c.in[1].shape.Elems()
		post := func(thread, lo, hi int) {}
		if y.f32 != nil {
			post = c.epilogue()
		}
		return func() {
			c.parallel(n, func(t, i int) {
				from, to := min(max(int(index[i]), 0), rows-1)*row, i*row
				switch {
				case table.u8 != nil:
					dst := y.f32[to : to+row]
					for k, b := range table.u8[from : from+row] {
						dst[k] = float32(b)
					}
				case table.f32 != nil:
					copy(y.f32[to:to+row], table.f32[from:])
				default:
					copy(y.i32[to:to+row], table.i32[from:])
				}
				post(t, to, to+row)
			})
		}
	}
	kernels[op.ArgMaxOp] = func(c *compiler) func() {
		x, y := c.in[0].f32, c.out[0].i32
		k := c.in[0].shape[len(c.in[0].shape)-1]
		n := c.out[0].shape.Elems()
		return func() {
			for i := range n {
				best, row := 0, x[i*k:(i+1)*k]
				for j, v := range row {
					if v > row[best] {
						best = j
					}
				}
				y[i] = int32(best)
			}
		}
	}
	kernels[op.RandomOp] = func(c *compiler) func() {
		state, y, stream := c.in[0].i32, c.out[0].f32, c.node.Attrs.(op.RandomAttrs).Stream
		n := c.out[0].shape.Elems()
		post := c.epilogue()
		return func() {
			for i := 0; i < n; i += 4 {
				w := op.Philox([4]uint32{uint32(i / 4), uint32(state[1]), uint32(stream), 0}, [2]uint32{uint32(state[0]), 0})
				for k := range min(4, n-i) {
					y[i+k] = float32(w[k]>>8) * (1.0 / (1 << 24))
				}
			}
			post(0, 0, n)
		}
	}
}

// expSum returns the row's maximum m and Σ exp(x - m).
func expSum(x []float32) (m, sum float32) {
	m = x[0]
	for _, v := range x {
		m = max(m, v)
	}
	for _, v := range x {
		sum += float32(math.Exp(float64(v - m)))
	}
	return m, sum
}
