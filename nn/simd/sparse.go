package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// Behind a max-pooling most of a convolution's output gets no gradient. Its gradients are sums over the hits: the winners
// whose gradient is not 0. In an image with its zeros around it each hit has a whole window, which is a lattice of runs;
// where the taps of a row touch, a run is KW·C numbers. Filters are turned: [F] and then the window's runs, each rounded up
// to whole vectors. What a vector holds behind its run is read, or written back as it was, but counts nowhere.

// sparse is a convolution behind a max-pooling: two axes, no groups (the planner asks for no others).
type sparse struct {
	op.Geometry
	image        plane
	height       int // of an image with its zeros
	pooled       int // positions of the pooled map
	outer, inner repeats
	run          int // floats
	vectors      int // of a run

	corners int // scratch: for each position of the convolution's output where its window begins, in bytes
}

// repeats is how often something lies in an image, and how many bytes apart.
type repeats struct{ count, step int }

// newSparse describes c's convolution, whose pooled map has so many elements.
func (c *compiler) newSparse(pooled int) *sparse {
	g := op.ConvGeometry(op.ConvOfPooled(c.node))
	s := &sparse{Geometry: g, pooled: pooled / g.N / g.F, height: g.Before[1] + g.In[1] + g.After[1]}
	s.image = plane{height: g.In[1], width: g.In[2] * g.C, left: g.Before[2] * g.C, pitch: (g.Before[2] + g.In[2] + g.After[2]) * g.C}
	rows := repeats{g.K[1], 4 * g.D[1] * s.image.pitch}
	if g.D[2] == 1 {
		s.outer, s.inner, s.run = repeats{1, 0}, rows, g.K[2]*g.C
	} else {
		s.outer, s.inner, s.run = rows, repeats{g.K[2], 4 * g.D[2] * g.C}, g.C
	}
	s.vectors = (s.run + 3) / 4
	s.corners = c.alloc(4 * g.OutPlane())
	return s
}

// runs is how many a window has.
func (s *sparse) runs() int { return s.outer.count * s.inner.count }

// filter is the size of a turned one in bytes.
func (s *sparse) filter() int { return 16 * s.runs() * s.vectors }

// quads is the number of groups of four filters, of which the last may have fewer.
func (s *sparse) quads() int { return (s.F + 3) / 4 }

// padded is the size of an image with its zeros, in bytes.
func (s *sparse) padded() int { return 4 * s.image.pitch * s.height }

// ofQuad emits body with how many filters the quad has.
func (s *sparse) ofQuad(t *task, quad wasmasm.I32, body func(filters int)) {
	if s.F%4 == 0 {
		body(4)
		return
	}
	t.IfElse(quad.Eq(t.I32(s.quads()-1)), func() { body(s.F % 4) }, func() { body(4) })
}

// fillCorners emits the table of corners.
func (s *sparse) fillCorners(t *task) {
	to, corner, row, col := t.LocalI32("to"), t.LocalI32("corner"), t.LocalI32("row"), t.LocalI32("col")
	to.Set(t.scratch.Add(t.I32(s.corners)))
	t.For(row, t.I32(0), t.I32(s.Out[1]), 1, func() {
		corner.Set(row.Mul(t.I32(4 * s.S[1] * s.image.pitch)))
		t.For(col, t.I32(0), t.I32(s.Out[2]), 1, func() {
			to.I32Store(0, corner)
			to.Inc(4)
			corner.Inc(4 * s.S[2] * s.C)
		})
	})
}

// turn emits a phase that goes over the weights as they are and turned, four numbers of a run in four filters at a time:
// plain and turned are where they begin in bytes, the first of which are side by side for the filters, the second for
// the numbers. work is about how many vectors body touches.
func (s *sparse) turn(c *compiler, work int, body func(t *task, plain, turned wasmasm.I32, numbers, filters int)) {
	total := s.quads() * s.runs()
	tasks, each := blocks(total, taskVectors/(work*s.vectors), 1)
	c.phase(tasks, func(t *task) {
		i, quad, run := t.LocalI32("i"), t.LocalI32("quad"), t.LocalI32("run")
		plain, turned, v := t.LocalI32("plain"), t.LocalI32("turned"), t.LocalI32("v")
		last := t.partEnd(t.index, each, total)
		t.For(i, t.index.Mul(t.I32(each)), last, 1, func() {
			quad.Set(i.DivU(t.I32(s.runs())))
			run.Set(i.RemU(t.I32(s.runs())))
			plain.Set(run.Mul(t.I32(4 * s.run * s.F)).Add(quad.Mul(t.I32(16))))
			turned.Set(quad.Mul(t.I32(4 * s.filter())).Add(run.Mul(t.I32(16 * s.vectors))))
			s.ofQuad(t, quad, func(filters int) {
				t.For(v, t.I32(0), t.I32(s.run/4), 1, func() {
					t.Scope(func() { body(t, plain, turned, 4, filters) })
					plain.Inc(16 * s.F)
					turned.Inc(16)
				})
				if n := s.run % 4; n > 0 {
					t.Scope(func() { body(t, plain, turned, n, filters) })
				}
			})
		})
	})
}

// partEnd is where the part with the given number ends, of n things cut into parts that have size but for the last.
func (t *task) partEnd(number wasmasm.I32, size, n int) wasmasm.I32 {
	end := t.LocalI32("end")
	end.Set(number.Mul(t.I32(size)).Add(t.I32(size)))
	end.Set(end.Select(t.I32(n), end.LtU(t.I32(n))))
	return end
}

// filterTile is the part of a filter whose weights are in registers.
type filterTile struct {
	*task
	weights        []wasmasm.V128
	at             []int       // from where the window begins in the image on
	stored         []int       // from filter on
	window, filter wasmasm.I32 // where the tile's part of both begins; the window's without that of its corner
}

// maxTile is how many vectors a tile has at most.
const maxTile = 12

// eachTile emits body for the tiles of a filter.
func (s *sparse) eachTile(t *task, filter wasmasm.I32, body func(x *filterTile)) {
	x := &filterTile{task: t, window: t.LocalI32("window"), filter: t.LocalI32("weights")}
	x.filter.Set(filter)
	rows, columns := split(s.inner.count, max(1, maxTile/s.vectors)), split(s.vectors, maxTile)
	t.repeat(s.outer.count, func(i wasmasm.I32) {
		x.window.Set(i.Mul(t.I32(s.outer.step)))
		for _, r := range rows {
			t.repeat(r.count, func(wasmasm.I32) {
				for _, c := range columns {
					t.repeat(c.count, func(wasmasm.I32) {
						t.Scope(func() {
							x.weights, x.at, x.stored = nil, nil, nil
							for k := range r.size * c.size {
								row, col := k/c.size, k%c.size
								x.weights = append(x.weights, t.LocalV128("w"))
								x.at = append(x.at, row*s.inner.step+16*col)
								x.stored = append(x.stored, 16*(row*s.vectors+col))
							}
							body(x)
						})
						x.window.Inc(16 * c.size)
						x.filter.Inc(16 * c.size)
					})
				}
				x.window.Inc(r.size*s.inner.step - 16*s.vectors)
				x.filter.Inc(16 * (r.size - 1) * s.vectors)
			})
		}
	})
}

func (x *filterTile) load() {
	for k, w := range x.weights {
		w.Set(x.filter.V128Load(x.stored[k]))
	}
}

func (x *filterTile) store() {
	for k, w := range x.weights {
		x.filter.V128Store(x.stored[k], w)
	}
}

// parts are count parts of a size.
type parts struct{ count, size int }

// split cuts n into as few parts as there can be of at most most, which differ by one at most.
func split(n, most int) []parts {
	count := (n + most - 1) / most
	size, more := n/count, n%count
	if more == 0 {
		return []parts{{count, size}}
	}
	return []parts{{more, size + 1}, {count - more, size}}
}

// repeat emits body in a loop, unless it is run once.
func (t *task) repeat(n int, body func(i wasmasm.I32)) {
	if n == 1 {
		body(t.I32(0))
		return
	}
	t.Scope(func() {
		i := t.LocalI32("i")
		t.For(i, t.I32(0), t.I32(n), 1, func() { body(i) })
	})
}
