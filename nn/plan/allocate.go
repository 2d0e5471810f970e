package plan

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// allocate gives each value a slot. Values that are never needed at the same time may share one; a value that is given,
// or persists, or is read after the run, has one of its own.
func allocate(r *rewriter) *Program {
	a := &allocator{p: &Program{}, r: r, place: map[*graph.Value]*block{}, lastUse: map[*graph.Value]int{}}
	nodes := a.dropReshapes()
	a.liveness(nodes)
	a.given()
	inPlace := a.updatesInPlace(nodes)
	for i, n := range nodes {
		a.step(i, n, inPlace)
	}
	a.finish(inPlace)
	pack(a.p, a.blocks)
	a.fill()
	return a.p
}

// block is a piece of memory during a stretch of steps: what one value needs, or several of one size that follow each
// other in place.
type block struct {
	elems    int
	typ      graph.DType
	from, to int  // the first and the last step that need it
	slot     int  // -1 until it is chosen
	pinned   bool // an input, which keeps the slot that it has; others may follow it there
}

// fixed reports whether b's slot holds something that a later run needs.
func (b *block) fixed() bool { return b.slot >= 0 && !b.pinned }

type allocator struct {
	p       *Program
	r       *rewriter
	place   map[*graph.Value]*block
	blocks  []*block             // those whose slot pack chooses, by from
	lastUse map[*graph.Value]int // position of the last step that reads a value, under any of its names
	alias   map[*graph.Value]*graph.Value
	in, out [][]*block // of each step
	bound   []pending
}

// pending is a binding whose slot is not known yet.
type pending struct {
	to *int
	b  *block
}

// never is a position behind every step: of what is read after the run.
const never = math.MaxInt

func (a *allocator) root(v *graph.Value) *graph.Value {
	for a.alias[v] != nil {
		v = a.alias[v]
	}
	return v
}

// dropReshapes makes reshaped values second names and returns the nodes that compute. The block's owner is the root;
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

// liveness finds the last reader of each value.
func (a *allocator) liveness(nodes []*graph.Node) {
	for i, n := range nodes {
		for _, v := range n.In {
			a.lastUse[a.root(v)] = i
		}
	}
	for v := range a.r.kept() {
		a.lastUse[a.root(v)] = never
	}
}

// newSlot gives v a slot of its own.
func (a *allocator) newSlot(v *graph.Value, name string) *block {
	a.p.Slots = append(a.p.Slots, Slot{Elems: v.Shape.Elems(), Type: v.Type, Name: name})
	b := &block{slot: len(a.p.Slots) - 1}
	a.place[v] = b
	return b
}

// newBlock gives v memory that it may share, from step i on.
func (a *allocator) newBlock(v *graph.Value, i int) *block {
	b := &block{elems: v.Shape.Elems(), typ: v.Type, from: i, to: i, slot: -1}
	a.blocks = append(a.blocks, b)
	return b
}

func bind(name string, v *graph.Value, slot int) Binding {
	return Binding{Name: name, Slot: slot, Type: graph.Type{Shape: v.Shape, Type: v.Type}}
}

// given makes the slots of inputs, parameters, states and constants that something reads or updates. Inputs appear in
// the program even if nothing reads them, so that the order of Run's arguments never changes.
func (a *allocator) given() {
	target := map[*graph.Value]bool{}
	for _, u := range a.r.updates {
		target[u.Target] = true
	}
	for _, v := range a.r.values {
		_, read := a.lastUse[v]
		switch {
		case v.Role == graph.Input:
			// Every run writes it anew, so its slot is free for others behind its last reader.
			b := a.newSlot(v, "")
			b.elems, b.typ, b.from, b.to, b.pinned = v.Shape.Elems(), v.Type, -1, a.lastUse[v], true
			if !read {
				b.to = -1
			}
			a.blocks = append(a.blocks, b)
			a.p.Inputs = append(a.p.Inputs, bind(v.Name, v, b.slot))
		case !read && !target[v]:
		case v.Role == graph.Constant:
			a.p.Constants = append(a.p.Constants, Constant{a.newSlot(v, "").slot, v.Data})
		default:
			a.p.Persistent = append(a.p.Persistent, bind(v.Name, v, a.newSlot(v, v.Name).slot))
		}
	}
}

// updatesInPlace finds the updates that a map may write straight to their target: nothing reads the target's old value
// later, and the map itself reads it, if at all, element by element.
func (a *allocator) updatesInPlace(nodes []*graph.Node) map[*graph.Value]*graph.Value {
	at := make(map[*graph.Node]int, len(nodes))
	for i, n := range nodes {
		at[n] = i
	}
	uses := a.r.uses()
	inPlace := map[*graph.Value]*graph.Value{}
	for _, u := range a.r.updates {
		n := u.Value.Node
		if n == nil || n.Op != op.MapOp || inPlace[u.Value] != nil || len(uses[u.Value]) > 0 {
			continue
		}
		if last, ok := a.lastUse[u.Target]; ok && last > at[n] {
			continue
		}
		inPlace[u.Value] = u.Target
	}
	return inPlace
}

// leavesOutPlaces lists the primitives that need not yield the places of their maxima where nothing reads them.
var leavesOutPlaces = []string{op.Pool, op.ConvPool}

// step gives n's outputs their places in memory: an update's target, an input that dies here, or a block of their own.
func (a *allocator) step(i int, n *graph.Node, inPlace map[*graph.Value]*graph.Value) {
	if slices.Contains(leavesOutPlaces, n.Op) && len(n.Out) > 1 && a.lastUse[n.Out[1]] == 0 {
		n.Out = n.Out[:1]
	}
	reused := false
	for _, v := range n.Out {
		if t := inPlace[v]; t != nil {
			a.place[v] = a.place[t]
			continue
		}
		b := a.dyingInput(i, n, v)
		if b == nil || reused {
			b = a.newBlock(v, i)
		} else {
			reused = true
		}
		b.to = max(b.to, a.lastUse[v])
		a.place[v] = b
	}
	a.addStep(n, a.places(n.In), a.places(n.Out))
}

func (a *allocator) places(vs []*graph.Value) []*block {
	bs := make([]*block, len(vs))
	for i, v := range vs {
		bs[i] = a.place[a.root(v)]
	}
	return bs
}

func (a *allocator) addStep(n *graph.Node, in, out []*block) {
	a.p.Steps = append(a.p.Steps, Step{Node: n})
	a.in, a.out = append(a.in, in), append(a.out, out)
}

// dyingInput returns the block of an input that a map may overwrite element by element, or nil.
func (a *allocator) dyingInput(i int, n *graph.Node, out *graph.Value) *block {
	if n.Op != op.MapOp {
		return nil
	}
	stretched := map[*graph.Value]bool{} // read at other places than the one that is written
	for _, v := range n.In {
		if !v.Shape.Equal(out.Shape) {
			stretched[a.root(v)] = true
		}
	}
	for _, v := range n.In {
		root := a.root(v)
		if b := a.place[root]; !b.fixed() && a.lastUse[root] == i && !stretched[root] && v.Shape.Equal(out.Shape) && v.Type == out.Type {
			return b
		}
	}
	return nil
}

// finish copies the updates that could not be written in place and names the outputs. All of them mean what a target
// held before the run: where one reads it, the old value is put aside first.
func (a *allocator) finish(inPlace map[*graph.Value]*graph.Value) {
	isTarget, aside := map[*graph.Value]bool{}, map[*graph.Value]*block{}
	for _, u := range a.r.updates {
		isTarget[u.Target] = true
	}
	keep := func(v *graph.Value) {
		v = a.root(v)
		if isTarget[v] && aside[v] == nil {
			aside[v] = a.newBlock(v, len(a.p.Steps))
			aside[v].to = never
			a.copy(v, v, a.place[v], aside[v])
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
	from := func(v *graph.Value) *block {
		if b := aside[a.root(v)]; b != nil {
			return b
		}
		return a.place[a.root(v)]
	}
	for _, u := range a.r.updates {
		if inPlace[u.Value] != u.Target && a.root(u.Value) != u.Target {
			a.copy(u.Value, u.Target, from(u.Value), a.place[u.Target])
		}
	}
	a.p.Outputs = make([]Binding, len(a.r.outputs))
	for i, o := range a.r.outputs {
		a.p.Outputs[i] = bind(o.Name, o.Value, 0)
		a.bound = append(a.bound, pending{&a.p.Outputs[i].Slot, from(o.Value)})
	}
}

// copy adds a step that copies block from, which holds src, to block to.
func (a *allocator) copy(src, dst *graph.Value, from, to *block) {
	axes := make([]op.CopyAxis, len(src.Shape))
	for i := range axes {
		axes[i] = op.CopyAxis{From: i, Step: 1}
	}
	n := &graph.Node{Op: op.CopyOp, Attrs: op.CopyAttrs{Shape: src.Shape, Axes: axes}, In: []*graph.Value{src}, Out: []*graph.Value{dst}, Arity: 1, Layer: "update"}
	a.addStep(n, []*block{from}, []*block{to})
}

// fill writes the chosen slots into steps and outputs.
func (a *allocator) fill() {
	slots := func(bs []*block) []int {
		ks := make([]int, len(bs))
		for i, b := range bs {
			ks[i] = b.slot
		}
		return ks
	}
	for i := range a.p.Steps {
		a.p.Steps[i].In, a.p.Steps[i].Out = slots(a.in[i]), slots(a.out[i])
	}
	for _, b := range a.bound {
		*b.to = b.b.slot
	}
}
