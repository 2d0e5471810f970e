package simd

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// kernels emits, for each primitive, the phases of a step. Files register theirs in init.
var kernels = map[string]func(c *compiler){}

// compiler is what a kernel is emitted with: one step of a program.
type compiler struct {
	*target
	node    *graph.Node
	in, out []graph.Type // of the step's slots; in also holds the epilogue's inputs, behind the first node.Arity
	kernel  *kernel
}

// target is the module that is being made.
type target struct {
	module  *wasmasm.Module
	threads int  // how many there are at most; only the size of scratch memory may depend on it
	relaxed bool // the engine has relaxed SIMD
	made    map[string]*kernel
}

// kernel is an emitted step: steps that differ in nothing but addresses share it.
type kernel struct {
	phases  []phase
	scratch int // bytes
}

type phase struct {
	fn    *wasmasm.Func
	tasks int
}

// task is a phase's function while it is emitted. Its parameters are the number of the task, that of the thread, and where
// the step's scratch memory, inputs and outputs begin, which are multiples of 64.
type task struct {
	*wasmasm.Func
	c                      *compiler
	index, thread, scratch wasmasm.I32
	in, out                []wasmasm.I32
	// integer says that tiles sum products of whole numbers: their words are pairs of 16 bits instead of one f32.
	integer bool
	// lanewise says that tiles multiply the lanes of x and w with each other, instead of a number of x with those of w.
	lanewise bool
}

// phase emits a phase of n tasks, each of which runs body. Everything written in one phase is there in the next; tasks of
// one phase must not write what another of them reads or writes.
func (c *compiler) phase(n int, body func(t *task)) {
	name := c.node.Op + " " + strconv.Itoa(len(c.kernel.phases))
	if c.node.Layer != "" {
		name += " " + c.node.Layer
	}
	t := &task{Func: c.module.Func(name), c: c}
	t.index, t.thread, t.scratch = t.ParamI32("task"), t.ParamI32("thread"), t.ParamI32("scratch")
	for i := range c.in {
		t.in = append(t.in, t.ParamI32("in"+strconv.Itoa(i)))
	}
	for i := range c.out {
		t.out = append(t.out, t.ParamI32("out"+strconv.Itoa(i)))
	}
	body(t)
	c.kernel.phases = append(c.kernel.phases, phase{t.Func, n})
}

// align is what the beginnings of slots and scratch areas are multiples of: a line of the cache.
const align = 64

// alloc takes scratch memory that all tasks share: bytes from t.scratch + the result on. It holds what the last phase or
// run left there, at first zeros.
func (c *compiler) alloc(bytes int) (offset int) {
	offset = c.kernel.scratch
	c.kernel.scratch += roundUp(bytes, align)
	return offset
}

// allocThreads takes scratch memory of which each thread has a part of its own: thread k's begins at
// t.scratch + offset + k·pitch.
func (c *compiler) allocThreads(bytes int) (offset, pitch int) {
	pitch = roundUp(bytes, align) + align // neighbours neither share a line nor lie a power of two apart
	return c.alloc(pitch * c.threads), pitch
}

// own is the address of the thread's part.
func (t *task) own(offset, pitch int) wasmasm.I32 {
	return t.scratch.Add(t.thread.Mul(t.I32(pitch))).Add(t.I32(offset))
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }

// blocks cuts n elements into tasks of about size elements, a multiple of unit.
func blocks(n, size, unit int) (count, length int) {
	length = max(unit, size/unit*unit)
	return (n + length - 1) / length, length
}

// emit returns the step's kernel, made now or for an earlier step that is the same.
func (t *target) emit(s plan.Step) (*kernel, error) {
	emit := kernels[s.Node.Op]
	if emit == nil {
		return nil, fmt.Errorf("simd: %s: %w", s.Node.Op, graph.ErrUnsupported)
	}
	key := describe(s)
	if k := t.made[key]; k != nil {
		return k, nil
	}
	c := &compiler{target: t, node: s.Node, kernel: &kernel{}}
	for i := range s.In {
		c.in = append(c.in, graph.Type{Shape: s.Node.In[i].Shape, Type: s.Node.In[i].Type})
	}
	for i := range s.Out {
		c.out = append(c.out, graph.Type{Shape: s.Node.Out[i].Shape, Type: s.Node.Out[i].Type})
	}
	emit(c)
	if err := t.module.Err(); err != nil {
		return nil, fmt.Errorf("simd: %s: %w", s.Node.Op, err)
	}
	t.made[key] = c.kernel
	return c.kernel, nil
}

// describe tells all of a step that its code depends on.
func describe(s plan.Step) string {
	var b strings.Builder
	n := s.Node
	fmt.Fprintf(&b, "%s %+v %v %d", n.Op, n.Attrs, n.Epilogue, n.Arity)
	if a, ok := n.Attrs.(op.ConvPoolAttrs); ok {
		fmt.Fprint(&b, " ", a.Epilogue)
	}
	for i := range s.In {
		fmt.Fprint(&b, " ", n.In[i].Type, n.In[i].Shape)
	}
	for i := range s.Out {
		fmt.Fprint(&b, " > ", n.Out[i].Type, n.Out[i].Shape)
	}
	return b.String()
}
