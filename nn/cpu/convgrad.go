package cpu

import "github.com/fovea-nn/fovea/nn/op"

// convGradWeightKernel: dw = windowsᵀ · dy, a product for each image, summed over fixed chunks of the batch so that the
// result does not depend on the number of threads.
func convGradWeightKernel(c *compiler) func() {
	v := newConvolver(op.ConvGeometry(c.node))
	x, dy, dw := c.in[0].f32, c.in[1].f32, c.out[0].f32
	plane, inImage := v.OutPlane(), v.InPlane()*v.C
	size := v.k * v.F
	chunks, bounds := blocks(v.N, (v.N+gradChunks-1)/gradChunks, 1)
	partial := c.floats(chunks * size)
	if v.depthwise() {
		pairs := v.tapPairs()
		return func() {
			c.parallel(chunks, func(t, i int) {
				sum := partial[i*size : (i+1)*size]
				clear(sum)
				lo, hi := bounds(i)
				v.depthwiseGradWeight(pairs, x, dy, sum, lo, hi)
			})
			sumChunks(dw[:size], partial, chunks)
		}
	}
	right := c.perThread(packedSize(plane, v.fg))
	images, panel := v.images(c), c.perThread(mr*plane)
	rows, elements := v.windowRows()
	return func() {
		c.parallel(chunks, func(t, i int) {
			sum := partial[i*size : (i+1)*size]
			clear(sum)
			lo, hi := bounds(i)
			for n := lo; n < hi; n++ {
				image := v.pad(images[t], x[n*inImage:(n+1)*inImage], 0, plane)
				for g := range v.Groups {
					packB(right[t], dy[n*plane*v.F+g*v.fg:], plane, v.fg, v.F, 1)
					transposed := left{image[g*v.cg:], rows, v.Out[2], v.S[2] * v.C}
					transposed.times(panel[t], elements, right[t], v.fg, sum[g*v.fg:], v.F, true)
				}
			}
		})
		sumChunks(dw[:size], partial, chunks)
	}
}

// gradChunks is into how many parts a batch is cut for sums over it.
const gradChunks = 8

func sumChunks(dst, partial []float32, chunks int) {
	copy(dst, partial)
	for i := 1; i < chunks; i++ {
		for k, v := range partial[i*len(dst) : (i+1)*len(dst)] {
			dst[k] += v
		}
	}
}

// windowRows returns where each row of output positions has its first window's corner, and where each element of a window
// lies from the corner on.
func (v *convolver) windowRows() (rows, elements []int) {
	for p := 0; p < v.OutPlane(); p += v.Out[2] {
		rows = append(rows, v.corner[p])
	}
	for k := range v.k {
		elements = append(elements, v.offset[k/v.run]+k%v.run)
	}
	return rows, elements
}

// convGradInputKernel: windows of dx = dy · wᵀ, added up where they overlap. With stride 1 the planner makes an ordinary
// convolution of it.
func convGradInputKernel(c *compiler) func() {
	v := newConvolver(op.ConvGeometry(c.node))
	if v.depthwise() {
		return depthwiseGradInputKernel(c, v)
	}
	dy, w, dx := c.in[0].f32, c.in[1].f32, c.out[0].f32
	plane, inImage := v.OutPlane(), v.InPlane()*v.C
	groupSize := packedSize(v.fg, v.k)
	filters := c.floats(v.Groups * groupSize)
	const some = 32 // output positions, whose windows are in memory at a time
	images, panel, windows := v.images(c), c.perThread(mr*v.fg), c.perThread(some*v.k)
	at := places(some, v.F)
	post := c.epilogue()
	pack := c.in[1].onChange(func() {
		for g := range v.Groups {
			packB(filters[g*groupSize:], w[g*v.fg:], v.fg, v.k, 1, v.F)
		}
	})
	return func() {
		pack()
		c.parallel(v.N, func(t, n int) {
			image, sum := dx[n*inImage:(n+1)*inImage], images[t]
			if v.same() {
				sum = image
			}
			clear(sum)
			for p := 0; p < plane; p += some {
				rows := min(some, plane-p)
				for g := range v.Groups {
					gradients := left{dy[(n*plane+p)*v.F+g*v.fg:], zeroOffset, v.fg, 1}
					gradients.times(panel[t], at[:rows], filters[g*groupSize:], v.k, windows[t], v.k, false)
					for i := range rows {
						v.addWindow(sum[v.corner[p+i]+g*v.cg:], windows[t][i*v.k:(i+1)*v.k])
					}
				}
			}
			v.unpad(image, sum)
			post(t, n*inImage, (n+1)*inImage)
		})
	}
}

// addWindow adds a window to where it lies in a padded image, from its corner on.
func (v *convolver) addWindow(image, window []float32) {
	for r, offset := range v.offset {
		axpy(1, window[r*v.run:(r+1)*v.run], image[offset:])
	}
}
