package cpu

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// elementwise evaluates expressions over a range of a shape, block by block: each instruction is one loop over a block
// that stays in the first-level cache.
type elementwise struct {
	prog  *expr.Program
	shape graph.Shape
	in    []source
	block int // elements worked on at a time
	// For each thread: the variables' blocks and the instructions' scratch.
	vars [][][]float32
	fill [][][]float32
	regs [][]float32
	outs [][][]float32
}

// source is one variable: where element i of the shape lies in it.
type source struct {
	operand
	kind    sourceKind
	period  int   // of a cyclic source: the length of the last axes that it has
	strides []int // of a general one
}

type sourceKind uint8

const (
	same    sourceKind = iota // element i is i
	cyclic                    // element i is i mod period; a scalar has period 1
	general                   // by strides
)

const (
	blockSize = 512
	maxCycle  = 4096
)

func newElementwise(c *compiler, exprs []*expr.Expr, shape graph.Shape, in []operand, outs int) *elementwise {
	e := &elementwise{prog: expr.Compile(exprs...), shape: shape, block: blockSize}
	cycle := 1 // blocks are a multiple of the cyclic sources' period; there is one period beside 1
	for _, o := range in {
		s := source{operand: o, strides: graph.BroadcastStrides(o.shape, shape)}
		s.period = graph.Period(o.shape, shape)
		switch {
		case o.f32 != nil && o.shape.Elems() == shape.Elems():
			s.kind = same
		case s.period == 1 || s.period > 1 && s.period <= maxCycle && (cycle == 1 || cycle == s.period):
			s.kind, cycle = cyclic, max(cycle, s.period)
		default:
			s.kind = general
		}
		e.in = append(e.in, s)
	}
	e.block = max(cycle, blockSize/cycle*cycle)
	for range c.threads {
		vars, fill := make([][]float32, len(in)), make([][]float32, len(in))
		for i := range fill {
			if e.in[i].kind != same {
				fill[i] = c.floats(e.block)
			}
		}
		e.vars, e.fill = append(e.vars, vars), append(e.fill, fill)
		e.regs = append(e.regs, c.floats(e.block*len(e.prog.Instrs)))
		e.outs = append(e.outs, make([][]float32, outs))
	}
	return e
}

// run evaluates elements lo to hi on thread t. out(j) is where result j of the elements from lo on goes.
func (e *elementwise) run(t, lo, hi int, out func(j, lo, hi int) []float32) {
	for at := lo; at < hi; {
		n := min(e.block, hi-at)
		for i := range e.in {
			e.vars[t][i] = e.in[i].load(e.fill[t][i], e.shape, at, n, at == lo)
		}
		for j := range e.outs[t] {
			e.outs[t][j] = out(j, at, at+n)
		}
		e.regs[t] = e.prog.Run(e.vars[t], e.outs[t], e.regs[t])
		at += n
	}
}

func (s *source) load(fill []float32, shape graph.Shape, at, n int, first bool) []float32 {
	switch s.kind {
	case same:
		return s.f32[at : at+n]
	case cyclic:
		if first { // later blocks of a run begin at the same phase
			s.cycle(fill[:n], at)
		}
		return fill[:n]
	}
	fill = fill[:n]
	own := shape.Strides()
	for i := range fill {
		at, k := at+i, 0
		for a, st := range s.strides {
			if st != 0 {
				k += at / own[a] % shape[a] * st
			}
		}
		fill[i] = s.number(k)
	}
	return fill
}

func (s *source) cycle(fill []float32, at int) {
	k := at % s.period
	for i := range fill {
		fill[i] = s.number(k)
		if k++; k == s.period {
			k = 0
		}
	}
}

func (s *source) number(k int) float32 {
	if s.f32 != nil {
		return s.f32[k]
	}
	if s.i32 != nil {
		return float32(s.i32[k])
	}
	return float32(s.u8[k])
}

func init() {
	kernels[op.MapOp] = func(c *compiler) func() {
		exprs := c.node.Attrs.(op.MapAttrs).Exprs
		shape := c.out[0].shape
		e := newElementwise(c, exprs, shape, c.in, len(c.out))
		tasks, bounds := blocks(shape.Elems(), 32*e.block, e.block)
		out := func(j, lo, hi int) []float32 { return c.out[j].f32[lo:hi] }
		return func() {
			c.parallel(tasks, func(t, i int) {
				lo, hi := bounds(i)
				e.run(t, lo, hi, out)
			})
		}
	}
}

// epilogue returns what applies the step's epilogue to elements lo to hi of its first output.
func (c *compiler) epilogue() func(thread, lo, hi int) {
	n := c.node
	return c.postOf(n.Epilogue, c.in[n.Arity:], c.out[0])
}

// postOf applies an epilogue in place. Adding a bias to each channel and cutting at 0, by far the most frequent ones,
// have loops of their own: 0.4 instead of 1.6 ms a million elements in WebAssembly.
func (c *compiler) postOf(e *expr.Expr, extra []operand, out operand) func(thread, lo, hi int) {
	if e == nil {
		return func(int, int, int) {}
	}
	last := out.shape[max(0, len(out.shape)-1):]
	if floor, ok := matchBias(e); ok && len(extra) == 1 && extra[0].f32 != nil && len(last) == 1 && extra[0].shape.Equal(last) {
		b, channels := extra[0].f32, last[0]
		return func(_, lo, hi int) {
			for at := lo; at < hi; {
				c := at % channels // a range may begin and end anywhere
				row := out.f32[at:min(hi, at+channels-c)]
				for i, v := range b[c : c+len(row)] {
					row[i] = max(row[i]+v, floor)
				}
				at += len(row)
			}
		}
	}
	whole := newElementwise(c, []*expr.Expr{e}, out.shape, append([]operand{out}, extra...), 1)
	return func(t, lo, hi int) {
		whole.run(t, lo, hi, func(_, lo, hi int) []float32 { return out.f32[lo:hi] })
	}
}

// matchBias recognises $0 + $1 and max($0 + $1, 0), and returns the value below which results are cut.
func matchBias(e *expr.Expr) (floor float32, ok bool) {
	floor = float32(math.Inf(-1))
	if e.Op == expr.Max && e.Args[1].Op == expr.Const && e.Args[1].Value == 0 {
		e, floor = e.Args[0], 0
	}
	ok = e.Op == expr.Add && e.Args[0].Op == expr.Var && e.Args[1].Op == expr.Var && e.Args[0].Index != e.Args[1].Index
	return floor, ok
}
