package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// hits are the hits of four filters in some bands: four lists in a thread's memory. A hit is the address of its window and
// its gradient.
type hits struct {
	*sparse
	*task
	at    wasmasm.I32 // of where the lists end; behind that they begin
	pitch int         // from list to list
}

const hitBytes = 8

// allocHits takes memory for the hits in so many bands.
func (c *compiler) allocHits(s *sparse, bands int) (make func(t *task) *hits) {
	pitch := hitBytes * (s.positions()*bands + 1)
	at, own := c.allocThreads(align + 4*pitch)
	return func(t *task) *hits {
		h := &hits{s, t, t.LocalI32("lists"), pitch}
		h.at.Set(t.own(at, own))
		return h
	}
}

// fill emits the listing of what dy and winners say of count bands from number first on, which lie one after the other at
// image.
func (h *hits) fill(dy, winners, quad, first, count, image wasmasm.I32) {
	t := h.task
	corners, size := h.corners(t, h.at), t.held(h.at, hitBytes)
	ends, number, end, to := t.LocalV128("ends"), t.LocalI32("number"), t.LocalI32("end"), t.LocalI32("to")
	for k := range 4 {
		h.at.I32Store(4*k, h.at.Add(t.I32(align+k*h.pitch)))
	}
	ends.Set(h.at.V128Load(0))
	end.Set(first.Add(count))
	to.Set(image)
	t.For(number, first, end, 1, func() {
		base, at, winner, p, positions := t.LocalV128("base"), t.LocalI32("dy"), t.LocalI32("winner"), t.LocalI32("p"), t.LocalI32("positions")
		n, band := h.place(t, number)
		at.Set(n.Mul(t.I32(h.pooled[0])).Add(band.Mul(t.I32(h.rows))).Mul(t.I32(4 * h.pooled[1] * h.F)).Add(quad.Mul(t.I32(16))))
		winner.Set(winners.Add(at))
		at.Set(dy.Add(at))
		positions.Set(t.I32(h.pooled[0]).Sub(band.Mul(t.I32(h.rows))))
		positions.Set(positions.Select(t.I32(h.rows), positions.LtU(t.I32(h.rows))).Mul(t.I32(h.pooled[1])))
		// The window of the convolution's first output begins in image row -Before.
		above := band.Mul(t.I32(h.advance)).Add(t.I32(h.first + h.Before[1]))
		base.Set(to.Sub(above.Mul(t.I32(4 * h.image.pitch))).I32x4Splat())
		h.ofQuad(t, quad, func(filters int) {
			t.For(p, t.I32(0), positions, 1, func() {
				t.Scope(func() {
					d, where := keep(t.Func, "d", at.V128Load(0)), keep(t.Func, "where", winner.V128Load(0))
					window := keep(t.Func, "window", corners(where).I32x4Add(base))
					pairs := [2]wasmasm.V128{
						keep(t.Func, "pair", window.I32x4Shuffle(d, [4]uint8{0, 4, 1, 5})),
						keep(t.Func, "pair", window.I32x4Shuffle(d, [4]uint8{2, 6, 3, 7})),
					}
					for k := range filters { // what is no hit is overwritten by the next
						ends.I32x4ExtractLane(k).V128Store64Lane(0, k%2, pairs[k/2])
					}
					ends.Set(ends.I32x4Add(d.F32x4Ne(t.F32x4(0, 0, 0, 0)).And(size)))
				})
				at.Inc(4 * h.F)
				winner.Inc(4 * h.F)
			})
		})
		to.Inc(h.band())
	})
	h.at.V128Store(0, ends)
}

// place is the image that the band with the given number among all lies in, and its number there.
func (s *sparse) place(t *task, number wasmasm.I32) (image, band wasmasm.I32) {
	image, band = t.LocalI32("n"), t.LocalI32("band")
	image.Set(number.DivU(t.I32(s.bands)))
	band.Set(number.RemU(t.I32(s.bands)))
	return image, band
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
