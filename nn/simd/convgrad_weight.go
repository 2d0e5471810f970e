package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvGradWeight] = func(c *compiler) {
		switch g := op.ConvGeometry(c.node); {
		case isDepthwise(g):
			c.depthwiseGradWeight(g)
		case usesWinogradWeight(g):
			c.winogradGradWeight(g)
		default:
			c.convGradWeight(g)
		}
	}
}

// weightGradient sums x[tap, c]·dy[f] over the pixels of some images: windows turned on their side, times dy. A task has
// some slices and some filters, and goes through the rows strip by strip, each of which adds to the sums in memory.
type weightGradient struct {
	*convolution
	chunks, perChunk int // of the slices
	packed           int // scratch memory of each thread: dy of a strip
	packedPitch      int
}

const (
	// partialFloats bounds what the sums of all chunks take.
	partialFloats = 4 << 20
	// gradPositions is how many pixels make up for loading and storing the sums.
	gradPositions = 256
)

func (c *compiler) convGradWeight(g op.Geometry) {
	if isPointwise(g) && g.C*g.F >= 64*64 {
		m := g.N * g.OutPlane()
		c.matmul(op.MatMulDims{Batch: 1, M: g.C, K: m, N: g.F, ARow: 1, ACol: g.C, BRow: g.F, BCol: 1}, &epilogue{}, c.output(0))
		return
	}
	v := &weightGradient{convolution: c.newConvolution(g, gradPositions, [3]int{})}
	v.rows = divisorBelow(g.Out[1], v.rows)
	v.strips = g.Out[1] / v.rows
	size := v.depth * g.F
	v.chunks = max(1, min(minTasks, v.slices, partialFloats/size))
	v.perChunk = (v.slices + v.chunks - 1) / v.chunks
	v.chunks = (v.slices + v.perChunk - 1) / v.perChunk
	v.filters = v.fg
	if few := minTasks / (v.chunks * g.Groups); few > 1 {
		v.filters = min(v.fg, max(8, roundUp(v.fg, few)/few/8*8))
	}
	v.blocks = (v.fg + v.filters - 1) / v.filters
	if v.packs {
		v.packed, v.packedPitch = c.allocThreads(panelBytes(v.filters, v.rows*g.Out[2]))
	}
	out := c.output(0)
	if v.chunks > 1 {
		out = scratchValue(c.alloc(4*size*v.chunks), graph.Shape{v.chunks, size})
	}
	c.phase(v.chunks*g.Groups*v.blocks, func(t *task) { v.emit(t, out) })
	if v.chunks > 1 {
		c.sumChunks(out, c.output(0), size, v.chunks)
	}
}

// divisorBelow is the largest divisor of n up to limit.
func divisorBelow(n, limit int) int {
	d := min(n, limit)
	for n%d != 0 {
		d--
	}
	return d
}

// emit emits a task that adds its chunk's gradient to out, which has a place for each chunk.
func (v *weightGradient) emit(t *task, out value) {
	k := &convTask{convolution: v.convolution, task: t}
	chunk := keepI32(t, "chunk", t.index)
	k.takeFilters(chunk)
	k.slice, k.first, k.x, k.w = t.LocalI32("slice"), t.LocalI32("first"), t.LocalI32("x"), t.LocalI32("w")
	sums, fresh, end := t.LocalI32("sums"), t.LocalI32("fresh"), t.partEnd(chunk, v.perChunk, v.slices)
	sums.Set(out.at(t).Add(chunk.Mul(t.I32(4 * v.depth * v.F))))
	fresh.Set(t.I32(1))
	t.For(k.slice, chunk.Mul(t.I32(v.perChunk)), end, 1, func() {
		t.For(k.first, t.I32(0), t.I32(v.Out[1]), v.rows, func() {
			k.see()
			k.w.Set(t.in[1].Add(k.slice.Mul(t.I32(v.Out[1])).Add(k.first).Mul(t.I32(4 * v.Out[2] * v.F))).Add(k.channel))
			k.narrow(func(filters int) { v.strip(k, filters, sums, fresh) })
			fresh.Set(t.I32(0))
		})
	})
}

// strip adds the products of a strip of x with the strip of dy at w.
func (v *weightGradient) strip(k *convTask, filters int, sums, fresh wasmasm.I32) {
	pixels := v.rows * v.Out[2]
	w, channel := k.LocalI32("w"), k.LocalI32("channel")
	w.Set(k.w)
	if v.packs {
		w.Set(k.own(v.packed, v.packedPitch))
		k.pack(w, k.w, filters, pixels, rightSide{pitch: v.F})
	}
	channel.Set(k.channel)
	k.eachPanel(filters, pixels, v.packs, w, channel, func(p panel) {
		to, x := k.LocalI32("to"), k.LocalI32("x")
		to.Set(sums.Add(channel))
		x.Set(k.x)
		v.taps(k, p, v.window.outer, x, w, to, fresh)
	})
}

// taps goes through the window as a convolution would, a run at a time: x and to go on.
func (v *weightGradient) taps(k *convTask, p panel, outer []loop, x, w, to, fresh wasmasm.I32) {
	if len(outer) > 0 {
		passed := 4 * v.window.run
		if len(outer) > 1 {
			passed = outer[1].count * outer[1].step
		}
		i := k.LocalI32("tap")
		k.For(i, k.I32(0), k.I32(outer[0].count), 1, func() {
			v.taps(k, p, outer[1:], x, w, to, fresh)
			x.Inc(outer[0].step - passed)
		})
		return
	}
	pixels := reach{outer: []loop{{v.rows, v.S[1] * v.rowBytes}}, run: v.Out[2], step: v.S[2] * v.colBytes}
	tile := func(n int) {
		s := k.sums(n, p.vectors)
		at := steps(n, 4*v.F)
		k.IfElse(fresh, func() { k.clearSums(s) }, func() { loadSums(s, to, at) })
		k.products(s, x, w, steps(n, 4), pixels, k.weightPitch(p))
		k.store(s, &epilogue{}, p, to, k.I32(0), at, k.I32(0))
		x.Inc(4 * n)
		to.Inc(4 * n * v.F)
	}
	run := v.window.run
	n := k.c.positions(p.vectors, run)
	i := k.LocalI32("i")
	k.For(i, k.I32(0), k.I32(run/n), 1, func() { k.Scope(func() { tile(n) }) })
	if run%n > 0 {
		tile(run % n)
	}
}

// sumChunks emits to = Σ the chunks of from, size numbers each, one after the other.
func (c *compiler) sumChunks(from, to value, size, chunks int) {
	count, length := blocks(size, 2048, 4)
	c.phase(count, func(t *task) {
		at, out, end, n := t.LocalI32("at"), t.LocalI32("out"), t.LocalI32("end"), t.LocalI32("n")
		start := t.LocalI32("start")
		start.Set(t.index.Mul(t.I32(4 * length)))
		end.Set(start.Add(t.I32(4 * length)))
		atMost(end, t.I32(4*size))
		out.Set(to.at(t).Add(start))
		at.Set(from.at(t).Add(start))
		n.Set(end.Sub(start))
		sum := func(width int) {
			i, chunk, s := t.LocalI32("i"), t.LocalI32("chunk"), t.LocalV128("sum")
			s.Set(loadElements(t.Func, graph.F32, at, 0, width))
			chunk.Set(at)
			t.For(i, t.I32(1), t.I32(chunks), 1, func() {
				chunk.Inc(4 * size)
				s.Set(s.F32x4Add(loadElements(t.Func, graph.F32, chunk, 0, width)))
			})
			storeElements(out, 0, s, width)
			at.Inc(4 * width)
			out.Inc(4 * width)
			n.Inc(-4 * width)
		}
		t.Loop(func(again wasmasm.Label) {
			t.If(n.GeU(t.I32(16)), func() {
				sum(4)
				t.Br(again)
			})
			t.If(n.GeU(t.I32(4)), func() {
				sum(1)
				t.Br(again)
			})
		})
	})
}
