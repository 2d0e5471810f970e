package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A convolution is a matrix product of windows, a row of KD·KH·KW·C/groups numbers for each output position, with the
// filters. Windows are read where they lie, so the matrix never exists.

// convolver multiplies windows of one image.
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

func (v *convolver) groupSize() int { return packedSize(v.k, v.fg) }

// forward convolves output positions lo to hi-1 of one image, which is padded.
func (v *convolver) forward(panel, image, filters, out []float32, lo, hi int) {
	if v.depthwise() {
		v.depthwiseForward(image, filters, out, lo, hi-lo)
		return
	}
	for g := range v.Groups {
		windows := left{image[g*v.cg:], v.offset, v.run, 1}
		windows.times(panel, v.corner[lo:hi], filters[g*v.groupSize():], v.fg, out[g*v.fg:], v.F, false)
	}
}

func init() {
	kernels[op.Conv] = convKernel
	kernels[op.ConvPool] = convPoolKernel
	kernels[op.ConvGradWeight] = convGradWeightKernel
	kernels[op.ConvGradInput] = convGradInputKernel
}

// convolution is a way to convolve: an image is done in tasks, each of which computes some output positions.
type convolution interface {
	prepare()                                  // to be called before a run's first task
	tasks() int                                // of an image
	positions(task int) (lo, hi int)           // that a task computes
	convolve(thread, task int, x, y []float32) // computes a task of one image
}

func (c *compiler) convolution(g op.Geometry) convolution {
	if winogradPays(g) {
		return newWinograd(c, g)
	}
	return newWindows(c, g)
}

// windowsTask is how many output positions a task has.
const windowsTask = 64

// windows convolves by the product of windows and filters.
type windows struct {
	convolver
	count         int
	bounds        func(task int) (lo, hi int)
	pack          func()
	filters       []float32
	images, panel [][]float32
}

func newWindows(c *compiler, g op.Geometry) *windows {
	v := &windows{convolver: newConvolver(g)}
	v.count, v.bounds = blocks(v.OutPlane(), windowsTask, mr)
	v.filters, v.images, v.panel = c.floats(v.Groups*v.groupSize()), v.convolver.images(c), c.perThread(mr*v.k)
	w := c.in[1].f32
	v.pack = c.in[1].onChange(func() { v.packFilters(v.filters, w) })
	return v
}

func (v *windows) prepare() { v.pack() }

func (v *windows) tasks() int { return v.count }

func (v *windows) positions(task int) (lo, hi int) { return v.bounds(task) }

func (v *windows) convolve(t, task int, x, y []float32) {
	lo, hi := v.bounds(task)
	image := v.pad(v.images[t], x, lo, hi)
	v.forward(v.panel[t], image, v.filters, y[lo*v.F:], lo, hi)
}

func convKernel(c *compiler) func() {
	g := op.ConvGeometry(c.node)
	v := c.convolution(g)
	x, y := c.in[0].f32, c.out[0].f32
	post := c.epilogue()
	in, out, tasks := g.InPlane()*g.C, g.OutPlane()*g.F, v.tasks()
	return func() {
		v.prepare()
		c.parallel(g.N*tasks, func(t, i int) {
			n := i / tasks
			v.convolve(t, i%tasks, x[n*in:(n+1)*in], y[n*out:(n+1)*out])
			lo, hi := v.positions(i % tasks)
			post(t, n*out+lo*g.F, n*out+hi*g.F)
		})
	}
}

func convPoolKernel(c *compiler) func() {
	conv, pool := op.SplitConvPool(c.node)
	g, pg := op.ConvGeometry(conv), op.PoolGeometry(pool)
	v := c.convolution(g)
	x := c.in[0].f32
	in, outImage := g.InPlane()*g.C, pg.OutPlane()*pg.C
	// One image's map for each thread, as an operand so that the epilogue can work on it.
	maps := make([]operand, c.threads)
	post := make([]func(thread, lo, hi int), c.threads)
	for t := range maps {
		maps[t] = operand{&buffer{f32: c.floats(g.OutPlane() * g.F)}, append(graph.Shape{1}, conv.Out[0].Shape[1:]...)}
		post[t] = c.postOf(conv.Epilogue, c.in[2:], maps[t])
	}
	return func() {
		v.prepare()
		c.parallel(g.N, func(t, n int) {
			m := maps[t].f32
			for task := range v.tasks() {
				v.convolve(t, task, x[n*in:(n+1)*in], m)
				lo, hi := v.positions(task)
				post[t](t, lo*g.F, hi*g.F)
			}
			maxPoolImage(&pg, m, c.out[0].f32[n*outImage:], c.places(n, outImage))
		})
	}
}
