package train_test

import (
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// follower carries out updates in float64, by the interpreter of graphs.
type follower struct {
	t     *testing.T
	o     train.Optimizer
	g     *graph.Graph
	given map[string]*op.Tensor
}

// follow builds the update of the parameters start, by name, whose gradients are given with each step.
func follow(t *testing.T, o train.Optimizer, start map[string]*op.Tensor) *follower {
	t.Helper()
	o, err := o.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{t, o, graph.New(), map[string]*op.Tensor{}}
	var params, grads []*graph.Value
	for name, x := range start {
		params = append(params, f.g.Param(name, x.Shape, graph.Init{}))
		grads = append(grads, f.g.Input("d "+name, graph.F32, x.Shape))
	}
	o.Update(f.g, params, grads, train.HyperInputs(f.g))
	for _, v := range f.g.Values {
		if v.Role == graph.State {
			f.given[v.Name] = op.NewTensor(v.Shape)
			for i := range f.given[v.Name].Data {
				f.given[v.Name].Data[i] = v.Init.A
			}
		}
	}
	for name, x := range start {
		f.given[name] = &op.Tensor{Shape: x.Shape, Data: append([]float64(nil), x.Data...)}
	}
	return f
}

// step carries out step t, counted from 1, with the gradients that were put into given.
func (f *follower) step(t int, lr float64) {
	f.t.Helper()
	for i, v := range f.o.At(t, lr) {
		f.given[train.Hypers[i]] = &op.Tensor{Data: []float64{float64(v)}}
	}
	vals, err := op.Interpret(f.g, f.given)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, u := range f.g.Updates {
		f.given[u.Target.Name] = vals[u.Value.ID]
	}
}

func vector(v ...float64) *op.Tensor { return &op.Tensor{Shape: graph.Shape{len(v)}, Data: v} }

func one(v float64) map[string]*op.Tensor { return map[string]*op.Tensor{"w": vector(v)} }

// close64 allows for the scalars of a step, which are float32.
func close64(got, want float64) bool { return math.Abs(got-want) <= 1e-6*(1+math.Abs(want)) }

// TestUpdate follows one number, w = 2, with changing gradients by the formulas of the papers written out; s holds the
// states. LAMB's norms of one number are its magnitudes.
func TestUpdate(t *testing.T) {
	const lr, decay = 0.1, 0.01
	root, pow := math.Sqrt, math.Pow
	for _, c := range []struct {
		name string
		o    train.Optimizer
		step func(w, g, t float64, s []float64) float64 // new w
	}{
		{"sgd", train.Optimizer{Kind: "sgd", WeightDecay: decay}, func(w, g, _ float64, _ []float64) float64 { return w - lr*(g+decay*w) }},
		{"sgd decoupled", train.Optimizer{Kind: "sgd", WeightDecay: decay, Decoupled: true}, func(w, g, _ float64, _ []float64) float64 {
			return w*(1-lr*decay) - lr*g
		}},
		{"L1", train.Optimizer{Kind: "sgd", L1: 0.25}, func(w, g, _ float64, _ []float64) float64 { return w - lr*(g+0.25*math.Copysign(1, w)) }},
		{"momentum", train.Optimizer{Kind: "momentum", WeightDecay: decay}, func(w, g, _ float64, s []float64) float64 {
			s[0] = 0.9*s[0] + g + decay*w
			return w - lr*s[0]
		}},
		{"dampening", train.Optimizer{Kind: "momentum", Momentum: 0.8, Dampening: 0.4}, func(w, g, t float64, s []float64) float64 {
			if t == 1 {
				s[0] = g
			} else {
				s[0] = 0.8*s[0] + 0.6*g
			}
			return w - lr*s[0]
		}},
		{"nesterov", train.Optimizer{Kind: "nesterov", Momentum: 0.7, WeightDecay: decay}, func(w, g, _ float64, s []float64) float64 {
			g += decay * w
			s[0] = 0.7*s[0] + g
			return w - lr*(g+0.7*s[0])
		}},
		{"adagrad", train.Optimizer{Kind: "adagrad", RateDecay: 0.5, StartSum: 0.3}, func(w, g, t float64, s []float64) float64 {
			s[0] += g * g
			return w - lr/(1+(t-1)*0.5)*g/(root(0.3+s[0])+1e-10)
		}},
		{"adadelta", train.Optimizer{Kind: "adadelta", Rho: 0.8, Epsilon: 1e-3}, func(w, g, _ float64, s []float64) float64 {
			s[0] = 0.8*s[0] + 0.2*g*g
			u := root(s[1]+1e-3) / root(s[0]+1e-3) * g
			s[1] = 0.8*s[1] + 0.2*u*u
			return w - lr*u
		}},
		{"rmsprop", train.Optimizer{Kind: "rmsprop"}, func(w, g, _ float64, s []float64) float64 {
			s[0] = 0.99*s[0] + 0.01*g*g
			return w - lr*g/(root(s[0])+1e-8)
		}},
		{"rmsprop centered with momentum", train.Optimizer{Kind: "rmsprop", Rho: 0.9, Centered: true, Momentum: 0.5}, func(w, g, _ float64, s []float64) float64 {
			s[0] = 0.9*s[0] + 0.1*g*g
			s[1] = 0.9*s[1] + 0.1*g
			s[2] = 0.5*s[2] + g/(root(s[0]-s[1]*s[1])+1e-8)
			return w - lr*s[2]
		}},
		{"adam", train.Optimizer{Kind: "adam", WeightDecay: decay}, func(w, g, t float64, s []float64) float64 {
			g += decay * w
			s[0] = 0.9*s[0] + 0.1*g
			s[1] = 0.999*s[1] + 0.001*g*g
			return w - lr*(s[0]/(1-pow(0.9, t)))/(root(s[1]/(1-pow(0.999, t)))+1e-8)
		}},
		{"amsgrad", train.Optimizer{Kind: "adam", AMSGrad: true, Beta2: 0.5}, func(w, g, t float64, s []float64) float64 {
			s[0] = 0.9*s[0] + 0.1*g
			s[1] = 0.5*s[1] + 0.5*g*g
			s[2] = max(s[2], s[1])
			return w - lr*(s[0]/(1-pow(0.9, t)))/(root(s[2]/(1-pow(0.5, t)))+1e-8)
		}},
		{"adamw", train.Optimizer{Kind: "adamw", WeightDecay: decay}, func(w, g, t float64, s []float64) float64 {
			s[0] = 0.9*s[0] + 0.1*g
			s[1] = 0.999*s[1] + 0.001*g*g
			return w - lr*decay*w - lr*(s[0]/(1-pow(0.9, t)))/(root(s[1]/(1-pow(0.999, t)))+1e-8)
		}},
		{"lamb", train.Optimizer{Kind: "lamb", WeightDecay: decay}, func(w, g, t float64, s []float64) float64 {
			s[0] = 0.9*s[0] + 0.1*g
			s[1] = 0.999*s[1] + 0.001*g*g
			r := s[0]/(1-pow(0.9, t))/(root(s[1]/(1-pow(0.999, t)))+1e-6) + decay*w
			return w - lr*math.Abs(w)/math.Abs(r)*r
		}},
		{"lion", train.Optimizer{Kind: "lion", WeightDecay: decay}, func(w, g, _ float64, s []float64) float64 {
			u := math.Copysign(1, 0.9*s[0]+0.1*g)
			s[0] = 0.99*s[0] + 0.01*g
			return w - lr*(u+decay*w)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := follow(t, c.o, one(2))
			want, state := 2.0, make([]float64, 3)
			for step, g := range []float64{0.5, -0.3, 2, 0.1, -1.5} {
				f.given["d w"] = vector(g)
				f.step(step+1, lr)
				want = c.step(want, g, float64(step+1), state)
				if got := f.given["w"].Data[0]; !close64(got, want) {
					t.Errorf("step %d: got %g, want %g", step+1, got, want)
				}
			}
		})
	}
}

// TestKindsMinimise lets every kind go down a quadratic bowl, ten times as steep along one axis, from (3, -2) to (1, 1).
func TestKindsMinimise(t *testing.T) {
	rates := map[string]float64{"adagrad": 0.5, "adadelta": 20, "rmsprop": 0.02, "adam": 0.05, "adamw": 0.05, "lamb": 0.02, "lion": 0.02}
	for _, kind := range train.Kinds() {
		t.Run(kind, func(t *testing.T) {
			rate, ok := rates[kind]
			if !ok {
				rate = 0.02
			}
			f := follow(t, train.Optimizer{Kind: kind}, map[string]*op.Tensor{"w": vector(3, -2)})
			loss := func() float64 {
				w := f.given["w"].Data
				return (w[0]-1)*(w[0]-1)/2 + 5*(w[1]-1)*(w[1]-1)
			}
			first := loss()
			for step := range 400 {
				w := f.given["w"].Data
				f.given["d w"] = vector(w[0]-1, 10*(w[1]-1))
				f.step(step+1, rate)
			}
			if last := loss(); !(last < first/1000) {
				t.Errorf("the loss went from %g to %g, want less than a thousandth", first, last)
			}
		})
	}
}

func TestLAMBWithoutNorm(t *testing.T) {
	f := follow(t, train.Optimizer{Kind: "lamb"}, map[string]*op.Tensor{"w": vector(0, 0)})
	f.given["d w"] = vector(0, 4)
	f.step(1, 0.1)
	if got := f.given["w"].Data; got[0] != 0 || !close64(got[1], -0.1) { // Adam's first step
		t.Errorf("a parameter of norm 0: got %v, want [0 -0.1]", got)
	}
	f = follow(t, train.Optimizer{Kind: "lamb"}, one(2))
	f.given["d w"] = vector(0)
	f.step(1, 0.1)
	if got := f.given["w"].Data[0]; got != 2 {
		t.Errorf("a gradient of norm 0: got %g, want 2", got)
	}
}

func TestClipping(t *testing.T) {
	start := func() map[string]*op.Tensor {
		return map[string]*op.Tensor{"a": vector(0, 0), "b": vector(0)}
	}
	for _, c := range []struct {
		name string
		o    train.Optimizer
		a    [2]float64
		b    float64
	}{
		{"none", train.Optimizer{}, [2]float64{-3, 0}, -4},
		{"by value", train.Optimizer{ClipValue: 3.5}, [2]float64{-3, 0}, -3.5},
		{"by norm", train.Optimizer{ClipNorm: 1}, [2]float64{-0.6, 0}, -0.8},
		{"norm below", train.Optimizer{ClipNorm: 6}, [2]float64{-3, 0}, -4},
		{"by both", train.Optimizer{ClipValue: 3, ClipNorm: 3}, [2]float64{-3 / math.Sqrt2, 0}, -3 / math.Sqrt2},
		{"before decay", train.Optimizer{ClipNorm: 1, L1: 1}, [2]float64{-0.6, 0}, -0.8}, // sign(0) is 0
	} {
		c.o.Kind = "sgd"
		f := follow(t, c.o, start())
		f.given["d a"], f.given["d b"] = vector(3, 0), vector(4)
		f.step(1, 1)
		a, b := f.given["a"].Data, f.given["b"].Data
		if !close64(a[0], c.a[0]) || a[1] != 0 || !close64(b[0], c.b) {
			t.Errorf("%s: got %v %v, want %v %v", c.name, a, b, c.a, c.b)
		}
	}
	f := follow(t, train.Optimizer{Kind: "sgd", ClipNorm: 1}, start())
	f.given["d a"], f.given["d b"] = vector(0, 0), vector(0)
	f.step(1, 1)
	if got := f.given["b"].Data[0]; got != 0 {
		t.Errorf("gradients of norm 0: got %g, want 0", got)
	}
}

func TestAverageOfUpdate(t *testing.T) {
	f := follow(t, train.Optimizer{Kind: "sgd", Average: 0.9}, one(2))
	var sum, weight float64
	for step, g := range []float64{1, -2, 3, 0.5} {
		f.given["d w"] = vector(g)
		f.step(step+1, 0.1)
		sum, weight = 0.9*sum+0.1*f.given["w"].Data[0], 0.9*weight+0.1
		if got, want := f.given["w.ema"].Data[0], sum/weight; !close64(got, want) {
			t.Errorf("step %d: got %g, want %g", step+1, got, want)
		}
	}
}

func TestOptimizerRefuses(t *testing.T) {
	minus := -1.0
	for _, c := range []struct {
		want string
		o    train.Optimizer
	}{
		{`optimizer: got "", want one of adadelta, adagrad, adam`, train.Optimizer{}},
		{`optimizer: got "newton"`, train.Optimizer{Kind: "newton"}},
		{"weight decay: got -1, want 0 or more", train.Optimizer{Kind: "sgd", WeightDecay: -1}},
		{"momentum: got 1, want 0 or more and less than 1", train.Optimizer{Kind: "momentum", Momentum: 1}},
		{"beta1: got NaN", train.Optimizer{Kind: "adam", Beta1: math.NaN()}},
		{"rho: got 2", train.Optimizer{Kind: "rmsprop", Rho: 2}},
		{"epsilon: got +Inf", train.Optimizer{Kind: "adam", Epsilon: math.Inf(1)}},
		{"clip norm: got -3", train.Optimizer{Kind: "sgd", ClipNorm: -3}},
		{"average: got 1", train.Optimizer{Kind: "sgd", Average: 1}},
		{"accumulate: got -2", train.Optimizer{Kind: "sgd", Accumulate: -2}},
		{"group 1: match: got nothing", train.Optimizer{Kind: "sgd", Groups: []train.Group{{}}}},
		{`group 2 ["b"]: learning rate: got -1`, train.Optimizer{Kind: "sgd", Groups: []train.Group{{Match: []string{"a"}}, {Match: []string{"b"}, LearningRate: -1}}}},
		{`group 1 ["a"]: weight decay: got -1`, train.Optimizer{Kind: "sgd", Groups: []train.Group{{Match: []string{"a"}, WeightDecay: &minus}}}},
	} {
		if _, err := c.o.Defaults(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.o, err, c.want)
		}
	}
}
