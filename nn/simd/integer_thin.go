package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

const (
	// thinPositions is how many rows of x a product has at most, and thinFilters how many columns at least, that reads each
	// weight where it lies: packing them would take longer.
	thinPositions = 4
	thinFilters   = 16

	thinDepth   = 256 // rows of the weights whose lines stay in the nearest cache while 64 columns pass
	thinColumns = 64  // of a task
)

// thinInteger emits out = epilogue(sums) for a few rows of x: a fully connected layer over one picture.
func (c *compiler) thinInteger(g op.Geometry, zero int, ep *epilogue, out value) {
	rows, depth := g.N*g.InPlane(), g.C
	v := &integerConv{c: c, Geometry: g} // its image is x, whose last number may have a neighbour
	v.image = c.alloc(2*rows*depth + 2*align)
	v.widenAll(zero)
	sums, pitch := c.allocThreads(4 * thinColumns * rows)
	c.phase(ceilDiv(g.F, thinColumns), func(t *task) {
		t.integer = true
		channel, own := keepI32(t, "channel", t.index.Mul(t.I32(4*thinColumns))), keepI32(t, "own", t.own(sums, pitch))
		bytes := keepI32(t, "bytes", t.I32(4*g.F).Sub(channel))
		atMost(bytes, t.I32(4*thinColumns))
		x, w := keepI32(t, "image", t.scratch.Add(t.I32(v.image))), keepI32(t, "w", t.in[1].Add(t.index.Mul(t.I32(thinColumns))))
		i, k := t.LocalI32("i"), t.LocalI32("k")
		t.For(i, t.I32(0), t.I32(4*thinColumns*rows), 16, func() { own.Add(i).V128Store(0, t.F32x4(0, 0, 0, 0)) })
		part := func(n int) {
			t.thinBlock(g, n, rows, x, w, own, bytes)
			x.Inc(2 * n)
			w.Inc(n * g.F)
		}
		if whole := depth / thinDepth; whole > 0 {
			t.For(k, t.I32(0), t.I32(whole), 1, func() { part(thinDepth) })
		}
		if rest := depth % thinDepth; rest > 0 {
			part(rest)
		}
		t.For(i, t.I32(0), t.I32(4*thinColumns*rows), 16, func() {
			at := keepI32(t, "at", own.Add(i))
			at.V128Store(0, at.V128Load(0).F32x4ConvertI32x4S())
		})
		t.storeThin(op.MatMulDims{M: rows, N: g.F}, ep, out, own, channel, bytes, 4*thinColumns)
	})
}

// thinBlock adds the products with n rows of the weights to the sums, sixteen columns at a time.
func (t *task) thinBlock(g op.Geometry, n, rows int, x, w, own, bytes wasmasm.I32) {
	col, from, at, px, k := t.LocalI32("col"), t.LocalI32("from"), t.LocalI32("at"), t.LocalI32("px"), t.LocalI32("k")
	t.For(col, t.I32(0), bytes, 64, func() {
		sums := t.sums(rows, 4)
		at.Set(own.Add(col))
		loadSums(sums, at, steps(rows, 4*thinColumns))
		from.Set(w.Add(col.ShrU(t.I32(2))))
		px.Set(x)
		pair := func(second wasmasm.V128) {
			first := keep(t.Func, "first", from.V128Load(0))
			half := func(lanes [16]uint8) wasmasm.V128 { return keep(t.Func, "half", first.I8x16Shuffle(second, lanes)) }
			low := half([16]uint8{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23})
			high := half([16]uint8{8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31})
			var words []wasmasm.V128
			for _, h := range []wasmasm.V128{low, high} {
				words = append(words, keep(t.Func, "words", h.I16x8ExtendLowI8x16S()), keep(t.Func, "words", h.I16x8ExtendHighI8x16S()))
			}
			for i := range sums {
				number := keep(t.Func, "x", px.V128Load32Splat(2*i*g.C))
				for j := range words {
					sums[i][j].Set(t.madd(sums[i][j], number, words[j]))
				}
			}
		}
		if n > 1 {
			t.For(k, t.I32(0), t.I32(n/2), 1, func() {
				t.Scope(func() { pair(keep(t.Func, "second", from.V128Load(g.F))) })
				px.Inc(4)
				from.Inc(2 * g.F)
			})
		}
		if n%2 == 1 {
			t.Scope(func() { pair(t.F32x4(0, 0, 0, 0)) })
		}
		for i, row := range sums {
			for j, s := range row {
				at.V128Store(4*thinColumns*i+16*j, s)
			}
		}
	})
}
