package cpu

import (
	"sync"
	"sync/atomic"

	"github.com/fovea-nn/fovea/nn/graph"
)

// compiler is what a kernel is made from: one step with its memory.
type compiler struct {
	node    *graph.Node
	in, out []operand
	threads int
	scratch int // floats taken beside the slots
}

type operand struct {
	*buffer
	shape graph.Shape
}

// onChange returns what calls f if the operand was written to since the last call.
func (o operand) onChange(f func()) func() {
	seen := -1
	return func() {
		if seen != o.writes {
			f()
			seen = o.writes
		}
	}
}

// kernels makes, for each primitive, the closure that computes a step. Files register theirs in init.
var kernels = map[string]func(c *compiler) func(){}

// floats returns scratch memory that lives as long as the executable.
func (c *compiler) floats(n int) []float32 {
	c.scratch += n
	return make([]float32, n)
}

// perThread returns scratch memory for each goroutine.
func (c *compiler) perThread(n int) [][]float32 {
	s := make([][]float32, c.threads)
	for i := range s {
		s[i] = c.floats(n)
	}
	return s
}

// parallel runs f(thread, task) for every task below n. Which thread gets which task is open: results must not depend
// on it.
func (c *compiler) parallel(n int, f func(thread, task int)) {
	threads := min(c.threads, n)
	if threads <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for t := range threads {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(t, i)
			}
		})
	}
	wg.Wait()
}

// blocks splits n elements into tasks of about size elements, a multiple of unit.
func blocks(n, size, unit int) (count int, bounds func(i int) (lo, hi int)) {
	size = max(unit, size/unit*unit)
	return (n + size - 1) / size, func(i int) (int, int) { return i * size, min(n, (i+1)*size) }
}
