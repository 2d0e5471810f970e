package expr_test

import (
	"math"
	"testing"

	. "github.com/fovea-nn/fovea/nn/expr"
)

// TestProgramAccuracy: Program.Run rounds the float64 result. What other backends do, plantest compares with the bound.
func TestProgramAccuracy(t *testing.T) {
	for _, c := range []struct {
		op     Op
		lo, hi float64
		true   func(float64) float64
	}{
		{Exp, -80, 80, math.Exp},
		{Log, 1e-30, 100, math.Log},
		{Sqrt, 1e-30, 1e6, math.Sqrt},
		{Tanh, -20, 20, math.Tanh},
		{Sigmoid, -80, 80, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
	} {
		const n = 10007
		x, y := make([]float32, n), make([]float32, n)
		for i := range x {
			x[i] = float32(c.lo + (c.hi-c.lo)*float64(i)/(n-1))
		}
		Compile(New(c.op, V(0))).Run([][]float32{x}, [][]float32{y}, nil)
		for i, v := range x {
			want := c.true(float64(v))
			if d := math.Abs(float64(y[i]) - want); d > 0x1p-24*math.Abs(want)*1.001 || d > AbsBound+RelBound*math.Abs(want) {
				t.Fatalf("%s(%g): got %g, want %g", c.op.Name(), v, y[i], want)
			}
		}
	}
}
