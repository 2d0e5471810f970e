package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// cursor is a position in values that lie side by side: all of the same shape, channels last.
type cursor struct {
	ptr    []wasmasm.I32 // locals: where the position's channels lie in each value
	place  []wasmasm.I32 // a local: the position's number in its plane; none where that is not asked for
	pixel  int           // bytes of a position's channels
	beyond int           // how many positions further the cursor stands than its locals say
}

// load is four channels of value k, from byte offset on.
func (u cursor) load(k, offset int) wasmasm.V128 {
	return u.ptr[k].V128Load(u.beyond*u.pixel + offset)
}

// number is the position's number in all lanes.
func (u cursor) number(f *wasmasm.Func) wasmasm.V128 {
	return u.place[0].Add(f.I32(u.beyond)).I32x4Splat()
}

// advance goes on by some positions.
func (u cursor) advance(positions int) {
	for _, p := range u.ptr {
		p.Inc(positions * u.pixel)
	}
	for _, p := range u.place {
		p.Inc(positions)
	}
}

// behind is a cursor with locals of its own, some bytes of a pixel behind u; bytes is a local or a constant.
func (u cursor) behind(f *wasmasm.Func, bytes wasmasm.I32) cursor { return u.move(f, bytes, f.I32(0)) }

// seek is a cursor with locals of its own, some positions behind u, a local or a constant.
func (u cursor) seek(f *wasmasm.Func, positions wasmasm.I32) cursor {
	bytes := f.LocalI32("bytes")
	bytes.Set(positions.Mul(f.I32(u.pixel)))
	return u.move(f, bytes, positions)
}

func (u cursor) move(f *wasmasm.Func, bytes, positions wasmasm.I32) cursor {
	c := cursor{pixel: u.pixel}
	for _, p := range u.ptr {
		l := f.LocalI32("at")
		l.Set(p.Add(f.I32(u.beyond * u.pixel)).Add(bytes))
		c.ptr = append(c.ptr, l)
	}
	for _, p := range u.place {
		l := f.LocalI32("place")
		l.Set(p.Add(f.I32(u.beyond)).Add(positions))
		c.place = append(c.place, l)
	}
	return c
}

// extent is how many taps a window has along an axis: a number that is known, or a local.
type extent struct {
	n     int // -1 where it is not known
	local wasmasm.I32
}

func known(n int) extent              { return extent{n: n} }
func unknown(taps wasmasm.I32) extent { return extent{-1, taps} }

// maxUnrolled is how many taps along an axis are written out instead of looped over.
const maxUnrolled = 8

func (e extent) unrolled() bool { return e.n >= 0 && e.n <= maxUnrolled }

// written is how many taps of an axis appear in the code.
func (e extent) written() int {
	if e.unrolled() {
		return e.n
	}
	return 1
}

// each calls body for each tap along an axis: from the cursor on, step positions apart.
func (e extent) each(f *wasmasm.Func, from cursor, step int, body func(from cursor)) {
	if e.unrolled() {
		for range e.n {
			body(from)
			from.beyond += step
		}
		return
	}
	f.Scope(func() {
		end := e.local
		if e.n >= 0 {
			end = f.I32(e.n)
		}
		i, at := f.LocalI32("i"), from.behind(f, f.I32(0))
		f.For(i, f.I32(0), end, 1, func() {
			body(at)
			at.advance(step)
		})
	})
}

// gathering is how the taps of a window become a result, four channels at a time in each of some vectors.
type gathering interface {
	// begin prepares vectors of channels from byte offset on, for a result at to.
	begin(f *wasmasm.Func, to cursor, vectors, offset int)
	// open comes before loops over the taps, of which there may be none; first takes the first tap without it; next takes
	// a tap behind either. A loop that open came before takes all taps, and open may look at the first.
	open(from cursor)
	first(from cursor)
	next(from cursor)
	// result is a vector of each output.
	result(v int) []wasmasm.V128
	// most is how many vectors fit into the registers.
	most() int
}

// windowTile emits results of windows.
type windowTile struct {
	gathering
	steps [3]int // positions from tap to tap
	ep    *epilogue
}

// position emits the result at one position: taps lie from from on, and channels are stored at to. finish, where not nil,
// is applied to the first output.
func (w *windowTile) position(t *task, from, to cursor, taps [3]extent, channels int, finish func(v wasmasm.V128) wasmasm.V128) {
	eachTile(t, channels, w.most(), func(b block) {
		w.block(t, from.behind(t.Func, b.channel), to.behind(t.Func, b.channel), taps, b, finish)
	})
}

// block is a part of a position's channels: vectors of four, the last of lanes, from byte channel + offset on.
type block struct {
	channel                wasmasm.I32 // a local or a constant
	offset, vectors, lanes int
}

// size is how many lanes vector v has.
func (b block) size(v int) int {
	if v == b.vectors-1 {
		return b.lanes
	}
	return 4
}

// eachTile emits body for all channels, most vectors at a time: once in a loop, and once for the rest.
func eachTile(t *task, channels, most int, body func(b block)) {
	full, rest := channels/4, channels%4
	vectors, loops := tileVectors(full, most), 0
	if full > 0 {
		loops = full / vectors
	}
	done := loops * vectors
	switch zero := t.I32(0); {
	case loops == 1:
		t.Scope(func() { body(block{zero, 0, vectors, 4}) })
	case loops > 1:
		t.Scope(func() {
			channel := t.LocalI32("channel")
			t.For(channel, zero, t.I32(16*done), 16*vectors, func() { body(block{channel, 0, vectors, 4}) })
		})
	}
	b := block{t.I32(0), 16 * done, full - done, 4}
	if rest > 0 {
		b.vectors, b.lanes = b.vectors+1, rest
	}
	if b.vectors > 0 {
		t.Scope(func() { body(b) })
	}
}

// tileVectors returns in groups of how many vectors, most at most, to go through n: a divisor, if there is a large one.
func tileVectors(n, most int) int {
	for k := min(n, most); 2*k > most; k-- {
		if n%k == 0 {
			return k
		}
	}
	return min(n, most)
}

// block emits position for some of the channels.
func (w *windowTile) block(t *task, from, to cursor, taps [3]extent, b block, finish func(v wasmasm.V128) wasmasm.V128) {
	w.begin(t.Func, to, b.vectors, b.offset)
	next := w.next
	if taps[0].unrolled() && taps[1].unrolled() && taps[2].unrolled() && taps[0].n*taps[1].n*taps[2].n > 0 {
		next = func(from cursor) { w.first(from); next = w.next }
	} else {
		w.open(from)
	}
	taps[0].each(t.Func, from, w.steps[0], func(from cursor) {
		taps[1].each(t.Func, from, w.steps[1], func(from cursor) {
			taps[2].each(t.Func, from, w.steps[2], func(from cursor) { next(from) })
		})
	})
	place := t.I32(0)
	if w.ep.prog != nil {
		place = t.LocalI32("place")
		place.Set(to.ptr[0].Sub(t.out[0]))
	}
	for v := range b.vectors {
		off := b.offset + 16*v
		for k, x := range w.result(v) {
			if k == 0 && finish != nil {
				x = keep(t.Func, "x", finish(x))
			}
			if k == 0 && w.ep.inRegisters() {
				x = w.ep.apply(t, x, 4, place, off, b.channel, off)
			}
			storeLanes(to.ptr[k], off, x, b.size(v))
		}
	}
}
