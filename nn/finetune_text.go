package nn

import (
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// textWithHead describes a net whose text is the given one, but that the layer at, by its label, and all behind it give way to a
// fully connected one, with a global pooling in front where pooled is set. name is what the new layer's parameters are called by.
// base is the old net up to there: the new one has its parameters and states under their names. ok is false if no text says so.
func textWithHead(text, at string, pooled bool, classes int, base train.Model) (sum *Summary, name string, ok bool) {
	n, err := spec.Parse(text)
	if err != nil {
		return nil, "", false
	}
	b := layer.NewBuilder(graph.New())
	if _, _, err := n.Build(b, b.G.Input("x", graph.F32, append(graph.Shape{1}, n.InputShape()...))); err != nil {
		return nil, "", false
	}
	last := slices.IndexFunc(b.Begun, func(l layer.Begun) bool { return l.Layer == at && !l.Aside })
	if last < 0 {
		return nil, "", false
	}
	head := []spec.Layer{{Kind: "FC", Size: spec.Whole(classes)}}
	if n.Layers[last].Kind == "FC" {
		head[0].Name = n.Layers[last].Name
	}
	if pooled {
		head = slices.Insert(head, 0, spec.Layer{Kind: "GAP"})
	}
	for _, write := range []func(*spec.Net, *layer.Builder, int, []spec.Layer) *spec.Net{asWritten, writtenOut} {
		m := write(n, b, last, head)
		if m == nil {
			continue
		}
		sum, err := Describe(spec.Format(m), 64)
		if err != nil {
			continue
		}
		if name, ok := headOf(sum.model, base); ok {
			return sum, name, true
		}
	}
	return nil, "", false
}

// asWritten puts a head in the place of the last layers where they stand as such at the end of the text: blocks, groups and
// variables stay as they were written, but for variables that nobody reads any more. It returns nil where they do not, or where
// side heads tell the old classes.
func asWritten(n *spec.Net, _ *layer.Builder, last int, head []spec.Layer) *spec.Net {
	keep := len(n.Body) - (len(n.Layers) - last)
	if len(n.Heads) > 0 || keep < 0 || slices.ContainsFunc(n.Body[keep:], func(i spec.Item) bool { return i.Layer == nil }) {
		return nil
	}
	m := &spec.Net{Defs: n.Defs, Input: n.Input, Body: slices.Clone(n.Body[:keep])}
	for _, l := range head {
		m.Body = append(m.Body, spec.Item{Layer: &l})
	}
	for i := len(m.Defs) - 1; i >= 0; i-- {
		without := *m
		without.Defs = slices.Delete(slices.Clone(m.Defs), i, i+1)
		if _, err := spec.Parse(spec.Format(&without)); err == nil {
			m = &without
		}
	}
	return m
}

// writtenOut puts a head behind the layers as they were built, without blocks and groups. Side heads are left out; then layers
// with parameters say what these are called by, as they would be counted otherwise.
func writtenOut(n *spec.Net, b *layer.Builder, last int, head []spec.Layer) *spec.Net {
	m := &spec.Net{Input: spec.Input{Size: spec.Whole(n.InputShape()...), Series: n.Input.Series}}
	at, called := map[int]int{-1: -1}, map[string]string{}
	owns := map[string]bool{} // layers with parameters or states
	for _, v := range b.G.Values {
		if dot := strings.LastIndexByte(v.Name, '.'); dot > 0 && (v.Role == graph.Parameter || v.Role == graph.State) {
			owns[v.Name[:dot]] = true
		}
	}
	read := func(i int) []int {
		var in []int
		for _, j := range b.Begun[i].In {
			in = append(in, at[j])
		}
		return in
	}
	for i, l := range n.Layers[:last] {
		if b.Begun[i].Aside {
			continue
		}
		l.In, l.Options = read(i), slices.Clone(l.Options)
		if l.Name != "" {
			called[l.Name] = b.Begun[i].Params
		}
		if l.Name != "" || len(n.Heads) > 0 && owns[b.Begun[i].Params] {
			l.Name = b.Begun[i].Params
		}
		for k, o := range l.Options {
			if o.Ref != "" {
				l.Options[k].Ref = called[o.Ref]
			}
		}
		at[i] = len(m.Layers)
		m.Layers = append(m.Layers, l)
	}
	for k, l := range head {
		if l.In = []int{len(m.Layers) - 1}; k == 0 {
			l.In = read(last)
		}
		m.Layers = append(m.Layers, l)
	}
	return m
}

// headOf returns what the parameters of a net's last layer are called by. ok is false unless the net has the parameters and
// states of base, and besides them a weight and a bias of that name alone.
func headOf(m, base train.Model) (name string, ok bool) {
	own, err := persistent(m)
	if err != nil {
		return "", false
	}
	old, err := persistent(base)
	if err != nil {
		return "", false
	}
	all, err := train.Products(m)
	if err != nil || len(all) == 0 || len(all[len(all)-1].Parameters) != 2 {
		return "", false
	}
	for _, p := range all[len(all)-1].Parameters {
		delete(own, p)
		name = strings.TrimSuffix(p, ".bias")
	}
	if len(own) != len(old) {
		return "", false
	}
	for name, shape := range old {
		if s, ok := own[name]; !ok || !s.Equal(shape) {
			return "", false
		}
	}
	return name, true
}

// persistent returns the shapes of a model's parameters and states by name, those of its input among them.
func persistent(m train.Model) (map[string]graph.Shape, error) {
	g, err := train.PredictionGraph(m, 1)
	if err != nil {
		return nil, err
	}
	shapes := map[string]graph.Shape{}
	for _, v := range g.Values {
		if v.Role == graph.Parameter || v.Role == graph.State {
			shapes[v.Name] = v.Shape
		}
	}
	return shapes, nil
}
