package probe

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// SVM is a linear classifier, one against the rest for each class: the class is that with the largest
//
//	score_c(x) = bias_c + Σ i weight_c[i] · x[i]
type SVM struct {
	Size    int
	Weights []float64 // [Classes,Size]
	Biases  []float64 // [Classes]
}

// SVMOptions say how to train an SVM. A 0 takes the usual number.
type SVMOptions struct {
	C         float64 // weight of the hinge loss against the norm of the weights; 0: 1
	Epochs    int     // at most; 0: 100
	Tolerance float64 // of the gradient in the dual problem, at which training ends; 0: 0.01
	Seed      uint64  // of the order of the samples
	// Raw leaves the vectors as they are. Otherwise each element is standardised by the samples' mean and deviation, so that
	// no feature counts more for its unit; the trained SVM takes raw vectors either way.
	Raw bool
}

// TrainSVM minimises, for each class, with y = 1 for its samples and -1 for others, the bias being a weight of a constant 1,
//
//	½·‖w‖² + C · Σ n max(0, 1 - y_n · w·x_n)
//
// by coordinate descent on the dual problem. It returns an error for samples or options out of range.
//
// Source: Hsieh, Chang, Lin, Keerthi, Sundararajan, "A dual coordinate descent method for large-scale linear SVM", ICML 2008,
// algorithm 1 with L1 loss.
func TrainSVM(s Samples, o SVMOptions) (*SVM, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if o.C == 0 {
		o.C = 1
	}
	if o.Epochs == 0 {
		o.Epochs = 100
	}
	if o.Tolerance == 0 {
		o.Tolerance = 0.01
	}
	if !(o.C > 0) || math.IsInf(o.C, 0) || o.Epochs < 1 || !(o.Tolerance > 0) {
		return nil, fmt.Errorf("probe: got C %g, %d epochs, tolerance %g, want all above 0", o.C, o.Epochs, o.Tolerance)
	}
	mean, scale := standards(s, o.Raw)
	rows := make([][]float64, len(s.Labels))
	for n := range rows {
		rows[n] = make([]float64, s.Size+1)
		for i, v := range s.Row(n) {
			rows[n][i] = (float64(v) - mean[i]) * scale[i]
		}
		rows[n][s.Size] = 1
	}
	m := &SVM{Size: s.Size}
	for class := range s.Classes {
		w := descend(rows, s.Labels, class, o)
		bias := w[s.Size]
		for i := range mean {
			w[i] *= scale[i]
			bias -= w[i] * mean[i]
		}
		m.Weights, m.Biases = append(m.Weights, w[:s.Size]...), append(m.Biases, bias)
	}
	return m, nil
}

// standards returns mean and reciprocal deviation of each element; one that never changes is left as it is.
func standards(s Samples, raw bool) (mean, scale []float64) {
	mean, scale = make([]float64, s.Size), make([]float64, s.Size)
	n := float64(len(s.Labels))
	for i := range mean {
		scale[i] = 1
		if raw {
			continue
		}
		for k := i; k < len(s.Values); k += s.Size {
			mean[i] += float64(s.Values[k]) / n
		}
		variance := 0.0
		for k := i; k < len(s.Values); k += s.Size {
			d := float64(s.Values[k]) - mean[i]
			variance += d * d / n
		}
		if variance > 0 {
			scale[i] = 1 / math.Sqrt(variance)
		}
	}
	return mean, scale
}

// descend solves the problem of one class.
func descend(rows [][]float64, labels []int, class int, o SVMOptions) (w []float64) {
	w = make([]float64, len(rows[0]))
	alpha, norm := make([]float64, len(rows)), make([]float64, len(rows))
	for n, x := range rows {
		norm[n] = dot(x, x)
	}
	random := rand.New(rand.NewPCG(o.Seed, uint64(class)))
	for range o.Epochs {
		most, least := math.Inf(-1), math.Inf(1)
		for _, n := range random.Perm(len(rows)) {
			x, y := rows[n], -1.0
			if labels[n] == class {
				y = 1
			}
			gradient := y*dot(w, x) - 1
			projected := gradient
			if alpha[n] == 0 {
				projected = min(gradient, 0)
			} else if alpha[n] == o.C {
				projected = max(gradient, 0)
			}
			most, least = max(most, projected), min(least, projected)
			if projected == 0 {
				continue
			}
			old := alpha[n]
			alpha[n] = min(max(old-gradient/norm[n], 0), o.C)
			for i, v := range x {
				w[i] += (alpha[n] - old) * y * v
			}
		}
		if most-least < o.Tolerance {
			break
		}
	}
	return w
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// Scores returns the score of each class.
func (m *SVM) Scores(x []float32) []float64 {
	scores := append([]float64(nil), m.Biases...)
	for c := range scores {
		for i, w := range m.Weights[c*m.Size : (c+1)*m.Size] {
			scores[c] += w * float64(x[i])
		}
	}
	return scores
}

// Predict returns the class with the largest score.
func (m *SVM) Predict(x []float32) int {
	best, scores := 0, m.Scores(x)
	for c, v := range scores {
		if v > scores[best] {
			best = c
		}
	}
	return best
}
