package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// regions emits poolings over regions whose bounds are values. x is the shape of the picture, y that of the results.
type regions struct {
	kind       op.PoolKind
	x, y       graph.Shape
	rows, cols value
}

func init() {
	kernels[op.RegionPool] = func(c *compiler) {
		r := regions{c.node.Attrs.(op.RegionPoolAttrs).Kind, c.in[0].Shape, c.out[0].Shape, c.input(1), c.input(2)}
		w := windowTile{steps: [3]int{0, r.x[2], 1}, ep: &epilogue{}}
		w.gathering = &sums{scale: 1}
		if r.kind == op.PoolMax {
			w.gathering = &winners{}
		}
		rows := r.x[0] * r.y[1]
		c.phaseOf(rows, windowTask/max(1, r.y[2]*r.x[3]), func(t *task, row wasmasm.I32) {
			n, p := t.LocalI32("n"), t.LocalI32("p")
			n.Set(row.DivU(t.I32(r.y[1])))
			p.Set(row.RemU(t.I32(r.y[1])))
			image := r.picture(t, t.in[0], n)
			image.place = []wasmasm.I32{t.LocalI32("place")}
			image.place[0].Set(t.I32(0))
			to := cursor{pixel: image.pixel}
			for _, out := range t.out {
				at := t.LocalI32("to")
				at.Set(out.Add(row.Mul(t.I32(r.y[2] * image.pixel))))
				to.ptr = append(to.ptr, at)
			}
			q := t.LocalI32("q")
			t.For(q, t.I32(0), t.I32(r.y[2]), 1, func() {
				r.each(t, n, p, q, func(g region) {
					w.position(t, image.seek(t.Func, g.position).behind(t.Func, g.channel), to.behind(t.Func, g.channel), g.taps, g.channels, r.mean(t, g))
				})
				to.advance(1)
			})
		})
	}
	kernels[op.RegionPoolGrad] = func(c *compiler) {
		r := regions{c.node.Attrs.(op.RegionPoolAttrs).Kind, c.out[0].Shape, c.in[0].Shape, c.input(1), c.input(2)}
		c.phase(r.x[0], func(t *task) {
			n := t.index
			image := r.picture(t, t.out[0], n)
			t.MemoryFill(image.ptr[0], t.I32(0), t.I32(r.x[1:].Elems()*4))
			dy := cursor{pixel: image.pixel}
			for _, in := range append([]wasmasm.I32{t.in[0]}, t.in[3:]...) {
				at := t.LocalI32("dy")
				at.Set(in.Add(n.Mul(t.I32(4 * r.y[1:].Elems()))))
				dy.ptr = append(dy.ptr, at)
			}
			if r.kind == op.PoolMax {
				scatter(t, dy.ptr[0], dy.ptr[1], r.y[1:].Elems(), image.ptr[0], r.x[3])
				return
			}
			p, q := t.LocalI32("p"), t.LocalI32("q")
			t.For(p, t.I32(0), t.I32(r.y[1]), 1, func() {
				t.For(q, t.I32(0), t.I32(r.y[2]), 1, func() {
					r.each(t, n, p, q, func(g region) { r.spread(t, g, dy.behind(t.Func, g.channel), image) })
					dy.advance(1)
				})
			})
		})
	}
}

// picture is a cursor at the beginning of picture n of x.
func (r *regions) picture(t *task, x, n wasmasm.I32) cursor {
	at := t.LocalI32("image")
	at.Set(x.Add(n.Mul(t.I32(4 * r.x[1:].Elems()))))
	return cursor{ptr: []wasmasm.I32{at}, pixel: 4 * r.x[3]}
}

// region is what is pooled: pixels from a position on, of some channels from byte channel on.
type region struct {
	channel, position wasmasm.I32
	channels          int
	taps              [3]extent
}

// each emits body for the regions of result (p, q) of sample n: one for all channels, or one for each.
func (r *regions) each(t *task, n, p, q wasmasm.I32, body func(g region)) {
	some := func(c, channel wasmasm.I32, channels int) {
		top, height := bounds(t, r.rows, n, c, p, r.x[1])
		left, width := bounds(t, r.cols, n, c, q, r.x[2])
		position := t.LocalI32("position")
		position.Set(top.Mul(t.I32(r.x[2])).Add(left))
		body(region{channel, position, channels, [3]extent{known(1), unknown(height), unknown(width)}})
	}
	if r.rows.Shape[1] == 1 && r.cols.Shape[1] == 1 {
		t.Scope(func() { some(t.I32(0), t.I32(0), r.x[3]) })
		return
	}
	t.Scope(func() {
		c, channel := t.LocalI32("c"), t.LocalI32("channel")
		channel.Set(t.I32(0))
		t.For(c, t.I32(0), t.I32(r.x[3]), 1, func() {
			some(c, channel, 1)
			channel.Inc(4)
		})
	})
}

// bounds emits op.RegionBounds of region p for sample n and channel c: where it begins along an axis, and how many
// pixels it has.
func bounds(t *task, v value, n, c, p wasmasm.I32, size int) (first, count wasmasm.I32) {
	at, last := t.LocalI32("at"), t.LocalI32("last")
	first, count = t.LocalI32("first"), t.LocalI32("count")
	at.Set(p)
	for i, k := range []wasmasm.I32{n, c} {
		if v.Shape[i] > 1 {
			at.Set(at.Add(k.Mul(t.I32(v.Shape[i+1 : 3].Elems()))))
		}
	}
	at.Set(v.at(t).Add(at.Mul(t.I32(8))))
	limit := func(x wasmasm.I32, least, most wasmasm.I32) {
		x.Set(x.Select(least, x.GtS(least)))
		x.Set(x.Select(most, x.LtS(most)))
	}
	first.Set(at.F32Load(0).I32TruncSatS())
	limit(first, t.I32(0), t.I32(size-1))
	last.Set(at.F32Load(4).I32TruncSatS())
	count.Set(first.Add(t.I32(1)))
	limit(last, count, t.I32(size))
	count.Set(last.Sub(first))
	return first, count
}

// mean returns what divides by the size of the region; nil where the kind does not ask for it.
func (r *regions) mean(t *task, g region) func(v wasmasm.V128) wasmasm.V128 {
	if r.kind != op.PoolAvg {
		return nil
	}
	n := keep(t.Func, "size", g.taps[1].local.Mul(g.taps[2].local).F32ConvertS().F32x4Splat())
	return func(v wasmasm.V128) wasmasm.V128 { return v.F32x4Div(n) }
}

// spread adds the gradient at dy, or its share, to all pixels of the region.
func (r *regions) spread(t *task, g region, dy, image cursor) {
	mean := r.mean(t, g)
	eachTile(t, g.channels, 8, func(b block) {
		d := make([]wasmasm.V128, b.vectors)
		from := dy.behind(t.Func, b.channel)
		for v := range d {
			d[v] = keep(t.Func, "d", from.load(0, b.offset+16*v))
			if mean != nil {
				d[v].Set(mean(d[v]))
			}
		}
		to := image.seek(t.Func, g.position).behind(t.Func, g.channel).behind(t.Func, b.channel)
		g.taps[1].each(t.Func, to, r.x[2], func(to cursor) {
			g.taps[2].each(t.Func, to, 1, func(to cursor) {
				for v := range d {
					off := b.offset + 16*v
					storeLanes(to.ptr[0], off, keep(t.Func, "sum", to.load(0, off).F32x4Add(d[v])), b.size(v))
				}
			})
		})
	})
}

// scatter adds each of n elements at dy to the element of an image of channels at the place that winners says.
func scatter(t *task, dy, winners wasmasm.I32, n int, image wasmasm.I32, channels int) {
	i, channel, to := t.LocalI32("i"), t.LocalI32("channel"), t.LocalI32("to")
	t.For(i, t.I32(0), t.I32(n/channels), 1, func() {
		t.For(channel, t.I32(0), t.I32(4*channels), 4, func() {
			to.Set(image.Add(channel).Add(winners.I32Load(0).Mul(t.I32(4 * channels))))
			to.F32Store(0, to.F32Load(0).Add(dy.F32Load(0)))
			dy.Inc(4)
			winners.Inc(4)
		})
	})
}
