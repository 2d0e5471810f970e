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
	half   map[int]bool  // slots whose f32 values lie there as numbers of 16 bits
	own    []*gpu.Buffer // slots and scratch that are not the store's
	seq    *gpu.Sequence
	given  []gpu.Command   // writes of the inputs
	steps  [][]gpu.Command // by step of the program
	viewer *viewer         // once a picture was looked at
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
	e := &executable{d: d, p: p, slots: make([]*gpu.Buffer, len(p.Slots)), half: map[int]bool{}}
	defer func() {
		if err != nil {
			e.Close()
		}
	}()
	if err := e.allocate(s); err != nil {
		return nil, err
	}
	var all []*lowered
	for _, s := range p.Steps {
		t := d.tuning
		if d.chooser != nil {
			if t, err = d.chooser.choose(ctx, e, s); err != nil {
				return nil, err
			}
		}
		l, err := e.lower(s, t)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	if d.chooser != nil {
		d.chooser.keep(ctx)
	}
	if err := e.compile(ctx, all); err != nil {
		return nil, err
	}
	return e, kind(d.dev.Check(ctx, func() error { return e.record(all) }))
}

// writes reports whether a step writes a slot.
func (e *executable) writes(slot int) bool {
	return slices.ContainsFunc(e.p.Steps, func(s plan.Step) bool { return slices.Contains(s.Out, slot) })
}

// persists reports whether a slot is the store's: what writes it must not run before its time.
func (e *executable) persists(slot int) bool {
	return slices.ContainsFunc(e.p.Persistent, func(b plan.Binding) bool { return b.Slot == slot })
}

// lowered is a step as dispatches with their pipelines, once these are compiled.
type lowered struct {
	step       plan.Step
	dispatches []Dispatch
	pipelines  []*gpu.ComputePipeline
}

func (l *lowered) label(i int) string { return l.dispatches[i].Shader + " " + l.step.Node.Layer }

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
		if e.half[b.Slot] = v.half; v.half && e.writes(b.Slot) {
			return fmt.Errorf("webgpu: %s is kept in half precision, which serves prediction alone; train on a device without it: %w", b.Name, graph.ErrUnsupported)
		}
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

// lower returns the dispatches of a step. The scratch memory is the executable's.
func (e *executable) lower(s plan.Step, t Tuning) (*lowered, error) {
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
	ds, err := Lower(s, t, Memory{Scratch: scratch, Half: func(slot int) bool { return e.half[slot] }})
	if err != nil || failed != nil {
		return nil, errors.Join(err, failed)
	}
	return &lowered{step: s, dispatches: ds}, nil
}

// compile makes all pipelines, as many at once as the browser takes.
func (e *executable) compile(ctx context.Context, all []*lowered) error {
	for _, l := range all { // the first round starts every compilation, the second waits
		for i, x := range l.dispatches {
			go e.d.pipeline(ctx, l.label(i), x.Source)
		}
	}
	for _, l := range all {
		for i, x := range l.dispatches {
			p, err := e.d.pipeline(ctx, l.label(i), x.Source)
			if err != nil {
				return fmt.Errorf("%s: %w", l.label(i), err)
			}
			l.pipelines = append(l.pipelines, p)
		}
	}
	return nil
}

// commands binds the buffers of a step.
func (e *executable) commands(l *lowered) ([]gpu.Command, error) {
	var commands []gpu.Command
	for i, x := range l.dispatches {
		var entries []gpu.BindGroupEntry
		for k, r := range x.Bindings {
			entries = append(entries, gpu.BindGroupEntry{Binding: k, Buffer: e.slots[r.Slot], Size: r.Bytes})
		}
		group, err := e.d.dev.CreateBindGroup(gpu.BindGroupDescriptor{Label: l.label(i), Layout: l.pipelines[i].BindGroupLayout(0), Entries: entries})
		if err != nil {
			return nil, kind(err)
		}
		commands = append(commands, gpu.Dispatch{Pipeline: l.pipelines[i], BindGroup: group, X: x.X, Y: x.Y, Z: 1})
	}
	return commands, nil
}

func (e *executable) record(all []*lowered) (err error) {
	at := 0
	for _, b := range e.p.Inputs {
		n := (b.Shape.Elems()*b.Type.Type.Bytes() + 3) / 4 * 4
		e.given = append(e.given, gpu.Write{Buffer: e.slots[b.Slot], StagingOffset: at, Size: n})
		at += n
	}
	for _, l := range all {
		commands, err := e.commands(l)
		if err != nil {
			return err
		}
		e.steps = append(e.steps, commands)
		e.stats.Steps += len(commands)
	}
	if e.seq, err = e.d.dev.CreateSequence("program", slices.Concat(e.given, slices.Concat(e.steps...))); err != nil {
		return kind(err)
	}
	for _, b := range e.own {
		e.stats.MemoryBytes += b.Size()
	}
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
		r.add(e.d, stored{e.slots[b.Slot], b.Type, e.half[b.Slot]})
	}
	return r.wait
}

func (e *executable) Stats() plan.Stats { return e.stats }

func (e *executable) Close() error {
	for _, b := range e.own {
		b.Destroy()
	}
	e.viewer.close()
	e.viewer = nil
	e.closed, e.own, e.slots, e.given, e.steps = true, nil, nil, nil, nil
	return nil
}
