package simd

import (
	"math"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.SoftmaxCE] = func(c *compiler) {
		c.logitRows(func(r logitRow) {
			t := r.t
			loss := t.LocalI32("loss")
			loss.Set(t.out[0].Add(r.i.Shl(t.I32(2))))
			t.IfElse(r.label.LtU(t.I32(r.classes)), func() {
				m, sum := r.expSum(nil)
				x := keep(t.Func, "x", r.at.Add(r.label.Shl(t.I32(2))).V128Load32Splat(0))
				loss.V128Store32Lane(0, 0, log(t.Func, sum).F32x4Add(m).F32x4Sub(x))
			}, func() { loss.F32Store(0, t.F32(0)) })
		})
	}
	kernels[op.SoftmaxCEGrad] = func(c *compiler) {
		c.logitRows(func(r logitRow) {
			t := r.t
			dx, dloss := t.LocalI32("dx"), t.LocalF32("dloss")
			dx.Set(t.out[0].Add(r.i.Mul(t.I32(4 * r.classes))))
			t.IfElse(r.label.LtU(t.I32(r.classes)), func() {
				dloss.Set(t.in[2].Add(r.i.Shl(t.I32(2))).F32Load(0))
				_, sum := r.expSum(func(place wasmasm.I32, offset, n int, e wasmasm.V128) { storeAt(t.Func, dx, place, offset, e, n) })
				scale := keep(t.Func, "scale", dloss.F32x4Splat().F32x4Div(sum))
				r.each(dx, func(place wasmasm.I32, offset, n int, e wasmasm.V128) {
					storeAt(t.Func, dx, place, offset, keep(t.Func, "p", e.F32x4Mul(scale)), n)
				})
				dx.Set(dx.Add(r.label.Shl(t.I32(2))))
				dx.F32Store(0, dx.F32Load(0).Sub(dloss))
			}, func() {
				r.each(dx, func(place wasmasm.I32, offset, n int, _ wasmasm.V128) {
					storeAt(t.Func, dx, place, offset, splat(t.Func, 0), n)
				})
			})
		})
	}
}

// storeAt stores the first n lanes of x, a local, at to + place + offset.
func storeAt(f *wasmasm.Func, to, place wasmasm.I32, offset int, x wasmasm.V128, n int) {
	at := f.LocalI32("at")
	at.Set(to.Add(place))
	storeLanes(at, offset, x, n)
}

// logitRow is row i of the logits, which begins at at, and its label.
type logitRow struct {
	t            *task
	classes      int
	i, at, label wasmasm.I32
}

// logitElems is about how many logits a task has.
const logitElems = 512

func (c *compiler) logitRows(body func(r logitRow)) {
	x := c.in[0].Shape
	classes := x[len(x)-1]
	c.phaseOf(c.in[1].Shape.Elems(), logitElems/classes, func(t *task, i wasmasm.I32) {
		r := logitRow{t, classes, i, t.LocalI32("row"), t.LocalI32("label")}
		r.at.Set(t.in[0].Add(i.Mul(t.I32(4 * classes))))
		r.label.Set(t.in[1].Add(i.Shl(t.I32(2))).I32Load(0))
		body(r)
	})
}

// each emits body for every four numbers, and for the n that remain, of a row at at: they lie at place + offset bytes from
// it. Further lanes hold anything.
func (r logitRow) each(at wasmasm.I32, body func(place wasmasm.I32, offset, n int, x wasmasm.V128)) {
	load := func(place wasmasm.I32, offset, n int) {
		r.t.Scope(func() { body(place, offset, n, keep(r.t.Func, "x", at.Add(place).V128Load(offset))) })
	}
	whole := r.classes / 4 * 4
	eachVector(r.t, whole, func(place wasmasm.I32, offset int) { load(place, offset, 4) })
	if whole < r.classes {
		load(r.t.I32(0), 4*whole, r.classes-whole)
	}
}

// expSum returns the row's maximum m and Σ exp(x - m), in all lanes. body, where there is one, gets the summands.
func (r logitRow) expSum(body func(place wasmasm.I32, offset, n int, e wasmasm.V128)) (m, sum wasmasm.V128) {
	f := r.t.Func
	m, sum = keep(f, "max", splat(f, math.Inf(-1))), keep(f, "sum", splat(f, 0))
	r.each(r.at, func(_ wasmasm.I32, _, n int, x wasmasm.V128) {
		m.Set(m.F32x4Max(firstLanes(f, x, n, math.Inf(-1))))
	})
	acrossLanes(f, m, wasmasm.V128.F32x4Max)
	r.each(r.at, func(place wasmasm.I32, offset, n int, x wasmasm.V128) {
		e := keep(f, "e", exp(f, keep(f, "d", x.F32x4Sub(m))))
		if body != nil {
			body(place, offset, n, e)
		}
		sum.Set(sum.F32x4Add(firstLanes(f, e, n, 0)))
	})
	acrossLanes(f, sum, wasmasm.V128.F32x4Add)
	return m, sum
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

// acrossLanes puts the four lanes of a local together, into all of them.
func acrossLanes(f *wasmasm.Func, x wasmasm.V128, combine func(a, b wasmasm.V128) wasmasm.V128) {
	x.Set(combine(x, x.I32x4Shuffle(x, [4]uint8{2, 3, 0, 1})))
	x.Set(combine(x, x.I32x4Shuffle(x, [4]uint8{1, 0, 3, 2})))
}
