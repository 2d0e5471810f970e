package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvIntegerOp] = integerKernel
	kernels[op.MatMulIntegerOp] = integerKernel
	kernels[op.IntegerStage] = integerStage
}

func integerKernel(c *compiler) {
	ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
	c.integer(op.ConvIntegerGeometry(c.node), op.IntegerZero(c.node), ep, c.output(0))
}

// integerStage emits a product with its quantisation: in registers where the epilogue is, else behind it.
func integerStage(c *compiler) {
	product, quantize := op.SplitIntegerStage(c.node)
	g, zero, bytes := op.ConvIntegerGeometry(product), op.IntegerZero(product), quantize.Attrs.(op.QuantizeAttrs)
	ep := c.newEpilogue(product.Epilogue, product.Arity, product.Out[0].Shape)
	if ep.inRegisters() {
		ep.quantize = &bytes
		c.integer(g, zero, ep, c.output(0))
		return
	}
	y := scratchValue(c.alloc(4*c.out[0].Shape.Elems()), c.out[0].Shape)
	c.integer(g, zero, ep, y)
	c.quantize(bytes, y, c.output(0))
}

// integer emits out = epilogue(the sums of products of 8-bit numbers), where a matrix product is a convolution of one row.
func (c *compiler) integer(g op.Geometry, zero int, ep *epilogue, out value) {
	then := ep.registers()
	if isPointwise(g) && g.N*g.InPlane() <= thinPositions && g.F >= thinFilters {
		c.thinInteger(g, zero, then, out)
	} else {
		newIntegerConv(c, g).emit(zero, then, out)
	}
	if then != ep {
		c.after(ep, out)
	}
}

// integerConv is a convolution of 8-bit numbers, in phases: x - zero is widened to 16 bits with zeros around, which has
// all windows whole; filters are widened and packed to panels; tiles multiply pairs of neighbours of a window and add
// them up in one instruction, eight products at a time. Where a run of a window is odd, its last pair has a weight of 0.
//
// In a depthwise convolution neighbours of a window are pixels, whose channels lie in the lanes: a further phase puts each
// number beside that of the next pixel, and then it is a tile like others, of one group.
type integerConv struct {
	c *compiler
	op.Geometry
	cg, fg int
	window reach // in words of two numbers
	run    int   // numbers of a window side by side
	depth  int   // words of a window
	pads   bool
	rows   [2]int // of the widened image: depths and rows
	image  int    // scratch memory, and bytes of a row, a depth and an image there
	row    int
	plane  int
	size   int

	depthwise bool
	pairs     int // scratch memory of a depthwise convolution, with twice as many bytes
	unit      int // bytes of a number where windows see it: 2, or 4 with its neighbour

	cuts    int // pieces of an output row
	pieces  int // of all rows
	perTask int
	filters int // of a block
	blocks  int // of a group's filters
	weights int // scratch memory
}

// pieceLength is about how many positions a piece of a row has at most.
const pieceLength = 96

func newIntegerConv(c *compiler, g op.Geometry) *integerConv {
	if isPointwise(g) { // positions are one row
		g.In, g.Out, g.N = [3]int{1, 1, g.N * g.InPlane()}, [3]int{1, 1, g.N * g.InPlane()}, 1
	}
	plain := *c.target // a product takes a register on its way, as one of f32 does without relaxed SIMD
	plain.relaxed = false
	own := *c
	own.target = &plain
	v := &integerConv{c: &own, Geometry: g, cg: g.C / g.Groups, fg: g.F / g.Groups, unit: 2}
	if isDepthwise(g) && g.F == g.C {
		v.depthwise, v.unit, v.Groups, v.fg = true, 4, 1, g.C
	}
	v.layout()
	v.image = c.alloc(v.size*g.N + align)
	if v.depthwise {
		v.pairs = c.alloc(2*v.size*g.N + align)
	}

	v.cuts = ceilDiv(g.Out[2], pieceLength)
	v.pieces = g.N * g.Out[0] * g.Out[1] * v.cuts
	v.perTask = min(max(1, positionsWanted*v.cuts/g.Out[2]), ceilDiv(v.pieces, minTasks))
	v.filters = v.fg
	if few := minTasks / (v.pieceTasks() * g.Groups); few > 1 {
		v.filters = min(v.fg, max(8, roundUp(ceilDiv(v.fg, few), 4)))
	}
	v.blocks = ceilDiv(v.fg, v.filters)
	v.filters = min(v.fg, roundUp(ceilDiv(v.fg, v.blocks), 4))
	v.blocks = ceilDiv(v.fg, v.filters)
	v.weights = c.alloc(g.Groups*v.blocks*panelBytes(v.filters, v.depth) + align)
	return v
}

func (v *integerConv) pieceTasks() int { return ceilDiv(v.pieces, v.perTask) }

// layout says where the widened image has its numbers and how a window goes through them.
func (v *integerConv) layout() {
	g := &v.Geometry
	v.pads = g.Before != [3]int{} || g.After != [3]int{}
	v.rows, v.row = [2]int{g.In[0], g.In[1]}, 2*g.In[2]*g.C
	if v.pads {
		for a := range v.rows {
			v.rows[a] = (g.Out[a]-1)*g.S[a] + (g.K[a]-1)*g.D[a] + 1
		}
		// Vectors are written: each row has room for what the last one has too much.
		v.row = roundUp(2*g.C*max(g.Before[2]+g.In[2], (g.Out[2]-1)*g.S[2]+(g.K[2]-1)*g.D[2]+1), 16) + 16
	}
	v.plane = v.row * v.rows[1]
	v.size = v.plane * v.rows[0]
	level := func(count, step int) {
		if count > 1 {
			v.window.outer = append(v.window.outer, loop{count, step})
		}
	}
	level(g.K[0], g.D[0]*v.plane*v.unit/2)
	level(g.K[1], g.D[1]*v.row*v.unit/2)
	v.window.step = 4
	switch {
	case v.depthwise:
		v.run, v.window.step = g.K[2], 8*g.D[2]*g.C
	case g.Groups == 1 && g.D[2] == 1:
		v.run = g.K[2] * g.C
	default:
		level(g.K[2], 2*g.D[2]*g.C)
		v.run = v.cg
	}
	v.window.run = (v.run + 1) / 2
	v.depth = v.window.length()
}

func (v *integerConv) emit(zero int, ep *epilogue, out value) {
	if v.pads {
		v.widenRows(zero)
	} else {
		v.widenAll(zero)
	}
	if v.depthwise {
		v.pair()
	}
	v.packWeights()
	v.c.phase(v.pieceTasks()*v.Groups*v.blocks, func(t *task) {
		t.integer, t.lanewise = true, v.depthwise
		v.tiles(t, ep, out)
	})
}

// tiles emits a task's pieces of rows, panel by panel.
func (v *integerConv) tiles(t *task, ep *epilogue, out value) {
	rest := keepI32(t, "rest", t.index)
	w, block, group := t.LocalI32("w"), t.takeOff(rest, v.blocks), t.takeOff(rest, v.Groups)
	w.Set(t.scratch.Add(t.I32(v.weights)).Add(group.Mul(t.I32(v.blocks)).Add(block).Mul(t.I32(panelBytes(v.filters, v.depth)))))
	channel := keepI32(t, "channel", group.Mul(t.I32(4*v.fg)).Add(block.Mul(t.I32(4*v.filters))))
	x := keepI32(t, "image", t.scratch.Add(t.I32(v.image)).Add(group.Mul(t.I32(2*v.cg))))
	if v.depthwise {
		x.Set(t.scratch.Add(t.I32(v.pairs)))
	}
	to := keepI32(t, "y", out.at(t))
	narrow(t, block, v.fg, v.filters, func(filters int) {
		t.eachPanel(filters, v.depth, true, w, channel, func(p panel) {
			piece, end := keepI32(t, "piece", rest.Mul(t.I32(v.perTask))), t.partEnd(rest, v.perTask, v.pieces)
			t.Loop(func(again wasmasm.Label) {
				v.piece(t, piece, x, w, to, channel, p, ep)
				piece.Inc(1)
				t.BrIf(again, piece.LtU(end))
			})
		})
	})
}

// piece emits the tiles of a piece of a row. The last tile overlaps the one before where they do not fill it evenly.
func (v *integerConv) piece(t *task, piece, x, w, out, channel wasmasm.I32, p panel, ep *epilogue) {
	g := v.Geometry
	rest, from, place, q := keepI32(t, "rest", piece), t.LocalI32("from"), t.LocalI32("place"), t.LocalI32("q")
	cut := t.takeOff(rest, v.cuts)
	rowPlace := keepI32(t, "rowPlace", rest.Mul(t.I32(4*g.Out[2]*g.F)).Add(channel))
	h := t.takeOff(rest, g.Out[1])
	d := t.takeOff(rest, g.Out[0]) // rest is the sample now
	rowX := t.LocalI32("rowX")
	wide := v.unit / 2
	rowX.Set(x.Add(rest.Mul(t.I32(wide * v.size))))
	rowX.Set(rowX.Add(d.Mul(t.I32(wide * g.S[0] * v.plane))).Add(h.Mul(t.I32(wide * g.S[1] * v.row))))
	if v.depthwise {
		rowX.Set(rowX.Add(channel))
	}
	first := keepI32(t, "first", cut.Mul(t.I32(g.Out[2])).DivU(t.I32(v.cuts)))
	end := keepI32(t, "end", cut.Add(t.I32(1)).Mul(t.I32(g.Out[2])).DivU(t.I32(v.cuts)))
	n := v.c.positions(p.vectors, g.Out[2]/v.cuts)
	stepX, stepPlace := v.unit*g.S[2]*g.C, 4*g.F
	col := t.LocalI32("col")
	t.For(col, first, end, n, func() {
		q.Set(col)
		last := end.Sub(t.I32(n))
		q.Set(q.Select(last, q.LtU(last)))
		from.Set(rowX.Add(q.Mul(t.I32(stepX))))
		place.Set(rowPlace.Add(q.Mul(t.I32(stepPlace))))
		sums := t.sums(n, p.vectors)
		t.clearSums(sums)
		t.products(sums, from, w, steps(n, stepX), v.window, 16*p.vectors)
		t.store(sums, ep, p, out, place, steps(n, stepPlace), channel)
	})
}
