package null

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Same returns an error unless p, planned from g without patterns, leaves in every output and every updated value what
// g says: both are carried out on terms in place of numbers, and the terms compared. An update reads only old values.
func Same(p *plan.Program, g *graph.Graph) error {
	t := terms{}
	of := map[*graph.Value]int{}
	for _, v := range g.Values {
		if v.Node == nil {
			of[v] = t.given(v.Role, v.Name, v.Data)
		}
	}
	for _, n := range g.Nodes {
		t.node(n, func(i int) int { return of[n.In[i]] }, func(i, term int) { of[n.Out[i]] = term })
	}
	slots := make([]int, len(p.Slots))
	for _, b := range p.Inputs {
		slots[b.Slot] = t.given(graph.Input, b.Name, nil)
	}
	for _, b := range p.Persistent {
		slots[b.Slot] = t.given(graph.State, b.Name, nil)
	}
	for _, c := range p.Constants {
		slots[c.Slot] = t.given(graph.Constant, "", c.Data)
	}
	for _, s := range p.Steps {
		t.node(s.Node, func(i int) int { return slots[s.In[i]] }, func(i, term int) { slots[s.Out[i]] = term })
	}
	for i, o := range g.Outputs {
		if b := p.Outputs[i]; b.Name != o.Name || slots[b.Slot] != of[o.Value] {
			return fmt.Errorf("null: output %s holds something else\n%v", o.Name, p)
		}
	}
	want := map[string]int{}
	for _, v := range g.Values {
		want[v.Name] = of[v]
	}
	for _, u := range g.Updates {
		want[u.Target.Name] = of[u.Value]
	}
	for _, b := range p.Persistent {
		if slots[b.Slot] != want[b.Name] {
			return fmt.Errorf("null: %s ends with something else\n%v", b.Name, p)
		}
	}
	return nil
}

// terms numbers what can be computed: equal terms have equal numbers.
type terms map[string]int

func (t terms) number(key string) int {
	if t[key] == 0 {
		t[key] = len(t) + 1
	}
	return t[key]
}

func (t terms) given(r graph.Role, name string, data []float32) int {
	switch r {
	case graph.Input:
		return t.number("input " + name)
	case graph.Constant:
		return t.number(fmt.Sprint("constant ", data))
	}
	return t.number("value " + name)
}

func (t terms) node(n *graph.Node, in func(int) int, out func(i, term int)) {
	if n.Op == op.ReshapeOp || n.Op == op.CopyOp && identity(n) {
		out(0, in(0))
		return
	}
	key := fmt.Sprintf("%s %+v", n.Op, n.Attrs)
	for i, v := range n.In {
		key += fmt.Sprint(" ", in(i), v.Shape)
	}
	for i := range n.Out {
		out(i, t.number(fmt.Sprint(key, " → ", i)))
	}
}

// identity reports whether a copy changes nothing.
func identity(n *graph.Node) bool {
	a := n.Attrs.(op.CopyAttrs)
	for i, ax := range a.Axes {
		if ax != (op.CopyAxis{From: i, Step: 1}) {
			return false
		}
	}
	return a.Shape.Equal(n.In[0].Shape)
}
