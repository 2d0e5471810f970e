package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.Pool] = func(c *compiler) {
		ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
		c.pool(c.node.Attrs.(op.PoolAttrs), op.PoolGeometry(c.node), ep, c.input(0))
	}
}

// pool emits the step's outputs, the second of which, the winners, may be left out.
func (c *compiler) pool(a op.PoolAttrs, g op.Geometry, ep *epilogue, from value) {
	g = mergeCovered(g)
	w := c.pooling(&g, ep)
	w.from, w.to = []func(*task) wasmasm.I32{from.at}, []func(*task) wasmasm.I32{c.output(0).at}
	for i := range w.axes {
		w.axes[i] = forwardAxis(&g, i)
	}
	switch {
	case a.Kind == op.PoolMax && len(c.out) > 1:
		w.to = append(w.to, c.output(1).at)
		w.numbered[0], w.flat = true, false
		w.tile.gathering = &winners{}
	case a.Kind == op.PoolMax:
		w.tile.gathering = &maxima{}
	default:
		w.tile.gathering = &sums{scale: 1}
	}
	if a.Kind == op.PoolAvg {
		w.divisors = averageAxes(&a, &g)
	}
	w.emit()
}

// pooling prepares windows over g's samples and channels.
func (c *compiler) pooling(g *op.Geometry, ep *epilogue) *windows {
	w := &windows{c: c, n: g.N, channels: g.C, tile: windowTile{ep: ep}, flat: true}
	for _, x := range ep.extra {
		w.flat = w.flat && x.kind != perChannel
	}
	return w
}

// averageAxes are those by whose numbers of taps an average is divided.
func averageAxes(a *op.PoolAttrs, g *op.Geometry) *[3]windowAxis {
	var axes [3]windowAxis
	for i := range axes {
		axes[i] = forwardAxis(g, i)
		if a.CountPad {
			axes[i] = paddedAxis(g, i)
		}
	}
	return &axes
}

// tapped is what gatherings share: a vector of some for each four channels.
type tapped struct {
	f      *wasmasm.Func
	offset int
	acc    []wasmasm.V128
}

func (g *tapped) begin(f *wasmasm.Func, _ cursor, vectors, offset int) {
	g.f, g.offset, g.acc = f, offset, make([]wasmasm.V128, vectors)
	for v := range g.acc {
		g.acc[v] = f.LocalV128("acc")
	}
}

func (g *tapped) load(from cursor, k, v int) wasmasm.V128 { return from.load(k, g.offset+16*v) }
func (g *tapped) result(v int) []wasmasm.V128             { return g.acc[v : v+1] }
func (g *tapped) most() int                               { return 8 }

// sums adds the taps and multiplies by scale.
type sums struct {
	tapped
	scale float64
}

func (g *sums) open(cursor) {
	for _, a := range g.acc {
		a.Set(splat(g.f, 0))
	}
}

func (g *sums) first(from cursor) {
	for v, a := range g.acc {
		a.Set(g.load(from, 0, v))
	}
}

func (g *sums) next(from cursor) {
	for v, a := range g.acc {
		a.Set(a.F32x4Add(g.load(from, 0, v)))
	}
}

func (g *sums) result(v int) []wasmasm.V128 {
	if g.scale != 1 {
		g.acc[v].Set(g.acc[v].F32x4Mul(splat(g.f, g.scale)))
	}
	return g.acc[v : v+1]
}

// maxima takes the largest tap.
type maxima struct{ tapped }

func (g *maxima) open(from cursor) { g.first(from) }

func (g *maxima) first(from cursor) {
	for v, a := range g.acc {
		a.Set(g.load(from, 0, v))
	}
}

func (g *maxima) next(from cursor) {
	for v, a := range g.acc {
		a.Set(a.F32x4Pmax(g.load(from, 0, v)))
	}
}

// winners takes the largest tap and its place, the first of equals.
type winners struct {
	maxima
	places []wasmasm.V128
}

func (g *winners) begin(f *wasmasm.Func, to cursor, vectors, offset int) {
	g.maxima.begin(f, to, vectors, offset)
	g.places = make([]wasmasm.V128, vectors)
	for v := range g.places {
		g.places[v] = f.LocalV128("places")
	}
}

func (g *winners) open(from cursor) { g.first(from) }

func (g *winners) first(from cursor) {
	g.maxima.first(from)
	here := keep(g.f, "here", from.number(g.f))
	for _, p := range g.places {
		p.Set(here)
	}
}

// next keeps the larger of the last winner's place and this tap's, if it wins, since places grow from tap to tap.
func (g *winners) next(from cursor) {
	g.f.Scope(func() {
		here := keep(g.f, "here", from.number(g.f))
		for v, a := range g.acc {
			g.f.Scope(func() {
				x := keep(g.f, "x", g.load(from, 0, v))
				g.places[v].Set(g.places[v].I32x4MaxS(x.F32x4Gt(a).And(here)))
				a.Set(a.F32x4Pmax(x))
			})
		}
	})
}

func (g *winners) result(v int) []wasmasm.V128 { return []wasmasm.V128{g.acc[v], g.places[v]} }
func (g *winners) most() int                   { return 4 }
