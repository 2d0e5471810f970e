//go:build goexperiment.simd

package cpu

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/op/opcases"
)

// TestTimesPacked does the same as TestTimes with the left side packed, and without vectors.
func TestTimesPacked(t *testing.T) {
	defer func(v bool, width int, f func(left, []int, []float32, int, []float32, int, bool)) {
		vectors, panelWidth, productsInPlace = v, width, f
	}(vectors, panelWidth, productsInPlace)
	productsInPlace, panelWidth = nil, nr
	t.Run("packed", TestTimes)
	vectors = false
	t.Run("no vectors", TestTimes)
}

// TestVectors compares the loops over runs of all small lengths with those without vectors.
func TestVectors(t *testing.T) {
	if !vectors {
		t.Skip("this processor has no AVX2 or no fused multiply-add")
	}
	const longest = 75
	hits := []hit{{0, 0.5}, {3, -0.25}, {40, 0.7}}
	image := float32s(opcases.F(longest + 40).Draw(1).Data)
	start := float32s(opcases.F(longest).Draw(2).Data)
	for n := range longest + 1 {
		for name, f := range map[string]func(vector bool, dw []float32){
			"addRuns": func(vector bool, dw []float32) { choose(vector, addRunsVectors, addRunsPlain)(dw, image, hits) },
			"axpy":    func(vector bool, dw []float32) { choose(vector, axpyVectors, axpyPlain)(0.3, image[:len(dw)], dw) },
		} {
			got, want := append([]float32{}, start...), append([]float32{}, start...)
			f(true, got[:n])
			f(false, want[:n])
			for i := range got {
				if math.Abs(float64(got[i]-want[i])) > 1e-6 {
					t.Fatalf("%s, %d long: [%d]: got %g, want %g", name, n, i, got[i], want[i])
				}
			}
		}
	}
}

func choose[F any](first bool, a, b F) F {
	if first {
		return a
	}
	return b
}
