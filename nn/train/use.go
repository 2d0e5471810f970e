package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Predict is PredictValues of a picture as bytes, for a model that learned from bytes, or from numbers from 0 to 255.
func (s *Session) Predict(ctx context.Context, picture []byte) ([]float32, error) {
	x := make([]float32, len(picture))
	for i, b := range picture {
		x[i] = float32(b)
	}
	return s.PredictValues(ctx, x)
}

// PredictValues returns the probability of each class for one sample of the model's shape, [H,W,C] flattened, in the
// units of the training set. Of a model that classifies every place they are [H,W,classes], flattened: those of row y,
// column x begin at (y·W + x)·classes; see Places. A sample of another length is a *graph.ShapeError, one with a value that is
// not finite an ErrData.
func (s *Session) PredictValues(ctx context.Context, sample []float32) ([]float32, error) {
	if err := s.checkSample(sample); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, "predict", func() (*graph.Graph, error) { return PredictionGraph(s.model, 1) }))
	if err != nil {
		return nil, err
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{1}, s.model.InputShape()...), sample...)); err != nil {
		return nil, err
	}
	return probabilities(ctx, e)
}

// checkSample says what is wrong with one sample for the model.
func (s *Session) checkSample(sample []float32) error {
	in := s.model.InputShape()
	if len(sample) != in.Elems() {
		return graph.Shapef("sample: got %d values, want %d (%v)", len(sample), in.Elems(), in)
	}
	if i := notFinite(sample); i >= 0 {
		return fmt.Errorf("train: predict: value %d is %g: want finite numbers: %w", i, sample[i], ErrData)
	}
	return nil
}

// PredictBatch is Predict of count pictures, one behind the other, at once: the probabilities are [count,…] in their order. Each
// count is a program of its own, so it should be the same from call to call.
func (s *Session) PredictBatch(ctx context.Context, pictures []byte, count int) ([]float32, error) {
	in := s.model.InputShape()
	if count < 1 || len(pictures) != count*in.Elems() {
		return nil, graph.Shapef("pictures: got %d bytes for %d pictures, want 1 or more of %v each", len(pictures), count, in)
	}
	x := make([]float32, len(pictures))
	for i, b := range pictures {
		x[i] = float32(b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, fmt.Sprintf("predict %d", count), func() (*graph.Graph, error) { return PredictionGraph(s.model, count) }))
	if err != nil {
		return nil, err
	}
	if err := e.Run(plan.Float32s(append(graph.Shape{count}, in...), x...)); err != nil {
		return nil, err
	}
	return probabilities(ctx, e)
}

// PredictPicture is Predict of a picture that the browser holds, of width times height pixels, where the device can take it from
// there (see plan.Viewer); elsewhere it returns an error that is graph.ErrUnsupported.
func (s *Session) PredictPicture(ctx context.Context, picture any, width, height int) ([]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.executable(s.forward(ctx, "predict", func() (*graph.Graph, error) { return PredictionGraph(s.model, 1) }))
	if err != nil {
		return nil, err
	}
	v, ok := e.(plan.Viewer)
	if !ok {
		return nil, fmt.Errorf("train: predict: this device takes no pictures from the browser: %w", graph.ErrUnsupported)
	}
	in := s.model.InputShape()
	if len(in) != 3 {
		return nil, graph.Shapef("a picture fills an input of shape [H,W,1] or [H,W,3], not %v", in)
	}
	if err := v.RunPicture(ctx, picture, width, height, data.Cover(width, height, in[1], in[0])); err != nil {
		return nil, err
	}
	return probabilities(ctx, e)
}

func probabilities(ctx context.Context, e plan.Executable) ([]float32, error) {
	t, err := e.Fetch("probs")(ctx)
	if err != nil {
		return nil, fmt.Errorf("train: predict: %w", err)
	}
	return t[0].F32, nil
}
