package nn

import (
	"context"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// narrowDevice is a device in whose stores some values are whole numbers of 8 bits. A session has all that persists in f32,
// whatever of it the device keeps.
type narrowDevice struct {
	plan.Device
	narrow map[string]bool // names
}

// narrowing returns a device for a net that was read from another format: dev itself where the net has no weights of 8 bits.
func narrowing(dev plan.Device, s *Summary) (plan.Device, error) {
	if s.Text != "" {
		return dev, nil
	}
	g, err := train.PredictionGraph(s.model, 1)
	if err != nil {
		return nil, err
	}
	narrow := map[string]bool{}
	for _, v := range g.Values {
		if v.Role == graph.State && v.Type == graph.I8 {
			narrow[v.Name] = true
		}
	}
	if len(narrow) == 0 {
		return dev, nil
	}
	return &narrowDevice{dev, narrow}, nil
}

// Move continues on another device with all weights; see train.Session.Move.
func (n *Net) Move(ctx context.Context, dev plan.Device) error {
	dev, err := narrowing(dev, n.Summary)
	if err != nil {
		return err
	}
	return n.Session.Move(ctx, dev)
}

// NewStore makes a store that narrows what is written to it.
func (d *narrowDevice) NewStore() (plan.Store, error) {
	s, err := d.Device.NewStore()
	if err != nil {
		return nil, err
	}
	return &narrowStore{s, d.narrow}, nil
}

// Compile compiles for the store behind a narrowing one.
func (d *narrowDevice) Compile(ctx context.Context, p *plan.Program, s plan.Store) (plan.Executable, error) {
	if narrow, ok := s.(*narrowStore); ok {
		s = narrow.Store
	}
	return d.Device.Compile(ctx, p, s)
}

type narrowStore struct {
	plan.Store
	narrow map[string]bool
}

func (s *narrowStore) Write(name string, t plan.Tensor) error {
	if s.narrow[name] {
		t = int8s(t)
	}
	return s.Store.Write(name, t)
}

func (s *narrowStore) Fetch(names ...string) plan.Reading {
	read := s.Store.Fetch(names...)
	return func(ctx context.Context) ([]plan.Tensor, error) {
		ts, err := read(ctx)
		for i, t := range ts {
			ts[i] = float32s(t)
		}
		return ts, err
	}
}

// int8s returns whole numbers that are f32 as what they are.
func int8s(t plan.Tensor) plan.Tensor {
	out := make([]int8, len(t.F32))
	for i, v := range t.F32 {
		out[i] = int8(v)
	}
	return plan.Int8s(t.Shape, out...)
}

// float32s returns numbers of 8 bits as f32, and others as they are.
func float32s(t plan.Tensor) plan.Tensor {
	if t.Type != graph.I8 {
		return t
	}
	out := make([]float32, len(t.I8))
	for i, v := range t.I8 {
		out[i] = float32(v)
	}
	return plan.Float32s(t.Shape, out...)
}
