package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A convolution is a matrix product of windows, a row of KD·KH·KW·C/groups numbers for each output position, with the
// filters. Windows are packed a few rows at a time, so the whole matrix never exists.

// convolver packs windows of one image.
type convolver struct {
	op.Geometry
	cg, fg, k int // channels and filters of a group, length of a window
}

func newConvolver(g op.Geometry) convolver {
	v := convolver{Geometry: g, cg: g.C / g.Groups, fg: g.F / g.Groups}
	v.k = g.KernelPlane() * v.cg
	return v
}

// position splits a flat output position.
func (v *convolver) position(p int) (d, h, w int) {
	return p / (v.Out[1] * v.Out[2]), p / v.Out[2] % v.Out[1], p % v.Out[2]
}

// taps calls f for each kernel tap of output position p that lies inside the image: in is the first channel's place in
// the image, k that of the tap in a group's window.
func (v *convolver) taps(p int, f func(in, k int)) {
	od, oh, ow := v.position(p)
	for kd := range v.K[0] {
		d := od*v.S[0] - v.Before[0] + kd*v.D[0]
		for kh := range v.K[1] {
			h := oh*v.S[1] - v.Before[1] + kh*v.D[1]
			if d < 0 || d >= v.In[0] || h < 0 || h >= v.In[1] {
				continue
			}
			for kw := range v.K[2] {
				w := ow*v.S[2] - v.Before[2] + kw*v.D[2]
				if w >= 0 && w < v.In[2] {
					f(((d*v.In[1]+h)*v.In[2]+w)*v.C, ((kd*v.K[1]+kh)*v.K[2]+kw)*v.cg)
				}
			}
		}
	}
}

// packWindows packs the windows of rows output positions from p on as [k][mr]; s.taps lists their taps, unless they are
// runs.
func (v *convolver) packWindows(s *scratch, image []float32, p, rows, group int) {
	clear(s.panel)
	for i := range rows {
		if v.inRuns() {
			v.packRuns(s.panel[i:], image, p+i)
			continue
		}
		for _, tap := range s.taps[i] {
			in := tap.a + group*v.cg
			to := s.panel[tap.b*mr+i:]
			for c, x := range image[in : in+v.cg] {
				to[c*mr] = x
			}
		}
	}
}

// inRuns says whether the taps along a row lie next to each other.
func (v *convolver) inRuns() bool { return v.D[2] == 1 && v.Groups == 1 }

// packRuns packs one window of runs.
func (v *convolver) packRuns(dst, image []float32, p int) {
	od, oh, ow := v.position(p)
	w := ow*v.S[2] - v.Before[2]
	first, end := max(0, -w), min(v.K[2], v.In[2]-w)
	if first >= end {
		return
	}
	for kd := range v.K[0] {
		d := od*v.S[0] - v.Before[0] + kd*v.D[0]
		for kh := range v.K[1] {
			h := oh*v.S[1] - v.Before[1] + kh*v.D[1]
			if d < 0 || d >= v.In[0] || h < 0 || h >= v.In[1] {
				continue
			}
			in := ((d*v.In[1]+h)*v.In[2] + w + first) * v.C
			to := dst[((kd*v.K[1]+kh)*v.K[2]+first)*v.C*mr:]
			for k, x := range image[in : in+(end-first)*v.C] {
				to[k*mr] = x
			}
		}
	}
}

// packFilters packs each group's filters; group g begins at g·groupSize. Those of a depthwise convolution stay as they are.
func (v *convolver) packFilters(dst, w []float32) {
	if v.depthwise() {
		copy(dst, w)
		return
	}
	for g := range v.Groups {
		packB(dst[g*v.groupSize():], w[g*v.fg:], v.k, v.fg, v.F, 1)
	}
}

func (v *convolver) groupSize() int { return panels(v.fg, nr) * nr * v.k }

// scratch is what one thread packs windows in, and lists their places: a tap's place in the image and that in the window.
type scratch struct {
	panel []float32
	taps  [mr][]pair
}

// list makes a list of the taps of rows output positions from p on.
func (s *scratch) list(v *convolver, p, rows int) {
	for i := range rows {
		s.taps[i] = v.windowPairs(s.taps[i][:0], p+i)
	}
}

func (v *convolver) scratch(c *compiler) []scratch {
	s := make([]scratch, c.threads)
	for i := range s {
		if !v.depthwise() {
			s[i].panel = c.floats(mr * v.k)
		}
		for k := range s[i].taps {
			s[i].taps[k] = make([]pair, 0, v.KernelPlane())
		}
	}
	return s
}

// forward convolves output positions p to p+rows of one image.
func (v *convolver) forward(s *scratch, image, filters, out []float32, p, rows int) {
	if !v.inRuns() {
		s.list(v, p, rows)
	}
	if v.depthwise() {
		clear(out[:rows*v.F])
		for i := range rows {
			addProducts(out[i*v.F:(i+1)*v.F], image, filters, s.taps[i])
		}
		return
	}
	for g := range v.Groups {
		v.packWindows(s, image, p, rows, g)
		panelTimes(s.panel, filters[g*v.groupSize():], v.k, v.fg, out[g*v.fg:], rows, v.F, false)
	}
}

func init() {
	kernels[op.Conv] = convKernel
	kernels[op.ConvPool] = convPoolKernel
	kernels[op.ConvGradWeight] = convGradWeightKernel
	kernels[op.ConvGradInput] = convGradInputKernel
}

func convKernel(c *compiler) func() {
	v := newConvolver(op.ConvGeometry(c.node))
	x, w, y := c.in[0].f32, c.in[1].f32, c.out[0].f32
	filters, scratch := c.floats(v.Groups*v.groupSize()), v.scratch(c)
	post := c.epilogue()
	plane, inImage := v.OutPlane(), v.InPlane()*v.C
	perImage, bounds := blocks(plane, 64, mr)
	return func() {
		v.packFilters(filters, w)
		c.parallel(v.N*perImage, func(t, i int) {
			n := i / perImage
			lo, hi := bounds(i % perImage)
			for p := lo; p < hi; p += mr {
				v.forward(&scratch[t], x[n*inImage:], filters, y[(n*plane+p)*v.F:], p, min(mr, hi-p))
			}
			post(t, (n*plane+lo)*v.F, (n*plane+hi)*v.F)
		})
	}
}

func convPoolKernel(c *compiler) func() {
	conv, pool := op.SplitConvPool(c.node)
	v := newConvolver(op.ConvGeometry(conv))
	pg := op.PoolGeometry(pool)
	x, w := c.in[0].f32, c.in[1].f32
	filters, scratch := c.floats(v.Groups*v.groupSize()), v.scratch(c)
	plane, inImage, outImage := v.OutPlane(), v.InPlane()*v.C, pg.OutPlane()*pg.C
	// One image's map for each thread, as an operand so that the epilogue can work on it.
	image := make([]operand, c.threads)
	post := make([]func(thread, lo, hi int), c.threads)
	for t := range image {
		image[t] = operand{&buffer{f32: c.floats(plane * v.F)}, append(graph.Shape{1}, conv.Out[0].Shape[1:]...)}
		post[t] = c.postOf(conv.Epilogue, c.in[2:], image[t])
	}
	return func() {
		v.packFilters(filters, w)
		c.parallel(v.N, func(t, n int) {
			m := image[t].f32
			for p := 0; p < plane; p += mr {
				v.forward(&scratch[t], x[n*inImage:], filters, m[p*v.F:], p, min(mr, plane-p))
			}
			post[t](t, 0, len(m))
			maxPoolImage(&pg, m, c.out[0].f32[n*outImage:], c.places(n, outImage))
		})
	}
}

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
	windows := c.perThread(panels(v.k, mr) * mr * plane)
	return func() {
		c.parallel(chunks, func(t, i int) {
			sum := partial[i*size : (i+1)*size]
			clear(sum)
			lo, hi := bounds(i)
			for n := lo; n < hi; n++ {
				for g := range v.Groups {
					v.packTransposed(windows[t], x[n*inImage:(n+1)*inImage], g)
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

// packTransposed packs all windows of an image as panels of mr window elements, [plane][mr] each.
func (v *convolver) packTransposed(dst, image []float32, group int) {
	plane := v.OutPlane()
	clear(dst)
	eachRow(&v.Geometry, func(tap, in, out, n int) {
		for c := range v.cg {
			r := tap*v.cg + c
			to, x := dst[r/mr*mr*plane+out*mr+r%mr:], image[in*v.C+group*v.cg+c:]
			for i := range n {
				to[i*mr] = x[i*v.S[2]*v.C]
			}
		}
	})
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
	panel, windows, scratch := c.perThread(mr*v.fg), c.perThread(mr*v.k), v.scratch(c)
	post := c.epilogue()
	return func() {
		for g := range v.Groups {
			packB(filters[g*groupSize:], w[g*v.fg:], v.fg, v.k, 1, v.F)
		}
		c.parallel(v.N, func(t, n int) {
			image := dx[n*inImage : (n+1)*inImage]
			clear(image)
			for p := 0; p < plane; p += mr {
				rows := min(mr, plane-p)
				scratch[t].list(&v, p, rows)
				for g := range v.Groups {
					packRows(panel[t], dy[(n*plane+p)*v.F+g*v.fg:], rows, v.fg, v.F, 1)
					panelTimes(panel[t], filters[g*groupSize:], v.fg, v.k, windows[t], rows, v.k, false)
					for i := range rows {
						win := windows[t][i*v.k:]
						for _, tap := range scratch[t].taps[i] {
							to := image[tap.a+g*v.cg:][:v.cg]
							for c, d := range win[tap.b : tap.b+len(to)] {
								to[c] += d
							}
						}
					}
				}
			}
			post(t, n*inImage, (n+1)*inImage)
		})
	}
}
