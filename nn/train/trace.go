package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// LayerOutput is what a layer gives for one sample.
type LayerOutput struct {
	Layer  string      // as its nodes are labelled
	Shape  graph.Shape // of one sample
	Values []float32
}

// Trace returns what each layer gives for one sample, in order, in the units of the training set: to look at, and to compare two
// nets by. Layers that only name their input anew are left out.
func (s *Session) Trace(ctx context.Context, sample []float32) ([]LayerOutput, error) {
	in := s.model.InputShape()
	if len(sample) != in.Elems() {
		return nil, graph.Shapef("sample: got %d values, want %d (%v)", len(sample), in.Elems(), in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := PredictionGraph(s.model, 1)
	if err != nil {
		return nil, err
	}
	g.Outputs = nil
	var outs []LayerOutput
	var names []string
	for i, v := range layerEnds(g) {
		names = append(names, fmt.Sprint(i))
		g.Output(names[i], v)
		outs = append(outs, LayerOutput{Layer: v.Node.Layer, Shape: v.Shape[1:].Clone()})
	}
	e, err := s.executable(s.forward(ctx, "trace", func() (*graph.Graph, error) { return g, nil }))
	if err != nil {
		return nil, err
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{1}, in...), sample...)); err != nil {
		return nil, err
	}
	got, err := e.Fetch(names...)(ctx)
	if err != nil {
		return nil, err
	}
	for i, t := range got {
		outs[i].Values = t.F32
	}
	return outs, nil
}

// layerEnds lists the last value of each run of nodes with one label that has a row for the sample.
func layerEnds(g *graph.Graph) []*graph.Value {
	var ends []*graph.Value
	for i, n := range g.Nodes {
		if i+1 < len(g.Nodes) && g.Nodes[i+1].Layer == n.Layer {
			continue
		}
		if v := n.Out[0]; v.Type == graph.F32 && len(v.Shape) > 1 && v.Shape[0] == 1 {
			ends = append(ends, v)
		}
	}
	return ends
}
