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
