package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// isThin tells whether a product has so few rows that each number of b is used hardly more often than it is read: a fully
// connected layer over one picture.
func (p *product) isThin() bool {
	return p.M <= 3 && p.Batch == 1 && !p.transB && !(p.transA && p.M > 1) && p.N >= 64 && p.K >= 16
}

const (
	thinRows   = 4    // of b, read at a time
	thinFloats = 1024 // columns of a task, at most: a page of each row
)

// thinProduct emits out = epilogue(in 0 · in 1) in the order in which b lies in memory: a task has some columns, whose sums
// stay in the nearest cache.
func (c *compiler) thinProduct(d op.MatMulDims, ep *epilogue, out value) {
	then := ep.registers()
	count, cols := blocks(d.N, min(thinFloats, max(64, d.N/minTasks)), 16)
	sums, pitch := c.allocThreads(4 * cols * d.M)
	c.phase(count, func(t *task) {
		channel, own, x := keepI32(t, "channel", t.index.Mul(t.I32(4*cols))), keepI32(t, "own", t.own(sums, pitch)), keepI32(t, "x", t.in[0])
		bytes := keepI32(t, "bytes", t.I32(4*d.N).Sub(channel))
		atMost(bytes, t.I32(4*cols))
		row, k, i := keepI32(t, "row", t.in[1].Add(channel)), t.LocalI32("k"), t.LocalI32("i")
		t.For(i, t.I32(0), t.I32(4*cols*d.M), 16, func() { own.Add(i).V128Store(0, t.F32x4(0, 0, 0, 0)) })
		some := func(n int) {
			t.thinRows(d, n, x, row, own, bytes, 4*cols)
			x.Inc(4 * n)
			row.Inc(4 * n * d.N)
		}
		t.For(k, t.I32(0), t.I32(d.K/thinRows), 1, func() { some(thinRows) })
		if rest := d.K % thinRows; rest > 0 {
			some(rest)
		}
		t.storeThin(d, then, out, own, channel, bytes, 4*cols)
	})
	if then != ep {
		c.after(ep, out)
	}
}

// thinRows adds the products with n rows of b: those of a are numbers.
func (t *task) thinRows(d op.MatMulDims, n int, x, row, own, bytes wasmasm.I32, rowBytes int) {
	t.Scope(func() {
		numbers := make([][]wasmasm.V128, d.M)
		for r := range numbers {
			for k := range n {
				numbers[r] = append(numbers[r], keep(t.Func, "x", x.V128Load32Splat(4*(r*d.K+k))))
			}
		}
		i, from, sum := t.LocalI32("i"), t.LocalI32("from"), t.LocalI32("sum")
		from.Set(row)
		sum.Set(own)
		t.For(i, t.I32(0), bytes, 16, func() {
			w := make([]wasmasm.V128, n)
			for k := range w {
				w[k] = keep(t.Func, "w", from.V128Load(4*k*d.N))
			}
			for r := range numbers {
				s := keep(t.Func, "s", sum.V128Load(r*rowBytes))
				for k := range w {
					s.Set(t.madd(s, numbers[r][k], w[k]))
				}
				sum.V128Store(r*rowBytes, s)
			}
			from.Inc(16)
			sum.Inc(16)
		})
	})
}

func (t *task) storeThin(d op.MatMulDims, ep *epilogue, out value, own, channel, bytes wasmasm.I32, rowBytes int) {
	for r := range d.M {
		place, from, whole, i := t.LocalI32("place"), t.LocalI32("from"), t.LocalI32("whole"), t.LocalI32("i")
		to := t.LocalI32("to")
		place.Set(channel.Add(t.I32(4 * r * d.N)))
		from.Set(own.Add(t.I32(r * rowBytes)))
		some := func(lanes int) {
			y := ep.apply(t, keep(t.Func, "y", from.V128Load(0)), 4, place, 0, channel, 0)
			to.Set(ep.address(t, out.at(t), place))
			ep.store(t, to, 0, y, lanes)
		}
		first := t.LocalI32("first")
		first.Set(channel)
		whole.Set(bytes.And(t.I32(-16)))
		t.For(i, t.I32(0), whole, 16, func() {
			t.Scope(func() { some(4) })
			place.Inc(16)
			from.Inc(16)
			channel.Inc(16)
		})
		if rest := d.N % 4; rest > 0 {
			t.If(whole.LtU(bytes), func() { some(rest) })
		}
		channel.Set(first)
	}
}
