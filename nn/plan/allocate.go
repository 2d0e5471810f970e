package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// allocate gives each value a slot. Values that are never needed at the same time share one; a value that is given, or
// persists, or is read after the run, has one of its own.
func allocate(r *rewriter) *Program {
	a := &allocator{p: &Program{}, r: r, slot: map[*graph.Value]int{}, lastUse: map[*graph.Value]int{}, uses: r.uses()}
	nodes := a.dropReshapes()
	for i, n := range nodes {
		for _, v := range n.In {
			a.lastUse[v] = i
		}
	}
	for _, o := range r.outputs {
		a.lastUse[a.root(o.Value)] = len(nodes)
	}
	for _, u := range r.updates {
		a.lastUse[a.root(u.Value)] = len(nodes)
	}
	a.given(nodes)
	inPlace := a.updatesInPlace(nodes)
	for i, n := range nodes {
		a.step(i, n, inPlace)
	}
	a.finish(inPlace)
	return a.p
}

type allocator struct {
	p       *Program
	r       *rewriter
	slot    map[*graph.Value]int
	lastUse map[*graph.Value]int // position of the last step that reads a value
	uses    map[*graph.Value][]*graph.Node
	alias   map[*graph.Value]*graph.Value // a reshaped value → what it names
	free    []int                         // slots that nothing needs now
}

func (a *allocator) root(v *graph.Value) *graph.Value {
	for a.alias[v] != nil {
		v = a.alias[v]
	}
	return v
}

// dropReshapes makes reshaped values second names and returns the nodes that compute. The slot's owner is the root;
// nodes keep the reshaped value in In for its shape, so liveness goes by roots.
func (a *allocator) dropReshapes() []*graph.Node {
	a.alias = map[*graph.Value]*graph.Value{}
	var nodes []*graph.Node
	for _, n := range a.r.nodes {
		if n.Op == op.ReshapeOp {
			a.alias[n.Out[0]] = n.In[0]
			continue
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func (a *allocator) newSlot(v *graph.Value, name string) int {
	a.p.Slots = append(a.p.Slots, Slot{Elems: v.Shape.Elems(), Type: v.Type, Name: name})
	return len(a.p.Slots) - 1
}

func (a *allocator) bind(name string, v *graph.Value) Binding {
	return Binding{Name: name, Slot: a.slot[a.root(v)], Type: graph.Type{Shape: v.Shape, Type: v.Type}}
}

// given makes the slots of inputs, parameters, states and constants that something reads or updates. Inputs appear in
// the program even if nothing reads them, so that the order of Run's arguments never changes.
func (a *allocator) given(nodes []*graph.Node) {
	used := map[*graph.Value]bool{}
	for _, n := range nodes {
		for _, v := range n.In {
			used[a.root(v)] = true
			a.lastUse[a.root(v)] = max(a.lastUse[a.root(v)], a.lastUse[v])
		}
	}
	for _, o := range a.r.outputs {
		used[a.root(o.Value)] = true
	}
	for _, u := range a.r.updates {
		used[u.Target], used[a.root(u.Value)] = true, true
	}
	for _, v := range a.r.values {
		switch {
		case v.Role == graph.Input:
			a.slot[v] = a.newSlot(v, "")
			a.p.Inputs = append(a.p.Inputs, a.bind(v.Name, v))
		case !used[v]:
		case v.Role == graph.Constant:
			a.slot[v] = a.newSlot(v, "")
			a.p.Constants = append(a.p.Constants, Constant{a.slot[v], v.Data})
		default:
			a.slot[v] = a.newSlot(v, v.Name)
			a.p.Persistent = append(a.p.Persistent, a.bind(v.Name, v))
		}
	}
}

// updatesInPlace finds the updates that a map may write straight to their target: nothing reads the target's old value
// later, and the map itself reads it, if at all, element by element.
func (a *allocator) updatesInPlace(nodes []*graph.Node) map[*graph.Value]*graph.Value {
	inPlace := map[*graph.Value]*graph.Value{}
	taken := map[*graph.Value]bool{}
	for _, u := range a.r.updates {
		n := u.Value.Node
		if n == nil || n.Op != op.MapOp || taken[u.Value] || len(a.uses[u.Value]) > 0 {
			continue
		}
		at := slices.Index(nodes, n)
		if last, ok := a.lastUse[u.Target]; ok && last > at {
			continue
		}
		if slices.ContainsFunc(a.r.outputs, func(o graph.Output) bool { return a.root(o.Value) == u.Target }) {
			continue
		}
		inPlace[u.Value] = u.Target
		taken[u.Value] = true
	}
	return inPlace
}

func (a *allocator) step(i int, n *graph.Node, inPlace map[*graph.Value]*graph.Value) {
	s := Step{Node: n}
	for _, v := range n.In {
		s.In = append(s.In, a.slot[a.root(v)])
	}
	reused := -1
	for _, v := range n.Out {
		switch {
		case inPlace[v] != nil:
			a.slot[v] = a.slot[inPlace[v]]
		default:
			if k := a.dyingInput(i, n, v); k >= 0 && reused < 0 {
				a.slot[v], reused = k, k
			} else {
				a.slot[v] = a.take(v)
			}
		}
		s.Out = append(s.Out, a.slot[v])
	}
	a.p.Steps = append(a.p.Steps, s)
	// What nothing reads after this step is free, results that nobody wanted too.
	release := func(v *graph.Value) {
		v = a.root(v)
		k := a.slot[v]
		if v.Node != nil && a.lastUse[v] <= i && inPlace[v] == nil && k != reused && !slices.Contains(a.free, k) {
			a.free = append(a.free, k)
		}
	}
	for _, v := range n.In {
		release(v)
	}
	for _, v := range n.Out {
		if a.lastUse[v] <= i && a.slot[v] == reused {
			reused = -1
		}
		release(v)
	}
}

// dyingInput returns the slot of an input that a map may overwrite element by element, or -1.
func (a *allocator) dyingInput(i int, n *graph.Node, out *graph.Value) int {
	if n.Op != op.MapOp {
		return -1
	}
	stretched := map[*graph.Value]bool{} // read at other places than the one that is written
	for _, v := range n.In {
		if !v.Shape.Equal(out.Shape) {
			stretched[a.root(v)] = true
		}
	}
	for _, v := range n.In {
		root := a.root(v)
		if root.Node != nil && a.lastUse[root] == i && !stretched[root] && v.Shape.Equal(out.Shape) && v.Type == out.Type {
			return a.slot[root]
		}
	}
	return -1
}

// take returns a free slot for v: the smallest that fits, else the largest, grown; else a new one.
func (a *allocator) take(v *graph.Value) int {
	need, best := v.Shape.Elems(), -1
	for _, k := range a.free {
		if a.p.Slots[k].Type != v.Type {
			continue
		}
		size := a.p.Slots[k].Elems
		if best < 0 {
			best = k
			continue
		}
		have := a.p.Slots[best].Elems
		if size >= need && (have < need || size < have) || size < need && have < need && size > have {
			best = k
		}
	}
	if best < 0 {
		return a.newSlot(v, "")
	}
	a.p.Slots[best].Elems = max(a.p.Slots[best].Elems, need)
	a.free = slices.DeleteFunc(a.free, func(k int) bool { return k == best })
	return best
}

// finish copies the updates that could not be written in place and names the outputs. All of them mean what a target
// held before the run: where one reads it, the old value is put aside first.
func (a *allocator) finish(inPlace map[*graph.Value]*graph.Value) {
	isTarget, aside := map[*graph.Value]bool{}, map[*graph.Value]int{}
	for _, u := range a.r.updates {
		isTarget[u.Target] = true
	}
	keep := func(v *graph.Value) {
		v = a.root(v)
		if _, done := aside[v]; isTarget[v] && !done {
			aside[v] = a.take(v)
			a.copy(v, v, a.slot[v], aside[v])
		}
	}
	for _, u := range a.r.updates {
		if a.root(u.Value) != u.Target {
			keep(u.Value)
		}
	}
	for _, o := range a.r.outputs {
		keep(o.Value)
	}
	from := func(v *graph.Value) int {
		if k, ok := aside[a.root(v)]; ok {
			return k
		}
		return a.slot[a.root(v)]
	}
	for _, u := range a.r.updates {
		if inPlace[u.Value] != u.Target && a.root(u.Value) != u.Target {
			a.copy(u.Value, u.Target, from(u.Value), a.slot[u.Target])
		}
	}
	for _, o := range a.r.outputs {
		b := a.bind(o.Name, o.Value)
		b.Slot = from(o.Value)
		a.p.Outputs = append(a.p.Outputs, b)
	}
}

// copy adds a step that copies slot from, which holds src, to slot to.
func (a *allocator) copy(src, dst *graph.Value, from, to int) {
	axes := make([]op.CopyAxis, len(src.Shape))
	for i := range axes {
		axes[i] = op.CopyAxis{From: i, Step: 1}
	}
	n := &graph.Node{Op: op.CopyOp, Attrs: op.CopyAttrs{Shape: src.Shape, Axes: axes}, In: []*graph.Value{src}, Out: []*graph.Value{dst}, Arity: 1, Layer: "update"}
	a.p.Steps = append(a.p.Steps, Step{Node: n, In: []int{from}, Out: []int{to}})
}
