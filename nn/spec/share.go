package spec

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// shared is a layer whose weights others may use, and what its parameters are called by.
type shared struct {
	layer Layer
	name  string
}

// share builds the current layer with the weights of the one that o names. Size and options are that one's, but for the
// options given here.
func (w *worker) share(k *kind, o Option, x *graph.Value) (*graph.Value, error) {
	first, ok := w.shared[o.Ref]
	if !ok {
		return nil, graph.Shapef("share: there is no layer %q before this one", o.Ref)
	}
	own := w.l.Options
	w.l.Size, w.l.Options, w.name = first.layer.Size, slices.Clone(own), first.name
	for _, other := range first.layer.Options {
		if !w.l.Has(other.Name) {
			w.l.Options = append(w.l.Options, other)
		}
	}
	g := w.b.G
	values, nodes := len(g.Values), len(g.Nodes)
	y, err := k.build(w, x)
	if err != nil {
		return nil, err
	}
	return y, unify(g, values, nodes, o.Ref)
}

// unify lets the nodes from number nodes on read the parameters that g had before the values from number values on
// where the names are the same, and takes the new ones out of g.
func unify(g *graph.Graph, values, nodes int, ref string) error {
	old := map[*graph.Value]*graph.Value{}
	kept := g.Values[:values]
	for _, v := range slices.Clone(g.Values[values:]) {
		var first *graph.Value
		if v.Role == graph.Parameter {
			i := slices.IndexFunc(g.Values[:values], func(f *graph.Value) bool { return f.Role == graph.Parameter && f.Name == v.Name })
			if i >= 0 {
				first = g.Values[i]
			}
		}
		switch {
		case first == nil:
			v.ID = len(kept)
			kept = append(kept, v)
		case !first.Shape.Equal(v.Shape):
			return graph.Shapef("share %q: %s is %v there and would be %v here: the inputs must have the same channels", ref, v.Name, first.Shape, v.Shape)
		default:
			old[v] = first
		}
	}
	g.Values = kept
	for _, n := range g.Nodes[nodes:] {
		for i, v := range n.In {
			if first := old[v]; first != nil {
				n.In[i] = first
			}
		}
	}
	return nil
}
