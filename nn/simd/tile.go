package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// Matrix products, convolutions and their gradients share one innermost loop. A tile is a few positions times a few
// vectors of four filters, whose sums stay in registers:
//
//	sum[i][j] = Σ k x[at_i + k] · w[k][4j … 4j+3]
//
// where k runs through a reach: the taps of a window, the pixels of an image, the columns of a matrix. In a tile of whole
// numbers (task.integer) what is called a number here is a word of two neighbouring ones of 16 bits, k and k+1.

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

// maxPositions is how many positions a tile with so many vectors of filters has at most. Engines have 15 registers to give
// on the most common processors: for the sums, for the numbers of x or a row of w, whichever is less, for what is taken from
// the other, and where a product is rounded on its way to the sum, for that, too.
func (t *target) maxPositions(vectors int) int {
	free := 14
	if !t.relaxed {
		free--
	}
	n := 1
	for (n+1)*vectors+min(n+1, vectors) <= free && n < 8 {
		n++
	}
	return n
}

// nearFloats is about how many numbers stay in the nearest cache, of 32 KiB, beside others.
const nearFloats = 6 << 10

// widePanel is how many vectors a panel has at most. Two positions of wide panels are best: a step takes a number of x for
// each position, for which engines need two instructions, and a vector of w, for which they need one.
func (t *target) widePanel() int {
	v := 1
	for t.maxPositions(v+1) >= 2 {
		v++
	}
	return v
}

// positions is how many positions a tile with so many vectors of filters has where there are count in a row: as many as
// leave the fewest sums unused. Eight sums at least are wanted, since each waits four steps for itself.
func (t *target) positions(vectors, count int) int {
	best, cost := 1, 0
	for n := 1; n <= min(count, t.maxPositions(vectors)); n++ {
		if c := (count + n - 1) / n * max(n*vectors, 8); cost == 0 || c <= cost {
			best, cost = n, c
		}
	}
	return best
}

// panel is a few vectors of filters that a tile computes; the last one may hold fewer than four.
type panel struct{ vectors, filters int }

// panels cuts filters into panels that are alike: count[i] of panel[i]. Where a wide panel of so many rows is larger than
// the nearest cache, narrow ones are better, which more positions use.
func (t *target) panels(filters, depth int) (p []panel, count []int) {
	vectors := (filters + 3) / 4
	widest := max(2, min(t.widePanel(), nearFloats/(4*depth)))
	n := (vectors + widest - 1) / widest
	add := func(k int, x panel) {
		if k > 0 {
			p, count = append(p, x), append(count, k)
		}
	}
	width, wider := vectors/n, vectors%n
	add(wider, panel{width + 1, 4*width + 4})
	if rest := filters % 4; rest > 0 {
		// The last one has fewer filters. It is a narrow one, or all are alike.
		add(n-wider-1, panel{width, 4 * width})
		add(1, panel{width, 4*width - 4 + rest})
	} else {
		add(n-wider, panel{width, 4 * width})
	}
	return p, count
}

// eachPanel emits body for the panels of filters with depth rows. w, where the first one's weights are, and channel, which
// counts filters in bytes, go on from one to the next: w past a packed panel, or, where weights are not packed, to its
// neighbour.
func (t *task) eachPanel(filters, depth int, packed bool, w, channel wasmasm.I32, body func(p panel)) {
	vectorBytes := 16
	if packed {
		vectorBytes *= depth
	}
	panels, counts := t.c.panels(filters, depth)
	for i, p := range panels {
		one := func() {
			body(p)
			w.Inc(vectorBytes * p.vectors)
			channel.Inc(16 * p.vectors)
		}
		if counts[i] == 1 {
			t.Scope(one)
			continue
		}
		k := t.LocalI32("panel")
		t.For(k, t.I32(0), t.I32(counts[i]), 1, one)
	}
}

// madd is a·b + sum: rounded once where the engine can, else twice; or, of whole numbers, exact.
func (t *task) madd(sum, a, b wasmasm.V128) wasmasm.V128 {
	if t.integer {
		return sum.I32x4Add(a.I32x4DotI16x8S(b))
	}
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
	if r.run <= 4*unrolled {
		some(r.run)
		return
	}
	i := t.LocalI32("k")
	t.For(i, t.I32(0), t.I32(r.run/unrolled), 1, func() { some(unrolled) })
	if n := r.run % unrolled; n > 0 {
		some(n)
	}
}

// multiply emits the products of one k. What there is less of stays in registers: numbers of x, or a row of w.
func (t *task) multiply(sums [][]wasmasm.V128, px, pw wasmasm.I32, at []int, x, w int) {
	t.Scope(func() {
		number := func(i int) wasmasm.V128 { return keep(t.Func, "x", px.V128Load32Splat(at[i]+x)) }
		vector := func(j int) wasmasm.V128 { return keep(t.Func, "w", pw.V128Load(w+16*j)) }
		if t.lanewise {
			for j := range sums[0] {
				t.Scope(func() {
					row := vector(j)
					for i := range sums {
						sums[i][j].Set(t.madd(sums[i][j], px.V128Load(at[i]+x+16*j), row))
					}
				})
			}
			return
		}
		if len(sums) <= len(sums[0]) {
			numbers := make([]wasmasm.V128, len(sums))
			for i := range numbers {
				numbers[i] = number(i)
			}
			for j := range sums[0] {
				t.Scope(func() {
					row := vector(j)
					for i := range sums {
						sums[i][j].Set(t.madd(sums[i][j], numbers[i], row))
					}
				})
			}
			return
		}
		row := make([]wasmasm.V128, len(sums[0]))
		for j := range row {
			row[j] = vector(j)
		}
		for i := range sums {
			t.Scope(func() {
				a := number(i)
				for j := range row {
					sums[i][j].Set(t.madd(sums[i][j], a, row[j]))
				}
			})
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
	to.Set(ep.address(t, out, place))
	for i, row := range sums {
		for j, s := range row {
			t.Scope(func() {
				if t.integer {
					s.Set(s.F32x4ConvertI32x4S())
				}
				ep.store(t, to, at[i]+16*j, ep.apply(t, s, 4, place, at[i]+16*j, channel, 16*j), p.lanes(j))
			})
		}
	}
}
