package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvGradWeightPooled] = func(c *compiler) { c.newSparse(c.in[1].Shape.Elems()).gradWeight(c) }
	kernels[op.ConvGradInputPooled] = func(c *compiler) { c.newSparse(c.in[0].Shape.Elems()).gradInput(c) }
}

const (
	sparseTasks  = 16
	cachedImages = 24 << 10 // bytes of images that stay in the first cache beside lists and filters
	partialBytes = 16 << 20 // of the chunks' sums
	taskVectors  = 16 << 10 // that a task multiplies, about
)

// gradWeight emits the gradient of the filters: each task sums over a chunk of the batch, for a share of the filters where
// chunks are few; the last phase adds the chunks.
func (s *sparse) gradWeight(c *compiler) {
	size := s.F * s.filter()
	chunks, images := blocks(s.N, s.N/min(sparseTasks, max(1, partialBytes/size)), 1)
	shares, quads := blocks(s.quads(), s.quads()*chunks/sparseTasks, 1)
	group := min(images, max(1, cachedImages/s.padded()))
	partial := c.alloc(chunks * size)
	copies, pitch := c.allocThreads(group*s.padded() + 16)
	makeHits := c.allocHits(s, group)

	c.phase(1, s.fillCorners)
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
		n, lastImage, count := t.LocalI32("n"), t.partEnd(chunk, images, s.N), t.LocalI32("count")
		quad, lastQuad := t.LocalI32("quad"), t.partEnd(share, quads, s.quads())
		t.For(n, chunk.Mul(t.I32(images)), lastImage, group, func() {
			count.Set(lastImage.Sub(n))
			count.Set(count.Select(t.I32(group), count.LtU(t.I32(group))))
			s.copyImages(t, image, n, count)
			t.For(quad, share.Mul(t.I32(quads)), lastQuad, 1, func() {
				h.fill(t.in[1], t.in[2], quad, n, count, image)
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

// copyImages emits copies, with zeros around them, of count images from number first on.
func (s *sparse) copyImages(t *task, to, first, count wasmasm.I32) {
	i, from, at := t.LocalI32("i"), t.LocalI32("from"), t.LocalI32("to")
	from.Set(t.in[0].Add(first.Mul(t.I32(4 * s.InPlane() * s.C))))
	at.Set(to)
	t.For(i, t.I32(0), count, 1, func() {
		s.image.pad(t, at, from, t.I32(-s.Before[1]), s.height)
		from.Inc(4 * s.InPlane() * s.C)
		at.Inc(s.padded())
	})
}

// gradInput emits the gradient of the images: each task adds the filters, times the hits' gradients, to some of them.
func (s *sparse) gradInput(c *compiler) {
	work := s.pooled * s.F / 2 * s.filter() / 16
	tasks, images := blocks(s.N, taskVectors/work, 1)
	filters := c.alloc(s.F * s.filter())
	copies, pitch := c.allocThreads(s.padded() + 16)
	makeHits := c.allocHits(s, 1)

	s.turn(c, 1, func(t *task, plain, turned wasmasm.I32, numbers, n int) {
		from, to := t.LocalI32("from"), t.LocalI32("to")
		from.Set(t.in[2].Add(plain))
		to.Set(t.scratch.Add(t.I32(filters)).Add(turned))
		var rows [4]wasmasm.V128
		for k := range rows {
			rows[k] = keep(t.Func, "row", t.F32x4(0, 0, 0, 0))
			if k < numbers {
				rows[k].Set(from.V128Load(4 * k * s.F))
			}
		}
		for f, w := range transpose4(t.Func, rows) {
			if f < n {
				to.V128Store(f*s.filter(), w)
			}
		}
	})
	c.phase(1, s.fillCorners)
	c.phase(tasks, func(t *task) {
		image := t.LocalI32("image")
		image.Set(t.own(copies, pitch))
		h := makeHits(t)
		n, last, quad := t.LocalI32("n"), t.partEnd(t.index, images, s.N), t.LocalI32("quad")
		t.For(n, t.index.Mul(t.I32(images)), last, 1, func() {
			fillZeros(t, image, 0, s.padded()/4)
			t.For(quad, t.I32(0), t.I32(s.quads()), 1, func() {
				h.fill(t.in[0], t.in[1], quad, n, t.I32(1), image)
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
			s.copyBack(t, image, n)
		})
	})
}

// copyBack emits a copy of the padded image, without what is around it, to image n of the output.
func (s *sparse) copyBack(t *task, from, n wasmasm.I32) {
	row, at, to := t.LocalI32("row"), t.LocalI32("at"), t.LocalI32("to")
	at.Set(from.Add(t.I32(4 * (s.Before[1]*s.image.pitch + s.image.left))))
	to.Set(t.out[0].Add(n.Mul(t.I32(4 * s.InPlane() * s.C))))
	t.For(row, t.I32(0), t.I32(s.In[1]), 1, func() {
		whole := s.image.width / 4 * 4
		copyFloats(t, to, 0, at, whole)
		for k := whole; k < s.image.width; k++ { // the next image may be another task's
			to.I32Store(4*k, at.I32Load(4*k))
		}
		at.Inc(4 * s.image.pitch)
		to.Inc(4 * s.image.width)
	})
}
