package simd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// executable is a program as a module.
type executable struct {
	d      *Device
	p      *plan.Program
	slots  []area
	own    []span // memory that is not the store's
	module module
	bytes  int
	closed bool
	guard  *guard
}

// Compile emits the module and has the engine compile it.
func (d *Device) Compile(ctx context.Context, p *plan.Program, st plan.Store) (plan.Executable, error) {
	s, ok := st.(*store)
	if !ok || s.d != d {
		return nil, errors.New("simd: the store belongs to another device")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := s.check(); err != nil {
		return nil, err
	}
	e := &executable{d: d, p: p, slots: make([]area, len(p.Slots))}
	if err := e.build(ctx, s); err != nil {
		e.release()
		return nil, err
	}
	return e, nil
}

func (e *executable) build(ctx context.Context, s *store) error {
	d, p := e.d, e.p
	if need, free := p.MemoryBytes(), d.heap.room(); need > free {
		return fmt.Errorf("simd: the net needs %d MiB beside its weights, %d MiB of %d MiB are free; use a smaller batch, picture or layer: %w",
			need>>20, free>>20, d.heap.max>>20, graph.ErrOutOfMemory)
	}
	for _, b := range p.Persistent {
		v, ok := s.values[b.Name]
		if !ok {
			return plan.Unknown("value", b.Name)
		}
		if v.Shape.Elems() != b.Shape.Elems() || v.Type.Type != b.Type.Type {
			return graph.Shapef("%s: the store has %v%v, the program wants %v%v", b.Name, v.Type.Type, v.Shape, b.Type.Type, b.Shape)
		}
		e.slots[b.Slot] = v
	}
	for i, sl := range p.Slots {
		if e.slots[i].at == 0 {
			a, err := d.newArea(graph.Type{Shape: graph.Shape{sl.Elems}, Type: sl.Type})
			if err != nil {
				return err
			}
			e.slots[i] = a
			e.keep(a.at, a.bytes())
		}
	}
	for _, c := range p.Constants {
		d.host.write(e.slots[c.Slot].at, bytesOf(c.Data))
	}
	at := make([]int, len(e.slots))
	for i, a := range e.slots {
		at[i] = a.at
	}
	var err error
	if e.guard, err = e.newGuard(); err != nil {
		return err
	}
	code, err := emitModule(newTarget(d.engine.threads, d.engine.relaxed), p, at, d.engine.bytes/pageBytes, d.engine.shared, e.guard, e.alloc)
	if err != nil {
		return err
	}
	e.module, err = d.host.load(ctx, code)
	return err
}

const pageBytes = 64 << 10

// alloc returns where memory of the executable's own begins, filled with zeros.
func (e *executable) alloc(bytes int) (int, error) {
	at, err := e.d.heap.alloc(bytes)
	if err == nil {
		e.keep(at, bytes)
		e.d.host.clear(at, bytes)
	}
	return at, err
}

func (e *executable) keep(at, bytes int) {
	e.own = append(e.own, span{at, bytes})
	e.bytes += bytes
}

func (e *executable) release() {
	for _, s := range e.own {
		e.d.heap.release(s.at, s.bytes)
	}
	e.own = nil
	if e.module != nil {
		e.module.close()
	}
	e.closed = true
}

func (e *executable) check() error {
	if e.closed {
		return graph.ErrClosed
	}
	return e.d.check()
}

// accept checks whether a run with these inputs can be done.
func (e *executable) accept(in []plan.Tensor) error {
	if err := e.check(); err != nil {
		return err
	}
	if len(in) != len(e.p.Inputs) {
		return graph.Shapef("run: got %d inputs, want %d", len(in), len(e.p.Inputs))
	}
	for i, b := range e.p.Inputs {
		if err := in[i].Check(b.Name, b.Type.Type, b.Shape); err != nil {
			return err
		}
	}
	return nil
}

func (e *executable) Run(in ...plan.Tensor) error {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	if err := e.accept(in); err != nil {
		return err
	}
	return e.d.lose(e.run(in))
}

// Profile is that of plan.Profiler. A run that a lost thread has broken is not done again.
func (e *executable) Profile(ctx context.Context, runs int, in ...plan.Tensor) ([]time.Duration, error) {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	if err := e.accept(in); err != nil {
		return nil, err
	}
	begin := func() error {
		e.write(in)
		return nil
	}
	return plan.TimeSteps(ctx, runs, len(e.p.Steps), begin, func(i int) error { return e.d.lose(e.module.run(i, i+1)) })
}

func (e *executable) write(in []plan.Tensor) {
	for i, b := range e.p.Inputs {
		e.d.write(e.slots[b.Slot], in[i])
	}
}

// run does a run. Where a thread is lost on the way, it makes new threads and does the run again, from what persisted
// before.
func (e *executable) run(in []plan.Tensor) error {
	for again := false; ; again = true {
		e.write(in)
		err := e.module.run(0, len(e.p.Steps))
		if err == nil {
			return nil
		}
		if again || e.d.host.restart() != nil {
			return err
		}
		e.guard.restore(e.d.host)
	}
}

func (e *executable) Fetch(outputs ...string) plan.Reading {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	if err := e.check(); err != nil {
		return plan.Failed(err)
	}
	var out []plan.Tensor
	for _, name := range outputs {
		b, ok := e.p.Output(name)
		if !ok {
			return plan.Failed(plan.Unknown("output", name))
		}
		out = append(out, e.d.read(area{e.slots[b.Slot].at, b.Type}))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (e *executable) Stats() plan.Stats {
	return plan.Stats{Steps: len(e.p.Steps), MemoryBytes: e.bytes}
}

func (e *executable) Close() error {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	if !e.closed {
		e.release()
	}
	return nil
}
