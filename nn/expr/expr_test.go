package expr_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	. "github.com/fovea-nn/fovea/nn/expr"
)

func ExampleDiff() {
	sigmoid := New(Sigmoid, V(0))
	fmt.Println(Diff(sigmoid, 0, V(1))) // variable 1 stands for the sigmoid's value
	// Output: ($1 * (1 - $1))
}

// draw makes a random expression over three variables, away from poles.
func draw(t *rapid.T, depth int) *Expr {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		if rapid.Bool().Draw(t, "const") {
			return C(float64(rapid.IntRange(-3, 3).Draw(t, "c")) / 2)
		}
		return V(rapid.IntRange(0, 2).Draw(t, "v"))
	}
	sub := func() *Expr { return draw(t, depth-1) }
	positive := func() *Expr { return New(Add, New(Abs, sub()), C(0.5)) }
	switch Op(rapid.IntRange(int(Add), int(Select)).Draw(t, "op")) {
	case Add:
		return New(Add, sub(), sub())
	case Sub:
		return New(Sub, sub(), sub())
	case Div:
		return New(Div, sub(), positive())
	case Max:
		return New(Max, sub(), sub())
	case Min:
		return New(Min, sub(), sub())
	case Pow:
		return New(Pow, positive(), C(1.5))
	case Neg:
		return New(Neg, sub())
	case Exp:
		return New(Exp, New(Tanh, sub()))
	case Log:
		return New(Log, positive())
	case Sqrt:
		return New(Sqrt, positive())
	case Tanh:
		return New(Tanh, sub())
	case Sigmoid, Erf, Sin, Cos:
		return New([]Op{Sigmoid, Erf, Sin, Cos}[rapid.IntRange(0, 3).Draw(t, "smooth")], sub())
	case Select:
		return New(Select, New(Greater, sub(), sub()), sub(), sub())
	default:
		return New(Mul, sub(), sub())
	}
}

func TestDiffAgainstDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := draw(t, 4)
		x := []float64{}
		for i := range 3 {
			// Odd values keep clear of the kinks that the half-integer constants make.
			x = append(x, 0.137*float64(i+1)+float64(rapid.IntRange(-200, 200).Draw(t, "x"))*0.0101)
		}
		for i := range x {
			const h = 1e-5
			at := func(d float64) float64 {
				y := append([]float64(nil), x...)
				y[i] += d
				return Eval(e, y)
			}
			left, right := (at(0)-at(-h))/h, (at(h)-at(0))/h
			want := (left + right) / 2
			scale := 1 + math.Abs(want)
			if math.Abs(left-right) > 1e-2*scale || math.IsNaN(want) || math.Abs(want) > 1e6 {
				continue // a kink between the two points, or nearly a pole
			}
			got := Eval(Diff(e, i, nil), x)
			if math.Abs(got-want) > 5e-3*scale {
				t.Fatalf("d/d$%d of %v at %v: got %g, want %g", i, e, x, got, want)
			}
		}
	})
}

func TestProgramAgreesWithEval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, 4), draw(t, 3)
		const n = 5
		vars := make([][]float32, 3)
		for i := range vars {
			for k := range n {
				vars[i] = append(vars[i], float32(i)-0.3*float32(k)+0.11)
			}
		}
		out := [][]float32{make([]float32, n), make([]float32, n)}
		Compile(a, b).Run(vars, out, nil)
		for k := range n {
			x := []float32{vars[0][k], vars[1][k], vars[2][k]}
			for j, e := range []*Expr{a, b} {
				want := Eval(e, x)
				if got := out[j][k]; got != want && !(got != got && want != want) {
					t.Fatalf("%v at %v: got %g, want %g", e, x, got, want)
				}
			}
		}
	})
}

func TestReLUDerivativeNeedsOnlyItsResult(t *testing.T) {
	if !DiffUsesOnlyResult(ReLU(V(0)), 0, 1, 1) {
		t.Errorf("derivative of ReLU: %v reads more than the result", Diff(ReLU(V(0)), 0, V(1)))
	}
}

func TestCostCountsOperations(t *testing.T) {
	for _, c := range []struct {
		e    *Expr
		want int
	}{{V(0), 0}, {C(2), 0}, {ReLU(V(0)), 1}, {New(Add, New(Mul, V(0), V(1)), C(1)), 2}} {
		if got := c.e.Cost(); got != c.want {
			t.Errorf("%v: got %d operations, want %d", c.e, got, c.want)
		}
	}
}
