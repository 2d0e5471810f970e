package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// eachTap calls f for each pixel of sample n that is read: its first element in x, the place's in y, and the weight.
func eachTap(a *op.ResampleAttrs, n int, x, y graph.Shape, maps operand, f func(from, to int, weight float32)) {
	m := maps.f32[min(n, maps.shape[0]-1)*6:][:6]
	to := n * y[1:].Elems()
	for p := range y[1] {
		for q := range y[2] {
			// The sum is a float32, as on other devices: the pixel that is nearest must be the same on all.
			u := float32(m[0]*float32(p)) + float32(m[1]*float32(q)) + m[2]
			v := float32(m[3]*float32(p)) + float32(m[4]*float32(q)) + m[5]
			hs, hw := a.Taps(float64(u), x[1])
			ws, ww := a.Taps(float64(v), x[2])
			for i, h := range hs {
				for j, w := range ws {
					if weight := float32(hw[i] * ww[j]); weight != 0 {
						f(((n*x[1]+h)*x[2]+w)*x[3], to, weight)
					}
				}
			}
			to += y[3]
		}
	}
}

func init() {
	kernels[op.ResampleOp] = func(c *compiler) func() {
		a := c.node.Attrs.(op.ResampleAttrs)
		x, y, maps := c.in[0], c.out[0], c.in[1]
		image, channels := y.shape[1:].Elems(), y.shape[3]
		return func() {
			c.parallel(y.shape[0], func(_, n int) {
				clear(y.f32[n*image : (n+1)*image])
				eachTap(&a, n, x.shape, y.shape, maps, func(from, to int, weight float32) {
					row := y.f32[to : to+channels]
					for k, v := range x.f32[from : from+len(row)] {
						row[k] += weight * v
					}
				})
			})
		}
	}
	kernels[op.ResampleGrad] = func(c *compiler) func() {
		a := c.node.Attrs.(op.ResampleAttrs)
		dy, dx, maps := c.in[0], c.out[0], c.in[1]
		image, channels := dx.shape[1:].Elems(), dx.shape[3]
		return func() {
			c.parallel(dx.shape[0], func(_, n int) {
				clear(dx.f32[n*image : (n+1)*image])
				eachTap(&a, n, dx.shape, dy.shape, maps, func(from, to int, weight float32) {
					row := dx.f32[from : from+channels]
					for k, v := range dy.f32[to : to+len(row)] {
						row[k] += weight * v
					}
				})
			})
		}
	}
}
