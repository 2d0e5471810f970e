package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvIntegerOp] = integerKernel
	kernels[op.MatMulIntegerOp] = integerKernel
}

func integerKernel(c *compiler) {
	ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
	c.integer(op.ConvIntegerGeometry(c.node), op.IntegerZero(c.node), ep, c.output(0))
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
		g.Groups = 1
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
		v.filters = min(v.fg, max(16, roundUp(v.fg, few)/few/8*8))
	}
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

// widened is eight numbers from at + offset on minus zero, in 16 bits.
func (v *integerConv) widened(t *task, at wasmasm.I32, offset int, zero wasmasm.V128) wasmasm.V128 {
	if v.c.in[0].Type == graph.I8 {
		return at.V128Load8x8S(offset).I16x8Sub(zero)
	}
	return at.V128Load8x8U(offset).I16x8Sub(zero)
}

// widenAll emits the phase that widens an image that lies as windows see it.
func (v *integerConv) widenAll(zero int) {
	n := v.N * v.InPlane() * v.C
	tasks, length := blocks(n, taskElems, 8)
	v.c.phase(tasks, func(t *task) {
		i, end := keepI32(t, "i", t.index.Mul(t.I32(length))), t.partEnd(t.index, length, n)
		at, to := keepI32(t, "at", t.in[0].Add(i)), keepI32(t, "to", t.scratch.Add(t.I32(v.image)).Add(i.Shl(t.I32(1))))
		z := keep(t.Func, "zero", t.I32(zero).I16x8Splat())
		t.For(i, i, end, 8, func() {
			to.V128Store(0, v.widened(t, at, 0, z))
			at.Inc(8)
			to.Inc(16)
		})
	})
}

// widenRows emits the phase that widens rows and puts zeros around them.
func (v *integerConv) widenRows(zero int) {
	g := v.Geometry
	width := g.In[2] * g.C
	left, behind := 2*g.Before[2]*g.C, 2*(g.Before[2]*g.C+width)
	v.c.phaseOf(g.N*v.rows[0]*v.rows[1], 2*taskElems/v.row, func(t *task, row wasmasm.I32) {
		rest, to := keepI32(t, "rest", row), keepI32(t, "to", t.scratch.Add(t.I32(v.image)).Add(row.Mul(t.I32(v.row))))
		h := t.takeOff(rest, v.rows[1])
		h.Set(h.Sub(t.I32(g.Before[1])))
		d := t.takeOff(rest, v.rows[0])
		d.Set(d.Sub(t.I32(g.Before[0])))
		t.IfElse(h.LtU(t.I32(g.In[1])).And(d.LtU(t.I32(g.In[0]))), func() {
			at := t.LocalI32("at")
			at.Set(rest.Mul(t.I32(g.In[0])).Add(d).Mul(t.I32(g.In[1])).Add(h).Mul(t.I32(width)).Add(t.in[0]))
			z := keep(t.Func, "zero", t.I32(zero).I16x8Splat())
			fillZeros(t, to, 0, left/4+1)
			eachVector(t, (width+1)/2, func(i wasmasm.I32, offset int) {
				from := t.LocalI32("from")
				from.Set(at.Add(i.ShrU(t.I32(1))))
				to.Add(i).V128Store(left+offset, v.widened(t, from, offset/2, z))
			})
			fillZeros(t, to, behind, (v.row-16-behind+3)/4)
		}, func() { fillZeros(t, to, 0, v.row/4) })
	})
}

// pair emits the phase that puts each number beside that of the pixel of the next tap.
func (v *integerConv) pair() {
	n, next := v.N*v.size/2, 2*v.D[2]*v.C
	tasks, length := blocks(n, taskElems, 8)
	v.c.phase(tasks, func(t *task) {
		i, end := keepI32(t, "i", t.index.Mul(t.I32(length))), t.partEnd(t.index, length, n)
		at := keepI32(t, "at", t.scratch.Add(t.I32(v.image)).Add(i.Shl(t.I32(1))))
		to := keepI32(t, "to", t.scratch.Add(t.I32(v.pairs)).Add(i.Shl(t.I32(2))))
		t.For(i, i, end, 8, func() {
			a, b := keep(t.Func, "a", at.V128Load(0)), keep(t.Func, "b", at.V128Load(next))
			to.V128Store(0, a.I8x16Shuffle(b, [16]uint8{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}))
			to.V128Store(16, a.I8x16Shuffle(b, [16]uint8{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}))
			at.Inc(16)
			to.Inc(32)
		})
	})
}

// packTask is how many words of each filter a task packs.
const packTask = 64

// packWeights emits the phase that makes panels of the filters: a word of a panel is two neighbours of a filter.
func (v *integerConv) packWeights() {
	parts := ceilDiv(v.depth, packTask)
	v.c.phase(parts*v.Groups*v.blocks, func(t *task) {
		rest := keepI32(t, "rest", t.index)
		first := keepI32(t, "first", t.takeOff(rest, parts).Mul(t.I32(packTask)))
		end := keepI32(t, "end", first.Add(t.I32(packTask)))
		atMost(end, t.I32(v.depth))
		block, to := t.LocalI32("block"), t.LocalI32("to")
		to.Set(t.scratch.Add(t.I32(v.weights)).Add(rest.Mul(t.I32(panelBytes(v.filters, v.depth)))))
		block.Set(t.takeOff(rest, v.blocks)) // rest is the group now
		w := keepI32(t, "w", t.in[1].Add(rest.Mul(t.I32(v.fg))).Add(block.Mul(t.I32(v.filters))))
		channel := t.LocalI32("channel")
		narrow(t, block, v.fg, v.filters, func(filters int) {
			channel.Set(t.I32(0))
			t.eachPanel(filters, v.depth, true, to, channel, func(p panel) {
				k, out, in := t.LocalI32("k"), t.LocalI32("out"), t.LocalI32("in")
				out.Set(to.Add(first.Mul(t.I32(16 * p.vectors))))
				t.For(k, first, end, 1, func() {
					v.packWord(t, k, out, in, w, channel, p)
					out.Inc(16 * p.vectors)
				})
			})
		})
	})
}

// packWord emits word k of a panel's filters.
func (v *integerConv) packWord(t *task, k, out, in, w, channel wasmasm.I32, p panel) {
	words := v.window.run
	row := t.LocalI32("row")
	row.Set(k.DivU(t.I32(words)).Mul(t.I32(v.run)).Add(k.RemU(t.I32(words)).Shl(t.I32(1))))
	in.Set(w.Add(row.Mul(t.I32(v.F))).Add(channel.ShrU(t.I32(2))))
	exists := t.LocalV128("exists")
	if v.run%2 == 1 {
		exists.Set(k.RemU(t.I32(words)).Ne(t.I32(words - 1)).Mul(t.I32(-1)).I32x4Splat())
	}
	for j := range p.vectors {
		a, b := in.V128Load32Zero(4*j), in.V128Load32Zero(v.F+4*j)
		if v.run%2 == 1 {
			b = b.And(exists)
		}
		pairs := a.I8x16Shuffle(b, [16]uint8{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23})
		out.V128Store(16*j, pairs.I16x8ExtendLowI8x16S())
	}
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
	rowX.Set(x.Add(rest.Mul(t.I32(wide * v.size))).Add(d.Mul(t.I32(wide * g.S[0] * v.plane))).Add(h.Mul(t.I32(wide * g.S[1] * v.row))))
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
