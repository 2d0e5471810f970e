//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// executable is a program as one sequence of writes and dispatches.
type executable struct {
	d      *Device
	p      *plan.Program
	slots  []*gpu.Buffer
	own    []*gpu.Buffer // slots and scratch that are not the store's
	seq    *gpu.Sequence
	writes []gpu.Command   // of the inputs
	steps  [][]gpu.Command // by step of the program
	stats  plan.Stats
	closed bool
}

// Compile makes pipelines, as many at once as the browser takes, buffers, and the sequence that a run replays.
func (d *Device) Compile(ctx context.Context, p *plan.Program, st plan.Store) (_ plan.Executable, err error) {
	s, ok := st.(*store)
	if !ok || s.d != d {
		return nil, errors.New("webgpu: the store belongs to another device")
	}
	if err := d.usable(); err != nil {
		return nil, err
	}
	e := &executable{d: d, p: p, slots: make([]*gpu.Buffer, len(p.Slots))}
	defer func() {
		if err != nil {
			e.Close()
		}
	}()
	if err := e.allocate(s); err != nil {
		return nil, err
	}
	dispatches, labels, ends, err := e.lower()
	if err != nil {
		return nil, err
	}
	pipelines := make([]*gpu.ComputePipeline, len(dispatches))
	for i := range dispatches { // the first round starts every compilation, the second waits
		go d.pipeline(ctx, labels[i], dispatches[i].Source)
	}
	for i, x := range dispatches {
		if pipelines[i], err = d.pipeline(ctx, labels[i], x.Source); err != nil {
			return nil, fmt.Errorf("%s: %w", labels[i], err)
		}
	}
	return e, kind(d.dev.Check(ctx, func() error { return e.record(dispatches, labels, ends, pipelines) }))
}

func (e *executable) allocate(s *store) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	for _, b := range e.p.Persistent {
		v := s.values[b.Name]
		if v == nil {
			return plan.Unknown("value", b.Name)
		}
		if v.Shape.Elems() != b.Shape.Elems() || v.Type.Type != b.Type.Type {
			return graph.Shapef("%s: the store has %v%v, the program wants %v%v", b.Name, v.Type.Type, v.Shape, b.Type.Type, b.Shape)
		}
		e.slots[b.Slot] = v.buf
	}
	for i, sl := range e.p.Slots {
		if e.slots[i] != nil {
			continue
		}
		b, err := e.d.buffer(fmt.Sprintf("slot %d", i), sl.Bytes())
		if err != nil {
			return err
		}
		e.slots[i], e.own = b, append(e.own, b)
	}
	for _, c := range e.p.Constants {
		t := plan.Float32s(graph.Shape{len(c.Data)}, c.Data...)
		if err := e.d.dev.Queue().WriteBuffer(e.slots[c.Slot], 0, encode(nil, t)); err != nil {
			return kind(err)
		}
	}
	return nil
}

// lower returns all dispatches with their labels, and for each step where its dispatches end.
func (e *executable) lower() (ds []Dispatch, labels []string, ends []int, err error) {
	var failed error
	scratch := func(bytes int) Ref {
		b, err := e.d.buffer("scratch", bytes)
		if err != nil {
			failed = err
			return Ref{}
		}
		e.slots, e.own = append(e.slots, b), append(e.own, b)
		return Ref{Slot: len(e.slots) - 1, Scratch: true, Bytes: bytes}
	}
	for _, s := range e.p.Steps {
		d, err := Lower(s, e.d.tuning, scratch)
		if err != nil || failed != nil {
			return nil, nil, nil, errors.Join(err, failed)
		}
		for _, x := range d {
			labels = append(labels, x.Shader+" "+s.Node.Layer)
		}
		ds = append(ds, d...)
		ends = append(ends, len(ds))
	}
	return ds, labels, ends, nil
}

func (e *executable) record(ds []Dispatch, labels []string, ends []int, pipelines []*gpu.ComputePipeline) error {
	at := 0
	for _, b := range e.p.Inputs {
		n := (b.Shape.Elems()*b.Type.Type.Bytes() + 3) / 4 * 4
		e.writes = append(e.writes, gpu.Write{Buffer: e.slots[b.Slot], StagingOffset: at, Size: n})
		at += n
	}
	var commands []gpu.Command
	for i, x := range ds {
		var entries []gpu.BindGroupEntry
		for k, r := range x.Bindings {
			entries = append(entries, gpu.BindGroupEntry{Binding: k, Buffer: e.slots[r.Slot], Size: r.Bytes})
		}
		group, err := e.d.dev.CreateBindGroup(gpu.BindGroupDescriptor{Label: labels[i], Layout: pipelines[i].BindGroupLayout(0), Entries: entries})
		if err != nil {
			return kind(err)
		}
		commands = append(commands, gpu.Dispatch{Pipeline: pipelines[i], BindGroup: group, X: x.X, Y: x.Y, Z: 1})
	}
	begin := 0
	for _, end := range ends {
		e.steps = append(e.steps, commands[begin:end])
		begin = end
	}
	var err error
	if e.seq, err = e.d.dev.CreateSequence("program", slices.Concat(e.writes, commands)); err != nil {
		return kind(err)
	}
	for _, b := range e.own {
		e.stats.MemoryBytes += b.Size()
	}
	e.stats.Steps = len(ds)
	return nil
}

func (e *executable) Run(in ...plan.Tensor) error { return e.run(e.seq, in) }

// run runs a sequence that writes the inputs.
func (e *executable) run(s *gpu.Sequence, in []plan.Tensor) error {
	if e.closed {
		return graph.ErrClosed
	}
	if len(in) != len(e.p.Inputs) {
		return graph.Shapef("run: got %d inputs, want %d", len(in), len(e.p.Inputs))
	}
	staging := s.Staging()[:0]
	for i, b := range e.p.Inputs {
		if err := in[i].Check(b.Name, b.Type.Type, b.Shape); err != nil {
			return err
		}
		staging = encode(staging, in[i])
	}
	return kind(s.Run())
}

func (e *executable) Fetch(outputs ...string) plan.Reading {
	if e.closed {
		return plan.Failed(graph.ErrClosed)
	}
	var r readings
	for _, name := range outputs {
		b, ok := e.p.Output(name)
		if !ok {
			return plan.Failed(plan.Unknown("output", name))
		}
		r.add(e.d, e.slots[b.Slot], b.Type)
	}
	return r.wait
}

func (e *executable) Stats() plan.Stats { return e.stats }

func (e *executable) Close() error {
	for _, b := range e.own {
		b.Destroy()
	}
	e.closed, e.own, e.slots, e.writes, e.steps = true, nil, nil, nil, nil
	return nil
}
