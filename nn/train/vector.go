package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Vector returns what a layer gives for one sample, given as for PredictValues: a map [H,W,C] as a vector of H·W·C, channels
// fastest. The layer is named as for Features; "" is what the last layer with weights gets.
//
// Source: Donahue et al., "DeCAF: a deep convolutional activation feature for generic visual recognition", ICML 2014.
func (s *Session) Vector(ctx context.Context, sample []float32, which string) ([]float32, error) {
	if err := s.checkSample(sample); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, "vector "+which, func() (*graph.Graph, error) { return vectorGraph(s.model, which) }))
	if err != nil {
		return nil, err
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{1}, s.model.InputShape()...), sample...)); err != nil {
		return nil, err
	}
	t, err := e.Fetch("features")(ctx)
	if err != nil {
		return nil, err
	}
	return t[0].F32, nil
}

// vectorGraph gives what a layer makes of one sample. Input: x f32 [1]+InputShape. Output: features f32 [D].
func vectorGraph(m Model, which string) (*graph.Graph, error) {
	g := graph.New()
	x := g.Input("x", graph.F32, append(graph.Shape{1}, m.InputShape()...))
	logits, err := m.Logits(layer.NewBuilder(g), standardise(g, x))
	if err != nil {
		return nil, err
	}
	v, err := featureOf(g, x, logits, which)
	if err != nil {
		return nil, err
	}
	if v.Type != graph.F32 {
		return nil, fmt.Errorf("train: features: layer %q gives %v, want numbers: %w", which, v, graph.ErrUnsupported)
	}
	g.Layer = "features"
	g.Output("features", op.Reshape(g, v, graph.Shape{v.Shape.Elems()}))
	return g, nil
}
