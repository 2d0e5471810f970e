package train

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// Part returns what m does between two of its layers with weights as a model of its own, whose samples are what layer from
// reads, -1 standing for what m itself reads, and whose outputs are what layer to reads, [N]+Reads. Layers are counted from 0,
// as Products lists them. Parameters and states have the names that they have in m.
//
// A part computes as m does in use: normalisations have the statistics that they have, which training the part leaves alone.
// Only dropout drops.
//
// It returns a *graph.ShapeError if there are no such layers, if not all between them sees a sample through what from reads, or
// if layer to does not read a row of each sample, and graph.ErrUnsupported if it reads whole numbers.
func Part(m Model, from, to int) (Model, error) {
	all, err := Products(m)
	if err != nil {
		return nil, err
	}
	if from < -1 || to < max(0, from) || to >= len(all) {
		return nil, graph.Shapef("part: got layers %d to %d, want two in order of the %d with weights", from, to, len(all))
	}
	p := part{whole: m, from: from, to: to, shape: m.InputShape()}
	if from >= 0 {
		p.shape = all[from].Reads
	}
	g := graph.New() // for two samples: one would hide that they are mixed
	_, err = p.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{2}, p.shape...)))
	return p, err
}

type part struct {
	whole    Model
	from, to int
	shape    graph.Shape
}

// InputShape is that of what layer from reads.
func (p part) InputShape() graph.Shape { return p.shape.Clone() }

// Logits adds the part: it builds the whole on a graph of its own and copies what is needed.
func (p part) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	g := graph.New()
	inner := layer.NewBuilder(g)
	inner.Sampling = b.Training || b.Sampling
	c := copier{to: b.G, values: map[*graph.Value]*graph.Value{}}
	if b.Random != nil {
		inner.Random = g.Input("rng", b.Random.Type, b.Random.Shape)
		c.values[inner.Random] = b.Random
	}
	start := g.Input("x", graph.F32, append(x.Shape[:1].Clone(), p.whole.InputShape()...))
	logits, err := p.whole.Logits(inner, start)
	if err != nil {
		return nil, err
	}
	all := productsOf(g, start, logits)
	if p.to >= len(all) {
		return nil, graph.Shapef("part: layer %d of %d with weights: the model is another for %d samples", p.to, len(all), x.Shape[0])
	}
	if p.from >= 0 {
		start = all[p.from].reads
	}
	end, label := all[p.to].reads, all[p.to].node.Layer
	switch {
	case end.Type != graph.F32:
		return nil, fmt.Errorf("part: %s reads %v, numbers of the type %v: take the model as it was before it was quantised: %w",
			label, end.Shape, end.Type, graph.ErrUnsupported)
	case end.Shape[0] != x.Shape[0]:
		return nil, graph.Shapef("part: %s reads %v of %d samples, want a row of each", label, end.Shape, x.Shape[0])
	case !start.Shape.Equal(x.Shape):
		return nil, graph.Shapef("part: got samples %v, want %v", x.Shape, start.Shape)
	}
	c.values[start] = x
	return c.copy(g, end, start)
}

// copier copies a part of a graph.
type copier struct {
	to     *graph.Graph
	values map[*graph.Value]*graph.Value // by what they are copies of
}

// copy copies what y comes of, from the value start on, which has a copy already, and returns y's.
func (c *copier) copy(from *graph.Graph, y, start *graph.Value) (*graph.Value, error) {
	needed := needs(y, start)
	for _, v := range from.Values {
		switch {
		case !needed[v] || c.values[v] != nil:
		case v.Role == graph.Parameter:
			c.values[v] = c.to.Param(v.Name, v.Shape, v.Init)
		case v.Role == graph.State:
			c.values[v] = c.to.State(v.Name, v.Type, v.Shape, v.Init)
		case v.Role == graph.Constant:
			c.values[v] = c.to.Const(v.Shape, v.Data...)
		case v.Role == graph.Input:
			return nil, graph.Shapef("part: what comes behind the cut reads the sample itself too: cut it elsewhere")
		default:
			c.node(v.Node)
		}
	}
	return c.values[y], c.to.Err()
}

func (c *copier) node(n *graph.Node) {
	m := &graph.Node{Op: n.Op, Attrs: n.Attrs, Epilogue: n.Epilogue, Arity: n.Arity, Layer: n.Layer}
	for _, v := range n.In {
		m.In = append(m.In, c.values[v])
	}
	types := make([]graph.Type, len(n.Out))
	for i, v := range n.Out {
		types[i] = graph.Type{Shape: v.Shape, Type: v.Type}
	}
	c.to.Append(m, types)
	for i, v := range n.Out {
		c.values[v] = m.Out[i]
	}
}

// Pooled returns m with a global average pooling behind it: of a map [N,H,W,C], its mean over all places.
func Pooled(m Model) Model { return pooled{m} }

type pooled struct{ Model }

// Logits adds the model and the pooling.
func (p pooled) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	y, err := p.Model.Logits(b, x)
	if err != nil {
		return nil, err
	}
	b.G.Layer = "pooling"
	if y, err = layer.GlobalAvgPool(b, y); err != nil {
		return nil, err
	}
	return layer.Flatten(b, y), nil
}

// WithHead returns m with a fully connected layer behind it that gives classes scores of what m gives, a map [H,W,C] being taken
// for a vector, channels fastest. Its parameters are called NAME.weight and NAME.bias and start at 0.
func WithHead(m Model, name string, classes int) Model { return headed{m, name, classes} }

type headed struct {
	Model
	name    string
	classes int
}

// Logits adds the model and the head.
func (h headed) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	y, err := h.Model.Logits(b, x)
	if err != nil {
		return nil, err
	}
	b.G.Layer = fmt.Sprintf("%s (fc %d)", h.name, h.classes)
	o := layer.LinearOptions{Name: h.name, Outputs: h.classes, Init: layer.Init{Kind: "constant"}}
	return layer.FullyConnected(b, layer.Flatten(b, y), o)
}
