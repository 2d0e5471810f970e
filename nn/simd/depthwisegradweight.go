package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// maxPartials is how many sums of a gradient there are at most, each over a part of the images' rows.
const maxPartials = 32

// gradientsWidth is how many positions of dy a tile has; they and a row of sums stay in registers.
func gradientsWidth(kernel int) int { return max(4, min(8, 11-kernel)) }

// depthwiseGradWeight emits the gradient with respect to the filters: sums over fixed parts of the batch, and the sum of
// these in their order.
func (c *compiler) depthwiseGradWeight(g op.Geometry) {
	x, dy := c.repeatChannels(g, c.input(0)), c.input(1)
	r := newCorrelation(g, false, gradientsWidth)
	s := r.strips(maxPartials)
	lists, pitch := c.allocThreads(r.listBytes())
	size := s.bytes * g.KernelPlane()
	partials := c.alloc(size * s.blocks * s.parts)
	c.phase(s.tasks(), func(t *task) {
		p := r.strip(t, s)
		sums := keepI32(t, "sums", t.scratch.Add(t.I32(partials)).Add(p.part.Mul(t.I32(size))))
		p.clear(t, sums, g.KernelPlane())
		l := rowList{
			start: keepI32(t, "list", t.own(lists, pitch)), end: t.LocalI32("listEnd"),
			source: keepI32(t, "source", x.at(t)), weights: sums, tap: 16, vector: 16 * g.KernelPlane(),
		}
		from := t.LocalI32("dy")
		p.each(t, l, func(run tileRun, at place) {
			from.Set(dy.at(t).Add(at.place))
			d := make([]wasmasm.V128, run.width)
			for i := range d {
				d[i] = keep(t.Func, "dy", from.V128Load(4*r.channels*i))
			}
			l.each(t, at, func(x, w wasmasm.I32) { r.gradients(t, run, d, x, w) })
		})
	})
	c.addPartials(g, s, partials, size)
}

// clear emits zeros for the strip's part of the sums.
func (p *strip) clear(t *task, sums wasmasm.I32, taps int) {
	at, end := t.LocalI32("at"), t.LocalI32("end")
	at.Set(sums.Add(p.firstByte.Mul(t.I32(taps))))
	end.Set(sums.Add(p.endByte.Mul(t.I32(taps))))
	t.ForU(at, at, end, 16, func() { at.V128Store(0, t.F32x4(0, 0, 0, 0)) })
}

// gradients adds to a row of the filters' sums what a tile of dy brings.
func (r *correlation) gradients(t *task, run tileRun, dy []wasmasm.V128, x, w wasmasm.I32) {
	sums, used := make([]wasmasm.V128, r.cols.kernel), make([]bool, r.cols.kernel)
	for _, p := range run.taps {
		if !used[p.k] {
			sums[p.k], used[p.k] = keep(t.Func, "sum", w.V128Load(16*p.k)), true
		}
	}
	r.eachTap(t, run, x, func(p tap, v wasmasm.V128) { sums[p.k].Set(t.madd(sums[p.k], v, dy[p.out])) })
	for k, s := range sums {
		if used[k] {
			w.V128Store(16*k, s)
		}
	}
}

// addPartials emits the sum of the partial sums. They lie as [F/4][taps][4]: a tile goes through them straight on, where
// rows of F numbers would, if F is a large power of two, share few lines of the cache.
func (c *compiler) addPartials(g op.Geometry, s strips, partials, size int) {
	taps, vectors := g.KernelPlane(), s.bytes/16
	tasks, perTask := blocks(vectors, taskElems/(4*taps*s.blocks*s.parts), 1)
	c.phase(tasks, func(t *task) {
		vector, end := shareOf(t, "vector", t.index, tasks, perTask, vectors)
		vector, end = keepI32(t, "vector", vector), keepI32(t, "end", end)
		from, to, channel := t.LocalI32("from"), t.LocalI32("to"), t.LocalI32("channel")
		tap, i, sum := t.LocalI32("tap"), t.LocalI32("i"), t.LocalV128("sum")
		t.For(vector, vector, end, 1, func() {
			channel.Set(vector.Mul(t.I32(16)))
			to.Set(t.out[0].Add(channel))
			t.For(tap, t.I32(0), t.I32(taps), 1, func() {
				from.Set(t.scratch.Add(t.I32(partials)).Add(vector.Mul(t.I32(taps)).Add(tap).Mul(t.I32(16))))
				sum.Set(from.V128Load(0))
				t.For(i, t.I32(1), t.I32(s.blocks*s.parts), 1, func() {
					from.Inc(size)
					sum.Set(sum.F32x4Add(from.V128Load(0)))
				})
				t.eachLanes(g.F, channel, func(n int) { storeLanes(to, 0, sum, n) })
				to.Inc(4 * g.F)
			})
		})
	})
}
