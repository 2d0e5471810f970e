package layer

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Builder stacks layers onto a graph. It is made anew for each batch size; the parameters keep their names.
type Builder struct {
	G *graph.Graph
	// Training turns on what only training does, such as dropout.
	Training bool
	// Random is the generator's state, i32 [2] = (seed, step), which dropout reads; nil where nothing is random.
	Random *graph.Value

	layers, draws int
	names         map[string]int
}

// NewBuilder returns a builder that adds to g.
func NewBuilder(g *graph.Graph) *Builder { return &Builder{G: g, names: map[string]int{}} }

// Begin starts the next layer: what is added from now on belongs to it. label is how messages name it. name is what its
// parameters are called by; where it is empty, kind and a running number are, such as conv2.
func (b *Builder) Begin(kind, name, label string) string {
	b.layers++
	b.names[kind]++
	b.G.Layer = fmt.Sprintf("layer %d (%s)", b.layers, label)
	if name != "" {
		b.G.Layer = fmt.Sprintf("layer %d %q (%s)", b.layers, name, label)
		return name
	}
	return fmt.Sprintf("%s%d", kind, b.names[kind])
}

// apply adds a primitive with one output that matters.
func (b *Builder) apply(name string, attrs any, in ...*graph.Value) (*graph.Value, error) {
	out, err := op.Apply(b.G, name, attrs, in...)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// fail makes an error of the current layer.
func (b *Builder) fail(format string, args ...any) error {
	return &graph.ShapeError{Where: b.G.Layer, Msg: fmt.Sprintf(format, args...)}
}
