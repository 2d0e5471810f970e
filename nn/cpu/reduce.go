package cpu

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A reduction is cut into chunks along the first axis that it sums, whatever the number of threads; their results are
// put together in order.
func init() {
	kernels[op.ReduceOp] = func(c *compiler) func() {
		a := c.node.Attrs.(op.ReduceAttrs)
		s := op.ReduceOver(c.node)
		n := s.Elems()
		e := newElementwise(c, []*expr.Expr{a.Expr}, s, c.in, 1)
		y := c.out[0].f32[:c.out[0].shape.Elems()]
		start := float32(0)
		if a.Kind == op.ReduceMax {
			start = float32(math.Inf(-1))
		}
		values := c.perThread(e.block)
		chunks, bounds := blocks(n, 64*e.block, e.block)
		partial := c.floats(chunks * len(y))
		at := newReduceIndex(a, s)
		return func() {
			c.parallel(chunks, func(t, i int) {
				sums := partial[i*len(y) : (i+1)*len(y)]
				for k := range sums {
					sums[k] = start
				}
				lo, hi := bounds(i)
				for b := lo; b < hi; b += e.block {
					end := min(hi, b+e.block)
					e.run(t, b, end, func(_, lo, hi int) []float32 { return values[t][lo-b : hi-b] })
					at.add(a.Kind, sums, values[t][:end-b], b)
				}
			})
			for k := range y {
				y[k] = start
			}
			for i := range chunks {
				for k, v := range partial[i*len(y) : (i+1)*len(y)] {
					y[k] = combine(a.Kind, y[k], v)
				}
			}
		}
	}
}

func combine(k op.ReduceKind, a, b float32) float32 {
	if k == op.ReduceMax {
		return max(a, b)
	}
	return a + b
}

// reduceIndex tells to which result element i belongs: runs along the last axis either go to one result or to
// consecutive ones.
type reduceIndex struct {
	shape   graph.Shape
	own, to []int
	last    int // length of the last axis
	spread  bool
}

func newReduceIndex(a op.ReduceAttrs, s graph.Shape) *reduceIndex {
	a.Keep = true
	kept := a.Output(s)
	r := &reduceIndex{shape: s, own: s.Strides(), to: graph.BroadcastStrides(kept, s), last: 1}
	if len(s) > 0 {
		r.last = s[len(s)-1]
		r.spread = r.to[len(s)-1] != 0
	}
	return r
}

func (r *reduceIndex) result(i int) int {
	k := 0
	for a, st := range r.to {
		if st != 0 {
			k += i / r.own[a] % r.shape[a] * st
		}
	}
	return k
}

// add puts values, elements from first on, to their results.
func (r *reduceIndex) add(kind op.ReduceKind, results, values []float32, first int) {
	for len(values) > 0 {
		run := values[:min(len(values), r.last-first%r.last)]
		k := r.result(first)
		switch {
		case r.spread && kind == op.ReduceSum:
			for i, v := range run {
				results[k+i] += v
			}
		case r.spread:
			for i, v := range run {
				results[k+i] = max(results[k+i], v)
			}
		default:
			acc := results[k]
			for _, v := range run {
				acc = combine(kind, acc, v)
			}
			results[k] = acc
		}
		first += len(run)
		values = values[len(run):]
	}
}
