package simd

import (
	"math"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// The axes of a reduction are kept or summed. A row is a run along the last axis, or a part of one. A task has some of the
// kept indices and a chunk of the rows that belong to each; where there are several chunks, further phases reduce their
// results.
func init() {
	kernels[op.ReduceOp] = func(c *compiler) {
		a := c.node.Attrs.(op.ReduceAttrs)
		s := op.ReduceOver(c.node)
		var from []value
		for i := range c.node.Arity {
			from = append(from, c.input(i))
		}
		kept := a
		kept.Keep = true
		c.reduce(a.Kind, a.Expr, s, kept.Output(s), from, c.output(0))
	}
}

// chunkElems is about how many elements a task reduces: few enough that the error of a chunk's sum is small, enough to make
// up for taking the task and writing its result.
const chunkElems = 16384

// minRows is how many rows that are kept are summed at least, where there are more, before the result is written.
const minRows = 32

// reduction is how a reduction is cut.
type reduction struct {
	kind   op.ReduceKind
	prog   *expr.Program
	from   []value
	last   []int // strides along the last axis
	across bool  // the last axis is kept: the lanes of a vector are for different results
	kept   nest  // of the kept axes but the last
	summed nest  // of those summed, and of parts of the last; behind the axes of both nests stands one of size 1
	width  int   // of the last axis
	part   int   // elements of a row: parts of the last axis
	parts  int
	group  int // kept indices of a task
	chunk  int // rows of a task
	chunks int
	tile   int // vectors summed at a time, so that an addition need not wait for the one before
}

// reduce emits phases that reduce e(from…), computed over s, to kept, which is s with 1 for the summed axes.
func (c *compiler) reduce(kind op.ReduceKind, e *expr.Expr, s, kept graph.Shape, from []value, to value) {
	r := newReduction(kind, e, s, kept, from)
	results := kept.Elems()
	out := to
	if r.chunks > 1 {
		out = scratchValue(c.alloc(4*r.chunks*results), graph.Shape{r.chunks, results})
	}
	groups, columns := (r.kept.rows()+r.group-1)/r.group, 1
	if r.across {
		columns = r.parts
	}
	c.phase(groups*columns*r.chunks, func(t *task) { r.emit(t, columns, results, out) })
	if r.chunks > 1 {
		c.reduce(kind, expr.V(0), out.Shape, graph.Shape{1, results}, []value{out}, to)
	}
}

func newReduction(kind op.ReduceKind, e *expr.Expr, s, kept graph.Shape, from []value) *reduction {
	types := []graph.Type{{Shape: kept}}
	for _, v := range from {
		types = append(types, v.Type)
	}
	n := newNest(s, types)
	axes := len(n.size) - 1
	r := &reduction{
		kind: kind, prog: expr.Compile(e), from: from, last: make([]int, len(from)),
		across: n.stride[0][axes] != 0, width: n.width(), tile: 8,
		kept: nest{stride: make([][]int, len(from))}, summed: nest{stride: make([][]int, len(from))},
	}
	if e.Cost() > 8 {
		r.tile = 4 // the expression needs registers too
	}
	for k := range from {
		r.last[k] = n.stride[1+k][axes]
	}
	add := func(to *nest, size int, stride func(k int) int) {
		to.size = append(to.size, size)
		for k := range from {
			to.stride[k] = append(to.stride[k], stride(k))
		}
	}
	for a, size := range n.size[:axes] {
		to := &r.kept
		if n.stride[0][a] == 0 {
			to = &r.summed
		}
		add(to, size, func(k int) int { return n.stride[1+k][a] })
	}
	rows := graph.Shape(r.summed.size).Elems()
	r.cut(rows)
	if !r.across && r.parts > 1 {
		add(&r.summed, r.parts, func(k int) int { return r.part * r.last[k] })
	}
	add(&r.kept, 1, func(int) int { return 0 })
	add(&r.summed, 1, func(int) int { return 0 })
	return r
}

// cut decides on parts, chunks and groups.
func (r *reduction) cut(rows int) {
	r.part, r.parts, r.chunk, r.group = r.width, 1, rows, 1
	switch {
	case rows*r.width <= chunkElems:
		r.group = max(1, chunkElems/(rows*r.width+16))
	case r.across:
		r.chunk = min(rows, max(minRows, chunkElems/r.width))
		r.part = min(r.width, max(1, chunkElems/r.chunk/32)*32)
	default:
		r.part = min(r.width, chunkElems)
		r.chunk = max(1, chunkElems/r.part)
	}
	r.parts = (r.width + r.part - 1) / r.part
	if !r.across {
		rows *= r.parts
	}
	r.chunks = (rows + r.chunk - 1) / r.chunk
}

// combine puts v into acc, a local.
func (r *reduction) combine(acc, v wasmasm.V128) { acc.Set(r.pair(acc, v)) }

func (r *reduction) pair(a, b wasmasm.V128) wasmasm.V128 {
	if r.kind == op.ReduceMax {
		return a.F32x4Max(b)
	}
	return a.F32x4Add(b)
}

// neutral is what changes no result.
func (r *reduction) neutral() float64 {
	if r.kind == op.ReduceMax {
		return math.Inf(-1)
	}
	return 0
}

// accumulators returns locals that hold the neutral element.
func (r *reduction) accumulators(t *task, n int) []wasmasm.V128 {
	acc := make([]wasmasm.V128, n)
	for i := range acc {
		acc[i] = keep(t.Func, "acc", splat(t.Func, r.neutral()))
	}
	return acc
}

// fold puts accumulators together until n are left, each of those with every n-th behind it.
func (r *reduction) fold(acc []wasmasm.V128, n int) []wasmasm.V128 {
	for len(acc) > n {
		half := (len(acc)/n + 1) / 2 * n
		for i, v := range acc[half:] {
			r.combine(acc[i], v)
		}
		acc = acc[:half]
	}
	return acc
}
