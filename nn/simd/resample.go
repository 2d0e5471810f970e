package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// resampling emits the reading of a picture at places that a map says, and its gradient. x is the shape of the picture,
// y that of the places.
type resampling struct {
	op.ResampleAttrs
	x, y graph.Shape
	maps value
}

func init() {
	kernels[op.ResampleOp] = func(c *compiler) {
		r := resampling{c.node.Attrs.(op.ResampleAttrs), c.in[0].Shape, c.out[0].Shape, c.input(1)}
		rows := r.y[0] * r.y[1]
		c.phaseOf(rows, taskElems/max(1, r.y[2]*r.y[3]), func(t *task, row wasmasm.I32) {
			n, p, image, to := t.LocalI32("n"), t.LocalI32("p"), t.LocalI32("image"), t.LocalI32("to")
			n.Set(row.DivU(t.I32(r.y[1])))
			p.Set(row.RemU(t.I32(r.y[1])))
			image.Set(t.in[0].Add(n.Mul(t.I32(4 * r.x[1:].Elems()))))
			to.Set(t.out[0].Add(row.Mul(t.I32(4 * r.y[2] * r.y[3]))))
			r.row(t, image, n, p, func(taps []resampleTap) {
				r.gather(t, taps, to)
				to.Inc(4 * r.y[3])
			})
		})
	}
	kernels[op.ResampleGrad] = func(c *compiler) {
		r := resampling{c.node.Attrs.(op.ResampleAttrs), c.out[0].Shape, c.in[0].Shape, c.input(1)}
		c.phase(r.x[0], func(t *task) {
			image, dy, p := t.LocalI32("image"), t.LocalI32("dy"), t.LocalI32("p")
			image.Set(t.out[0].Add(t.index.Mul(t.I32(4 * r.x[1:].Elems()))))
			dy.Set(t.in[0].Add(t.index.Mul(t.I32(4 * r.y[1:].Elems()))))
			t.MemoryFill(image, t.I32(0), t.I32(4*r.x[1:].Elems()))
			t.For(p, t.I32(0), t.I32(r.y[1]), 1, func() {
				r.row(t, image, t.index, p, func(taps []resampleTap) {
					r.scatter(t, taps, dy)
					dy.Inc(4 * r.y[3])
				})
			})
		})
	}
}

// resampleTap is a pixel that a place may read: where it lies, and its weight in all lanes.
type resampleTap struct {
	at     wasmasm.I32
	weight wasmasm.V128 // of a bilinear tap; the nearest pixel has none
	read   wasmasm.I32  // whether it is read
	always bool         // it is; read is none
}

// row emits body for each place of row p of sample n, whose picture lies at image.
func (r *resampling) row(t *task, image, n, p wasmasm.I32, body func(taps []resampleTap)) {
	t.Scope(func() {
		m := t.LocalI32("map")
		m.Set(r.maps.at(t))
		if r.maps.Shape[0] > 1 {
			m.Set(m.Add(n.Mul(t.I32(24))))
		}
		// The two lines of the map, one in each lane.
		column := func(i int) wasmasm.V128 {
			return keep(t.Func, "column", m.V128Load32Lane(12+i, 1, m.V128Load32Zero(i)))
		}
		start, step, shift := column(0), column(4), column(8)
		start.Set(start.F32x4Mul(p.F32ConvertS().F32x4Splat()))
		k := r.constants(t.Func)
		// q is counted in both forms: conversions in V8 wait for what was in their register before, here the pixel before.
		q, number := t.LocalI32("q"), keep(t.Func, "number", splat(t.Func, 0))
		t.For(q, t.I32(0), t.I32(r.y[2]), 1, func() {
			// The sum is rounded to float32, as on other devices: the pixel that is nearest must be the same on all.
			place := start.F32x4Add(step.F32x4Mul(number)).F32x4Add(shift)
			body(r.taps(t.Func, k, image, keep(t.Func, "place", place.F64x2PromoteLowF32x4())))
			number.Set(number.F32x4Add(k.increment))
		})
	})
}

// resampleConstants are locals, so that they are made once a row, of two float64.
type resampleConstants struct {
	zero, one, outside, up, size, last wasmasm.V128
	increment                          wasmasm.V128 // 1 as float32
}

func (r *resampling) constants(f *wasmasm.Func) resampleConstants {
	both := func(v float64) wasmasm.V128 { return keep(f, "both", f.F64(v).F64x2Splat()) }
	k := resampleConstants{zero: both(0), one: both(1), outside: both(-1), up: both(1.0 / 1024), increment: keep(f, "increment", splat(f, 1))}
	k.size = keep(f, "size", f.I32x4(int32(r.x[1]), int32(r.x[2]), 0, 0).F64x2ConvertLowI32x4S())
	k.last = keep(f, "last", k.size.F64x2Sub(k.one))
	return k
}

// taps emits op.ResampleAttrs.Taps of both coordinates of a place at a time, in float64 as there.
func (r *resampling) taps(f *wasmasm.Func, k resampleConstants, image wasmasm.I32, u wasmasm.V128) []resampleTap {
	if !r.Linear {
		u.Set(u.F64x2Add(k.up)) // clamped before it is cut to a whole number: the same, since the edges are whole
	}
	if r.Border == op.BorderClamp {
		u.Set(u.F64x2Pmax(k.zero).F64x2Pmin(k.last))
	}
	low := keep(f, "low", u.F64x2Floor())
	pixel, at := keep(f, "pixel", low.I32x4TruncSatF64x2SZero()), f.LocalI32("at")
	at.Set(image.Add(pixel.I32x4ExtractLane(0).Mul(f.I32(r.x[2])).Add(pixel.I32x4ExtractLane(1)).Mul(f.I32(4 * r.x[3]))))
	if !r.Linear {
		tap := resampleTap{at: at, always: r.Border == op.BorderClamp}
		if !tap.always {
			tap.read = f.LocalI32("read")
			tap.read.Set(low.F64x2Ge(k.zero).And(low.F64x2Lt(k.size)).I64x2Bitmask().Eq(f.I32(3)))
		}
		return []resampleTap{tap}
	}
	// What the pixels at low, and one further, weigh along each axis; those outside nothing.
	inside := keep(f, "inside", u.F64x2Gt(k.outside).And(u.F64x2Lt(k.size)))
	far := keep(f, "far", u.F64x2Sub(low))
	near := keep(f, "near", k.one.F64x2Sub(far).And(inside).And(low.F64x2Ge(k.zero)))
	far.Set(far.And(inside).And(low.F64x2Lt(k.last)))
	columns := keep(f, "columns", near.I32x4Shuffle(far, [4]uint8{2, 3, 6, 7}))
	var taps []resampleTap
	for i, row := range []wasmasm.V128{near, far} {
		weights := row.I32x4Shuffle(row, [4]uint8{0, 1, 0, 1}).F64x2Mul(columns).F32x4DemoteF64x2Zero()
		weights = keep(f, "weights", weights)
		for j := range uint8(2) {
			tap := resampleTap{at: f.LocalI32("pixel"), read: f.LocalI32("read")}
			tap.at.Set(at.Add(f.I32(4 * r.x[3] * (i*r.x[2] + int(j)))))
			tap.weight = keep(f, "weight", weights.I32x4Shuffle(weights, [4]uint8{j, j, j, j}))
			tap.read.Set(tap.weight.F32x4ExtractLane(0).Ne(f.F32(0)))
			taps = append(taps, tap)
		}
	}
	return taps
}

// ifRead emits body where the tap is read.
func (p resampleTap) ifRead(t *task, body func()) {
	if p.always {
		t.Scope(body)
	} else {
		t.If(p.read, body)
	}
}

// weighed is x times the tap's weight.
func (r *resampling) weighed(p resampleTap, x wasmasm.V128) wasmasm.V128 {
	if r.Linear {
		return p.weight.F32x4Mul(x)
	}
	return x
}

// gather emits the weighted sum of the taps.
func (r *resampling) gather(t *task, taps []resampleTap, to wasmasm.I32) {
	eachTile(t, r.y[3], 8, func(b block) {
		acc := make([]wasmasm.V128, b.vectors)
		for v := range acc {
			acc[v] = keep(t.Func, "acc", splat(t.Func, 0))
		}
		for _, p := range taps {
			p.ifRead(t, func() {
				from := t.LocalI32("from")
				from.Set(p.at.Add(b.channel))
				for v, a := range acc {
					a.Set(a.F32x4Add(r.weighed(p, from.V128Load(b.offset+16*v))))
				}
			})
		}
		at := t.LocalI32("at")
		at.Set(to.Add(b.channel))
		for v, a := range acc {
			storeLanes(at, b.offset+16*v, a, b.size(v))
		}
	})
}

// scatter adds the weighted gradient at dy to each tap.
func (r *resampling) scatter(t *task, taps []resampleTap, dy wasmasm.I32) {
	for _, p := range taps {
		p.ifRead(t, func() {
			eachTile(t, r.y[3], 8, func(b block) {
				from, to := t.LocalI32("from"), t.LocalI32("to")
				from.Set(dy.Add(b.channel))
				to.Set(p.at.Add(b.channel))
				for v := range b.vectors {
					off := b.offset + 16*v
					sum := to.V128Load(off).F32x4Add(r.weighed(p, from.V128Load(off)))
					storeLanes(to, off, keep(t.Func, "sum", sum), b.size(v))
				}
			})
		})
	}
}
