package simd

import (
	"math"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// The axes of a reduction are those that are kept and those that are summed. A task has some of the kept indices, all but
// those along the last axis, and a chunk of what is summed; where there are several chunks, further phases reduce their
// results. Four neighbours along the last axis are in the lanes of a vector: they are summands of four results where it is
// kept, else of one, and their sums are added at the end. Several vectors are summed at a time, so that an addition need
// not wait for the one before.
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

// chunkElems is about how many elements a task reduces: few enough that the error of a chunk's sum is small beside that
// of its summands, enough to make up for taking it and for writing its result.
const chunkElems = 16384

// minRows is how many rows are summed at least, where there are more, before their sums are written.
const minRows = 32

// reduction is a reduction and how it is cut.
type reduction struct {
	c         *compiler
	kind      op.ReduceKind
	prog      *expr.Program
	from      []value
	to        value // of chunk 0
	results   int
	kept      nest // of the kept axes but the last one; value k's strides are those of from
	summed    nest // of the summed axes, but the last one where that is summed
	last      nest // of the last axis
	across    bool // the last axis is kept
	width     int  // of the last axis
	rows      int  // runs along the last axis for each of the kept indices
	tile      int  // vectors that are summed at a time
	group     int  // kept indices of a task
	chunk     int  // rows of a task; where across is false and there is one row, elements of it
	chunks    int
	part      int // elements of the last axis of a task, where it is kept
	parts     int
	keptCount int
}

// reduce emits phases that reduce e(from…), computed over s, to kept, which is s with 1 for the summed axes.
func (c *compiler) reduce(kind op.ReduceKind, e *expr.Expr, s, kept graph.Shape, from []value, to value) {
	types := []graph.Type{{Shape: kept}}
	for _, v := range from {
		types = append(types, v.Type)
	}
	n := newNest(s, types)
	_ = n
	_ = math.Inf
	_ = wasmasm.PageBytes
}
