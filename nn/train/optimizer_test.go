package train_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// TestUpdate follows one number, w = 2 with gradient 0.5, for three steps by the formulas written out.
func TestUpdate(t *testing.T) {
	const lr, decay = 0.1, 0.01
	for _, c := range []struct {
		name string
		o    train.Optimizer
		step func(w, d, t float64, s []float64) float64 // new w; s keeps the state
	}{
		{"sgd", train.Optimizer{Kind: "sgd", WeightDecay: decay}, func(w, d, _ float64, _ []float64) float64 { return w - lr*d }},
		{"momentum", train.Optimizer{Kind: "momentum", Momentum: 0.9, WeightDecay: decay}, func(w, d, _ float64, s []float64) float64 {
			s[0] = 0.9*s[0] + d
			return w - lr*s[0]
		}},
		{"nesterov", train.Optimizer{Kind: "momentum", Momentum: 0.9, Nesterov: true, WeightDecay: decay}, func(w, d, _ float64, s []float64) float64 {
			s[0] = 0.9*s[0] + d
			return w - lr*(d+0.9*s[0])
		}},
		{"adam", train.Optimizer{Kind: "adam", WeightDecay: decay}, func(w, d, t float64, s []float64) float64 {
			s[0] = 0.9*s[0] + 0.1*d
			s[1] = 0.999*s[1] + 0.001*d*d
			return w - lr*(s[0]/(1-math.Pow(0.9, t)))/(math.Sqrt(s[1]/(1-math.Pow(0.999, t)))+1e-8)
		}},
	} {
		o, err := c.o.Defaults()
		if err != nil {
			t.Fatal(err)
		}
		g := graph.New()
		w := g.Param("w", graph.Shape{1}, graph.Init{})
		d := g.Input("d", graph.F32, graph.Shape{1})
		hyper := [2]*graph.Value{g.Input("lr", graph.F32, nil), g.Input("vscale", graph.F32, nil)}
		o.Update(g, []*graph.Value{w}, []*graph.Value{d}, hyper)
		given := map[string]*op.Tensor{"d": {Shape: graph.Shape{1}, Data: []float64{0.5}}}
		for _, u := range g.Updates {
			given[u.Target.Name] = op.NewTensor(u.Target.Shape)
		}
		given["w"].Data[0] = 2
		want, state := 2.0, make([]float64, 2)
		for step := 1; step <= 3; step++ {
			h := o.At(step, lr)
			given["lr"] = &op.Tensor{Data: []float64{float64(h[0])}}
			given["vscale"] = &op.Tensor{Data: []float64{float64(h[1])}}
			vals, err := op.Interpret(g, given)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range g.Updates {
				given[u.Target.Name] = vals[u.Value.ID]
			}
			want = c.step(want, 0.5+decay*want, float64(step), state)
			if got := given["w"].Data[0]; math.Abs(got-want) > 1e-6 {
				t.Errorf("%s, step %d: got %g, want %g", c.name, step, got, want)
			}
		}
	}
}

func TestOptimizerRefuses(t *testing.T) {
	for _, o := range []train.Optimizer{{}, {Kind: "lamb"}, {Kind: "sgd", WeightDecay: -1}, {Kind: "momentum", Momentum: 1}, {Kind: "adam", Beta1: math.NaN()}} {
		if _, err := o.Defaults(); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

func TestCosine(t *testing.T) {
	for _, c := range []struct {
		t    int
		want float64
	}{{0, 1}, {25, 0.8535533905932737}, {50, 0.5}, {100, 0}} {
		if got := train.Cosine.Rate(1, c.t, 100); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("step %d: got %g, want %g", c.t, got, c.want)
		}
	}
}

func TestShuffle(t *testing.T) {
	a, b, other := train.Shuffle(1000, 1, 0), train.Shuffle(1000, 1, 0), train.Shuffle(1000, 1, 1)
	seen, fixed, same := make([]bool, 1000), 0, 0
	for i, v := range a {
		if seen[v] {
			t.Fatalf("%d appears twice", v)
		}
		seen[v] = true
		if int(v) == i {
			fixed++
		}
		if a[i] != b[i] {
			t.Fatalf("the same seed and epoch gave another order at %d", i)
		}
		if a[i] == other[i] {
			same++
		}
	}
	if fixed > 10 || same > 10 { // about one each is expected
		t.Errorf("%d numbers stay in place, %d agree with the next epoch", fixed, same)
	}
}
