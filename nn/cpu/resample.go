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
		x, y := c.in[0], c.out[0]
		return c.resample(x.shape, y.shape, func(from, to int, weight float32) {
			axpy(weight, x.f32[from:from+y.shape[3]], y.f32[to:])
		})
	}
	kernels[op.ResampleGrad] = func(c *compiler) func() {
		dy, dx := c.in[0], c.out[0]
		return c.resample(dx.shape, dy.shape, func(from, to int, weight float32) {
			axpy(weight, dy.f32[to:to+dx.shape[3]], dx.f32[from:])
		})
	}
}

// resample clears the output and calls add for each pixel that is read, x being the shape of what is read from and y
// that of the places; see eachTap.
func (c *compiler) resample(x, y graph.Shape, add func(from, to int, weight float32)) func() {
	a := c.node.Attrs.(op.ResampleAttrs)
	image := c.out[0].shape[1:].Elems()
	return func() {
		c.parallel(y[0], func(_, n int) {
			clear(c.out[0].f32[n*image : (n+1)*image])
			eachTap(&a, n, x, y, c.in[1], add)
		})
	}
}
