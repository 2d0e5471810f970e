package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Memory compares what a program's slots take with what they could, in bytes, without what lies in the store.
type Memory struct {
	// LowerBoundBytes is the most that values which are needed at one time take together: no order of slots does with
	// less as long as the steps stay as they are. A map that writes in place counts once.
	LowerBoundBytes int
	PlannedBytes    int // MemoryBytes
	NaiveBytes      int // each value in memory of its own
}

// Memory computes the figures from the steps alone.
func (p *Program) Memory() Memory {
	m := Memory{PlannedBytes: p.MemoryBytes()}
	delta := make([]int, len(p.Steps)+2) // change of what is live before step i-1: inputs are live before the first one
	size, from, last := make([]int, len(p.Slots)), make([]int, len(p.Slots)), make([]int, len(p.Slots))
	live := make([]bool, len(p.Slots))
	end := func(k int) { // the value in slot k
		if live[k] {
			delta[from[k]] += size[k]
			delta[last[k]+1] -= size[k]
		}
		live[k] = false
	}
	begin := func(k, at, bytes int) {
		m.NaiveBytes += bytes
		size[k], from[k], last[k], live[k] = bytes, at, at, p.Slots[k].Name == ""
	}
	bytes := func(v *graph.Value) int { return v.Shape.Elems() * v.Type.Bytes() }
	for _, b := range p.Inputs {
		begin(b.Slot, 0, b.Shape.Elems()*b.Type.Type.Bytes())
	}
	for _, c := range p.Constants {
		begin(c.Slot, 0, 4*len(c.Data))
	}
	for i, s := range p.Steps {
		for _, k := range s.In {
			last[k] = i + 1
		}
		for j, k := range s.Out {
			if p.Slots[k].Name != "" {
				continue
			}
			if n := bytes(s.Node.Out[j]); slices.Contains(s.In, k) {
				m.NaiveBytes += n
			} else {
				end(k)
				begin(k, i+1, n)
			}
		}
	}
	for _, o := range p.Outputs {
		last[o.Slot] = len(p.Steps)
	}
	for _, c := range p.Constants { // filled once, for every run
		last[c.Slot] = len(p.Steps)
	}
	for k := range p.Slots {
		end(k)
	}
	now := 0
	for _, d := range delta {
		now += d
		m.LowerBoundBytes = max(m.LowerBoundBytes, now)
	}
	return m
}
