package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// The gradient of a pooling gathers, for each position of the input, from the windows that hold it; so rows of the result
// can be computed in any order.
func init() {
	kernels[op.PoolGrad] = func(c *compiler) {
		a, g := c.node.Attrs.(op.PoolAttrs), mergeCovered(op.PoolGeometry(c.node))
		w := c.pooling(&g, c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape))
		w.from, w.to = []func(*task) wasmasm.I32{c.input(0).at}, []func(*task) wasmasm.I32{c.output(0).at}
		for i := range w.axes {
			w.axes[i] = gradientAxis(&g, i)
		}
		total := &sums{scale: 1}
		w.tile.gathering = total
		switch a.Kind {
		case op.PoolMax:
			w.from = append(w.from, c.input(1).at)
			w.numbered[1], w.flat = true, false
			w.tile.gathering = &won{}
		case op.PoolAvg:
			axes, same := averageAxes(&a, &g), 1
			for i := range axes {
				n := axes[i].counts()
				same *= n[0]
				if len(n) > 1 {
					same = 0
				}
			}
			if same > 0 {
				total.scale = 1 / float64(same)
			} else {
				w.from = []func(*task) wasmasm.I32{c.shares(&g, axes).at}
			}
		}
		w.emit()
	}
}

// shares emits a phase that divides the step's first input, a result of g, by the number of taps of its windows.
func (c *compiler) shares(g *op.Geometry, counts *[3]windowAxis) value {
	w := c.pooling(g, &epilogue{})
	to := scratchValue(c.alloc(4*c.in[0].Shape.Elems()), c.in[0].Shape)
	w.from, w.to = []func(*task) wasmasm.I32{c.input(0).at}, []func(*task) wasmasm.I32{to.at}
	one := [3]int{1, 1, 1}
	for i := range w.axes {
		w.axes[i] = forwardAxis(&op.Geometry{In: g.Out, Out: g.Out, K: one, S: one, D: one}, i)
	}
	w.divisors = counts
	w.tile.gathering = &sums{scale: 1}
	w.emit()
	return to
}

// won adds the taps, of the first source, whose winners, in the second, are the result's position.
type won struct {
	tapped
	here wasmasm.V128
}

func (g *won) begin(f *wasmasm.Func, to cursor, vectors, offset int) {
	g.tapped.begin(f, to, vectors, offset)
	g.here = keep(f, "here", to.number(f))
}

func (g *won) open(cursor) {
	for _, a := range g.acc {
		a.Set(splat(g.f, 0))
	}
}

func (g *won) first(from cursor) {
	for v, a := range g.acc {
		a.Set(g.share(from, v))
	}
}

func (g *won) next(from cursor) {
	for v, a := range g.acc {
		a.Set(a.F32x4Add(g.share(from, v)))
	}
}

// share is the tap where the result's place won, else 0.
func (g *won) share(from cursor, v int) wasmasm.V128 {
	return g.load(from, 1, v).I32x4Eq(g.here).And(g.load(from, 0, v))
}
