package plantest

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Accuracy compares the functions of expr with float64 over their ranges; the bound is the one that package expr states.
// The log says how much of it is used.
func Accuracy(t *testing.T, dev plan.Device) {
	const n = 4000
	x := expr.V(0)
	linear := func(lo, hi float64) func(u float64) float64 { return func(u float64) float64 { return lo + (hi-lo)*u } }
	powers := func(lo, hi float64) func(u float64) float64 {
		return func(u float64) float64 { return math.Exp2(lo + (hi-lo)*u) }
	}
	g, given := graph.New(), map[string]*op.Tensor{}
	for _, c := range []struct {
		name  string
		e     *expr.Expr
		point func(u float64) float64
	}{
		{"exp", expr.New(expr.Exp, x), linear(-80, 80)},
		{"exp near 0", expr.New(expr.Exp, x), linear(-1, 1)},
		{"log", expr.New(expr.Log, x), powers(-120, 120)},
		{"log near 1", expr.New(expr.Log, x), linear(0.5, 2)},
		{"sqrt", expr.New(expr.Sqrt, x), powers(-120, 120)},
		{"tanh", expr.New(expr.Tanh, x), linear(-20, 20)},
		{"tanh near 0", expr.New(expr.Tanh, x), linear(-0.1, 0.1)},
		{"tanh far out", expr.New(expr.Tanh, x), linear(-1e4, 1e4)},
		{"sigmoid", expr.New(expr.Sigmoid, x), linear(-20, 20)},
		{"sigmoid far out", expr.New(expr.Sigmoid, x), linear(-1e4, 1e4)},
		{"erf", expr.New(expr.Erf, x), linear(-6, 6)},
		{"erf near 0", expr.New(expr.Erf, x), linear(-0.01, 0.01)},
		{"erf far out", expr.New(expr.Erf, x), linear(-1e4, 1e4)},
		{"sin", expr.New(expr.Sin, x), linear(-10, 10)},
		{"sin far out", expr.New(expr.Sin, x), linear(-100, 100)},
		{"cos", expr.New(expr.Cos, x), linear(-10, 10)},
		{"cos far out", expr.New(expr.Cos, x), linear(-100, 100)},
		{"floor", expr.New(expr.Floor, x), linear(-1e4, 1e4)},
		{"pow 0.75", expr.New(expr.Pow, x, expr.C(0.75)), powers(-40, 40)},
		{"pow -3", expr.New(expr.Pow, x, expr.C(-3)), powers(-20, 20)},
	} {
		in := op.NewTensor(graph.Shape{n})
		for i := range in.Data {
			in.Data[i] = float64(float32(c.point((float64(i) + 0.37) / n)))
		}
		given[c.name] = in
		g.Output(c.name, op.Map(g, c.e, g.Input(c.name, graph.F32, in.Shape)))
	}
	want, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	got, err := RunOnce(dev, plan.Build(g, plan.Options{}), given)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range g.Outputs {
		w := want[o.Value.ID].Data
		r := approx.Compare(got[i].F32, w, expr.AbsBound, expr.RelBound)
		if !r.OK() {
			t.Errorf("%s(%g)%v", o.Name, given[o.Name].Data[r.Index], r)
		}
		worst := 0.0
		for k, v := range got[i].F32 {
			if w[k] != 0 {
				worst = max(worst, math.Abs(float64(v)-w[k])/math.Abs(w[k]))
			}
		}
		t.Logf("%-16s %.2g of the bound at %g; relative %.2g", o.Name, r.Worst, given[o.Name].Data[r.Index], worst)
	}
}
