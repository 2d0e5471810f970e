package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvGradWeightPooled] = func(c *compiler) { c.newSparse(c.in[1].Shape).gradWeight(c) }
	kernels[op.ConvGradInputPooled] = func(c *compiler) { c.newSparse(c.in[0].Shape).gradInput(c) }
}

// gradWeight emits the gradient of the filters: each task sums over a chunk of all images' bands, for a share of the filters
// where chunks are few; the last phase adds the chunks.
func (s *sparse) gradWeight(c *compiler) {
	size := s.F * s.filter()
	total := s.N * s.bands
	most := max(1, min(minTasks, 4*partialFloats/size))
	chunks, bands := blocks(total, (total+most-1)/most, 1)
	shares, quads := blocks(s.quads(), s.quads()*chunks/minTasks, 1)
	group := min(bands, max(1, bandBytes/s.band())) // are listed together: short lists cost time
	partial := c.alloc(chunks * size)
	copies, pitch := c.allocThreads(s.image.padded(group * s.height))
	makeHits := c.allocHits(s, group)
	c.phase(chunks*shares, func(t *task) {
		chunk, share, sums, image := t.LocalI32("chunk"), t.LocalI32("share"), t.LocalI32("sums"), t.LocalI32("image")
		chunk.Set(t.index.DivU(t.I32(shares)))
		share.Set(t.index.RemU(t.I32(shares)))
		sums.Set(t.scratch.Add(t.I32(partial)).Add(chunk.Mul(t.I32(size))))
		image.Set(t.own(copies, pitch))
		h := makeHits(t)

		filter, lastFilter, sum := t.LocalI32("filter"), t.partEnd(share, 4*quads, s.F), t.LocalI32("sum")
		t.For(filter, share.Mul(t.I32(4*quads)), lastFilter, 1, func() {
			sum.Set(sums.Add(filter.Mul(t.I32(s.filter()))))
			fillZeros(t, sum, 0, s.filter()/4)
		})
		band, lastBand, count := t.LocalI32("band"), t.partEnd(chunk, bands, total), t.LocalI32("count")
		quad, lastQuad := t.LocalI32("quad"), t.partEnd(share, quads, s.quads())
		t.For(band, chunk.Mul(t.I32(bands)), lastBand, group, func() {
			count.Set(lastBand.Sub(band))
			atMost(count, t.I32(group))
			s.copyBands(t, image, band, count)
			t.For(quad, share.Mul(t.I32(quads)), lastQuad, 1, func() {
				h.fill(t.in[1], t.in[2], quad, band, count, image)
				h.each(quad, func(filter, list, end wasmasm.I32) {
					s.eachTile(t, sums.Add(filter.Mul(t.I32(s.filter()))), func(x *filterTile) {
						x.load()
						x.eachHit(list, end, func(window wasmasm.I32, d wasmasm.V128) {
							for k, w := range x.weights {
								w.Set(t.madd(w, d, window.V128Load(x.at[k])))
							}
						})
						x.store()
					})
				})
			})
		})
	})
	s.turn(c, chunks, func(t *task, plain, turned wasmasm.I32, numbers, filters int) {
		from, to := t.LocalI32("from"), t.LocalI32("to")
		from.Set(t.scratch.Add(t.I32(partial)).Add(turned))
		to.Set(t.out[0].Add(plain))
		var sum [4]wasmasm.V128
		for f := range sum {
			sum[f] = keep(t.Func, "sum", t.F32x4(0, 0, 0, 0))
		}
		t.repeat(chunks, func(wasmasm.I32) {
			for f := range filters {
				sum[f].Set(sum[f].F32x4Add(from.V128Load(f * s.filter())))
			}
			from.Inc(size)
		})
		for k, row := range transpose4(t.Func, sum) {
			if k < numbers {
				storeLanes(to, 4*k*s.F, row, filters)
			}
		}
	})
}

// copyBands emits copies, with zeros around them, of count bands from number first on.
func (s *sparse) copyBands(t *task, to, first, count wasmasm.I32) {
	number, end, at, from, row := t.LocalI32("number"), t.LocalI32("end"), t.LocalI32("at"), t.LocalI32("from"), t.LocalI32("first")
	end.Set(first.Add(count))
	at.Set(to)
	t.For(number, first, end, 1, func() {
		n, band := s.place(t, number)
		from.Set(t.in[0].Add(n.Mul(t.I32(4 * s.InPlane() * s.C))))
		row.Set(band.Mul(t.I32(s.advance)).Add(t.I32(s.first)))
		s.image.pad(t, at, from, row, s.height)
		at.Inc(s.band())
	})
}

// taskVectors is about how many vectors a task multiplies or adds.
const taskVectors = 16 << 10

// gradInput emits the gradient of the images: each task adds filters, times the hits' gradients, to some of them.
func (s *sparse) gradInput(c *compiler) {
	filters := c.alloc(s.F * s.filter())
	rows := max(s.height, s.advance)
	copies, pitch := c.allocThreads(s.image.padded(rows))
	makeHits := c.allocHits(s, 1)
	s.turn(c, 1, func(t *task, plain, turned wasmasm.I32, numbers, n int) {
		from, to := t.LocalI32("from"), t.LocalI32("to")
		from.Set(t.in[2].Add(plain))
		to.Set(t.scratch.Add(t.I32(filters)).Add(turned))
		var weights [4]wasmasm.V128
		for k := range weights {
			weights[k] = keep(t.Func, "w", t.F32x4(0, 0, 0, 0))
			if k < numbers {
				weights[k].Set(from.V128Load(4 * k * s.F))
			}
		}
		for f, w := range transpose4(t.Func, weights) {
			if f < n {
				to.V128Store(f*s.filter(), w)
			}
		}
	})
	work := s.pooled[0] * s.pooled[1] * s.F / 2 * s.filter() / 16
	c.phaseOf(s.N, taskVectors/max(1, work), func(t *task, n wasmasm.I32) {
		image, band, number, quad := t.LocalI32("image"), t.LocalI32("band"), t.LocalI32("number"), t.LocalI32("quad")
		image.Set(t.own(copies, pitch))
		h := makeHits(t)
		fillZeros(t, image, 0, s.image.pitch*rows)
		t.For(band, t.I32(0), t.I32(s.bands), 1, func() {
			number.Set(n.Mul(t.I32(s.bands)).Add(band))
			t.For(quad, t.I32(0), t.I32(s.quads()), 1, func() {
				h.fill(t.in[0], t.in[1], quad, number, t.I32(1), image)
				h.each(quad, func(filter, list, end wasmasm.I32) {
					s.eachTile(t, t.scratch.Add(t.I32(filters)).Add(filter.Mul(t.I32(s.filter()))), func(x *filterTile) {
						x.load()
						x.eachHit(list, end, func(window wasmasm.I32, d wasmasm.V128) {
							for k, w := range x.weights {
								window.V128Store(x.at[k], t.madd(window.V128Load(x.at[k]), d, w))
							}
						})
					})
				})
			})
			s.finishBand(t, image, n, band, rows)
		})
		if seen := max(0, (s.bands-1)*s.advance+s.first+rows); seen < s.In[1] { // the windows end above
			below := t.out[0].Add(n.Mul(t.I32(s.In[1])).Add(t.I32(seen)).Mul(t.I32(4 * s.image.width)))
			t.MemoryFill(below, t.I32(0), t.I32(4*s.image.width*(s.In[1]-seen)))
		}
	})
}

// finishBand emits a copy of the rows of image n's gradient that no later band adds to, and makes room for the next band in
// the memory of rows image rows.
func (s *sparse) finishBand(t *task, image, n, band wasmasm.I32, rows int) {
	first, row, end, at, to := t.LocalI32("first"), t.LocalI32("row"), t.LocalI32("end"), t.LocalI32("at"), t.LocalI32("to")
	first.Set(band.Mul(t.I32(s.advance)).Add(t.I32(s.first)))
	row.Set(first.Select(t.I32(0), first.GtS(t.I32(0))))
	end.Set(first.Add(t.I32(rows).Select(t.I32(s.advance), band.Eq(t.I32(s.bands-1)))))
	end.Set(end.Select(t.I32(s.In[1]), end.LtS(t.I32(s.In[1]))))
	at.Set(image.Add(row.Sub(first).Mul(t.I32(4 * s.image.pitch))).Add(t.I32(4 * s.image.left)))
	to.Set(t.out[0].Add(n.Mul(t.I32(s.In[1])).Add(row).Mul(t.I32(4 * s.image.width))))
	t.For(row, row, end, 1, func() {
		whole := s.image.width / 4 * 4
		copyFloats(t, to, 0, at, whole)
		for k := whole; k < s.image.width; k++ { // the next image may be another task's
			to.I32Store(4*k, at.I32Load(4*k))
		}
		at.Inc(4 * s.image.pitch)
		to.Inc(4 * s.image.width)
	})
	if s.bands > 1 {
		kept, passed := s.image.pitch*(rows-s.advance), s.image.pitch*s.advance
		at.Set(image.Add(t.I32(4 * passed)))
		copyFloats(t, image, 0, at, kept)
		fillZeros(t, image, 4*kept, passed)
	}
}
