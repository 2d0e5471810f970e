package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// LeastMemory, as Options.Remat, asks for the least memory that recomputation can reach.
const LeastMemory = 1

// lossOutput is the name of the output that the forward part of a training graph ends in.
const lossOutput = "loss"

// parts are the numbers of parts, of equal size as to what they keep, that a forward pass is tried to be cut into.
var parts = []int{2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32}

// buildWithin plans g so that it takes at most opt.Remat bytes, or, where that cannot be, as few as can be. The more
// parts, the more is computed twice (all but the last part), so the first number that does is taken.
func buildWithin(g *graph.Graph, opt Options) *Program {
	best := build(g, opt, 0)
	for _, k := range parts {
		if best.MemoryBytes() <= opt.Remat {
			break
		}
		if p := build(g, opt, k); p.MemoryBytes() < best.MemoryBytes() {
			best = p
		}
	}
	return best
}

// recompute cuts the forward pass, which is everything up to the output "loss", into parts. Of what the backward pass
// reads, only what goes over a cut, and the last part, is kept; the rest is computed a second time from there when it is
// first read. Random numbers come out the same, for they depend on seed, step and element alone; updates keep their
// single source.
//
// Source: Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost", arXiv:1604.06174, 2016.
func (r *rewriter) recompute(parts int) {
	f := newForward(r)
	if f == nil {
		return
	}
	cuts := f.cuts(parts)
	if len(cuts) == 0 {
		return
	}
	last := cuts[len(cuts)-1] // what comes behind it stays
	kept := map[*graph.Value]bool{}
	for v := range r.kept() {
		kept[f.root(v)] = true
	}
	for _, c := range cuts {
		for v := range f.over(c) {
			kept[v] = true
		}
	}
	again := map[*graph.Value]*graph.Value{} // a value → what it is when computed a second time
	var nodes []*graph.Node
	var copyOf func(v *graph.Value) *graph.Value
	copyOf = func(v *graph.Value) *graph.Value {
		at, made := f.at[v.Node]
		if v.Node == nil || !made || at > last || kept[f.root(v)] && v.Node.Op != op.ReshapeOp {
			return v
		}
		if again[v] == nil {
			c := *v.Node
			c.In, c.Out = make([]*graph.Value, len(v.Node.In)), make([]*graph.Value, len(v.Node.Out))
			for i, x := range v.Node.In {
				c.In[i] = copyOf(x)
			}
			for i, x := range v.Node.Out {
				o := *x
				o.Node = &c
				c.Out[i], again[x] = &o, &o
			}
			nodes = append(nodes, &c)
		}
		return again[v]
	}
	for i, n := range r.nodes {
		if i > f.turn {
			n.In = slices.Clone(n.In)
			for k, v := range n.In {
				n.In[k] = copyOf(v)
			}
		}
		nodes = append(nodes, n)
	}
	r.nodes = nodes
	r.readers = nil
}

// forward is the part of a training graph up to the loss.
type forward struct {
	nodes []*graph.Node
	turn  int // position of the node that makes the loss
	at    map[*graph.Node]int
	alias map[*graph.Value]*graph.Value
	last  map[*graph.Value]int  // position of the last forward reader of a value
	later map[*graph.Value]bool // values that something behind the loss reads
}

// newForward returns nil if the graph has no loss or nothing behind it.
func newForward(r *rewriter) *forward {
	f := &forward{turn: -1, at: map[*graph.Node]int{}, alias: map[*graph.Value]*graph.Value{}, last: map[*graph.Value]int{}, later: map[*graph.Value]bool{}}
	for i, n := range r.nodes {
		f.at[n] = i
		if n.Op == op.ReshapeOp {
			f.alias[n.Out[0]] = n.In[0]
		}
	}
	for _, o := range r.outputs {
		if n := f.root(o.Value).Node; o.Name == lossOutput && n != nil {
			f.turn = f.at[n]
		}
	}
	if f.turn < 0 {
		return nil
	}
	for i, n := range r.nodes {
		for _, v := range n.In {
			if v = f.root(v); v.Node == nil {
				continue
			}
			if i <= f.turn {
				f.last[v] = i
			} else if n.Op != op.ReshapeOp {
				f.later[v] = true
			}
		}
		if i > f.turn {
			delete(f.at, n)
		}
	}
	f.nodes = r.nodes[:f.turn+1]
	return f
}

func (f *forward) root(v *graph.Value) *graph.Value {
	for f.alias[v] != nil {
		v = f.alias[v]
	}
	return v
}

// over returns the values that are made up to position c and read behind it, still forward.
func (f *forward) over(c int) map[*graph.Value]bool {
	vs := map[*graph.Value]bool{}
	for v, last := range f.last {
		if last > c && f.at[v.Node] <= c {
			vs[v] = true
		}
	}
	return vs
}

// cuts returns the positions of nodes behind which to cut, such that no part keeps more than 1/parts of what all do now,
// as long as it has several nodes, and the cuts keep as little as can be.
func (f *forward) cuts(parts int) []int {
	bytes := func(v *graph.Value) int { return v.Shape.Elems() * v.Type.Bytes() }
	total := 0
	stores := make([][]*graph.Value, len(f.nodes)) // of each node, what the backward pass reads
	for i, n := range f.nodes {
		for _, v := range n.Out {
			if f.later[v] {
				stores[i] = append(stores[i], v)
				total += bytes(v)
			}
		}
	}
	limit := total / parts
	// least[b] is the fewest bytes that cuts up to one behind node b-1 keep, and from[b] the cut before it.
	least, from := make([]int, len(f.nodes)+1), make([]int, len(f.nodes)+1)
	for b := 1; b <= len(f.nodes); b++ {
		cost, over := 0, map[*graph.Value]bool{}
		if b < len(f.nodes) {
			over = f.over(b - 1)
			for v := range over {
				cost += bytes(v)
			}
		}
		least[b] = -1
		size := 0
		for a := b - 1; a >= 0; a-- {
			for _, v := range stores[a] {
				if !over[v] {
					size += bytes(v)
				}
			}
			if size > limit && a < b-1 {
				break
			}
			if c := least[a] + cost; least[b] < 0 || c < least[b] {
				least[b], from[b] = c, a
			}
		}
	}
	var cuts []int
	for b := from[len(f.nodes)]; b > 0; b = from[b] {
		cuts = append(cuts, b-1)
	}
	slices.Reverse(cuts)
	return cuts
}
