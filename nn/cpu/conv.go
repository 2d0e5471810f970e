package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A convolution is a matrix product of windows, a row of KD·KH·KW·C/groups numbers for each output position, with the
// filters. Windows are packed a few rows at a time, so the whole matrix never exists.

// convolver packs windows of one image.
type convolver struct {
	padded
	cg, fg, k int    // channels and filters of a group, length of a window
	taps      []pair // of a depthwise convolution: from the window's corner on, with the filters
}

func newConvolver(g op.Geometry) convolver {
	v := convolver{padded: newPadded(g), cg: g.C / g.Groups, fg: g.F / g.Groups}
	v.k = g.KernelPlane() * v.cg
	if v.depthwise() {
		for k, offset := range v.offset {
			v.taps = append(v.taps, pair{offset, k * v.C})
		}
	}
	return v
}

// packWindows packs the windows of rows output positions from p on as [k][mr]; missing rows are 0.
func (v *convolver) packWindows(panel, image []float32, p, rows, group int) {
	if rows < mr {
		clear(panel)
	}
	for i := 0; i < rows; {
		n := min(rows-i, v.Out[2]-(p+i)%v.Out[2]) // as many as lie in a row
		corner := v.corner[p+i] + group*v.cg
		for r, offset := range v.offset {
			interleave(panel[r*v.run*mr+i:], image[corner+offset:], n, v.run, v.S[2]*v.C, 1)
		}
		i += n
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

// forward convolves output positions p to p+rows of one image, which is padded.
func (v *convolver) forward(panel, image, filters, out []float32, p, rows int) {
	if v.depthwise() {
		v.depthwiseForward(image, filters, out, p, rows)
		return
	}
	for g := range v.Groups {
		v.packWindows(panel, image, p, rows, g)
		panelTimes(panel, filters[g*v.groupSize():], v.k, v.fg, out[g*v.fg:], rows, v.F, false)
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
	filters, images, panel := c.floats(v.Groups*v.groupSize()), v.images(c), c.perThread(mr*v.k)
	post := c.epilogue()
	plane, inImage := v.OutPlane(), v.InPlane()*v.C
	perImage, bounds := blocks(plane, 64, mr)
	return func() {
		v.packFilters(filters, w)
		c.parallel(v.N*perImage, func(t, i int) {
			n := i / perImage
			lo, hi := bounds(i % perImage)
			image := v.pad(images[t], x[n*inImage:(n+1)*inImage], lo, hi)
			for p := lo; p < hi; p += mr {
				v.forward(panel[t], image, filters, y[(n*plane+p)*v.F:], p, min(mr, hi-p))
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
	filters, images, panel := c.floats(v.Groups*v.groupSize()), v.images(c), c.perThread(mr*v.k)
	plane, inImage, outImage := v.OutPlane(), v.InPlane()*v.C, pg.OutPlane()*pg.C
	// One image's map for each thread, as an operand so that the epilogue can work on it.
	maps := make([]operand, c.threads)
	post := make([]func(thread, lo, hi int), c.threads)
	for t := range maps {
		maps[t] = operand{&buffer{f32: c.floats(plane * v.F)}, append(graph.Shape{1}, conv.Out[0].Shape[1:]...)}
		post[t] = c.postOf(conv.Epilogue, c.in[2:], maps[t])
	}
	return func() {
		v.packFilters(filters, w)
		c.parallel(v.N, func(t, n int) {
			m, image := maps[t].f32, v.pad(images[t], x[n*inImage:(n+1)*inImage], 0, plane)
			for p := 0; p < plane; p += mr {
				v.forward(panel[t], image, filters, m[p*v.F:], p, min(mr, plane-p))
			}
			post[t](t, 0, len(m))
			maxPoolImage(&pg, m, c.out[0].f32[n*outImage:], c.places(n, outImage))
		})
	}
}
