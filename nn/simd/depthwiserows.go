package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// strips is how a correlation is cut into tasks: blocks of rows, parts of the tiles of a row, slices of the channels.
type strips struct {
	rows, perBlock, blocks  int
	tiles, perPart, parts   int
	bytes, perSlice, slices int // of a position's channels, rounded up to vectors
}

func (s strips) tasks() int { return s.blocks * s.parts * s.slices }

// taskFLOPs is what makes up for taking a task: 5 µs or so.
const taskFLOPs = 100_000

// sliceBytes is what slices are a multiple of: four lines of the cache side by side are enough for reading ahead.
const sliceBytes = 4 * align

// strips cuts r into pieces of at least taskFLOPs; there are most blocks times parts at most.
func (r *correlation) strips(most int) strips {
	s := strips{rows: r.images, tiles: ceilDiv(r.cols.target, r.tile), bytes: 4 * roundUp(r.channels, 4)}
	for _, a := range r.rows {
		s.rows *= a.target
	}
	want := max(1, r.flops/taskFLOPs)
	s.perBlock, s.blocks = share(s.rows, min(want, most))
	s.perSlice, s.slices = share(ceilDiv(s.bytes, sliceBytes), min(ceilDiv(want, s.blocks), s.bytes/sliceBytes))
	s.perSlice *= sliceBytes
	s.perPart, s.parts = share(s.tiles, min(want/(s.blocks*s.slices), most/s.blocks))
	return s
}

// share cuts n things into at most so many pieces of equally many, but for the last.
func share(n, pieces int) (each, count int) {
	each = ceilDiv(n, min(n, max(1, pieces)))
	return each, ceilDiv(n, each)
}

// strip is a task's piece while it is emitted.
type strip struct {
	r *correlation
	strips
	part               wasmasm.I32 // number of the block and part
	firstRow, endRow   wasmasm.I32
	firstTile, endTile wasmasm.I32
	firstByte, endByte wasmasm.I32 // of channels
}

func (r *correlation) strip(t *task, s strips) *strip {
	p := &strip{r: r, strips: s, part: t.LocalI32("part")}
	p.part.Set(t.index.DivU(t.I32(s.slices)))
	p.firstByte, p.endByte = shareOf(t, "channel", t.index.RemU(t.I32(s.slices)), s.slices, s.perSlice, s.bytes)
	p.firstTile, p.endTile = shareOf(t, "tile", p.part.RemU(t.I32(s.parts)), s.parts, s.perPart, s.tiles)
	p.firstRow, p.endRow = shareOf(t, "row", p.part.DivU(t.I32(s.parts)), s.blocks, s.perBlock, s.rows)
	return p
}

// shareOf is where piece number i of so many begins and ends: constants where there is one.
func shareOf(t *task, name string, i wasmasm.I32, pieces, each, total int) (first, end wasmasm.I32) {
	if pieces == 1 {
		return t.I32(0), t.I32(total)
	}
	i = keepI32(t, name, i)
	end = t.partEnd(i, each, total)
	i.Set(i.Mul(t.I32(each)))
	return i, end
}

// place is where a tile's channels, four from channel on, lie: place in the target and column in a row of the source. All
// are counted in bytes.
type place struct{ place, column, channel wasmasm.I32 }

// rowList is the rows of the filter that reach a row of the target: for each, the address of the source's row and that of
// its weights.
type rowList struct {
	start, end  wasmasm.I32
	source      wasmasm.I32 // where the source begins
	weights     wasmasm.I32
	tap, vector int // bytes from one tap's weights to the next one's, and from four channels' to the next four's
}

// listBytes is the size of the longest list.
func (r *correlation) listBytes() int {
	n := 8
	for _, a := range r.rows {
		n *= a.kernel
	}
	return n
}

// each emits loops over the strip's tiles and vectors of channels. For each row the list is made anew.
func (p *strip) each(t *task, list rowList, body func(run tileRun, at place)) {
	row, end := t.LocalI32("row"), t.LocalI32("endRow")
	end.Set(p.endRow)
	t.For(row, p.firstRow, end, 1, func() {
		p.list(t, row, list)
		for _, run := range p.r.runs {
			t.Scope(func() { p.run(t, row, run, func(at place) { body(run, at) }) })
		}
	})
}

// list emits the making of the list.
func (p *strip) list(t *task, row wasmasm.I32, l rowList) {
	l.end.Set(l.start)
	rest := t.LocalI32("rest")
	rest.Set(row)
	o := make([]wasmasm.I32, len(p.r.rows))
	for i := len(o) - 1; i >= 0; i-- {
		n := t.I32(p.r.rows[i].target)
		o[i] = keepI32(t, "o", rest.RemU(n))
		rest.Set(rest.DivU(n))
	}
	p.listAxis(t, l, o, rest, t.I32(0))
}

// listAxis goes through the taps of the first axis of those that are left. source and tap are the numbers of the source's
// row and the filter's, as far as earlier axes tell.
func (p *strip) listAxis(t *task, l rowList, o []wasmasm.I32, source, tap wasmasm.I32) {
	r := p.r
	if len(o) == 0 {
		l.end.I32Store(0, l.source.Add(source.Mul(t.I32(4*r.channels*r.cols.source))))
		l.end.I32Store(4, l.weights.Add(tap.Mul(t.I32(l.tap*r.cols.kernel))))
		l.end.Inc(8)
		return
	}
	a := r.rows[len(r.rows)-len(o)]
	k := t.LocalI32("k")
	t.For(k, t.I32(0), t.I32(a.kernel), 1, func() {
		i := a.find(t, o[0], k)
		t.If(i.LtU(t.I32(a.source)), func() {
			p.listAxis(t, l, o[1:], keepI32(t, "source", source.Mul(t.I32(a.source)).Add(i)), keepI32(t, "tap", tap.Mul(t.I32(a.kernel)).Add(k)))
		})
	})
}

// run emits loops over those tiles of a run that belong to the strip, and over channels.
func (p *strip) run(t *task, row wasmasm.I32, run tileRun, body func(at place)) {
	position := 4 * p.r.channels
	tile, end := t.LocalI32("tile"), t.I32(run.first+run.tiles)
	tile.Set(t.I32(run.first))
	if p.parts > 1 {
		tile.Set(tile.Select(p.firstTile, tile.GtU(p.firstTile)))
		end = keepI32(t, "end", end.Select(p.endTile, end.LtU(p.endTile)))
	}
	at := place{t.LocalI32("place"), t.LocalI32("column"), t.LocalI32("channel")}
	last := t.LocalI32("last")
	last.Set(p.endByte)
	each := func() {
		at.place.Set(row.Mul(t.I32(p.r.cols.target * position)).Add(tile.Mul(t.I32(p.r.tile * position))).Add(p.firstByte))
		at.column.Set(tile.Mul(t.I32(run.step * position)).Add(t.I32((run.column - run.first*run.step) * position)).Add(p.firstByte))
		t.For(at.channel, p.firstByte, last, 16, func() {
			body(at)
			at.place.Inc(16)
			at.column.Inc(16)
		})
	}
	if run.tiles == 1 && p.parts == 1 {
		each()
		return
	}
	t.Loop(func(again wasmasm.Label) {
		t.If(tile.LtS(end), func() {
			each()
			tile.Inc(1)
			t.Br(again)
		})
	})
}
