package simd

import (
	"fmt"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Standalone is a program as a module that needs no device: for one thread, with a memory of its own and the program's
// constants in it. Whoever runs it writes what persists and the inputs into the exported memory, calls the exported run(),
// and reads the outputs there. The memory has all the bytes that it ever takes, so that views of it stay valid. Results
// are those of a Device to the bit.
type Standalone struct {
	Code        []byte
	MemoryBytes int
	slots       []int
}

// At returns the address of a binding's elements, which follow each other as in a plan.Tensor.
func (s *Standalone) At(b plan.Binding) int { return s.slots[b.Slot] }

// NewStandalone emits the module of a program that was planned with Fused. With relaxed it has relaxed SIMD, as a Device has
// where the engine does; engines without it refuse such a module. Where bytes lie does not depend on relaxed.
func NewStandalone(p *plan.Program, relaxed bool) (*Standalone, error) {
	h := heap{end: controlEnd, max: maxStandalone, grow: func(int) error { return nil }}
	s := &Standalone{slots: make([]int, len(p.Slots))}
	for i, sl := range p.Slots {
		if sl.Elems > maxStandalone/sl.Type.Bytes() {
			return nil, fmt.Errorf("simd: a value of %d elements is larger than a module's memory: %w", sl.Elems, graph.ErrOutOfMemory)
		}
		var err error
		if s.slots[i], err = h.alloc(sl.Bytes()); err != nil {
			return nil, err
		}
	}
	t := newTarget(1, relaxed)
	steps, err := emitRun(t, p, s.slots, nil, h.alloc)
	if err != nil {
		return nil, err
	}
	m := t.module
	s.MemoryBytes = roundUp(h.end, pageBytes)
	m.Memory(wasmasm.Limits{Min: s.MemoryBytes / pageBytes, Max: s.MemoryBytes / pageBytes})
	for _, c := range p.Constants {
		m.Data(s.slots[c.Slot], bytesOf(c.Data))
	}
	run := m.Func("run all")
	run.Call(steps, run.I32(0), run.I32(1), run.I32(0), run.I32(len(p.Steps)))
	m.Export("run", run)
	m.ExportMemory("memory")
	s.Code, err = m.Bytes()
	return s, err
}

// maxStandalone is the largest memory of a module: the last page of 4 GiB is left out, because its end is no 32-bit number.
const maxStandalone = 1<<32 - pageBytes
