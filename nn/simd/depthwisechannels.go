package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Channels that have several filters are repeated for a convolution, and added for its gradient.

// wideInput is an input, or its gradient, in scratch memory: a channel for each filter.
func (c *compiler) wideInput(g op.Geometry) value {
	s := graph.Shape{g.N * g.InPlane(), g.F}
	return scratchValue(c.alloc(4*s.Elems()), s)
}

// repeatChannels is x with each channel as often as it has filters.
func (c *compiler) repeatChannels(g op.Geometry, x value) value {
	if g.F == g.C {
		return x
	}
	wide := c.wideInput(g)
	v := wasmasm.I32{}
	c.eachFilter(g, x, wide,
		func(t *task, x wasmasm.I32) { v = keepI32(t, "x", x.I32Load(0)) },
		func(t *task, wide wasmasm.I32) { wide.I32Store(0, v) },
		func(*task, wasmasm.I32) {})
	return wide
}

// addChannels emits to = the sum of the wide channels of each channel.
func (c *compiler) addChannels(g op.Geometry, wide, to value) {
	sum := wasmasm.F32{}
	c.eachFilter(g, to, wide,
		func(t *task, _ wasmasm.I32) {
			sum = t.LocalF32("sum")
			sum.Set(t.F32(0))
		},
		func(t *task, wide wasmasm.I32) { sum.Set(sum.Add(wide.F32Load(0))) },
		func(t *task, to wasmasm.I32) { to.F32Store(0, sum) })
}

// eachFilter emits a phase with a loop over the elements of an input and one over those of the wide input within each.
func (c *compiler) eachFilter(g op.Geometry, narrow, wide value, before, each, after func(t *task, at wasmasm.I32)) {
	total, filters := g.N*g.InPlane()*g.C, g.F/g.C
	count, n := blocks(total, taskElems/filters, 1)
	c.phase(count, func(t *task) {
		at, end, from, k := t.LocalI32("at"), t.LocalI32("end"), t.LocalI32("wide"), t.LocalI32("k")
		at.Set(t.index.Mul(t.I32(4 * n)))
		end.Set(at.Add(t.I32(4 * n)))
		atMost(end, t.I32(4*total))
		from.Set(wide.at(t).Add(at.Mul(t.I32(filters))))
		end.Set(narrow.at(t).Add(end))
		at.Set(narrow.at(t).Add(at))
		t.ForU(at, at, end, 4, func() {
			before(t, at)
			t.For(k, t.I32(0), t.I32(filters), 1, func() {
				each(t, from)
				from.Inc(4)
			})
			after(t, at)
		})
	})
}
