package plan

import (
	"maps"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Options say how a graph becomes a program.
type Options struct {
	// Fused lists the fused primitives that the device has (Info.Fused); the others are left in plain steps.
	Fused []string
	// Plain leaves out every pattern; tests compare both ways.
	Plain bool
	// Remat, where above 0, is how many bytes (MemoryBytes) a training program should take at most: to stay within them
	// it computes parts of the forward pass, which ends in the output "loss", a second time for the backward pass, at
	// most all of it once. Where that is not enough it takes as few bytes as it can. The numbers do not change.
	Remat int
}

// Build plans g, which is left as it is: dead parts go, patterns are fused, steps are put in order, values get slots.
func Build(g *graph.Graph, opt Options) *Program {
	if opt.Remat > 0 {
		return buildWithin(g, opt)
	}
	return build(g, opt, 0)
}

// build is Build with the forward pass cut into parts, or not if they are 0.
func build(g *graph.Graph, opt Options, parts int) *Program {
	r := newRewriter(g, opt)
	r.prune()
	r.applyAll(gradientPatterns)
	if parts > 0 {
		r.recompute(parts)
		r.prune()
	}
	r.applyAll(fusingPatterns)
	r.schedule()
	return allocate(r)
}

func (r *rewriter) applyAll(ps []pattern) {
	for _, p := range ps {
		if !r.opt.Plain && p.needs.in(r.opt.Fused) {
			p.apply(r)
			r.prune()
		}
	}
}

// rewriter is a copy of a graph that patterns may change.
type rewriter struct {
	nodes   []*graph.Node
	values  []*graph.Value // inputs, parameters, states and constants that are used or not
	updates []graph.Update
	outputs []graph.Output
	scratch *graph.Graph // makes new nodes with checked shapes
	opt     Options
	// Who reads what, and what a run must leave behind; nil until asked for. Inputs are changed through setIn alone.
	readers map[*graph.Value][]*graph.Node
	keeps   map[*graph.Value]bool
}

func newRewriter(g *graph.Graph, opt Options) *rewriter {
	r := &rewriter{scratch: graph.New(), opt: opt}
	to := make(map[*graph.Value]*graph.Value, len(g.Values))
	for _, v := range g.Values {
		c := *v
		to[v] = &c
		if v.Node == nil {
			r.values = append(r.values, &c)
		}
	}
	list := func(vs []*graph.Value) []*graph.Value {
		out := make([]*graph.Value, len(vs))
		for i, v := range vs {
			out[i] = to[v]
		}
		return out
	}
	for _, n := range g.Nodes {
		c := *n
		c.In, c.Out = list(n.In), list(n.Out)
		for _, o := range c.Out {
			o.Node = &c
		}
		r.nodes = append(r.nodes, &c)
	}
	for _, u := range g.Updates {
		r.updates = append(r.updates, graph.Update{Target: to[u.Target], Value: to[u.Value]})
	}
	for _, o := range g.Outputs {
		r.outputs = append(r.outputs, graph.Output{Name: o.Name, Value: to[o.Value]})
	}
	return r
}

// uses lists the nodes that read each value, a node once for each time.
func (r *rewriter) uses() map[*graph.Value][]*graph.Node {
	if r.readers == nil {
		r.readers = map[*graph.Value][]*graph.Node{}
		for _, n := range r.nodes {
			r.reads(n, n.In)
		}
	}
	return r.readers
}

func (r *rewriter) reads(n *graph.Node, in []*graph.Value) {
	if r.readers != nil {
		for _, v := range in {
			r.readers[v] = append(r.readers[v], n)
		}
	}
}

// setIn gives n other inputs.
func (r *rewriter) setIn(n *graph.Node, in []*graph.Value) {
	if r.readers != nil {
		for _, v := range n.In {
			us := r.readers[v]
			if i := slices.Index(us, n); i >= 0 {
				r.readers[v] = slices.Delete(slices.Clone(us), i, i+1)
			}
		}
	}
	n.In = in
	r.reads(n, in)
}

// kept returns the values that a run must leave behind.
func (r *rewriter) kept() map[*graph.Value]bool {
	if r.keeps == nil {
		r.keeps = map[*graph.Value]bool{}
		for _, u := range r.updates {
			r.keeps[u.Value] = true
		}
		for _, o := range r.outputs {
			r.keeps[o.Value] = true
		}
	}
	return r.keeps
}

// sole returns the only reader of v, or nil if there are several or v is kept.
func sole(v *graph.Value, uses map[*graph.Value][]*graph.Node, kept map[*graph.Value]bool) *graph.Node {
	if us := uses[v]; len(us) == 1 && !kept[v] {
		return us[0]
	}
	return nil
}

// replace lets every reader of old read v.
func (r *rewriter) replace(old, v *graph.Value) {
	for _, n := range slices.Clone(r.uses()[old]) {
		in := slices.Clone(n.In)
		for i := range in {
			if in[i] == old {
				in[i] = v
			}
		}
		r.setIn(n, in)
	}
	for i := range r.updates {
		if r.updates[i].Value == old {
			r.updates[i].Value = v
		}
	}
	for i := range r.outputs {
		if r.outputs[i].Value == old {
			r.outputs[i].Value = v
		}
	}
	r.keeps = nil
}

// insert puts nodes before at.
func (r *rewriter) insert(at *graph.Node, ns ...*graph.Node) {
	r.nodes = slices.Insert(r.nodes, slices.Index(r.nodes, at), ns...)
	for _, n := range ns {
		r.reads(n, n.In)
	}
}

// remove drops a node whose results are not read any more.
func (r *rewriter) remove(n *graph.Node) {
	r.setIn(n, nil)
	i := slices.Index(r.nodes, n)
	r.nodes = slices.Delete(r.nodes, i, i+1)
}

// takePlace moves n to where m stands, and drops m.
func (r *rewriter) takePlace(n, m *graph.Node) {
	r.setIn(m, nil)
	i := slices.Index(r.nodes, n)
	r.nodes = slices.Delete(r.nodes, i, i+1)
	r.nodes[slices.Index(r.nodes, m)] = n
}

// prune drops every node that no output or update depends on.
func (r *rewriter) prune() {
	r.readers = nil
	live := maps.Clone(r.kept())
	keep := make([]bool, len(r.nodes))
	for i := len(r.nodes) - 1; i >= 0; i-- {
		n := r.nodes[i]
		if keep[i] = slices.ContainsFunc(n.Out, func(v *graph.Value) bool { return live[v] }); keep[i] {
			for _, v := range n.In {
				live[v] = true
			}
		}
	}
	var nodes []*graph.Node
	for i, n := range r.nodes {
		if keep[i] {
			nodes = append(nodes, n)
		}
	}
	r.nodes = nodes
}
