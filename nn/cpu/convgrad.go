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
	right := c.perThread(panels(v.fg, nr) * nr * plane)
	images, windows := v.images(c), c.perThread(panels(v.k, mr)*mr*plane)
	return func() {
		c.parallel(chunks, func(t, i int) {
			sum := partial[i*size : (i+1)*size]
			clear(sum)
			lo, hi := bounds(i)
			for n := lo; n < hi; n++ {
				image := v.pad(images[t], x[n*inImage:(n+1)*inImage], 0, plane)
				for g := range v.Groups {
					v.packTransposed(windows[t], image, g)
					packB(right[t], dy[n*plane*v.F+g*v.fg:], plane, v.fg, v.F, 1)
					for r := 0; r < v.k; r += mr {
						panelTimes(windows[t][r*plane:(r+mr)*plane], right[t], plane, v.fg, sum[r*v.F+g*v.fg:], min(mr, v.k-r), v.F, true)
					}
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

// packTransposed packs all windows of a padded image as panels of mr window elements, [plane][mr] each; dst is 0 where
// the last panel has no element.
func (v *convolver) packTransposed(dst, image []float32, group int) {
	plane := v.OutPlane()
	for r, offset := range v.offset {
		for e, n := 0, 0; e < v.run; e += n {
			k := r*v.run + e
			n = min(v.run-e, mr-k%mr) // as many as are in one panel
			for out := 0; out < plane; out += v.Out[2] {
				at := v.corner[out] + group*v.cg + offset + e
				interleave(dst[k/mr*mr*plane+out*mr+k%mr:], image[at:], n, v.Out[2], 1, v.S[2]*v.C)
			}
		}
	}
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
	groupSize := panels(v.k, nr) * nr * v.fg
	filters := c.floats(v.Groups * groupSize)
	images, panel, windows := v.images(c), c.perThread(mr*v.fg), c.perThread(mr*v.k)
	post := c.epilogue()
	return func() {
		for g := range v.Groups {
			packB(filters[g*groupSize:], w[g*v.fg:], v.fg, v.k, 1, v.F)
		}
		c.parallel(v.N, func(t, n int) {
			image, sum := dx[n*inImage:(n+1)*inImage], images[t]
			if v.same() {
				sum = image
			}
			clear(sum)
			for p := 0; p < plane; p += mr {
				rows := min(mr, plane-p)
				for g := range v.Groups {
					packRows(panel[t], dy[(n*plane+p)*v.F+g*v.fg:], rows, v.fg, v.F, 1)
					panelTimes(panel[t], filters[g*groupSize:], v.fg, v.k, windows[t], rows, v.k, false)
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
