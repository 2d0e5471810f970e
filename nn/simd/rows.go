package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// fourRows is rows i to i+3 of input 0, of width elements each. Where there are fewer, the last one stands for the others.
type fourRows struct {
	t           *task
	count       int // rows in all
	width       int
	i           wasmasm.I32
	at          [4]wasmasm.I32
	whole, rest int // of the width: elements in vectors, and those that remain
}

// eachFourRows emits a phase that goes through the rows along the last axis of input 0, elems elements or so a task.
func (c *compiler) eachFourRows(elems int, body func(r fourRows)) {
	x := c.in[0].Shape
	width := x[len(x)-1]
	count := x[:len(x)-1].Elems()
	c.phaseOf((count+3)/4, elems/(4*width), func(t *task, group wasmasm.I32) {
		r := fourRows{t: t, count: count, width: width, i: t.LocalI32("i"), whole: width / 4 * 4, rest: width % 4}
		r.i.Set(group.Shl(t.I32(2)))
		for j := range r.at {
			r.at[j] = t.LocalI32("row")
		}
		r.rowsOf(t.in[0], r.at)
		body(r)
	})
}

// rowsOf sets at to where the rows begin in a value like input 0.
func (r fourRows) rowsOf(v wasmasm.I32, at [4]wasmasm.I32) {
	t := r.t
	for j := range at {
		at[j].Set(r.i)
		if j > 0 {
			at[j].Set(r.i.Add(t.I32(j)))
			at[j].Set(at[j].Select(t.I32(r.count-1), at[j].LtU(t.I32(r.count))))
		}
		at[j].Set(v.Add(at[j].Mul(t.I32(4 * r.width))))
	}
}

// each emits body for every four elements of the rows, and for the n that remain: they lie at place + offset bytes from the
// beginnings of the rows.
func (r fourRows) each(body func(place wasmasm.I32, offset, n int)) {
	eachVector(r.t, r.whole, func(place wasmasm.I32, offset int) { r.t.Scope(func() { body(place, offset, 4) }) })
	if r.rest > 0 {
		r.t.Scope(func() { body(r.t.I32(0), 4*r.whole, r.rest) })
	}
}

// numbers is where the rows' numbers begin in a value that has one a row.
func (r fourRows) numbers(v wasmasm.I32) wasmasm.I32 { return v.Add(r.i.Shl(r.t.I32(2))) }

// store writes a number of each row to a value that has one a row.
func (r fourRows) store(v wasmasm.I32, x wasmasm.V128) {
	t, to := r.t, r.t.LocalI32("to")
	to.Set(r.numbers(v))
	if r.count%4 == 0 {
		to.V128Store(0, x)
		return
	}
	t.IfElse(r.i.LtU(t.I32(r.count/4*4)), func() { to.V128Store(0, x) }, func() { storeLanes(to, 0, x, r.count%4) })
}

// across puts the lanes of each of four locals together: lane j of the result is what those of x[j] give.
func across(f *wasmasm.Func, x [4]wasmasm.V128, combine func(a, b wasmasm.V128) wasmasm.V128) wasmasm.V128 {
	y := transpose4(f, x)
	return keep(f, "across", combine(combine(y[0], y[1]), combine(y[2], y[3])))
}

// lanes returns, in four locals, each lane of x in all lanes.
func lanes(f *wasmasm.Func, x wasmasm.V128) (y [4]wasmasm.V128) {
	for j := range y {
		y[j] = keep(f, "lane", x.I32x4Shuffle(x, [4]uint8{uint8(j), uint8(j), uint8(j), uint8(j)}))
	}
	return y
}

// firstLanes is x in the first n lanes and v in the others.
func firstLanes(f *wasmasm.Func, x wasmasm.V128, n int, v float64) wasmasm.V128 {
	if n == 4 {
		return x
	}
	var mask [4]int32
	for lane := range n {
		mask[lane] = -1
	}
	return x.Bitselect(splat(f, v), f.I32x4(mask[0], mask[1], mask[2], mask[3]))
}
