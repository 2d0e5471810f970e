package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// hits are the hits of four filters in some images: four lists in a thread's memory. A hit is the address of its window
// in the padded images and its gradient.
type hits struct {
	*sparse
	*task
	at    wasmasm.I32 // of where the lists end; behind that they begin
	pitch int         // from list to list
}

const hitBytes = 8

// allocHits takes memory for the hits in so many images.
func (c *compiler) allocHits(s *sparse, images int) (make func(t *task) *hits) {
	pitch := hitBytes * (s.pooled*images + 1)
	at, own := c.allocThreads(align + 4*pitch)
	return func(t *task) *hits {
		h := &hits{s, t, t.LocalI32("lists"), pitch}
		h.at.Set(t.own(at, own))
		return h
	}
}

// fill emits the listing for count images from number first on, which lie padded at image.
func (h *hits) fill(dy, winners, quad, first, count, image wasmasm.I32) {
	t := h.task
	at, winner, corners, base, i, p := t.LocalI32("dy"), t.LocalI32("winner"), t.LocalI32("corners"), t.LocalI32("base"), t.LocalI32("i"), t.LocalI32("p")
	at.Set(first.Mul(t.I32(4 * h.pooled * h.F)).Add(quad.Mul(t.I32(16))))
	winner.Set(winners.Add(at))
	at.Set(dy.Add(at))
	corners.Set(t.scratch.Add(t.I32(h.corners)))
	base.Set(image)
	var end [4]wasmasm.I32
	for k := range end {
		end[k] = t.LocalI32("end")
		end[k].Set(h.at.Add(t.I32(align + k*h.pitch)))
	}
	h.ofQuad(t, quad, func(filters int) {
		t.For(i, t.I32(0), count, 1, func() {
			t.For(p, t.I32(0), t.I32(h.pooled), 1, func() {
				t.Scope(func() {
					// What is no hit is overwritten by the next.
					d := keep(t.Func, "d", at.V128Load(0))
					size := keep(t.Func, "size", d.F32x4Ne(t.F32x4(0, 0, 0, 0)).And(t.I32x4(hitBytes, hitBytes, hitBytes, hitBytes)))
					for k := range filters {
						corner := corners.Add(winner.I32Load(4 * k).Shl(t.I32(2))).I32Load(0)
						end[k].I32Store(0, base.Add(corner))
						end[k].V128Store32Lane(4, k, d)
						end[k].Set(end[k].Add(size.I32x4ExtractLane(k)))
					}
				})
				at.Inc(4 * h.F)
				winner.Inc(4 * h.F)
			})
			base.Inc(h.padded())
		})
	})
	for k := range end {
		h.at.I32Store(4*k, end[k])
	}
}

// each emits body for each filter of the quad that has hits.
func (h *hits) each(quad wasmasm.I32, body func(filter, list, end wasmasm.I32)) {
	t := h.task
	filter, last, ends, list, end := t.LocalI32("filter"), t.partEnd(quad, 4, h.F), t.LocalI32("ends"), t.LocalI32("list"), t.LocalI32("end")
	ends.Set(h.at)
	list.Set(h.at.Add(t.I32(align)))
	t.For(filter, quad.Mul(t.I32(4)), last, 1, func() {
		end.Set(ends.I32Load(0))
		t.If(list.LtU(end), func() { body(filter, list, end) })
		ends.Inc(4)
		list.Inc(h.pitch)
	})
}

// eachHit emits body for each hit of a list: d is its gradient, window where the tile's part of its window lies.
func (x *filterTile) eachHit(list, end wasmasm.I32, body func(window wasmasm.I32, d wasmasm.V128)) {
	hit, window, d := x.LocalI32("hit"), x.LocalI32("at"), x.LocalV128("d")
	x.ForU(hit, list, end, hitBytes, func() {
		window.Set(hit.I32Load(0).Add(x.window))
		d.Set(hit.V128Load32Splat(4))
		body(window, d)
	})
}
