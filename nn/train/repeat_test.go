package train_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/train"
)

func TestRunSeeds(t *testing.T) {
	accuracy := map[uint32]float64{3: 0.9, 4: 0.8, 9: 0.4}
	run := func(_ context.Context, seed uint32) (train.Score, error) {
		if seed == 7 {
			return train.Score{}, train.ErrDiverged
		}
		return train.Score{Loss: float64(seed), Accuracy: accuracy[seed]}, nil
	}
	r, err := train.RunSeeds(context.Background(), []uint32{3, 4, 9}, run)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.Accuracy.Mean-0.7) > 1e-12 || math.Abs(r.Accuracy.Deviation-math.Sqrt(0.07)) > 1e-12 || len(r.Scores) != 3 || r.Loss.Mean != 16./3 {
		t.Errorf("got %+v, want accuracy 0.7 with deviation √0.07", r)
	}
	if one, err := train.RunSeeds(context.Background(), []uint32{3}, run); err != nil || one.Accuracy != (train.Spread{Mean: 0.9}) {
		t.Errorf("one run: got %v %v, want 0.9 without deviation", one.Accuracy, err)
	}
	if r, err := train.RunSeeds(context.Background(), []uint32{3, 7, 4}, run); !errors.Is(err, train.ErrDiverged) || len(r.Scores) != 1 {
		t.Errorf("got %d scores and %v, want the one before the failure", len(r.Scores), err)
	}
	if _, err := train.RunSeeds(context.Background(), nil, run); err == nil {
		t.Error("no seeds: no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := train.RunSeeds(ctx, []uint32{3}, run); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// TestSeedsTrain repeats a real run: other seeds give other weights, the same seed the same.
func TestSeedsTrain(t *testing.T) {
	run := func(ctx context.Context, seed uint32) (train.Score, error) {
		s := seeded(t, linear{}, seed)
		cfg := config()
		cfg.Epochs, cfg.Seed = 1, seed
		if err := s.Train(ctx, corners(64), cfg); err != nil {
			return train.Score{}, err
		}
		return s.Evaluate(ctx, corners(40), nil)
	}
	r, err := train.RunSeeds(context.Background(), []uint32{1, 2, 1}, run)
	if err != nil {
		t.Fatal(err)
	}
	if r.Scores[0].Loss != r.Scores[2].Loss || r.Scores[0].Loss == r.Scores[1].Loss || r.Loss.Deviation == 0 {
		t.Errorf("got losses %g, %g and %g, want the first and the last alike", r.Scores[0].Loss, r.Scores[1].Loss, r.Scores[2].Loss)
	}
}

// TestNoiseCurve falls from all to about half, for two classes.
func TestNoiseCurve(t *testing.T) {
	s := session(t, linear{})
	trained(t, s, config())
	points, err := s.NoiseCurve(context.Background(), corners(300), []float64{0, 0.5, 2, 100}, train.EvaluateOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		if i > 0 && p.Score.Accuracy > points[i-1].Score.Accuracy {
			t.Errorf("deviation %g: accuracy %g, more than before", p.Deviation, p.Score.Accuracy)
		}
	}
	if first, last := points[0].Score.Accuracy, points[3].Score.Accuracy; first != 1 || last < 0.4 || last > 0.6 {
		t.Errorf("got accuracy %g without noise and %g in it, want 1 and about 0.5", first, last)
	}
	if _, err := s.NoiseCurve(context.Background(), corners(10), []float64{0, -1}, train.EvaluateOptions{}); err == nil {
		t.Error("a negative deviation: no error")
	}
}
