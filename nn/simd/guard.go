package simd

import (
	"encoding/binary"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

// guard copies what persists before the first step that changes it, so that a run that broke off can be done again. It is
// nil where there is one thread, which cannot be lost.
type guard struct {
	step   int // that the copies are made before
	values []guarded
	table  int // where the list of pieces begins
	pieces int
}

type guarded struct{ at, copy, bytes int }

// guardBytes is the size of a piece: a task copies one.
const guardBytes = 64 << 10

// newGuard takes memory for the copies of the persistent values that the program changes.
func (e *executable) newGuard() (*guard, error) {
	if e.d.engine.threads == 1 {
		return nil, nil
	}
	g := &guard{step: -1}
	seen := map[int]bool{}
	var table []byte
	for i, s := range e.p.Steps {
		for _, k := range s.Out {
			if e.p.Slots[k].Name == "" || seen[k] {
				continue
			}
			if g.step < 0 {
				g.step = i
			}
			seen[k] = true
			v := guarded{at: e.slots[k].at, bytes: e.slots[k].bytes()}
			var err error
			if v.copy, err = e.alloc(v.bytes); err != nil {
				return nil, err
			}
			g.values = append(g.values, v)
			for from := 0; from < v.bytes; from += guardBytes {
				for _, n := range []int{v.at + from, v.copy + from, min(guardBytes, v.bytes-from)} {
					table = binary.LittleEndian.AppendUint32(table, uint32(n))
				}
				g.pieces++
			}
		}
	}
	if g.step < 0 {
		return nil, nil
	}
	var err error
	if g.table, err = e.alloc(len(table)); err == nil {
		e.d.host.write(g.table, table)
	}
	return g, err
}

// emit makes the phase that copies: a task is a piece.
func (g *guard) emit(m *wasmasm.Module) phase {
	f := m.Func("keep what persists")
	at := f.ParamI32("task")
	at.Set(at.Mul(f.I32(12)).Add(f.I32(g.table)))
	f.MemoryCopy(at.I32Load(4), at.I32Load(0), at.I32Load(8))
	return phase{f, g.pieces}
}

// restore puts the copies back if the run that broke off had come so far that it may have changed something.
func (g *guard) restore(h host) {
	if g == nil {
		return
	}
	var step [1]int32
	if h.read(atStep, bytesOf(step[:])); int(step[0]) < g.step {
		return
	}
	for _, v := range g.values {
		b := make([]byte, v.bytes)
		h.read(v.copy, b)
		h.write(v.at, b)
	}
}

// before tells whether the copies are made before step i.
func (g *guard) before(i int) bool { return g != nil && g.step == i }
