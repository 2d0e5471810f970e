package train

import (
	"context"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/data"
)

// Spread is the mean of some figures and their deviation,
//
//	mean = Σ x / n,   deviation = √(Σ (x - mean)² / (n - 1))
//
// which is that of the sample: an estimate of how far another run would be off. Of one figure it is 0.
type Spread struct{ Mean, Deviation float64 }

func spreadOf(xs []float64) Spread {
	var s Spread
	n := float64(len(xs))
	for _, x := range xs {
		s.Mean += x / n
	}
	for _, x := range xs {
		s.Deviation += (x - s.Mean) * (x - s.Mean)
	}
	s.Deviation = math.Sqrt(s.Deviation / max(1, n-1))
	return s
}

// String prints the spread as "0.91 ± 0.02".
func (s Spread) String() string { return fmt.Sprintf("%.4g ± %.2g", s.Mean, s.Deviation) }

// Repeats are the scores of runs that differ in their seed alone.
type Repeats struct {
	Seeds          []uint32
	Scores         []Score // one a seed
	Loss, Accuracy Spread
}

// RunSeeds calls run for each seed, one after the other, and sums up. run makes a session with the seed, trains it with the
// seed in its Config, and returns its score on a test set. At an error it ends with what there is so far.
func RunSeeds(ctx context.Context, seeds []uint32, run func(ctx context.Context, seed uint32) (Score, error)) (Repeats, error) {
	if len(seeds) == 0 {
		return Repeats{}, fmt.Errorf("train: repeat: got no seeds, want one or more, such as 1, 2, 3")
	}
	var r Repeats
	var losses, accuracies []float64
	for _, seed := range seeds {
		sc, err := Score{}, ctx.Err()
		if err == nil {
			sc, err = run(ctx, seed)
		}
		if err != nil {
			return r, fmt.Errorf("train: repeat: seed %d: %w", seed, err)
		}
		r.Seeds, r.Scores = append(r.Seeds, seed), append(r.Scores, sc)
		losses, accuracies = append(losses, sc.Loss), append(accuracies, sc.Accuracy)
		r.Loss, r.Accuracy = spreadOf(losses), spreadOf(accuracies)
	}
	return r, nil
}

// NoisePoint is how a model does when its pictures are disturbed.
type NoisePoint struct {
	Deviation float64 // of the noise, in standard deviations of the training set
	Score     Score
}

// NoiseCurve measures the model on d under Gaussian noise of each of the deviations, with o for the rest, such as several
// draws that are averaged. The noise is that of o.Seed: the same for each deviation but for its size.
//
// Source: Hendrycks, Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations",
// ICLR 2019, which has noise as one of its corruptions.
func (s *Session) NoiseCurve(ctx context.Context, d *data.Set, deviations []float64, o EvaluateOptions) ([]NoisePoint, error) {
	var points []NoisePoint
	for _, sigma := range deviations {
		o.Augment.Noise = sigma
		sc, err := s.EvaluateWith(ctx, d, o)
		s.release(o)
		if err != nil {
			return points, fmt.Errorf("train: noise of deviation %g: %w", sigma, err)
		}
		points = append(points, NoisePoint{sigma, sc})
	}
	return points, nil
}
