package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A gather goes through rows of the table, or parts of rows, some of them a task.
func init() {
	kernels[op.GatherOp] = func(c *compiler) {
		g := newGather(c)
		units, perTask := g.indices*g.parts, max(1, gatherElems/g.part)
		c.phase((units+perTask-1)/perTask, func(t *task) {
			fixed := g.loadFixed(t)
			t.each(units, perTask, func(unit wasmasm.I32) { g.emit(t, unit, fixed) })
		})
		if g.after {
			c.after(g.epilogue, c.output(0))
		}
	}
}

// gatherElems is about how many elements a task gathers.
const gatherElems = 4096

// maxGroup is how many elements the loop over a row takes at a time, at most.
const maxGroup = 16

type gather struct {
	table, out  graph.Type
	indices     int
	row         int // elements
	part, parts int // of a row; the last one may be shorter
	sizes       []int
	epilogue    *epilogue
	after       bool // the epilogue needs phases of its own
}

func newGather(c *compiler) *gather {
	g := &gather{table: c.in[0], out: c.out[0], indices: c.in[1].Shape.Elems(), sizes: []int{maxGroup, 4, 1}}
	g.row = g.table.Shape[1:].Elems()
	g.epilogue = c.newEpilogue(c.node.Epilogue, c.node.Arity, g.out.Shape)
	g.after = !g.epilogue.inRegisters()
	for _, x := range g.epilogue.extra {
		if x.kind == perChannel {
			group := x.Shape.Elems() * 4 / gcd(x.Shape.Elems(), 4) // then the same channels are in the same lanes again
			g.after = g.after || g.row == 1 || group > maxGroup
			g.sizes = []int{group, 1}
		}
	}
	if g.after {
		g.sizes = []int{maxGroup, 4, 1}
	}
	g.part = min(g.row, gatherElems/g.sizes[0]*g.sizes[0])
	g.parts = (g.row + g.part - 1) / g.part
	return g
}

// loadFixed loads what of the epilogue's inputs is the same in each group: a vector of a single number, or all vectors of
// the channels.
func (g *gather) loadFixed(t *task) [][]wasmasm.V128 {
	fixed := make([][]wasmasm.V128, len(g.epilogue.extra))
	if g.after {
		return nil
	}
	for k, x := range g.epilogue.extra {
		switch x.kind {
		case single:
			fixed[k] = []wasmasm.V128{keep(t.Func, "single", loadElements(t.Func, x.Type.Type, x.at(t), 0, 1))}
		case perChannel:
			for first := 0; first < g.sizes[0]; first += 4 {
				v := x.at(t).V128Load32Zero(4 * (first % x.Shape.Elems()))
				for lane := 1; lane < 4; lane++ {
					v = x.at(t).V128Load32Lane(4*((first+lane)%x.Shape.Elems()), lane, v)
				}
				fixed[k] = append(fixed[k], keep(t.Func, "channels", v))
			}
		}
	}
	return fixed
}

// emit gathers a row or a part of one.
func (g *gather) emit(t *task, unit wasmasm.I32, fixed [][]wasmasm.V128) {
	from, to := t.LocalI32("from"), t.LocalI32("to")
	index, first := unit, t.I32(0)
	left, known := t.I32(g.row), g.row
	if g.parts > 1 {
		index, first = t.LocalI32("index"), t.LocalI32("first")
		left, known = t.LocalI32("left"), dynamic
		index.Set(unit.DivU(t.I32(g.parts)))
		first.Set(unit.RemU(t.I32(g.parts)).Mul(t.I32(g.part)))
		left.Set(t.I32(g.row).Sub(first))
		atMost(left, t.I32(g.part))
	}
	place, row := t.LocalI32("place"), t.LocalI32("row")
	place.Set(index.Mul(t.I32(g.row)).Add(first).Shl(t.I32(2)))
	to.Set(t.out[0].Add(place))
	row.Set(t.in[1].Add(index.Shl(t.I32(2))).I32Load(0))
	row.Set(row.Select(t.I32(0), row.GtS(t.I32(0))))
	row.Set(row.Select(t.I32(g.table.Shape[0]-1), row.LtS(t.I32(g.table.Shape[0]-1))))
	size := g.table.Type.Bytes()
	from.Set(t.in[0].Add(row.Mul(t.I32(g.row)).Add(first).Mul(t.I32(size))))
	typ := g.table.Type
	if g.out.Type != graph.F32 {
		typ = graph.F32 // not to be converted
	}
	inSteps(t.Func, left, known, g.sizes, func(n int) {
		for k := range max(1, n/4) {
			x := keep(t.Func, "x", loadElements(t.Func, typ, from, 4*k*size, min(n, 4)))
			if g.epilogue.prog != nil && !g.after {
				x = g.finish(t, x, n, k, place, fixed)
			}
			storeElements(to, 16*k, x, min(n, 4))
		}
		from.Inc(n * size)
		to.Inc(4 * n)
		place.Inc(4 * n)
	})
}

// finish applies the epilogue to vector k of n elements, or to the only one.
func (g *gather) finish(t *task, x wasmasm.V128, n, k int, place wasmasm.I32, fixed [][]wasmasm.V128) wasmasm.V128 {
	if n < 4 {
		channel := t.LocalI32("channel")
		channel.Set(place.RemU(t.I32(4 * g.out.Shape[len(g.out.Shape)-1])))
		return g.epilogue.apply(t, x, n, place, 0, channel, 0)
	}
	vars := []wasmasm.V128{x}
	for i, e := range g.epilogue.extra {
		if e.kind == perElement {
			vars = append(vars, keep(t.Func, "extra", e.at(t).Add(place).V128Load(16*k)))
		} else {
			vars = append(vars, fixed[i][k%len(fixed[i])])
		}
	}
	return evaluate(t.Func, g.epilogue.prog, vars)[0]
}
