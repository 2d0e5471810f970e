package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// eachRegion calls f for every output element o of sample n with the bounds of its region.
func eachRegion(n int, x, y graph.Shape, rows, cols operand, f func(o, c, top, bottom, left, right int)) {
	o := n * y[1:].Elems()
	for p := range y[1] {
		for q := range y[2] {
			for c := range y[3] {
				top, bottom := op.RegionBounds(rows.f32[op.BoundIndex(rows.shape, n, c, p):], x[1])
				left, right := op.RegionBounds(cols.f32[op.BoundIndex(cols.shape, n, c, q):], x[2])
				f(o, c, top, bottom, left, right)
				o++
			}
		}
	}
}

func init() {
	kernels[op.RegionPool] = func(c *compiler) func() {
		kind := c.node.Attrs.(op.RegionPoolAttrs).Kind
		x, rows, cols, y := c.in[0], c.in[1], c.in[2], c.out[0]
		width, channels := x.shape[2], x.shape[3]
		return func() {
			c.parallel(x.shape[0], func(_, n int) {
				image := x.f32[n*x.shape[1:].Elems():]
				eachRegion(n, x.shape, y.shape, rows, cols, func(o, ch, top, bottom, left, right int) {
					at := top*width + left
					best, sum := image[at*channels+ch], float32(0)
					for h := top; h < bottom; h++ {
						for w := left; w < right; w++ {
							p := h*width + w
							v := image[p*channels+ch]
							sum += v
							if v > best || v != v {
								best, at = v, p
							}
						}
					}
					switch kind {
					case op.PoolMax:
						y.f32[o], c.out[1].i32[o] = best, int32(at)
					case op.PoolAvg:
						y.f32[o] = sum / float32((bottom-top)*(right-left))
					default:
						y.f32[o] = sum
					}
				})
			})
		}
	}
	kernels[op.RegionPoolGrad] = func(c *compiler) func() {
		kind := c.node.Attrs.(op.RegionPoolAttrs).Kind
		dy, rows, cols, dx := c.in[0], c.in[1], c.in[2], c.out[0]
		width, channels := dx.shape[2], dx.shape[3]
		plane := dx.shape[1:].Elems()
		return func() {
			c.parallel(dx.shape[0], func(_, n int) {
				image := dx.f32[n*plane : (n+1)*plane]
				clear(image)
				eachRegion(n, dx.shape, dy.shape, rows, cols, func(o, ch, top, bottom, left, right int) {
					d := dy.f32[o]
					if kind == op.PoolMax {
						image[int(c.in[3].i32[o])*channels+ch] += d
						return
					}
					if kind == op.PoolAvg {
						d /= float32((bottom - top) * (right - left))
					}
					for h := top; h < bottom; h++ {
						for w := left; w < right; w++ {
							image[(h*width+w)*channels+ch] += d
						}
					}
				})
			})
		}
	}
}
