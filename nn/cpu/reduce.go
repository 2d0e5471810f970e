package cpu

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/op"
)

// A reduction whose first axes are kept is cut along them into parts with results of their own. Where the first axis is
// summed, or a part is large, it is cut into chunks whose results are put together in order. What is cut depends on the
// shape alone, not on the number of threads.
func init() {
	kernels[op.ReduceOp] = func(c *compiler) func() {
		a := c.node.Attrs.(op.ReduceAttrs)
		s := op.ReduceOver(c.node)
		e := newElementwise(c, []*expr.Expr{a.Expr}, s, c.in, 1)
		y := c.out[0].f32[:c.out[0].shape.Elems()]
		start := float32(0)
		if a.Kind == op.ReduceMax {
			start = float32(math.Inf(-1))
		}
		kept := a
		kept.Keep = true
		to := newLayout(kept.Output(s), s)
		parts, part := 1, s.Elems()
		if to.stride[0] != 0 {
			parts, part = to.size[0], part/to.size[0]
		}
		size := 64 * e.block
		chunks, bounds := blocks(part, size, e.block)
		group := 1 // parts of a task
		if chunks == 1 {
			group = max(1, size/part)
		}
		results := len(y) / parts
		partial := y
		if chunks > 1 {
			partial = c.floats(chunks * len(y))
		}
		values, cursors := c.perThread(e.block), make([]cursor, c.threads)
		for t := range cursors {
			cursors[t] = newCursor(to)
		}
		return func() {
			c.parallel((parts+group-1)/group*chunks, func(t, i int) {
				first, chunk := i/chunks*group, i%chunks
				end := min(parts, first+group)
				own := partial[chunk*len(y):][:len(y)]
				for k := first * results; k < end*results; k++ {
					own[k] = start
				}
				lo, hi := bounds(chunk)
				lo, hi = first*part+lo, (end-1)*part+hi
				at := &cursors[t]
				at.seek(lo)
				for b := lo; b < hi; b += e.block {
					block := values[t][:min(e.block, hi-b)]
					e.runBlock(t, b, b+len(block), b == lo, func(int, int, int) []float32 { return block })
					gather(at, a.Kind, own, block)
				}
			})
			if chunks == 1 {
				return
			}
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

// gather puts values, the elements from at on, to their results: runs along the last axis either go to one result or to
// consecutive ones.
func gather(at *cursor, kind op.ReduceKind, results, values []float32) {
	spread := at.step() != 0
	for len(values) > 0 {
		k, n := at.next(len(values))
		run := values[:n]
		switch {
		case spread && kind == op.ReduceSum:
			to := results[k : k+n]
			for i, v := range run {
				to[i] += v
			}
		case spread:
			to := results[k : k+n]
			for i, v := range run {
				to[i] = max(to[i], v)
			}
		case kind == op.ReduceSum:
			results[k] += sum(run)
		default:
			acc := results[k]
			for _, v := range run {
				acc = max(acc, v)
			}
			results[k] = acc
		}
		values = values[n:]
	}
}

// sum adds in four interleaved parts, so that an addition need not wait for the one before.
func sum(x []float32) float32 {
	var a, b, c, d float32
	for ; len(x) >= 4; x = x[4:] {
		a += x[0]
		b += x[1]
		c += x[2]
		d += x[3]
	}
	for _, v := range x {
		a += v
	}
	return (a + b) + (c + d)
}
