package cpu

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.QuantizeOp] = quantizeKernel
	kernels[op.ConvIntegerOp] = integerKernel
	kernels[op.MatMulIntegerOp] = integerKernel
}

func quantizeKernel(c *compiler) func() {
	a, x := c.node.Attrs.(op.QuantizeAttrs), c.in[0].f32
	n := c.out[0].shape.Elems()
	lo, hi := a.Type.Range()
	least, most, zero := float32(lo), float32(hi), float32(a.Zero)
	tasks, bounds := blocks(n, 1<<14, 1)
	return func() {
		c.parallel(tasks, func(_, i int) {
			from, to := bounds(i)
			for k := from; k < to; k++ {
				q := max(least, min(most, float32(math.RoundToEven(float64(x[k]/a.Scale)))+zero))
				if a.Type == graph.U8 {
					c.out[0].u8[k] = uint8(q)
				} else {
					c.out[0].i8[k] = int8(q)
				}
			}
		})
	}
}

// integerKernel multiplies 8-bit numbers: each row of a picture's windows sums in int32, filter by filter side by side.
func integerKernel(c *compiler) func() {
	v := newPadded(op.ConvIntegerGeometry(c.node))
	zero := int32(op.IntegerZero(c.node))
	cg, fg := v.C/v.Groups, v.F/v.Groups
	w, y := c.in[1].i8, c.out[0].f32
	images, sums := make([][]int32, c.threads), make([][]int32, c.threads)
	for t := range images {
		images[t], sums[t] = make([]int32, v.place(v.size[0], 0, 0)), make([]int32, v.F)
		c.scratch += len(images[t]) + v.F
	}
	post := c.epilogue()
	plane, inImage := v.OutPlane(), v.InPlane()*v.C
	perImage, bounds := blocks(plane, max(64, v.Out[2]), 1)
	return func() {
		c.parallel(v.N*perImage, func(t, i int) {
			n, image, sum := i/perImage, images[t], sums[t]
			lo, hi := bounds(i % perImage)
			v.padIntegers(image, c.in[0], n*inImage, zero, lo, hi)
			for p := lo; p < hi; p++ {
				clear(sum)
				for g := range v.Groups {
					s := sum[g*fg : (g+1)*fg]
					row := 0 // of the filters
					for _, offset := range v.offset {
						at := v.corner[p] + offset + g*cg
						for _, a := range image[at : at+v.run] {
							addMultiple(s, w[row*v.F+g*fg:], a)
							row++
						}
					}
				}
				out := y[(n*plane+p)*v.F:]
				for f, s := range sum {
					out[f] = float32(s)
				}
			}
			post(t, (n*plane+lo)*v.F, (n*plane+hi)*v.F)
		})
	}
}

// addMultiple adds a·w to sum.
func addMultiple(sum []int32, w []int8, a int32) {
	w = w[:len(sum)]
	for f := range sum {
		sum[f] += a * int32(w[f])
	}
}

// padIntegers writes what the windows of output positions lo to hi-1 see of the image that begins at element from of x,
// minus zero. Beside it stay zeros.
func (v *padded) padIntegers(dst []int32, x operand, from int, zero int32, lo, hi int) {
	d0, h0, _ := v.position(lo)
	d1, h1, _ := v.position(hi - 1)
	if d0 != d1 {
		h0, h1 = 0, v.Out[1]-1
	}
	v.rows(d0, d1, h0, h1, func(in, out, n int) {
		to := dst[out : out+n]
		for i := range to {
			if x.u8 != nil {
				to[i] = int32(x.u8[from+in+i]) - zero
			} else {
				to[i] = int32(x.i8[from+in+i]) - zero
			}
		}
	})
}
