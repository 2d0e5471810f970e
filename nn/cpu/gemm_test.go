package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
)

// TestTimes multiplies matrices of all small sizes, with rows in runs that lie apart, results wider than the product and
// what lies beside it left alone.
func TestTimes(t *testing.T) {
	for _, k := range []int{1, 2, 3, 4, 5, 31} {
		for rows := 1; rows <= 2*8+1; rows++ {
			for n := 1; n <= 2*panelWidth+3; n++ {
				a, b := opcases.F(rows, k).Draw(1), opcases.F(k, n).Draw(2)
				af, bf := float32s(a.Data), float32s(b.Data)
				packed := make([]float32, packedSize(k, n))
				packB(packed, bf, k, n, n, 1)
				// The transposed side, packed the other way, is the same.
				bt := make([]float32, k*n)
				for i := range k {
					for j := range n {
						bt[j*k+i] = bf[i*n+j]
					}
				}
				other := make([]float32, len(packed))
				packB(other, bt, k, n, 1, k)
				const beside = 3
				ldo := n + beside
				out := make([]float32, rows*ldo)
				for i := range out {
					out[i] = 7
				}
				panel := make([]float32, mr*k)
				plain, places := left{af, []int{0}, k, 1}, places(rows, k)
				plain.times(panel, places, packed, n, out, ldo, false)
				apart, places := twoRuns(af, rows, k)
				apart.times(panel, places, other, n, out, ldo, true) // adds the same again
				for i := range rows {
					for j := range ldo {
						want := 7.0
						if j < n {
							want = 0
							for p := range k {
								want += 2 * a.Data[i*k+p] * b.Data[p*n+j]
							}
						}
						if got := out[i*ldo+j]; math.Abs(float64(got)-want) > 1e-5 {
							t.Fatalf("%dx%dx%d: [%d,%d]: got %g, want %g", rows, n, k, i, j, got, want)
						}
					}
				}
			}
		}
	}
}

// twoRuns writes rows of k elements as two runs, if k is even, of every other number, and leaves a gap behind the third row.
func twoRuns(x []float32, rows, k int) (left, []int) {
	l := left{offset: []int{0}, run: k, step: 2}
	if k%2 == 0 {
		l.offset, l.run = []int{0, k + 1}, k/2
	}
	pitch := 2*k + 1
	at := places(rows, pitch)
	for i := range at {
		if i > 2 {
			at[i] += 5
		}
	}
	l.data = make([]float32, rows*pitch+5)
	for i := range rows {
		for e := range k {
			l.data[at[i]+l.offset[e/l.run]+e%l.run*2] = x[i*k+e]
		}
	}
	return l, at
}

func float32s(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// TestElementwise reads every kind of source, with two periods at once and blocks that begin anywhere.
func TestElementwise(t *testing.T) {
	shape := graph.Shape{7, 11, 13, 3}
	n := shape.Elems()
	e := expr.C(0)
	var in []operand
	var tensors []*op.Tensor
	for i, s := range []graph.Shape{shape, {3}, {13, 3}, {}, {7, 1, 1, 1}, {11, 1, 3}, {1, 13, 1}} {
		x := opcases.F(s...).Draw(uint32(i + 1))
		tensors = append(tensors, x)
		in = append(in, operand{&buffer{f32: float32s(x.Data)}, s})
		e = expr.New(expr.Add, expr.New(expr.Mul, e, expr.C(0.5)), expr.V(i))
	}
	g := graph.New()
	var vs []*graph.Value
	given := map[string]*op.Tensor{}
	for i, o := range in {
		vs = append(vs, g.Input(fmt.Sprint(i), graph.F32, o.shape))
		given[fmt.Sprint(i)] = tensors[i]
	}
	y := op.Map(g, e, vs...)
	vals, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	want := vals[y.ID].Data
	whole := newElementwise(&compiler{threads: 1}, []*expr.Expr{e}, shape, in, 1)
	for _, r := range [][2]int{{0, n}, {1, n}, {5, 6}, {38, 41}, {511, 1030}, {n - 1, n}} {
		got := make([]float32, n)
		whole.run(0, r[0], r[1], func(_, lo, hi int) []float32 { return got[lo:hi] })
		for i := r[0]; i < r[1]; i++ {
			if math.Abs(float64(got[i])-want[i]) > 1e-5 {
				t.Fatalf("elements %v: [%d]: got %g, want %g", r, i, got[i], want[i])
			}
		}
	}
}

// TestEpilogueOfNumbers: primitives whose output has no last axis, or ends within one, take epilogues too.
func TestEpilogueOfNumbers(t *testing.T) {
	add := expr.New(expr.Add, expr.V(0), expr.V(1))
	bias := operand{&buffer{f32: []float32{10, 20, 30}}, graph.Shape{3}}
	out := operand{&buffer{f32: []float32{1, 2, 3}}, graph.Shape{3}}
	post := (&compiler{threads: 1}).postOf(add, []operand{bias}, out)
	for i := range 3 { // as Gather does where rows are single numbers
		post(0, i, i+1)
	}
	if got := fmt.Sprint(out.f32); got != "[11 22 33]" {
		t.Errorf("element by element: got %s, want [11 22 33]", got)
	}
	out = operand{&buffer{f32: []float32{1}}, graph.Shape{}}
	(&compiler{threads: 1}).postOf(expr.ReLU(expr.New(expr.Sub, expr.V(0), expr.C(3))), nil, out)(0, 0, 1)
	if out.f32[0] != 0 {
		t.Errorf("a scalar: got %g, want 0", out.f32[0])
	}
}
