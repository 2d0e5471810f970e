package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Score is how a model does on a data set.
type Score struct {
	Loss, Accuracy float64
	Count          int
}

// evaluationBatch is large enough to keep a device busy and small enough that a page stays awake.
const evaluationBatch = 100

// Evaluate measures the model on d. yield, where not nil, is called after each batch, so that a page can breathe.
func (s *Session) Evaluate(ctx context.Context, d *data.Set, yield func()) (Score, error) {
	if err := s.checkData(d, d.CheckForm); err != nil {
		return Score{}, err
	}
	var sc Score
	index := make([]int32, evaluationBatch)
	for at := 0; at < d.Len(); at += evaluationBatch {
		for i := range index {
			index[i] = int32(at + i)
			if at+i >= d.Len() {
				index[i] = -1
			}
		}
		loss, hits, err := s.evaluateBatch(ctx, d, index)
		if err != nil {
			return Score{}, err
		}
		sc.Loss += loss
		sc.Accuracy += hits
		if yield != nil {
			yield()
		}
		if err := ctx.Err(); err != nil {
			return Score{}, err
		}
	}
	sc.Count = d.Len()
	sc.Loss /= float64(sc.Count)
	sc.Accuracy /= float64(sc.Count)
	return sc, nil
}

func (s *Session) evaluateBatch(ctx context.Context, d *data.Set, index []int32) (loss, hits float64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, 0, graph.ErrClosed
	}
	if err := s.use("test", d); err != nil {
		return 0, 0, err
	}
	e, err := s.executable(s.forward(ctx, "evaluate", func() (*graph.Graph, error) {
		return EvaluationGraph(s.model, evaluationBatch, "test", d.Len())
	}))
	if err != nil {
		return 0, 0, err
	}
	if err := e.Run(plan.Int32s(graph.Shape{len(index)}, index...)); err != nil {
		return 0, 0, err
	}
	t, err := e.Fetch("loss", "hits")(ctx)
	if err != nil {
		return 0, 0, err
	}
	return float64(t[0].F32[0]), float64(t[1].F32[0]), nil
}

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
