package cpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.CopyOp] = func(c *compiler) func() {
		if c.in[0].i32 != nil {
			return copyKernel(c, c.in[0].i32, c.out[0].i32)
		}
		return copyKernel(c, c.in[0].f32, c.out[0].f32)
	}
}

// maxCopyRow is how many elements a row of a copy has at most, unless its last axis is longer.
const maxCopyRow = 4096

// rearrangement says where the elements of a CopyOp come from. Every input axis follows one output axis, so the place in
// the input is a sum of parts, one an output axis, that tables hold. The last axes are one row with one table.
type rearrangement struct {
	size  []int   // of the axes before a row
	part  [][]int // of each index along each of them; outside where nothing is there to copy
	start int     // what does not depend on an index
	row   []piece
	n     int // elements of a row
}

// piece is a stretch of a row whose elements are neighbours in the input as well, or are all 0.
type piece struct{ to, from, n int }

const outside = -1 << 62

func newRearrangement(a op.CopyAttrs, in graph.Shape) *rearrangement {
	r := &rearrangement{n: 1}
	part := make([][]int, len(a.Shape))
	for i, d := range a.Shape {
		part[i] = make([]int, d)
	}
	add := func(to *int, k, i int) {
		if e := a.Axes[k].Every; e > 1 && i%e != 0 {
			*to = outside
			return
		} else if e > 1 {
			i /= e
		}
		if i < 0 || i >= in[k] {
			*to = outside
		} else if *to != outside {
			*to += i * in[k+1:].Elems()
		}
	}
	for k, ax := range a.Axes {
		if ax.From < 0 {
			add(&r.start, k, ax.Start)
			continue
		}
		for o := range part[ax.From] {
			add(&part[ax.From][o], k, ax.Start+o*ax.Step)
		}
	}
	axes := len(a.Shape)
	for axes > 0 && (r.n == 1 || r.n*a.Shape[axes-1] <= maxCopyRow) {
		axes--
		r.n *= a.Shape[axes]
	}
	r.size, r.part = a.Shape[:axes], part[:axes]
	for i := range r.n {
		r.put(i, sumParts(part[axes:], a.Shape[axes:], i))
	}
	return r
}

// put adds the row's element i, which comes from from, to the pieces.
func (r *rearrangement) put(i, from int) {
	if k := len(r.row) - 1; k >= 0 {
		if p := &r.row[k]; from == outside && p.from == outside || from != outside && from == p.from+p.n {
			p.n++
			return
		}
	}
	r.row = append(r.row, piece{i, from, 1})
}

// sumParts returns where element i of the axes of size lies, as far as these tell.
func sumParts(part [][]int, size []int, i int) int {
	at := 0
	for a := len(size) - 1; a >= 0; a-- {
		p := part[a][i%size[a]]
		if p == outside {
			return outside
		}
		at += p
		i /= size[a]
	}
	return at
}

func copyKernel[T float32 | int32](c *compiler, x, y []T) func() {
	r := newRearrangement(c.node.Attrs.(op.CopyAttrs), c.in[0].shape)
	rows := c.out[0].shape.Elems() / r.n
	tasks, bounds := blocks(rows, maxCopyRow/r.n, 1)
	return func() {
		c.parallel(tasks, func(_, i int) {
			lo, hi := bounds(i)
			for o := lo; o < hi; o++ {
				copyRow(r, x, y[o*r.n:(o+1)*r.n], o)
			}
		})
	}
}

// copyRow writes row o of the output.
func copyRow[T float32 | int32](r *rearrangement, x, y []T, o int) {
	at := sumParts(r.part, r.size, o)
	if at == outside || r.start == outside {
		clear(y)
		return
	}
	at += r.start
	for _, p := range r.row {
		switch to := y[p.to : p.to+p.n]; {
		case p.from == outside:
			clear(to)
		case p.n == 1:
			to[0] = x[at+p.from]
		default:
			copy(to, x[at+p.from:])
		}
	}
}
