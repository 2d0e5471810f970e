package cpu

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// elementwise evaluates expressions over a range of a shape, block by block: each instruction is one loop over a block
// that stays in the first-level cache.
type elementwise struct {
	prog  *expr.Program
	in    []source
	block int // elements worked on at a time
	lanes []lane
}

// source is one variable. It has the shape itself, or is broadcast to it, or holds other numbers than float32: then its
// blocks are filled by its layout.
type source struct {
	operand
	layout
	same         bool
	period, span int // see layout.repeats
}

// lane is what one thread works with.
type lane struct {
	vars, outs [][]float32
	regs       []float32
	filled     []filled // one a source
}

// filled is the block of a source that is not the same as the shape.
type filled struct {
	cursor
	data  []float32
	until int // blocks that end here at the latest can use it again
}

const (
	blockSize = 512
	maxPeriod = 4096
)

func newElementwise(c *compiler, exprs []*expr.Expr, shape graph.Shape, in []operand, outs int) *elementwise {
	e := &elementwise{block: 1} // a multiple of the sources' periods, as long as that is small
	for _, o := range in {
		s := source{operand: o, layout: newLayout(o.shape, shape)}
		s.same = o.f32 != nil && o.shape.Elems() == shape.Elems()
		if s.period, s.span = s.repeats(maxPeriod); !s.same && s.period > 0 {
			if n := e.block / gcd(e.block, s.period) * s.period; n <= maxPeriod {
				e.block = n
			}
		}
		e.in = append(e.in, s)
	}
	e.block *= max(1, blockSize/e.block)
	var values []float64
	moved := make([]*expr.Expr, len(exprs))
	for i, x := range exprs {
		moved[i] = withoutConstants(x, len(in), &values)
	}
	e.prog = expr.Compile(moved...)
	constants := make([][]float32, len(values))
	for i, v := range values {
		constants[i] = c.floats(e.block)
		for k := range constants[i] {
			constants[i][k] = float32(v)
		}
	}
	for range c.threads {
		l := lane{filled: make([]filled, len(in)), outs: make([][]float32, outs), regs: c.floats(e.block * len(e.prog.Instrs))}
		for i, s := range e.in {
			if !s.same {
				l.filled[i] = filled{cursor: newCursor(s.layout), data: c.floats(e.block)}
			}
		}
		l.vars = append(make([][]float32, len(in)), constants...)
		e.lanes = append(e.lanes, l)
	}
	return e
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// withoutConstants writes variables from first on in place of e's constants, which it adds to values: their blocks are
// filled once for all runs.
func withoutConstants(e *expr.Expr, first int, values *[]float64) *expr.Expr {
	if e.Op == expr.Const {
		k := slices.IndexFunc(*values, func(v float64) bool { return math.Float64bits(v) == math.Float64bits(e.Value) })
		if k < 0 {
			k = len(*values)
			*values = append(*values, e.Value)
		}
		return expr.V(first + k)
	}
	if e.Op == expr.Var {
		return e
	}
	moved := *e
	moved.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		moved.Args[i] = withoutConstants(a, first, values)
	}
	return &moved
}

// run evaluates elements lo to hi on thread t. out(j, lo, hi) is where result j of elements lo to hi goes.
func (e *elementwise) run(t, lo, hi int, out func(j, lo, hi int) []float32) {
	for at := lo; at < hi; at += e.block {
		e.runBlock(t, at, min(hi, at+e.block), at == lo, out)
	}
}

// runBlock evaluates a block; all but the first of a run begin where the block before them ended.
func (e *elementwise) runBlock(t, lo, hi int, first bool, out func(j, lo, hi int) []float32) {
	l := &e.lanes[t]
	for i := range e.in {
		s, f := &e.in[i], &l.filled[i]
		if s.same {
			l.vars[i] = s.f32[lo:hi]
			continue
		}
		if first || hi > f.until {
			s.fill(f, lo, hi)
			f.until = 0
			if s.period > 0 && e.block%s.period == 0 {
				f.until = (lo/s.span + 1) * s.span
			}
		}
		l.vars[i] = f.data[:hi-lo]
	}
	for i := len(e.in); i < len(l.vars); i++ {
		l.vars[i] = l.vars[i][:hi-lo]
	}
	for j := range l.outs {
		l.outs[j] = out(j, lo, hi)
	}
	l.regs = e.prog.Run(l.vars, l.outs, l.regs)
}

// fill writes elements lo to hi of s into f's block.
func (s *source) fill(f *filled, lo, hi int) {
	f.seek(lo)
	step := s.step()
	for dst := f.data[:hi-lo]; len(dst) > 0; {
		k, n := f.next(len(dst))
		run := dst[:n]
		switch {
		case s.f32 == nil:
			for i := range run {
				run[i] = s.number(k + i*step)
			}
		case step == 0:
			v := s.f32[k]
			for i := range run {
				run[i] = v
			}
		default: // the last axis that is not stretched: its elements lie side by side
			copy(run, s.f32[k:])
		}
		dst = dst[n:]
	}
}

func (s *source) number(k int) float32 {
	if s.i32 != nil {
		return float32(s.i32[k])
	}
	if s.i8 != nil {
		return float32(s.i8[k])
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
