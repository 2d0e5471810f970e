package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.MatMul] = func(c *compiler) {
		ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
		c.matmul(op.MatMulGeometry(c.node), ep, c.output(0))
	}
}

// product is a matrix product cut into blocks of rows and columns, a task each, and of the depth, one after the other:
// what a block reads of a and b should stay in the cache.
//
// Source: Goto & van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008.
type product struct {
	op.MatMulDims
	transA, transB bool
	rows, cols     int // of a block
	depth          int // of a block; the last one may be smaller
	rowBlocks      int
	colBlocks      int
	packs, packsA  bool
	atA, pitchA    int // scratch memory of each thread
}

const (
	// cacheFloats is how much of a a block reads: half a megabyte's cache is left for b and the result.
	cacheFloats = 48 << 10
	depthBlock  = 256
	minTasks    = 16
	rowUnit     = 24 // a block's rows are a multiple of every tile's
)

// rowTile is how many rows a tile with so many vectors of columns has. Of a transposed a four lie together.
func (b *productTask) rowTile(vectors int) int {
	unit := rowUnit
	if b.packsA {
		unit = 8
	}
	return min(divisorBelow(unit, b.c.maxPositions(vectors)), b.M)
}

func newProduct(d op.MatMulDims) *product {
	p := &product{MatMulDims: d, transA: d.ARow == 1 && d.M > 1, transB: d.BRow == 1 && d.N > 1}
	p.depth = divisor(d.K, depthBlock)
	p.rows = min(roundUp(d.M, rowUnit), max(rowUnit, cacheFloats/p.depth/rowUnit*rowUnit))
	p.rowBlocks = (d.M + p.rows - 1) / p.rows
	p.cols = min(d.N, 64)
	if few := minTasks / (p.rowBlocks * d.Batch); few > 1 {
		p.cols = min(p.cols, max(8, roundUp(d.N, few)/few/8*8))
	}
	p.colBlocks = (d.N + p.cols - 1) / p.cols
	if few := minTasks / (p.rowBlocks * p.colBlocks * d.Batch); few > 1 {
		p.rows = roundUp((d.M+few-1)/few, rowUnit)
		p.rowBlocks = (d.M + p.rows - 1) / p.rows
	}
	p.packs = p.transB || d.N > 16 && d.M >= 8
	p.packsA = p.transA && d.K > 8
	return p
}

// divisor is the largest divisor of n, a multiple of 4, up to limit, if there is one that is not much smaller, else limit.
func divisor(n, limit int) int {
	if n <= limit {
		return n
	}
	for d := limit; d >= limit/2; d -= 4 {
		if n%d == 0 {
			return d
		}
	}
	return limit
}

// matmul emits out = epilogue(in 0 · in 1).
func (c *compiler) matmul(d op.MatMulDims, ep *epilogue, out value) {
	p := newProduct(d)
	if p.isThin() {
		c.thinProduct(d, ep, out)
		return
	}
	then := ep.registers()
	var at, pitch int
	if p.packs {
		at, pitch = c.allocThreads(panelBytes(p.cols, p.depth))
	}
	if p.packsA {
		p.atA, p.pitchA = c.allocThreads(4 * roundUp(p.rows, 4) * p.depth)
	}
	c.phase(d.Batch*p.rowBlocks*p.colBlocks, func(t *task) {
		b := &productTask{product: p, task: t, ep: then}
		b.out = t.LocalI32("out")
		b.out.Set(out.at(t))
		b.place(at, pitch)
		b.emit()
	})
	if then != ep {
		c.after(ep, out)
	}
}

// productTask is one task of a product.
type productTask struct {
	*product
	*task
	ep  *epilogue
	out wasmasm.I32

	a, b, packed wasmasm.I32 // where the block of a and b begins, and packed panels go
	rowsOf       wasmasm.I32 // where a's packed rows go
	y            wasmasm.I32 // byte of the output
	channel      wasmasm.I32 // byte of the first column
	rowCount     wasmasm.I32
	col          wasmasm.I32 // number of the block of columns
	kb           wasmasm.I32 // k of the depth's block
}

func (b *productTask) place(at, pitch int) {
	t, p := b.task, b.product
	rest := keepI32(t, "rest", t.index) // at last the matrix of the batch
	b.col = t.takeOff(rest, p.colBlocks)
	row := t.takeOff(rest, p.rowBlocks)
	row.Set(row.Mul(t.I32(p.rows)))
	b.channel = keepI32(t, "channel", b.col.Mul(t.I32(4*p.cols)))
	b.rowCount = t.LocalI32("rows")
	b.rowCount.Set(t.I32(p.M).Sub(row))
	atMost(b.rowCount, t.I32(p.rows))
	b.a, b.b, b.y = t.LocalI32("a"), t.LocalI32("b"), t.LocalI32("y")
	b.a.Set(t.in[0].Add(rest.Mul(t.I32(4 * p.M * p.K))).Add(row.Mul(t.I32(4 * p.ARow))))
	b.b.Set(t.in[1].Add(rest.Mul(t.I32(4 * p.K * p.N))).Add(b.channel.Mul(t.I32(p.BCol))))
	b.y.Set(rest.Mul(t.I32(4 * p.M * p.N)).Add(row.Mul(t.I32(4 * p.N))).Add(b.channel))
	b.rowsOf = t.LocalI32("rowsOf")
	if p.packsA {
		b.rowsOf.Set(t.own(p.atA, p.pitchA))
	}
	b.packed = t.LocalI32("packed")
	if p.packs {
		b.packed.Set(t.own(at, pitch))
	} else {
		b.packed.Set(b.b)
	}
}

// emit goes through the blocks of the depth.
func (b *productTask) emit() {
	b.kb = b.LocalI32("kb")
	whole := b.K / b.depth * b.depth
	b.For(b.kb, b.I32(0), b.I32(whole), b.depth, func() { b.columns(b.depth) })
	if n := b.K - whole; n > 0 {
		b.columns(n)
	}
}

// columns emits the block's columns for a part of the depth.
func (b *productTask) columns(depth int) {
	if b.packsA {
		b.packLeft(depth)
	}
	narrow(b.task, b.col, b.N, b.cols, func(cols int) { b.panels(cols, depth) })
	b.a.Inc(4 * depth * b.ACol)
	b.b.Inc(4 * depth * b.BRow)
	if !b.packs {
		b.packed.Set(b.b)
	}
}

func (b *productTask) panels(cols, depth int) {
	pitch := 0 // a packed panel's
	if b.packs {
		b.pack(b.packed, b.b, cols, depth, rightSide{max(b.BRow, b.BCol), b.transB})
	} else {
		pitch = 4 * b.BRow
	}
	w, channel, y := b.LocalI32("w"), b.LocalI32("channel"), b.LocalI32("y")
	w.Set(b.packed)
	channel.Set(b.channel)
	y.Set(b.y)
	b.eachPanel(cols, depth, b.packs, w, channel, func(p panel) {
		b.tiles(p, w, channel, y, depth, pitch)
		y.Inc(16 * p.vectors)
	})
}

// packLeft copies the block of a, whose rows lie side by side: four at a time, k by k.
func (b *productTask) packLeft(depth int) {
	row, in, out := b.LocalI32("row"), b.LocalI32("in"), b.LocalI32("out")
	in.Set(b.a)
	out.Set(b.rowsOf)
	b.For(row, b.I32(0), b.rowCount, 4, func() {
		b.packRows(out, in, 1, depth, b.ACol)
		in.Inc(16)
		out.Inc(16 * depth)
	})
}

// tiles emits the product of all rows with one panel.
func (b *productTask) tiles(p panel, w, channel, y wasmasm.I32, depth, pitch int) {
	if pitch == 0 {
		pitch = 16 * p.vectors
	}
	n := b.rowTile(p.vectors)
	x, place, row, end := b.LocalI32("x"), b.LocalI32("place"), b.LocalI32("row"), b.LocalI32("end")
	place.Set(y)
	tile := func(n int) {
		sums := b.sums(n, p.vectors)
		out := steps(n, 4*b.N)
		b.start(sums, place, out)
		if b.packsA {
			at := make([]int, n)
			for i := range at {
				at[i] = i/4*16*depth + i%4*4
			}
			x.Set(b.rowsOf.Add(row.ShrU(b.I32(2)).Mul(b.I32(16 * depth))).Add(row.And(b.I32(3)).Shl(b.I32(2))))
			b.products(sums, x, w, at, reach{run: depth, step: 16}, pitch)
		} else {
			x.Set(b.a.Add(row.Mul(b.I32(4 * b.ARow))))
			b.products(sums, x, w, steps(n, 4*b.ARow), reach{run: depth, step: 4 * b.ACol}, pitch)
		}
		b.finish(sums, p, place, out, channel)
		place.Inc(4 * n * b.N)
	}
	whole := b.M / n * n // the last block alone may hold a tile that is not whole
	if whole > 0 {
		end.Set(b.rowCount.Sub(b.I32(n - 1)))
		b.For(row, b.I32(0), end, n, func() { b.Scope(func() { tile(n) }) })
	} else {
		row.Set(b.I32(0))
	}
	if rest := b.M % n; rest > 0 {
		b.If(row.LtU(b.rowCount), func() { tile(rest) })
	}
}

// start gives the sums what the depth's blocks before have left.
func (b *productTask) start(sums [][]wasmasm.V128, place wasmasm.I32, at []int) {
	if b.depth == b.K {
		b.clearSums(sums)
		return
	}
	b.IfElse(b.kb.Eqz(), func() { b.clearSums(sums) }, func() {
		from := b.LocalI32("from")
		from.Set(b.out.Add(place))
		loadSums(sums, from, at)
	})
}

// finish stores the sums, behind the last part of the depth with the epilogue.
func (b *productTask) finish(sums [][]wasmasm.V128, p panel, place wasmasm.I32, at []int, channel wasmasm.I32) {
	if b.depth == b.K || b.ep.prog == nil {
		b.store(sums, b.ep, p, b.out, place, at, channel)
		return
	}
	last := b.K - (b.K-1)%b.depth - 1 // where the last part begins
	b.IfElse(b.kb.Eq(b.I32(last)), func() { b.store(sums, b.ep, p, b.out, place, at, channel) },
		func() { b.store(sums, &epilogue{}, p, b.out, place, at, channel) })
}
