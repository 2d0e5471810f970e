package simd

import (
	"math"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// isDepthwise tells whether each input channel has filters of its own. Then a convolution is no matrix product: channels
// lie in the lanes of a vector, and everything is products of vectors. Where a channel has several filters, it is
// repeated, so that there is one input channel for each.
func isDepthwise(g op.Geometry) bool { return g.Groups == g.C && g.C > 1 }

// sumsWidth is how many positions a tile of a convolution has. Their sums, a row of the filter's weights and two registers
// more are about all there are.
func sumsWidth(kernel int) int { return max(4, min(8, 13-kernel)) }

// depthwiseConv emits to = epilogue(conv(in 0, in 1)).
func (c *compiler) depthwiseConv(g op.Geometry, ep *epilogue, to value) {
	c.correlate(newCorrelation(g, false, sumsWidth), c.repeatChannels(g, c.input(0)), c.input(1), to, ep)
}

// depthwiseGradInput emits the gradient with respect to the input.
func (c *compiler) depthwiseGradInput(g op.Geometry, ep *epilogue) {
	then, to := ep.registers(), c.output(0)
	if g.F != g.C {
		then, to = &epilogue{}, c.wideInput(g)
	}
	c.correlate(newCorrelation(g, true, sumsWidth), c.input(0), c.input(1), to, then)
	if g.F != g.C {
		c.addChannels(g, to, c.output(0))
	}
	if then != ep && ep.prog != nil {
		c.after(ep, c.output(0))
	}
}

// correlate emits to = epilogue(the correlation of from with the weights); the epilogue is one for registers.
func (c *compiler) correlate(r *correlation, from, weights, to value, ep *epilogue) {
	s := r.strips(math.MaxInt)
	lists, pitch := c.allocThreads(r.listBytes())
	c.phase(s.tasks(), func(t *task) {
		l := rowList{
			start: keepI32(t, "list", t.own(lists, pitch)), end: t.LocalI32("listEnd"),
			source: keepI32(t, "source", from.at(t)), weights: weights.at(t), tap: 4 * r.channels, vector: 16,
		}
		out := t.LocalI32("out")
		r.strip(t, s).each(t, l, func(run tileRun, at place) {
			sums := make([]wasmasm.V128, run.width)
			for i := range sums {
				sums[i] = keep(t.Func, "sum", t.F32x4(0, 0, 0, 0))
			}
			l.each(t, at, func(x, w wasmasm.I32) { r.products(t, run, sums, x, w) })
			for i := range sums {
				sums[i] = ep.apply(t, sums[i], 4, at.place, 4*r.channels*i, at.channel, 0)
			}
			out.Set(to.at(t).Add(at.place))
			t.eachLanes(r.channels, at.channel, func(n int) {
				for i := range sums {
					storeLanes(out, 4*r.channels*i, sums[i], n)
				}
			})
		})
	})
}

// each emits a loop over the list: x and w are the addresses of a row's four channels in the source and in the weights.
func (l rowList) each(t *task, at place, body func(x, w wasmasm.I32)) {
	entry, x, w := t.LocalI32("entry"), t.LocalI32("x"), t.LocalI32("w")
	t.ForU(entry, l.start, l.end, 8, func() {
		x.Set(entry.I32Load(0).Add(at.column))
		w.Set(entry.I32Load(4).Add(at.channel.Mul(t.I32(l.vector / 16))))
		t.Scope(func() { body(x, w) })
	})
}

// products adds what a row of the source brings to the sums of a tile.
func (r *correlation) products(t *task, run tileRun, sums []wasmasm.V128, x, w wasmasm.I32) {
	weights := make([]wasmasm.V128, r.cols.kernel)
	for k := range weights {
		weights[k] = keep(t.Func, "w", w.V128Load(4*r.channels*k))
	}
	r.eachTap(t, run, x, func(p tap, v wasmasm.V128) { sums[p.out].Set(t.madd(sums[p.out], v, weights[p.k])) })
}

// eachTap emits the tile's taps, column by column, each of which is loaded once.
func (r *correlation) eachTap(t *task, run tileRun, x wasmasm.I32, body func(p tap, v wasmasm.V128)) {
	v, loaded := t.LocalV128("x"), -1
	for _, p := range run.taps {
		if p.column != loaded {
			v.Set(x.V128Load(4 * r.channels * p.column))
			loaded = p.column
		}
		body(p, v)
	}
}

// eachLanes emits body for a vector of four channels and, where there are not four times as many, for the last one.
func (t *task) eachLanes(channels int, channel wasmasm.I32, body func(n int)) {
	if channels%4 == 0 {
		body(4)
		return
	}
	t.IfElse(channel.Eq(t.I32(4*(channels-channels%4))), func() { body(channels % 4) }, func() { body(4) })
}
