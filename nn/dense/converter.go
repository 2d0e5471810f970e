package dense

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/spec"
)

// converter walks the layers of a net that was built. Its maps have an entry for each layer so far, -1 being the input.
type converter struct {
	n       *spec.Net
	begun   []layer.Begun
	values  map[string]bool // layers with parameters or states, by what these are called by
	owners  map[string]owner
	at      map[int]int    // place in layers
	places  map[int][2]int // height and width of the map; of a vector that was one, the map's
	fields  map[int]field
	layers  []spec.Layer
	padded  []string
	renamed bool // a layer was left out or changed its kind, after which automatic names count otherwise
}

// owner is a layer whose weights others may share, and its name in the new net.
type owner struct {
	layer spec.Layer
	name  string
}

// step is one layer on its way.
type step struct {
	spec.Layer // as it was; the rule of its kind changes it
	built      spec.Built
	owner      owner      // whose weights it shares, if it does
	places     [2]int     // of what it reads
	flat       bool       // it reads a vector that was a map of more than one place
	window     *op.Window // what it walks with; nil: it stays where it is
	padded     bool       // it puts something around its input
	drop       bool       // it does nothing to a map
}

// reads lists what layer i of a net reads, -1 being the input.
func reads(l spec.Layer, i int) []int {
	if l.In == nil {
		return []int{i - 1}
	}
	return l.In
}

// layer converts layer i of the net.
func (c *converter) layer(i int, b spec.Built) error {
	in := reads(b.Layer, i)
	s := &step{Layer: b.Layer, built: b, places: c.places[in[0]]}
	s.Options = slices.Clone(s.Options)
	s.flat = len(b.In[0].Shape) == 2 && s.places != [2]int{1, 1}
	for _, j := range in[1:] {
		if c.places[j] != s.places {
			return c.refuse(i, "it joins maps of %s and %s, of which the smaller one would be another for each window",
				size(s.places), size(c.places[j]))
		}
	}
	c.names(i, s)
	rule, ok := rules[s.Kind]
	if !ok {
		return c.refuse(i, "%s", reason(s.Kind))
	}
	if why := rule(s); why != "" {
		return c.refuse(i, "%s", why)
	}
	c.renamed = c.renamed || s.Kind != b.Layer.Kind
	// A name that was repeated got a number, and an automatic one is to be kept.
	if s.Name != "" || c.renamed && (c.values[c.begun[i].Params] || s.owner.name != "") {
		s.Name = c.begun[i].Params
	}
	if s.padded {
		c.padded = append(c.padded, c.begun[i].Layer)
	}
	f := c.fields[in[0]]
	for _, j := range in[1:] {
		if c.fields[j].jump != f.jump {
			return c.refuse(i, "its paths have strides of %s and %s pixels, so that they look at other places of a larger picture",
				size(f.jump), size(c.fields[j].jump))
		}
		f = f.with(c.fields[j])
	}
	if s.window != nil {
		f = f.through(*s.window)
	}
	c.fields[i], c.places[i] = f, s.places
	if out := b.Out.Shape; len(out) == 4 {
		c.places[i] = [2]int{out[1], out[2]}
	}
	if s.drop {
		c.at[i] = c.at[in[0]]
		return nil
	}
	s.In = make([]int, len(in))
	for k, j := range in {
		s.In[k] = c.at[j]
	}
	c.at[i] = len(c.layers)
	c.layers = append(c.layers, s.Layer)
	return nil
}

// names follows shared weights, whose owner may have got another name.
func (c *converter) names(i int, s *step) {
	k := slices.IndexFunc(s.Options, func(o spec.Option) bool { return o.Ref != "" })
	if k >= 0 {
		s.owner = c.owners[s.Options[k].Ref]
		s.Options[k].Ref = s.owner.name
		return
	}
	if s.Name != "" {
		c.owners[s.Name] = owner{s.built.Layer, c.begun[i].Params}
	}
}

// refuse returns the error for layer i.
func (c *converter) refuse(i int, format string, args ...any) error {
	at := c.n.ErrorAt(c.n.Layers[i], "%s: %s", c.begun[i].Layer, fmt.Sprintf(format, args...))
	return fmt.Errorf("dense: %w: %w", at, graph.ErrUnsupported)
}

// size prints height and width.
func size(s [2]int) string { return fmt.Sprintf("%dx%d", s[0], s[1]) }
