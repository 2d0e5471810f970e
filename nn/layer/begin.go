package layer

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Begun is a layer that Begin started.
type Begun struct {
	Name   string // as it was given
	Params string // what its parameters are called by
	Label  string // how messages name it
	Layer  string // what its nodes carry, as Node.Layer
	In     []int  // what it reads, by place in Builder.Begun, -1 being the net's input; nil if nobody said
	Aside  bool   // its nodes are not in the graph; see Builder.Aside
}

// Begin starts the next layer: what is added from now on belongs to it. label is how messages name it. name is what its
// parameters are called by, and layers of one name share them; where it is empty, kind and a running number are, such as
// conv2.
func (b *Builder) Begin(kind, name, label string) string {
	at := len(b.Begun) + 1
	b.names[kind]++
	b.G.Layer = fmt.Sprintf("layer %d (%s)", at, label)
	params := name
	if name != "" {
		b.G.Layer = fmt.Sprintf("layer %d %q (%s)", at, name, label)
	} else {
		params = b.Unique(fmt.Sprintf("%s%d", kind, b.names[kind]))
	}
	b.used[params] = max(1, b.used[params])
	b.Begun = append(b.Begun, Begun{Name: name, Params: params, Label: label, Layer: b.G.Layer})
	return params
}

// Unique returns name or, if a layer has it already, name with a number behind it, such as stem.2.
func (b *Builder) Unique(name string) string {
	for n := b.used[name] + 1; n > 1; n++ {
		if numbered := fmt.Sprintf("%s.%d", name, n); b.used[numbered] == 0 {
			b.used[name] = n
			return numbered
		}
	}
	return name
}

// Reads says what the layer that was begun last reads; see Begun.In.
func (b *Builder) Reads(in ...int) { b.Begun[len(b.Begun)-1].In = in }

// Aux is an auxiliary output: logits of the shape of the net's own, and how much their loss counts.
//
// Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 5.
type Aux struct {
	Logits *graph.Value
	Weight float64
}

// Aside runs f with a graph of its own in b.G's place: what f adds is checked and takes names, and is then forgotten.
func (b *Builder) Aside(f func() error) error {
	g, label, n := b.G, b.G.Layer, len(b.Begun)
	defer func() {
		b.G = g
		g.Layer = label
		for i := n; i < len(b.Begun); i++ {
			b.Begun[i].Aside = true
		}
	}()
	b.G = graph.New()
	return f()
}
