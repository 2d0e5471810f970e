package layer

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Builder stacks layers onto a graph. It is made anew for each batch size; the parameters keep their names.
type Builder struct {
	G *graph.Graph
	// Training turns on what only training does, such as dropout.
	Training bool
	// Sampling leaves dropout on outside training, for draws that are averaged.
	Sampling bool
	// Random is the generator's state, i32 [2] = (seed, step), which dropout reads; nil where nothing is random.
	Random *graph.Value
	// Aux collects the outputs of side heads, whose losses are added to the net's in training.
	Aux []Aux
	// Begun lists the layers begun so far, so that the net's text can be found again.
	Begun []Begun

	draws int
	names map[string]int // how many layers of a kind there are
	used  map[string]int // names that Begin has given
}

// NewBuilder returns a builder that adds to g.
func NewBuilder(g *graph.Graph) *Builder {
	return &Builder{G: g, names: map[string]int{}, used: map[string]int{}}
}

// param adds a trained value, or returns the one that a layer of the same name has made: layers share by name.
func (b *Builder) param(name string, s graph.Shape, init graph.Init) (*graph.Value, error) {
	p := b.G.Param(name, s, init)
	return p, b.G.Err()
}

// state adds a value that persists without being trained.
func (b *Builder) state(name string, s graph.Shape, start float64) *graph.Value {
	return b.G.State(name, graph.F32, s, graph.Init{Kind: graph.InitConst, A: start})
}

// uniform draws numbers in [0,1).
func (b *Builder) uniform(s graph.Shape) (*graph.Value, error) {
	if b.Random == nil {
		return nil, b.fail("a random layer: got no generator, want Builder.Random to be set")
	}
	b.draws++
	return b.apply(op.RandomOp, op.RandomAttrs{Shape: s, Stream: b.draws}, b.Random)
}

// Uniform draws numbers in [0,1), another stream with each call, for what is random but no layer.
func (b *Builder) Uniform(s graph.Shape) (*graph.Value, error) { return b.uniform(s) }

// mapTo adds an elementwise expression of inputs that a user's shapes decide about.
func (b *Builder) mapTo(e *expr.Expr, in ...*graph.Value) (*graph.Value, error) {
	return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}}, in...)
}

// sum adds e, over the inputs, up along axes, which are kept with size 1.
func (b *Builder) sum(e *expr.Expr, axes []int, in ...*graph.Value) (*graph.Value, error) {
	return b.apply(op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceSum, Axes: axes, Keep: true, Expr: e}, in...)
}

// constant adds numbers of a shape, which must have as many elements.
func (b *Builder) constant(s graph.Shape, data []float64) *graph.Value {
	f := make([]float32, len(data))
	for i, v := range data {
		f[i] = float32(v)
	}
	return b.G.Const(s, f...)
}

// axis counts a negative axis from the end.
func (b *Builder) axis(x *graph.Value, axis int) (int, error) {
	rank := len(x.Shape)
	if axis < -rank || axis >= rank {
		return 0, b.fail("axis: got %d, want %d to %d for %v", axis, -rank, rank-1, x.Shape)
	}
	return (axis + rank) % rank, nil
}

// spatial returns how many axes lie between samples and channels.
func (b *Builder) spatial(x *graph.Value) (int, error) {
	n := len(x.Shape) - 2
	if n < 1 || n > 3 {
		return 0, b.fail("input: got %v, want samples, 1 to 3 spatial axes and channels", x.Shape)
	}
	return n, nil
}

// channels is the size of the last axis.
func channels(x *graph.Value) int { return x.Shape[len(x.Shape)-1] }

// axes lists from, …, to-1.
func axes(from, to int) []int {
	var a []int
	for i := from; i < to; i++ {
		a = append(a, i)
	}
	return a
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
