package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Predict returns the probability of each class for one picture of the model's shape, as bytes.
func (s *Session) Predict(ctx context.Context, picture []byte) ([]float32, error) {
	in := s.model.InputShape()
	if len(picture) != in.Elems() {
		return nil, graph.Shapef("picture: got %d bytes, want %d (%v)", len(picture), in.Elems(), in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, "predict", func() (*graph.Graph, error) { return PredictionGraph(s.model, 1) }))
	if err != nil {
		return nil, err
	}
	x := make([]float32, len(picture))
	for i, b := range picture {
		x[i] = float32(b)
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{1}, in...), x...)); err != nil {
		return nil, err
	}
	t, err := e.Fetch("probs")(ctx)
	if err != nil {
		return nil, fmt.Errorf("train: predict: %w", err)
	}
	return t[0].F32, nil
}
