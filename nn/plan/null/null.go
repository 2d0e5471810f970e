package null

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Device checks programs and remembers them. Every number that it yields is 0.
type Device struct {
	mu       sync.Mutex
	programs []*plan.Program
}

// Fused lists every primitive that only the planner makes.
var Fused = []string{op.ConvPool, op.ConvGradWeightPooled, op.ConvGradInputPooled}

// New returns a device that takes every fused primitive.
func New() *Device { return &Device{} }

// Info describes the device.
func (d *Device) Info() plan.Info {
	return plan.Info{Backend: "null", Adapter: "nothing", Threads: 1, Fused: Fused}
}

// Programs returns what was compiled so far.
func (d *Device) Programs() []*plan.Program {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.programs)
}

// Close does nothing.
func (d *Device) Close() error { return nil }

// store keeps types alone.
type store struct {
	mu     sync.Mutex
	values map[string]graph.Type
	closed bool
}

// NewStore makes an empty store.
func (d *Device) NewStore() (plan.Store, error) { return &store{values: map[string]graph.Type{}}, nil }

func (s *store) Write(name string, t plan.Tensor) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	v, ok := s.values[name]
	if !ok {
		v = graph.Type{Shape: t.Shape.Clone(), Type: t.Type}
	}
	if err := t.Check(name, v.Type, v.Shape); err != nil {
		return err
	}
	s.values[name] = v
	return nil
}

func (s *store) Fetch(names ...string) plan.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return plan.Failed(graph.ErrClosed)
	}
	var out []plan.Tensor
	for _, n := range names {
		v, ok := s.values[n]
		if !ok {
			return plan.Failed(plan.Unknown("value", n))
		}
		out = append(out, zeros(v))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

func zeros(t graph.Type) plan.Tensor {
	out := plan.Tensor{Shape: t.Shape, Type: t.Type}
	switch n := t.Shape.Elems(); t.Type {
	case graph.F32:
		out.F32 = make([]float32, n)
	case graph.U8:
		out.U8 = make([]uint8, n)
	case graph.I8:
		out.I8 = make([]int8, n)
	default:
		out.I32 = make([]int32, n)
	}
	return out
}

type executable struct {
	p      *plan.Program
	closed bool
}

// Compile returns an error if Check finds one, or if the store does not hold what p needs.
func (d *Device) Compile(_ context.Context, p *plan.Program, st plan.Store) (plan.Executable, error) {
	s, ok := st.(*store)
	if !ok {
		return nil, errors.New("null: the store belongs to another device")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, graph.ErrClosed
	}
	for _, b := range p.Persistent {
		v, ok := s.values[b.Name]
		if !ok {
			return nil, plan.Unknown("value", b.Name)
		}
		if v.Shape.Elems() != b.Shape.Elems() || v.Type != b.Type.Type {
			return nil, graph.Shapef("%s: the store has %v%v, the program wants %v%v", b.Name, v.Type, v.Shape, b.Type.Type, b.Shape)
		}
	}
	if err := Check(p); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.programs = append(d.programs, p)
	return &executable{p: p}, nil
}

func (e *executable) Run(in ...plan.Tensor) error {
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
	}
	return nil
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
		out = append(out, zeros(b.Type))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (e *executable) Stats() plan.Stats {
	return plan.Stats{Steps: len(e.p.Steps), MemoryBytes: e.p.MemoryBytes()}
}

func (e *executable) Close() error {
	e.closed = true
	return nil
}
