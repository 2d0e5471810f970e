package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Predict returns the probability of each class for one picture of the model's shape, as bytes.
func (s *Session) Predict(ctx context.Context, picture []byte) ([]float32, error) {
	x := make([]float32, len(picture))
	for i, b := range picture {
		x[i] = float32(b)
	}
	return s.PredictValues(ctx, x)
}

// PredictValues returns the probability of each class, and for a model that classifies every place one after the other,
// for one sample of the model's shape, in the units of the training set.
func (s *Session) PredictValues(ctx context.Context, sample []float32) ([]float32, error) {
	in := s.model.InputShape()
	if len(sample) != in.Elems() {
		return nil, graph.Shapef("sample: got %d values, want %d (%v)", len(sample), in.Elems(), in)
	}
	if i := notFinite(sample); i >= 0 {
		return nil, fmt.Errorf("train: predict: value %d is %g: want finite numbers: %w", i, sample[i], ErrData)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, "predict", func() (*graph.Graph, error) { return PredictionGraph(s.model, 1) }))
	if err != nil {
		return nil, err
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{1}, in...), sample...)); err != nil {
		return nil, err
	}
	t, err := e.Fetch("probs")(ctx)
	if err != nil {
		return nil, fmt.Errorf("train: predict: %w", err)
	}
	return t[0].F32, nil
}
