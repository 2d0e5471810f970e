package conform

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// maxMemoryBytes bounds what a program of a case may take: reference cases are small, a lying one shall not take all.
const maxMemoryBytes = 2 << 30

// session runs the models of a case on a device; they share parameters and states by name.
type session struct {
	dev     plan.Device
	store   plan.Store
	written map[string]bool
}

func newSession(dev plan.Device) (*session, error) {
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	return &session{dev, st, map[string]bool{}}, nil
}

func (s *session) close() { s.store.Close() }

// program is a compiled model.
type program struct {
	*model
	s    *session
	plan *plan.Program
	plan.Executable
}

// compile plans m and compiles it. Parameters and states that are not in the store yet start from the case's tensors,
// or, where they stand for none, as the graph says.
func (s *session) compile(ctx context.Context, m *model) (*program, error) {
	p := plan.Build(m.G, plan.Options{Fused: s.dev.Info().Fused})
	if n := p.MemoryBytes() + p.PersistentBytes(); n > maxMemoryBytes || n < 0 {
		return nil, fmt.Errorf("the program takes %d bytes, want at most %d", n, maxMemoryBytes)
	}
	for _, b := range p.Persistent {
		if s.written[b.Name] {
			continue
		}
		t, err := m.start(b)
		if err != nil {
			return nil, err
		}
		if err := s.store.Write(b.Name, t); err != nil {
			return nil, err
		}
		s.written[b.Name] = true
	}
	e, err := s.dev.Compile(ctx, p, s.store)
	if err != nil {
		return nil, err
	}
	return &program{m, s, p, e}, nil
}

// start returns the first content of a parameter or state.
func (m *model) start(b plan.Binding) (plan.Tensor, error) {
	if v, ok := m.values[b.Name]; ok {
		t, err := m.given(v.key)
		return v.to(t), err
	}
	v := m.G.Find(b.Name)
	if v == nil || v.Init.Kind != graph.InitConst || v.Type != graph.F32 {
		return plan.Tensor{}, fmt.Errorf("no tensor of the case stands for %s %s", v.Role, b.Name)
	}
	t := plan.Tensor{Shape: v.Shape, F32: make([]float32, v.Shape.Elems())}
	for i := range t.F32 {
		t.F32[i] = float32(v.Init.A)
	}
	return t, nil
}

// run enqueues one run with inputs by key, in the reference's layout.
func (p *program) run(given func(key string) (plan.Tensor, error)) error {
	in := make([]plan.Tensor, len(p.plan.Inputs))
	for i, b := range p.plan.Inputs {
		v, ok := p.values[b.Name]
		if !ok {
			return fmt.Errorf("no tensor of the case stands for input %s", b.Name)
		}
		t, err := given(v.key)
		if err != nil {
			return err
		}
		in[i] = v.to(t)
	}
	return p.Run(in...)
}
