package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// Matrix products, convolutions and their gradients share one innermost loop. A tile is a few positions times a few
// vectors of four filters, whose sums stay in registers:
//
//	sum[i][j] = Σ k x[at_i + k] · w[k][4j … 4j+3]
//
// where k runs through a reach: the taps of a window, the pixels of an image, the columns of a matrix.

// reach is the way of k through x: nested loops, of which the innermost goes on by step and the others by theirs. Steps
// are in bytes. Through w it goes row by row.
type reach struct {
	outer []loop
	run   int
	step  int
}

type loop struct{ count, step int }

// length is how many k there are.
func (r reach) length() int {
	n := r.run
	for _, l := range r.outer {
		n *= l.count
	}
	return n
}

// maxSums is how many sums a tile may have: an engine that has 16 registers keeps them, two rows of w and a number of x.
const maxSums = 10

// positions is how many positions a tile with so many vectors of filters has where there are count in a row: as many as
// leave the fewest sums unused. Fewer than eight sums take the time of eight, since each waits for itself.
func positions(vectors, count int) int {
	best, cost := 1, 0
	for n := 1; n <= min(count, maxSums/vectors); n++ {
		if c := (count + n - 1) / n * max(n*vectors, 8); cost == 0 || c <= cost {
			best, cost = n, c
		}
	}
	return best
}

// panel is up to three vectors of filters that a tile computes; the last one may hold fewer than four.
type panel struct{ vectors, filters int }

// splitPanels cuts filters into panels: count of two vectors each, and a last one, unless that has none.
func splitPanels(filters int) (count int, last panel) {
	vectors := (filters + 3) / 4
	switch {
	case filters%8 == 0:
		return filters / 8, panel{}
	case vectors%2 == 1 && vectors > 1:
		count = (vectors - 3) / 2
	default:
		count = (vectors - 1) / 2
	}
	rest := filters - 8*count
	return count, panel{(rest + 3) / 4, rest}
}

var wholePanel = panel{2, 8}

// eachPanel emits body for the panels of filters: in a loop for those of two vectors, once more for the last. w, the
// packed panels, and channel, which counts filters in bytes, go on from one to the next.
func (t *task) eachPanel(filters int, depth int, w, channel wasmasm.I32, body func(p panel)) {
	count, last := splitPanels(filters)
	if count > 0 {
		i := t.LocalI32("panel")
		t.For(i, t.I32(0), t.I32(count), 1, func() {
			body(wholePanel)
			w.Inc(depth * 32)
			channel.Inc(32)
		})
	}
	if last.vectors > 0 {
		body(last)
	}
}

// madd is a·b + sum: rounded once where the engine can, else twice.
func (t *task) madd(sum, a, b wasmasm.V128) wasmasm.V128 {
	if t.c.relaxed {
		return a.F32x4RelaxedMadd(b, sum)
	}
	return sum.F32x4Add(a.F32x4Mul(b))
}

// sums makes a tile's registers.
func (t *task) sums(positions, vectors int) [][]wasmasm.V128 {
	s := make([][]wasmasm.V128, positions)
	for i := range s {
		for range vectors {
			s[i] = append(s[i], t.LocalV128("sum"))
		}
	}
	return s
}

func (t *task) clearSums(sums [][]wasmasm.V128) {
	for _, row := range sums {
		for _, s := range row {
			s.Set(t.F32x4(0, 0, 0, 0))
		}
	}
}

// unrolled is how many k the innermost loop takes at a time; a run that is hardly longer has no loop.
const unrolled = 4

// products emits the sums over a reach. Position i begins at x + at[i]; rows of w lie pitch bytes apart.
func (t *task) products(sums [][]wasmasm.V128, x, w wasmasm.I32, at []int, r reach, pitch int) {
	t.Scope(func() {
		px, pw := t.LocalI32("px"), t.LocalI32("pw")
		px.Set(x)
		pw.Set(w)
		t.reach(sums, px, pw, at, r, pitch)
	})
}

func (t *task) reach(sums [][]wasmasm.V128, px, pw wasmasm.I32, at []int, r reach, pitch int) {
	if len(r.outer) == 0 {
		t.run(sums, px, pw, at, r, pitch)
		return
	}
	inner := reach{r.outer[1:], r.run, r.step}
	passed := r.run * r.step
	if len(inner.outer) > 0 {
		passed = inner.outer[0].count * inner.outer[0].step
	}
	i := t.LocalI32("i")
	t.For(i, t.I32(0), t.I32(r.outer[0].count), 1, func() {
		t.reach(sums, px, pw, at, inner, pitch)
		if n := r.outer[0].step - passed; n != 0 {
			px.Inc(n)
		}
	})
}

func (t *task) run(sums [][]wasmasm.V128, px, pw wasmasm.I32, at []int, r reach, pitch int) {
	some := func(n int) {
		for k := range n {
			t.multiply(sums, px, pw, at, k*r.step, k*pitch)
		}
		px.Inc(n * r.step)
		pw.Inc(n * pitch)
	}
	if r.run <= 2*unrolled {
		some(r.run)
		return
	}
	i := t.LocalI32("k")
	t.For(i, t.I32(0), t.I32(r.run/unrolled), 1, func() { some(unrolled) })
	if n := r.run % unrolled; n > 0 {
		some(n)
	}
}

// multiply emits the products of one k.
func (t *task) multiply(sums [][]wasmasm.V128, px, pw wasmasm.I32, at []int, x, w int) {
	t.Scope(func() {
		row := make([]wasmasm.V128, len(sums[0]))
		for j := range row {
			row[j] = keep(t.Func, "w", pw.V128Load(w+16*j))
		}
		for i := range sums {
			a := keep(t.Func, "x", px.V128Load32Splat(at[i]+x))
			for j := range row {
				sums[i][j].Set(t.madd(sums[i][j], a, row[j]))
			}
		}
	})
}

// steps returns n offsets that lie step apart.
func steps(n, step int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i * step
	}
	return at
}

// lanes is how many of a panel's numbers vector j holds.
func (p panel) lanes(j int) int { return min(4, p.filters-4*j) }

// store applies the epilogue to a tile and stores it: position i lies at byte place + at[i] of the output, its filters from
// byte channel on of those of all.
func (t *task) store(sums [][]wasmasm.V128, ep *epilogue, p panel, out, place wasmasm.I32, at []int, channel wasmasm.I32) {
	to := t.LocalI32("to")
	to.Set(out.Add(place))
	for i, row := range sums {
		for j, s := range row {
			t.Scope(func() {
				storeLanes(to, at[i]+16*j, ep.apply(t, s, 4, place, at[i]+16*j, channel, 16*j), p.lanes(j))
			})
		}
	}
}
