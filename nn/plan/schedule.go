package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// schedule moves each node that only computes updates to where it is first possible: behind every reader of the old
// values, so that it can write in place, and no further, so that the gradients that it reads are soon forgotten.
func (r *rewriter) schedule() {
	targets := map[*graph.Value][]*graph.Value{} // of each value that is an update
	for _, u := range r.updates {
		targets[u.Value] = append(targets[u.Value], u.Target)
	}
	uses := r.uses()
	updates := func(n *graph.Node) bool {
		return !slices.ContainsFunc(n.Out, func(v *graph.Value) bool {
			return targets[v] == nil || len(uses[v]) > 0 || slices.ContainsFunc(r.outputs, func(o graph.Output) bool { return o.Value == v })
		})
	}
	alias := map[*graph.Value]*graph.Value{} // a reshaped value → what it names
	root := func(v *graph.Value) *graph.Value {
		for alias[v] != nil {
			v = alias[v]
		}
		return v
	}
	var order, late []*graph.Node
	lastRead, madeAt := map[*graph.Value]int{}, map[*graph.Value]int{} // places in order
	readLate := map[*graph.Value]bool{}                                // by an update
	for _, n := range r.nodes {
		if n.Op == op.ReshapeOp {
			alias[n.Out[0]] = n.In[0]
		}
		if updates(n) {
			late = append(late, n)
			for _, v := range n.In {
				if own := root(v); !slices.ContainsFunc(n.Out, func(o *graph.Value) bool { return slices.Contains(targets[o], own) }) {
					readLate[own] = true
				}
			}
			continue
		}
		for _, v := range n.In {
			lastRead[root(v)] = len(order)
		}
		for _, v := range n.Out {
			madeAt[v] = len(order)
		}
		order = append(order, n)
	}
	behind := make([][]*graph.Node, len(order)+1) // what comes behind each place; the last for what must come last
	for _, n := range late {
		at := 0
		for _, v := range n.In {
			at = max(at, madeAt[v])
		}
		for _, v := range n.Out {
			for _, t := range targets[v] {
				if at = max(at, lastRead[t]); readLate[t] {
					at = len(order)
				}
			}
		}
		behind[at] = append(behind[at], n)
	}
	r.nodes = nil
	for i, ns := range behind {
		if i < len(order) {
			r.nodes = append(r.nodes, order[i])
		}
		r.nodes = append(r.nodes, ns...)
	}
}
