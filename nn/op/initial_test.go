package op_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func TestTruncatedNormal(t *testing.T) {
	const mean, deviation, n = 3, 0.5, 20000
	sum, squares, most := 0.0, 0.0, 0.0
	for _, x := range op.InitialValues(graph.Init{Kind: graph.InitTruncated, A: mean, B: deviation}, 4, 2, n) {
		d := (float64(x) - mean) / deviation
		sum, squares, most = sum+d, squares+d*d, max(most, math.Abs(d))
	}
	// Cut at two deviations, the normal distribution has variance 1 - 4·φ(2)/(2·Φ(2) - 1) = 0.7737.
	if got := squares / n; math.Abs(sum/n) > 0.03 || math.Abs(got-0.7737) > 0.03 || most > 2.00001 || most < 1.99 {
		t.Errorf("mean %g, variance %g, farthest %g, want 0, 0.7737, close to 2", sum/n, got, most)
	}
}

func TestOrthogonal(t *testing.T) {
	for _, c := range []struct{ rows, cols int }{{40, 7}, {7, 40}, {12, 12}, {1, 5}, {5, 1}} {
		const length = 1.5
		w := op.InitialValues(graph.Init{Kind: graph.InitOrthogonal, A: length, B: float64(c.cols)}, 4, 2, c.rows*c.cols)
		count, dim, at := c.cols, c.rows, func(v, k int) float64 { return float64(w[k*c.cols+v]) }
		if c.rows < c.cols {
			count, dim, at = c.rows, c.cols, func(v, k int) float64 { return float64(w[v*c.cols+k]) }
		}
		for i := range count {
			for j := range i + 1 {
				d, want := 0.0, 0.0
				for k := range dim {
					d += at(i, k) * at(j, k)
				}
				if i == j {
					want = length * length
				}
				if math.Abs(d-want) > 1e-6 {
					t.Errorf("%d x %d: vectors %d and %d: product %g, want %g", c.rows, c.cols, i, j, d, want)
				}
			}
		}
	}
}
