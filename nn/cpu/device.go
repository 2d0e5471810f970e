package cpu

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Device is the processor, as Go sees it.
type Device struct{ threads int }

// New returns a device that uses the given number of goroutines; 0 means one for each processor.
func New(threads int) *Device {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return &Device{threads}
}

// Info describes the device.
func (d *Device) Info() plan.Info {
	return plan.Info{
		Backend: "cpu", Threads: d.threads,
		Adapter: fmt.Sprintf("pure Go, %d thread%s", d.threads, map[bool]string{true: "s"}[d.threads > 1]),
		Fused:   []string{op.ConvPool, op.ConvGradWeightPooled, op.ConvGradInputPooled},
	}
}

// Close does nothing: there is nothing to release.
func (d *Device) Close() error { return nil }

// buffer is a slot's memory; the slice of its type is set. Who writes to it counts in writes, so that what was made of the
// numbers, as packed filters, is made anew only when they have changed.
type buffer struct {
	f32    []float32
	i32    []int32
	u8     []uint8
	i8     []int8
	writes int
}

// maxBytes is what one store or program may take: Go ends a program that finds no memory, so it must not come to that.
// WebAssembly has 4 GiB in all, of which a data set and the collector need their part.
func maxBytes() int {
	if runtime.GOARCH == "wasm" {
		return 2 << 30
	}
	return 64 << 30
}

func tooLarge(what string, bytes int) error {
	return fmt.Errorf("cpu: %s needs %d MiB, at most %d MiB can be had; use a smaller batch, picture or layer: %w",
		what, bytes>>20, maxBytes()>>20, graph.ErrOutOfMemory)
}

func newBuffer(t graph.DType, n int) (*buffer, error) {
	if n > maxBytes()/t.Bytes() {
		return nil, tooLarge("a value", n*t.Bytes())
	}
	b := &buffer{}
	switch t {
	case graph.F32:
		b.f32 = make([]float32, n)
	case graph.U8:
		b.u8 = make([]uint8, n)
	case graph.I8:
		b.i8 = make([]int8, n)
	default:
		b.i32 = make([]int32, n)
	}
	return b, nil
}

func (b *buffer) write(t plan.Tensor) {
	b.writes++
	copy(b.f32, t.F32)
	copy(b.i32, t.I32)
	copy(b.u8, t.U8)
	copy(b.i8, t.I8)
}

func (b *buffer) read(t graph.Type) plan.Tensor {
	n := t.Shape.Elems()
	out := plan.Tensor{Shape: t.Shape, Type: t.Type}
	out.F32 = append(out.F32, b.f32[:min(n, len(b.f32))]...)
	out.I32 = append(out.I32, b.i32[:min(n, len(b.i32))]...)
	out.U8 = append(out.U8, b.u8[:min(n, len(b.u8))]...)
	out.I8 = append(out.I8, b.i8[:min(n, len(b.i8))]...)
	return out
}

// store is a plan.Store in Go memory.
type store struct {
	mu     sync.Mutex
	values map[string]*stored
	closed bool
}

type stored struct {
	*buffer
	graph.Type
}

// NewStore makes an empty store.
func (d *Device) NewStore() (plan.Store, error) { return &store{values: map[string]*stored{}}, nil }

func (s *store) Write(name string, t plan.Tensor) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	v := s.values[name]
	if v == nil {
		b, err := newBuffer(t.Type, t.Len())
		if err != nil {
			return err
		}
		v = &stored{b, graph.Type{Shape: t.Shape.Clone(), Type: t.Type}}
		s.values[name] = v
	}
	if err := t.Check(name, v.Type.Type, v.Shape); err != nil {
		return err
	}
	v.write(t)
	return nil
}

func (s *store) Fetch(names ...string) plan.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []plan.Tensor
	for _, n := range names {
		v := s.values[n]
		if s.closed {
			return plan.Failed(graph.ErrClosed)
		}
		if v == nil {
			return plan.Failed(plan.Unknown("value", n))
		}
		out = append(out, v.read(v.Type))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.values = true, nil
	return nil
}

// executable is a program as a list of closures over the slots' memory.
type executable struct {
	p      *plan.Program
	slots  []*buffer
	steps  []closure
	memory int
	closed bool
}

// closure computes a step.
type closure struct {
	kernel func()
	out    []operand
}

func (s *closure) run() {
	s.kernel()
	for _, o := range s.out {
		o.writes++
	}
}

// Compile makes the closures. Every shape is known here; nothing is allocated while a program runs.
func (d *Device) Compile(_ context.Context, p *plan.Program, st plan.Store) (plan.Executable, error) {
	s, ok := st.(*store)
	if !ok {
		return nil, errors.New("cpu: the store belongs to another device")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, graph.ErrClosed
	}
	if n := p.MemoryBytes() + p.PersistentBytes(); n > maxBytes() {
		return nil, tooLarge("the net", n)
	}
	e := &executable{p: p, slots: make([]*buffer, len(p.Slots)), memory: p.MemoryBytes()}
	for _, b := range p.Persistent {
		v := s.values[b.Name]
		if v == nil {
			return nil, plan.Unknown("value", b.Name)
		}
		if v.Shape.Elems() != b.Shape.Elems() || v.Type.Type != b.Type.Type {
			return nil, graph.Shapef("%s: the store has %v%v, the program wants %v%v", b.Name, v.Type.Type, v.Shape, b.Type.Type, b.Shape)
		}
		e.slots[b.Slot] = v.buffer
	}
	for i, sl := range p.Slots {
		if e.slots[i] == nil {
			var err error
			if e.slots[i], err = newBuffer(sl.Type, sl.Elems); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range p.Constants {
		copy(e.slots[c.Slot].f32, c.Data)
	}
	for _, step := range p.Steps {
		c := &compiler{node: step.Node, threads: d.threads}
		for i, k := range step.In {
			c.in = append(c.in, operand{e.slots[k], step.Node.In[i].Shape})
		}
		for i, k := range step.Out {
			c.out = append(c.out, operand{e.slots[k], step.Node.Out[i].Shape})
		}
		make := kernels[step.Node.Op]
		if make == nil {
			return nil, fmt.Errorf("cpu: %s: %w", step.Node.Op, graph.ErrUnsupported)
		}
		e.steps = append(e.steps, closure{make(c), c.out})
		e.memory += 4 * c.scratch
	}
	return e, nil
}

// begin checks and writes the inputs of a run.
func (e *executable) begin(in []plan.Tensor) error {
	if e.closed {
		return graph.ErrClosed
	}
	if len(in) != len(e.p.Inputs) {
		return graph.Shapef("run: got %d inputs, want %d", len(in), len(e.p.Inputs))
	}
	for i, b := range e.p.Inputs {
		if err := in[i].Check(b.Name, b.Type.Type, b.Shape); err != nil {
			return err
		}
		e.slots[b.Slot].write(in[i])
	}
	return nil
}

func (e *executable) Run(in ...plan.Tensor) error {
	if err := e.begin(in); err != nil {
		return err
	}
	for i := range e.steps {
		e.steps[i].run()
	}
	return nil
}

// Profile is that of plan.Profiler.
func (e *executable) Profile(ctx context.Context, runs int, in ...plan.Tensor) ([]time.Duration, error) {
	return plan.TimeSteps(ctx, runs, len(e.steps), func() error { return e.begin(in) }, func(i int) error {
		e.steps[i].run()
		return nil
	})
}

func (e *executable) Fetch(outputs ...string) plan.Reading {
	if e.closed {
		return plan.Failed(graph.ErrClosed)
	}
	var out []plan.Tensor
	for _, name := range outputs {
		b, ok := e.p.Output(name)
		if !ok {
			return plan.Failed(plan.Unknown("output", name))
		}
		out = append(out, e.slots[b.Slot].read(b.Type))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (e *executable) Stats() plan.Stats {
	return plan.Stats{Steps: len(e.steps), MemoryBytes: e.memory}
}

func (e *executable) Close() error {
	e.closed, e.slots, e.steps = true, nil, nil
	return nil
}
