package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.Conv] = func(c *compiler) {
		ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
		c.conv(op.ConvGeometry(c.node), ep, c.output(0))
	}
}

// conv emits out = epilogue(conv(in 0, in 1)).
func (c *compiler) conv(g op.Geometry, ep *epilogue, out value) {
	then := ep.registers()
	switch m := winogradTile(g); {
	case isDepthwise(g):
		c.depthwiseConv(g, then, out)
	case isPointwise(g):
		c.matmul(op.MatMulDims{Batch: 1, M: g.N * g.OutPlane(), K: g.C, N: g.F, ARow: g.C, ACol: 1, BRow: g.F, BCol: 1}, then, out)
	case m > 0:
		c.newWinograd(g, m, 1).emit(c, then, []value{out})
	default:
		v := c.newConvolution(g, positionsWanted, [3]int{})
		v.allocWeights(c)
		c.phase(v.tasks(), func(t *task) {
			k := v.task(t)
			to := t.LocalI32("y")
			to.Set(out.at(t))
			k.each(func(p panel) { k.tiles(p, then, to) })
		})
	}
	if then != ep {
		c.after(ep, out)
	}
}

// isPointwise tells whether every output is computed of the input at its place, so that the convolution is one product.
func isPointwise(g op.Geometry) bool {
	return g.Groups == 1 && g.KernelPlane() == 1 && g.S == [3]int{1, 1, 1} && g.In == g.Out
}

// convolution is a direct one: its windows are reaches through images with zeros around. A slice is a depth of an image;
// a task does some rows of some slices and some filters of a group, whose weights it packs.
//
// Source: Zhang, Franchetti & Low, "High performance zero-memory overhead direct convolutions", ICML 2018,
// arXiv:1809.10170, for direct convolutions over channels that lie together.
type convolution struct {
	op.Geometry
	cg, fg  int
	depth   int // numbers of a window
	slices  int
	images  int    // slices that a task does
	seen    [3]int // input pixels along each axis of which an output is made
	strips  int    // of a slice: rows are cut evenly
	rows    int    // of a strip, at most
	filters int    // of a block
	blocks  int    // of a group's filters
	packs   bool
	pads    bool
	plane   plane // with its zeros, where it pads
	window  reach

	rowBytes, colBytes, planeBytes int // from an input row, column and depth to the next, as the windows see them
	weights, weightsPitch          int // scratch memory of each thread
	strip, stripPitch              int
}

const (
	positionsWanted = 192 // positions that make up for packing the weights
	filtersWanted   = 64  // of a task: four lines of each row of the weights
	stripFloats     = 32 << 10
)

// newConvolution plans a convolution whose strips have about so many positions, each of which sees more pixels than a
// window has.
func (c *compiler) newConvolution(g op.Geometry, wanted int, more [3]int) *convolution {
	v := &convolution{Geometry: g, cg: g.C / g.Groups, fg: g.F / g.Groups, slices: g.N * g.Out[0], images: 1}
	for i := range v.seen {
		v.seen[i] = (g.K[i]-1)*g.D[i] + 1 + more[i]
	}
	v.depth = g.KernelPlane() * v.cg
	v.pads = g.Before != [3]int{} || g.After != [3]int{}
	v.plane = plane{height: g.In[1], width: g.In[2] * g.C, left: g.Before[2] * g.C}
	v.plane.pitch = max(g.Before[2]+g.In[2], (g.Out[2]-1)*g.S[2]+v.seen[2]) * g.C

	rows := max(1, wanted/g.Out[2])
	rows = min(rows, max(1, stripFloats/(v.plane.pitch*g.K[0]*g.S[1])))
	v.strips = (g.Out[1] + rows - 1) / rows
	if v.strips == 1 {
		v.images = max(1, min(wanted/(g.Out[1]*g.Out[2]), v.slices/minTasks))
	}
	v.filters = min(v.fg, filtersWanted)
	if few := minTasks / (v.sliceTasks() * v.strips * g.Groups); few > 1 {
		v.filters = min(v.filters, max(16, roundUp(v.fg, few)/few/8*8))
	}
	v.filters = min(v.filters, v.fg)
	v.blocks = (v.fg + v.filters - 1) / v.filters
	v.rows = (g.Out[1] + v.strips - 1) / v.strips
	v.packs = g.F > 16

	v.rowBytes, v.colBytes = 4*v.plane.width, 4*g.C
	v.planeBytes = v.rowBytes * g.In[1] * g.D[0]
	if v.pads {
		v.rowBytes = 4 * v.plane.pitch
		v.planeBytes = v.rowBytes * v.inRows()
		v.strip, v.stripPitch = c.allocThreads(v.plane.padded(v.inRows() * g.K[0]))
	}
	v.window = v.reach()
	return v
}

func (v *convolution) allocWeights(c *compiler) {
	if v.packs {
		v.weights, v.weightsPitch = c.allocThreads(panelBytes(v.filters, v.depth))
	}
}

func (v *convolution) sliceTasks() int { return (v.slices + v.images - 1) / v.images }

func (v *convolution) tasks() int { return v.sliceTasks() * v.strips * v.Groups * v.blocks }

// inRows is how many rows of the input a strip sees.
func (v *convolution) inRows() int { return (v.rows-1)*v.S[1] + v.seen[1] }

// reach is the way through a window: taps of a row that touch are one run.
func (v *convolution) reach() reach {
	r := reach{step: 4}
	level := func(count, step int) {
		if count > 1 {
			r.outer = append(r.outer, loop{count, step})
		}
	}
	level(v.K[0], v.planeBytes)
	level(v.K[1], v.D[1]*v.rowBytes)
	if v.Groups == 1 && v.D[2] == 1 {
		r.run = v.K[2] * v.C
	} else {
		level(v.K[2], v.D[2]*v.colBytes)
		r.run = v.cg
	}
	return r
}

// convTask is one task while it is emitted.
type convTask struct {
	*convolution
	*task

	x       wasmasm.I32 // where the first window of the strip begins
	w       wasmasm.I32 // of the packed panels, or of the filters
	slice   wasmasm.I32
	first   wasmasm.I32 // row of the output
	count   wasmasm.I32 // of rows
	group   wasmasm.I32
	block   wasmasm.I32 // of filters
	channel wasmasm.I32 // byte of the block's first one
}

// task takes the task's number apart and packs its weights.
func (v *convolution) task(t *task) *convTask {
	k := &convTask{convolution: v, task: t}
	rest := keepI32(t, "rest", t.index)
	k.takeFilters(rest)
	strip := t.takeOff(rest, v.strips)
	k.slice = keepI32(t, "slice", rest.Mul(t.I32(v.images)))
	k.first = keepI32(t, "first", strip.Mul(t.I32(v.Out[1])).DivU(t.I32(v.strips)))
	k.count = keepI32(t, "count", strip.Add(t.I32(1)).Mul(t.I32(v.Out[1])).DivU(t.I32(v.strips)).Sub(k.first))
	k.x, k.w = t.LocalI32("x"), keepI32(t, "w", t.in[1].Add(k.channel))
	if v.packs {
		to := keepI32(t, "weights", t.own(v.weights, v.weightsPitch))
		k.narrow(func(filters int) { t.pack(to, k.w, filters, v.depth, rightSide{pitch: v.F}) })
		k.w.Set(to)
	}
	return k
}

// takeFilters takes the block of filters and its group off rest.
func (k *convTask) takeFilters(rest wasmasm.I32) {
	k.block, k.group = k.takeOff(rest, k.blocks), k.takeOff(rest, k.Groups)
	k.channel = keepI32(k.task, "channel", k.group.Mul(k.I32(4*k.fg)).Add(k.block.Mul(k.I32(4*k.filters))))
}

// narrow emits body for the number of filters that the task's block has.
func (k *convTask) narrow(body func(filters int)) { narrow(k.task, k.block, k.fg, k.filters, body) }

// each emits body for each of the task's slices and panels, with x at the strip's first window.
func (k *convTask) each(body func(p panel)) {
	end := k.LocalI32("end")
	end.Set(k.slice.Add(k.I32(k.images)))
	atMost(end, k.I32(k.slices))
	k.Loop(func(again wasmasm.Label) {
		k.see()
		k.narrow(func(filters int) {
			w, channel := k.w, k.channel
			k.w, k.channel = k.LocalI32("w"), k.LocalI32("channel")
			k.w.Set(w)
			k.channel.Set(channel)
			k.eachPanel(filters, k.depth, k.packs, k.w, k.channel, body)
			k.w, k.channel = w, channel
		})
		k.slice.Inc(1)
		k.BrIf(again, k.slice.LtU(end))
	})
}

// see sets x to the strip of the slice, padded where windows see zeros.
func (k *convTask) see() {
	g := k.Geometry
	image, d, row := k.LocalI32("image"), k.LocalI32("d"), k.LocalI32("inRow")
	image.Set(k.in[0].Add(k.slice.DivU(k.I32(g.Out[0])).Mul(k.I32(4 * g.InPlane() * g.C))))
	d.Set(k.slice.RemU(k.I32(g.Out[0])).Mul(k.I32(g.S[0])).Sub(k.I32(g.Before[0])))
	row.Set(k.first.Mul(k.I32(g.S[1])).Sub(k.I32(g.Before[1])))
	planeBytes := 4 * k.plane.width * g.In[1]
	if !k.pads {
		k.x.Set(image.Add(d.Mul(k.I32(planeBytes))).Add(row.Mul(k.I32(k.rowBytes))).Add(k.group.Mul(k.I32(4 * k.cg))))
		return
	}
	to, i, from, at := k.LocalI32("to"), k.LocalI32("i"), k.LocalI32("first"), k.LocalI32("at")
	to.Set(k.own(k.strip, k.stripPitch))
	k.x.Set(to.Add(k.group.Mul(k.I32(4 * k.cg))))
	k.For(i, k.I32(0), k.I32(g.K[0]), 1, func() {
		from.Set(row.Select(k.I32(g.In[1]), d.LtU(k.I32(g.In[0])))) // a depth outside has zeros alone
		at.Set(image.Add(d.Mul(k.I32(planeBytes))))
		k.plane.pad(k.task, to, at, from, k.inRows())
		to.Inc(k.planeBytes)
		d.Inc(g.D[0])
	})
}

func (k *convTask) weightPitch(p panel) int {
	if k.packs {
		return 16 * p.vectors
	}
	return 4 * k.F
}

// tiles emits the strip's outputs of a panel, row by row. The last tile of a row overlaps the one before where the row is
// no multiple of it: the same numbers are stored again.
func (k *convTask) tiles(p panel, ep *epilogue, out wasmasm.I32) {
	n := k.c.positions(p.vectors, k.Out[2])
	count := (k.Out[2] + n - 1) / n
	row, rowX, rowPlace := k.LocalI32("row"), k.LocalI32("rowX"), k.LocalI32("rowPlace")
	x, place, col := k.LocalI32("x"), k.LocalI32("place"), k.LocalI32("col")
	rowX.Set(k.x)
	rowPlace.Set(k.slice.Mul(k.I32(k.Out[1])).Add(k.first).Mul(k.I32(4 * k.Out[2] * k.F)).Add(k.channel))
	stepX, stepPlace := k.S[2]*k.colBytes, 4*k.F
	k.For(row, k.I32(0), k.count, 1, func() {
		k.For(col, k.I32(0), k.I32(count), 1, func() {
			if count*n == k.Out[2] {
				x.Set(rowX.Add(col.Mul(k.I32(n * stepX))))
				place.Set(rowPlace.Add(col.Mul(k.I32(n * stepPlace))))
			} else {
				q := k.LocalI32("q")
				q.Set(col.Mul(k.I32(n)))
				atMost(q, k.I32(k.Out[2]-n))
				x.Set(rowX.Add(q.Mul(k.I32(stepX))))
				place.Set(rowPlace.Add(q.Mul(k.I32(stepPlace))))
			}
			sums := k.sums(n, p.vectors)
			k.clearSums(sums)
			k.products(sums, x, k.w, steps(n, stepX), k.window, k.weightPitch(p))
			k.store(sums, ep, p, out, place, steps(n, stepPlace), k.channel)
		})
		rowX.Inc(k.S[1] * k.rowBytes)
		rowPlace.Inc(4 * k.Out[2] * k.F)
	})
}
