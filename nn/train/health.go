package train

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// LayerHealth says how a layer with weights fares in training.
type LayerHealth struct {
	Layer string // as its nodes are labelled
	// Weight and Gradient are √(mean of squares) of its weights, without the bias, and of the loss's gradient by them.
	Weight, Gradient float64
	// Mean and Deviation, in the standard sense, are of what the layer gives, behind the activation where one follows.
	Mean, Deviation float64
	Dead            float64 // share of the channels, or units, that are 0 at every place of every sample
}

// Health looks at the layers with weights, in the order in which they compute, as a training step sees them on the first samples of
// d, all of them if there are fewer than count: dropout drops, and batch norm takes the statistics of these samples. The loss is the
// cross-entropy. Nothing changes, so that a run may go on meanwhile. A net that was broken by its training has layers with NaN.
//
// It returns an ErrData if d does not fit, and a *graph.ShapeError for a count below 1.
func (s *Session) Health(ctx context.Context, d *data.Set, count int) ([]LayerHealth, error) {
	if count < 1 {
		return nil, graph.Shapef("health: got %d samples, want 1 or more, such as 64", count)
	}
	if err := s.checkData(d, d.CheckForm); err != nil {
		return nil, err
	}
	count = min(count, d.Len())
	var values []float32
	var labels []int32
	for i := range count {
		values, labels = append(values, d.Values(i)...), append(labels, d.LabelsOf(i)...)
	}
	h, err := healthOf(s.model, count, s.places, d.Ignored())
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(ctx, purpose{name: fmt.Sprintf("health of %d, ignored %t", count, d.Ignored())}, func() (*graph.Graph, error) { return h.Graph, nil })
	if err != nil {
		return nil, err
	}
	err = e.Run(plan.Int32s(graph.Shape{2}, 0, 0), plan.Float32s(append(graph.Shape{count}, d.Shape...), values...),
		plan.Int32s(append(graph.Shape{count}, d.LabelShape...), labels...))
	if err != nil {
		return nil, err
	}
	t, err := e.Fetch(h.outputs...)(ctx)
	if err != nil {
		return nil, err
	}
	return h.read(t), nil
}

// healthGraph is a graph that measures layers: of each five scalars, in the order of the outputs.
type healthGraph struct {
	*graph.Graph
	layers  []string
	outputs []string
}

// healthOf is a step without its update. Inputs: rng i32 [2], x f32 [count]+InputShape and labels i32 [count]+places.
func healthOf(m Model, count int, places graph.Shape, ignored bool) (*healthGraph, error) {
	g := &healthGraph{Graph: graph.New()}
	b := layer.NewBuilder(g.Graph)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	x := g.Input("x", graph.F32, append(graph.Shape{count}, m.InputShape()...))
	labels := g.Input("labels", graph.I32, append(graph.Shape{count}, places...))
	logits, err := m.Logits(b, standardise(g.Graph, x))
	if err != nil {
		return nil, err
	}
	forward := len(g.Nodes)
	loss, _, err := Task{Data: Table{Ignored: ignored}}.objective(b, logits, labels)
	if err != nil {
		return nil, err
	}
	g.Updates = nil // those of running statistics
	products := slices.DeleteFunc(productsOf(g.Graph, x, loss), func(p product) bool { return !p.learns() })
	weights, given := make([]*graph.Value, len(products)), make([]*graph.Value, len(products))
	for i, p := range products {
		weights[i], given[i] = p.weights, givenBy(p.node.Out[0], g.Nodes[:forward])
	}
	grads, err := op.Gradients(g.Graph, loss, weights)
	if err != nil {
		return nil, err
	}
	for i, p := range products {
		if grads[i] != nil {
			g.measure(p.node.Layer, weights[i], grads[i], given[i])
		}
	}
	return g, nil
}

// measure adds the scalars of a layer with weights w, their gradient dw, that gives y.
func (g *healthGraph) measure(layer string, w, dw, y *graph.Value) {
	g.Layer = "health"
	v := expr.V
	square := mul(v(0), v(0))
	mean := g.mean(v(0), y)
	off := sub(v(0), v(1))
	size := g.perChannel(expr.New(expr.Abs, v(0)), y) // sums that are 0 if all in them is
	dead := op.Mean(g.Graph, op.Map(g.Graph, expr.New(expr.Equal, v(0), expr.C(0)), size))
	g.layers = append(g.layers, layer)
	for _, of := range []*graph.Value{g.mean(square, w), g.mean(square, dw), mean, g.mean(mul(off, off), y, mean), dead} {
		name := fmt.Sprint(len(g.outputs))
		g.outputs = append(g.outputs, name)
		g.Output(name, of)
	}
}

// mean is that of e over in, of the first one's shape: channel by channel first, since a long sum of numbers of 32 bits loses some.
func (g *healthGraph) mean(e *expr.Expr, in ...*graph.Value) *graph.Value {
	share := expr.C(1 / float64(in[0].Shape.Elems()))
	return op.Map(g.Graph, mul(expr.V(0), share), op.Sum(g.Graph, g.perChannel(e, in...), 0))
}

// perChannel adds e up over all axes but the last.
func (g *healthGraph) perChannel(e *expr.Expr, in ...*graph.Value) *graph.Value {
	axes := make([]int, len(in[0].Shape)-1)
	for i := range axes {
		axes[i] = i
	}
	return op.Sum(g.Graph, op.Map(g.Graph, e, in...), axes...)
}

// read makes figures of the outputs.
func (g *healthGraph) read(t []plan.Tensor) []LayerHealth {
	all := make([]LayerHealth, len(g.layers))
	for i, layer := range g.layers {
		of := func(k int) float64 { return float64(t[5*i+k].F32[0]) }
		all[i] = LayerHealth{layer, math.Sqrt(of(0)), math.Sqrt(of(1)), of(2), math.Sqrt(of(3)), of(4)}
	}
	return all
}
