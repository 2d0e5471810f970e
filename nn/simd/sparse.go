package simd

import (
	"math/bits"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Behind a max-pooling most of a convolution's output gets no gradient. Its gradients are sums over the hits: the winners
// whose gradient is not 0. In an image with its zeros around it each hit has a whole window, which is a lattice of runs;
// where the taps of a row touch, a run is KW·C numbers. Filters are turned: [F] and then the window's runs, each rounded up
// to whole vectors. What a vector holds behind its run is read, or 0 is added to it, but it counts nowhere.
//
// Images are cut into bands that stay in the first cache while all filters' hits are gone through.

// sparse is a convolution behind a max-pooling: two axes, no groups (the planner asks for no others).
type sparse struct {
	op.Geometry
	outer, inner repeats
	run          int // floats
	vectors      int // of a run

	image         plane
	pooled        [2]int // rows and columns of the pooled map
	bands         int    // of an image
	rows          int    // of the pooled map that a band has; the last one may have fewer
	first, height int    // image rows that the first band's windows see
	advance       int    // image rows from band to band
}

// repeats is how often something lies in an image, and how many bytes apart.
type repeats struct{ count, step int }

// bandBytes is how large a band may be, if it has more than one row of the pooled map: lists and filters need some of the
// first cache too.
const bandBytes = 28 << 10

// newSparse describes c's convolution, whose pooled map has the given shape.
func (c *compiler) newSparse(pooled graph.Shape) *sparse {
	g := op.ConvGeometry(op.ConvOfPooled(c.node))
	s := &sparse{Geometry: g, pooled: [2]int{pooled[1], pooled[2]}}
	s.image = plane{height: g.In[1], width: g.In[2] * g.C, left: g.Before[2] * g.C, pitch: (g.Before[2] + g.In[2] + g.After[2]) * g.C}
	rows := repeats{g.K[1], 4 * g.D[1] * s.image.pitch}
	if g.D[2] == 1 {
		s.outer, s.inner, s.run = repeats{1, 0}, rows, g.K[2]*g.C
	} else {
		s.outer, s.inner, s.run = rows, repeats{g.K[2], 4 * g.D[2] * g.C}, g.C
	}
	s.vectors = (s.run + 3) / 4

	pool := c.node.Attrs.(op.ConvPoolAttrs).Pool
	height := func(rows int) int {
		return ((rows-1)*pool.Stride[0]+(pool.Kernel[0]-1)*pool.Dilation[0])*g.S[1] + (g.K[1]-1)*g.D[1] + 1
	}
	most := s.pooled[0]
	for most > 1 && 4*height(most)*s.image.pitch > bandBytes {
		most--
	}
	s.bands = (s.pooled[0] + most - 1) / most
	s.rows = (s.pooled[0] + s.bands - 1) / s.bands
	s.bands = (s.pooled[0] + s.rows - 1) / s.rows
	s.advance = s.rows * pool.Stride[0] * g.S[1]
	s.first, s.height = -pool.Pads[0][0]*g.S[1]-g.Before[1], height(s.rows)
	return s
}

// runs is how many a window has.
func (s *sparse) runs() int { return s.outer.count * s.inner.count }

// filter is the size of a turned one in bytes.
func (s *sparse) filter() int { return 16 * s.runs() * s.vectors }

// quads is the number of groups of four filters, of which the last may have fewer.
func (s *sparse) quads() int { return (s.F + 3) / 4 }

// band is the size of one, with its zeros, in bytes.
func (s *sparse) band() int { return 4 * s.image.pitch * s.height }

// positions is how many of the pooled map a band has.
func (s *sparse) positions() int { return s.rows * s.pooled[1] }

// ofQuad emits body with how many filters the quad has.
func (s *sparse) ofQuad(t *task, quad wasmasm.I32, body func(filters int)) {
	if s.F%4 == 0 {
		body(4)
		return
	}
	t.IfElse(quad.Eq(t.I32(s.quads()-1)), func() { body(s.F % 4) }, func() { body(4) })
}

// corners prepares the computation of where the windows of four positions of the convolution's output begin in an image
// with its zeros, in bytes. memory is for its constants.
func (s *sparse) corners(t *task, memory wasmasm.I32) func(p wasmasm.V128) wasmasm.V128 {
	// ⌊p / w⌋ = ⌊p·⌈2^k / w⌉ / 2^k⌋, as p is below 2^31 and k at least 31 + log2 w.
	// Source: Granlund & Montgomery, "Division by invariant integers using multiplication", PLDI 1994.
	w := s.Out[2]
	k := 31 + bits.Len(uint(w-1))
	inverse := t.held(memory, uint32((1<<k+w-1)/w))
	col := t.held(memory, uint32(4*s.S[2]*s.C))
	row := t.held(memory, uint32(4*(s.S[1]*s.image.pitch-w*s.S[2]*s.C)))
	return func(p wasmasm.V128) wasmasm.V128 {
		low, high := p.I64x2ExtmulLowI32x4U(inverse).I64x2ShrU(t.I32(k)), p.I64x2ExtmulHighI32x4U(inverse).I64x2ShrU(t.I32(k))
		rows := keep(t.Func, "rows", low.I32x4Shuffle(high, [4]uint8{0, 2, 4, 6}))
		return p.I32x4Mul(col).I32x4Add(rows.I32x4Mul(row))
	}
}

// held is a number in all lanes of a register. V8 makes constants anew for each use, but not what was loaded.
func (t *task) held(memory wasmasm.I32, x uint32) wasmasm.V128 {
	memory.I32Store(0, t.I32(int(x)))
	return keep(t.Func, "held", memory.V128Load32Splat(0))
}

// turn emits a phase that goes over the weights as they are and turned, four numbers of a run in four filters at a time:
// plain and turned are where they begin in bytes, the first of which are side by side for the filters, the second for
// the numbers. work is about how many vectors body touches.
func (s *sparse) turn(c *compiler, work int, body func(t *task, plain, turned wasmasm.I32, numbers, filters int)) {
	c.phaseOf(s.quads()*s.runs(), taskVectors/(4*work*s.vectors), func(t *task, i wasmasm.I32) {
		quad, run := t.LocalI32("quad"), t.LocalI32("run")
		quad.Set(i.DivU(t.I32(s.runs())))
		run.Set(i.RemU(t.I32(s.runs())))
		plain, turned := t.LocalI32("plain"), t.LocalI32("turned")
		plain.Set(run.Mul(t.I32(4 * s.run * s.F)).Add(quad.Mul(t.I32(16))))
		turned.Set(quad.Mul(t.I32(4 * s.filter())).Add(run.Mul(t.I32(16 * s.vectors))))
		s.ofQuad(t, quad, func(filters int) {
			v := t.LocalI32("v")
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
}

// filterTile is the part of a filter whose weights are in registers.
type filterTile struct {
	*task
	weights        []wasmasm.V128
	at             []int       // from where the window begins in the image on
	stored         []int       // from filter on
	window, filter wasmasm.I32 // where the tile's part of both begins; the window's without that of its corner
}

// maxTile is how many vectors a tile has at most: beside them engines with 16 registers keep a gradient and a number more.
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
