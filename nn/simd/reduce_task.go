package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// emit emits a task of a reduction: its number counts chunks first, then parts of a last axis that is kept, then groups of
// kept indices.
func (r *reduction) emit(t *task, columns, results int, out value) {
	rows := r.summed.rows()
	first, end, column := t.I32(0), t.I32(rows), t.I32(0)
	to, rest := t.LocalI32("to"), t.LocalI32("rest")
	to.Set(out.at(t))
	rest.Set(t.index)
	if r.chunks > 1 {
		first, end = t.LocalI32("first"), t.LocalI32("end")
		first.Set(t.index.RemU(t.I32(r.chunks)))
		to.Set(to.Add(first.Mul(t.I32(4 * results))))
		first.Set(first.Mul(t.I32(r.chunk)))
		end.Set(first.Add(t.I32(r.chunk)))
		atMost(end, t.I32(rows))
		rest.Set(rest.DivU(t.I32(r.chunks)))
	}
	if columns > 1 {
		column = t.LocalI32("column")
		column.Set(rest.RemU(t.I32(columns)).Mul(t.I32(r.part)))
		rest.Set(rest.DivU(t.I32(columns)))
	}
	kept := &walk{from: r.from, nest: r.kept, width: 1, rows: r.kept.rows(), total: r.kept.rows(), middle: middle(r.kept)}
	kept.eachRow(t.part(rest), r.group, func(ptr []wasmasm.I32, row, _ wasmasm.I32) {
		from := make([]value, len(ptr))
		for k, p := range ptr {
			from[k] = value{r.from[k].Type, func(*task) wasmasm.I32 { return p }}
		}
		w := &walk{from: from, nest: r.summed, rows: rows}
		if r.across {
			r.eachColumn(t, w, to, row, first, end, column)
			return
		}
		acc := r.accumulators(t, min(r.tile, max(1, r.part/4)))
		r.eachRun(t, w, first, end, func(at []wasmasm.I32, row, n wasmasm.I32, known int) { r.along(t, acc, at, row, n, known) })
		sum := r.fold(acc, 1)[0]
		acrossLanes(t.Func, sum, r.pair)
		to.Add(row.Shl(t.I32(2))).V128Store32Lane(0, 0, sum)
	})
}

// middle is the length of the last axis but one.
func middle(n nest) int {
	if k := len(n.size); k > 1 {
		return n.size[k-2]
	}
	return 1
}

// eachRun emits body for runs of the summed rows from first to end: rows that lie at even distances, n of them from row on, which
// begin at at.
func (r *reduction) eachRun(t *task, w *walk, first, end wasmasm.I32, body func(at []wasmasm.I32, row, n wasmasm.I32, known int)) {
	row, n := t.LocalI32("row"), t.LocalI32("n")
	at := make([]wasmasm.I32, len(w.from))
	for k := range at {
		at[k] = t.LocalI32("at")
	}
	row.Set(first)
	run := middle(w.nest)
	if r.chunks == 1 && run == w.rows {
		w.seek(t, at, row)
		body(at, row, t.I32(run), run)
		return
	}
	t.Loop(func(again wasmasm.Label) {
		w.seek(t, at, row)
		n.Set(end.Sub(row))
		if run < w.rows {
			left := t.LocalI32("left")
			left.Set(t.I32(run).Sub(row.RemU(t.I32(run))))
			atMost(n, left)
		}
		body(at, row, n, dynamic)
		row.Set(row.Add(n))
		if run < w.rows {
			t.BrIf(again, row.LtU(end))
		}
	})
}

// eachColumn reduces rows whose last axis is kept, some vectors of it at a time.
func (r *reduction) eachColumn(t *task, w *walk, to, row, first, end, column wasmasm.I32) {
	vectors := (r.width + 3) / 4
	blocks := (vectors + r.tile - 1) / r.tile
	size := 4 * ((vectors + blocks - 1) / blocks)
	if r.parts > 1 {
		size = 4 * r.tile
	}
	place, last := t.LocalI32("place"), t.LocalI32("last")
	// Every column has as many accumulators, so that equal columns have equal sums, wherever they stand.
	each := max(1, 4*r.tile/min(size, 4*vectors))
	block := func(n int) {
		acc := r.accumulators(t, each*((n+3)/4))
		r.eachRun(t, w, first, end, func(at []wasmasm.I32, _, count wasmasm.I32, known int) { r.down(t, acc, at, place, n, count, known) })
		result := t.LocalI32("result")
		result.Set(to.Add(row.Mul(t.I32(r.width)).Add(place).Shl(t.I32(2))))
		for v, sum := range r.fold(acc, (n+3)/4) {
			storeLanes(result, 16*v, sum, min(4, n-4*v))
		}
	}
	place.Set(column)
	if whole := r.width / size * size; whole > 0 {
		last.Set(t.I32(whole))
		if r.parts > 1 {
			last.Set(column.Add(t.I32(r.part)))
			atMost(last, t.I32(whole))
		}
		t.ForU(place, column, last, size, func() { block(size) })
	}
	if n := r.width % size; n > 0 {
		rest := func() { block(n) }
		if r.parts > 1 {
			t.If(place.Eq(t.I32(r.width-n)), rest)
		} else {
			rest()
		}
	}
}

// down adds n columns from place on of count rows to acc.
func (r *reduction) down(t *task, acc []wasmasm.V128, at []wasmasm.I32, place wasmasm.I32, n int, count wasmasm.I32, known int) {
	vectors := (n + 3) / 4
	pitch := make([]int, len(at))
	for k, v := range r.from {
		if axes := len(r.summed.size); axes > 1 {
			pitch[k] = r.summed.stride[k][axes-2] * v.Type.Type.Bytes()
		}
		if r.last[k] != 0 {
			at[k].Set(at[k].Add(place.Mul(t.I32(v.Type.Type.Bytes()))))
		}
	}
	fixed := make([]wasmasm.V128, len(at))
	for k, v := range r.from {
		if r.last[k] == 0 && pitch[k] == 0 {
			fixed[k] = keep(t.Func, "fixed", loadElements(t.Func, v.Type.Type, at[k], 0, 1))
		}
	}
	inSteps(t.Func, count, known, []int{len(acc) / vectors, 1}, func(rows int) {
		for v := range vectors {
			in := make([]wasmasm.V128, len(at))
			for j := range rows {
				for k, x := range r.from {
					size := x.Type.Type.Bytes()
					switch {
					case r.last[k] == 0 && pitch[k] == 0:
						in[k] = fixed[k]
					case r.last[k] == 0:
						in[k] = keep(t.Func, "x", loadElements(t.Func, x.Type.Type, at[k], j*pitch[k], 1))
					case j == 0 || pitch[k] != 0:
						in[k] = keep(t.Func, "x", loadElements(t.Func, x.Type.Type, at[k], j*pitch[k]+4*v*size, 4))
					}
				}
				r.combine(acc[j*vectors+v], evaluate(t.Func, r.prog, in)[0])
			}
		}
		for k, p := range pitch {
			if p != 0 {
				at[k].Inc(rows * p)
			}
		}
	})
}

// along adds the elements of count rows, from row on, to acc.
func (r *reduction) along(t *task, acc []wasmasm.V128, at []wasmasm.I32, row, count wasmasm.I32, known int) {
	axes := len(r.summed.size)
	i, ptr, fixed := t.LocalI32("i"), make([]wasmasm.I32, len(at)), make([]wasmasm.V128, len(at))
	for k := range ptr {
		ptr[k] = t.LocalI32("ptr")
	}
	oneRow := func() {
		left, length := t.I32(r.part), r.part
		if r.width%r.part != 0 {
			left, length = t.LocalI32("left"), dynamic
			left.Set(t.I32(r.width).Sub(row.Add(i).RemU(t.I32(r.parts)).Mul(t.I32(r.part))))
			atMost(left, t.I32(r.part))
		}
		for k, v := range r.from {
			ptr[k].Set(at[k])
			if r.last[k] == 0 {
				fixed[k] = keep(t.Func, "fixed", loadElements(t.Func, v.Type.Type, at[k], 0, 1))
			}
			if axes > 1 && r.summed.stride[k][axes-2] != 0 {
				at[k].Inc(r.summed.stride[k][axes-2] * v.Type.Type.Bytes())
			}
		}
		r.elements(t, acc, ptr, fixed, left, length)
	}
	if known == 1 {
		i.Set(t.I32(0))
		oneRow()
		return
	}
	t.For(i, t.I32(0), count, 1, func() { t.Scope(oneRow) })
}

// elements adds left elements of a row to acc. The last vector may hold some that do not belong to it.
func (r *reduction) elements(t *task, acc []wasmasm.V128, ptr []wasmasm.I32, fixed []wasmasm.V128, left wasmasm.I32, known int) {
	vector := func(offset int) wasmasm.V128 {
		in := make([]wasmasm.V128, len(ptr))
		for k, v := range r.from {
			in[k] = fixed[k]
			if r.last[k] != 0 {
				in[k] = keep(t.Func, "x", loadElements(t.Func, v.Type.Type, ptr[k], offset*v.Type.Type.Bytes(), 4))
			}
		}
		return evaluate(t.Func, r.prog, in)[0]
	}
	moveOn := func(n int) {
		for k, v := range r.from {
			if r.last[k] != 0 {
				ptr[k].Inc(n * v.Type.Type.Bytes())
			}
		}
	}
	whole, rest := left, left
	if known == dynamic {
		whole, rest = t.LocalI32("whole"), t.LocalI32("rest")
		whole.Set(left.ShrU(t.I32(2)))
		rest.Set(left.And(t.I32(3)))
	}
	vectors := known
	if known != dynamic {
		whole, vectors, rest = t.I32(known/4), known/4, t.I32(known%4)
	}
	inSteps(t.Func, whole, vectors, []int{len(acc), 1}, func(n int) {
		for i := range n {
			r.combine(acc[i], vector(4*i))
		}
		moveOn(4 * n)
	})
	if known != dynamic && known%4 == 0 {
		return
	}
	t.If(rest, func() {
		inside := t.I32x4(0, 1, 2, 3)
		mask := keep(t.Func, "mask", rest.I32x4Splat().I32x4GtS(inside))
		r.combine(acc[0], vector(0).Bitselect(splat(t.Func, r.neutral()), mask))
	})
}

// acrossLanes puts the four lanes of a local together, into all of them.
func acrossLanes(f *wasmasm.Func, x wasmasm.V128, combine func(a, b wasmasm.V128) wasmasm.V128) {
	x.Set(combine(x, x.I32x4Shuffle(x, [4]uint8{2, 3, 0, 1})))
	x.Set(combine(x, x.I32x4Shuffle(x, [4]uint8{1, 0, 3, 2})))
}
