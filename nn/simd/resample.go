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
		count, perTask := blocks(rows, taskElems/max(1, r.y[2]*r.y[3]), 1)
		c.phase(count, func(t *task) {
			first, last, row := t.LocalI32("first"), t.LocalI32("last"), t.LocalI32("row")
			first.Set(t.index.Mul(t.I32(perTask)))
			last.Set(first.Add(t.I32(perTask)))
			last.Set(last.Select(t.I32(rows), last.LtU(t.I32(rows))))
			to := t.LocalI32("to")
			to.Set(t.out[0].Add(first.Mul(t.I32(4 * r.y[2] * r.y[3]))))
			t.For(row, first, last, 1, func() {
				n, p := t.LocalI32("n"), t.LocalI32("p")
				n.Set(row.DivU(t.I32(r.y[1])))
				p.Set(row.RemU(t.I32(r.y[1])))
				image := t.LocalI32("image")
				image.Set(t.in[0].Add(n.Mul(t.I32(4 * r.x[1:].Elems()))))
				r.row(t, image, n, p, func(taps []resampleTap) {
					r.gather(t, taps, to)
					to.Inc(4 * r.y[3])
				})
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

// resampleTap is a pixel that is read: its address, and its weight in all lanes; one with weight 0 need not exist.
type resampleTap struct {
	at     wasmasm.I32
	weight wasmasm.V128
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
		q := t.LocalI32("q")
		t.For(q, t.I32(0), t.I32(r.y[2]), 1, func() {
			// The sum is rounded to float32, as on other devices: the pixel that is nearest must be the same on all.
			place := start.F32x4Add(step.F32x4Mul(q.F32ConvertS().F32x4Splat())).F32x4Add(shift)
			body(r.taps(t, image, keep(t.Func, "place", place.F64x2PromoteLowF32x4())))
		})
	})
}

// taps emits op.ResampleAttrs.Taps of both coordinates of a place at a time, in float64 as there.
func (r *resampling) taps(t *task, image wasmasm.I32, u wasmasm.V128) []resampleTap {
	f := t.Func
	both := func(v float64) wasmasm.V128 { return f.F64(v).F64x2Splat() }
	size := keep(f, "size", f.I32x4(int32(r.x[1]), int32(r.x[2]), 0, 0).F64x2ConvertLowI32x4S())
	last := keep(f, "last", size.F64x2Sub(both(1)))
	if !r.Linear {
		u.Set(u.F64x2Add(both(1.0 / 1024)).F64x2Floor())
	}
	if r.Border == op.BorderClamp {
		u.Set(u.F64x2Max(both(0)).F64x2Min(last))
	}
	inside := keep(f, "inside", u.F64x2Gt(both(-1)).And(u.F64x2Lt(size)))
	low := keep(f, "low", u.F64x2Floor())
	pixel, at := keep(f, "pixel", low.I32x4TruncSatF64x2SZero()), f.LocalI32("at")
	at.Set(image.Add(pixel.I32x4ExtractLane(0).Mul(f.I32(r.x[2])).Add(pixel.I32x4ExtractLane(1)).Mul(f.I32(4 * r.x[3]))))
	// What the pixels at low, and one further, weigh along each axis.
	near := keep(f, "near", both(1).F64x2Sub(u.F64x2Sub(low)).And(inside).And(low.F64x2Ge(both(0))))
	if !r.Linear {
		return []resampleTap{{at, keep(f, "weight", weightOf(near, 0, near, 1))}}
	}
	far := keep(f, "far", u.F64x2Sub(low).And(inside).And(low.F64x2Lt(last)))
	var taps []resampleTap
	for i, row := range []wasmasm.V128{near, far} {
		for j, column := range []wasmasm.V128{near, far} {
			pixel := f.LocalI32("pixel")
			pixel.Set(at.Add(f.I32(4 * r.x[3] * (i*r.x[2] + j))))
			taps = append(taps, resampleTap{pixel, keep(f, "weight", weightOf(row, 0, column, 1))})
		}
	}
	return taps
}

// weightOf is the product of a float64 of x and one of y, as float32 in all lanes.
func weightOf(x wasmasm.V128, i int, y wasmasm.V128, j int) wasmasm.V128 {
	return x.F64x2ExtractLane(i).Mul(y.F64x2ExtractLane(j)).F32Demote().F32x4Splat()
}

// taken emits body where the tap has a weight.
func (p resampleTap) taken(t *task, body func()) {
	t.If(p.weight.F32x4ExtractLane(0).Ne(t.F32(0)), body)
}

// gather emits the weighted sum of the taps.
func (r *resampling) gather(t *task, taps []resampleTap, to wasmasm.I32) {
	eachTile(t, r.y[3], 8, func(b block) {
		acc := make([]wasmasm.V128, b.vectors)
		for v := range acc {
			acc[v] = keep(t.Func, "acc", splat(t.Func, 0))
		}
		for _, p := range taps {
			p.taken(t, func() {
				from := t.LocalI32("from")
				from.Set(p.at.Add(b.channel))
				for v, a := range acc {
					a.Set(a.F32x4Add(p.weight.F32x4Mul(from.V128Load(b.offset + 16*v))))
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
		p.taken(t, func() {
			eachTile(t, r.y[3], 8, func(b block) {
				from, to := t.LocalI32("from"), t.LocalI32("to")
				from.Set(dy.Add(b.channel))
				to.Set(p.at.Add(b.channel))
				for v := range b.vectors {
					off := b.offset + 16*v
					sum := to.V128Load(off).F32x4Add(p.weight.F32x4Mul(from.V128Load(off)))
					storeLanes(to, off, keep(t.Func, "sum", sum), b.size(v))
				}
			})
		})
	}
}
