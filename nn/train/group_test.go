package train_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// hidden has three layers in a row, or shares the middle one.
type hidden struct{ shared bool }

func (hidden) InputShape() graph.Shape { return graph.Shape{2, 2, 1} }

func (h hidden) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	x = layer.Flatten(b, x)
	for _, name := range []string{"first", "middle", "again"} {
		if h.shared && name == "again" {
			name = "middle"
		}
		b.Begin("fc", name, "fc 4")
		y, err := layer.Linear(b, x, name, 4, false)
		if err != nil {
			return nil, err
		}
		x = layer.Tanh(b, y)
	}
	return layer.Linear(b, x, b.Begin("fc", "last", "fc 2"), 2, false)
}

func TestGroupsOfParameters(t *testing.T) {
	tenth := 0.1
	o := train.Optimizer{Kind: "sgd", WeightDecay: 0.5, SkipVectors: true, Groups: []train.Group{
		{Match: []string{"head.*"}, LearningRate: 10},
		{Match: []string{"stem.*"}, Frozen: true},
		{Match: []string{"*.weight"}, WeightDecay: &tenth},
		{Match: []string{"body.weight"}, Frozen: true}, // the first that matches holds
	}}
	start := map[string]*op.Tensor{}
	for _, name := range []string{"head", "stem", "body"} {
		start[name+".weight"] = &op.Tensor{Shape: graph.Shape{1, 1}, Data: []float64{2}}
		start[name+".bias"] = vector(2)
	}
	f := follow(t, o, start)
	for name, x := range start {
		f.given["d "+name] = &op.Tensor{Shape: x.Shape, Data: []float64{1}}
	}
	f.step(1, 0.01)
	for name, want := range map[string]float64{
		"head.weight": 2 - 0.1*(1+0.5*2), "head.bias": 2 - 0.1, // ten times the rate
		"stem.weight": 2, "stem.bias": 2,
		"body.weight": 2 - 0.01*(1+0.1*2), "body.bias": 2 - 0.01,
	} {
		if got := f.given[name].Data[0]; !close64(got, want) {
			t.Errorf("%s: got %g, want %g", name, got, want)
		}
	}
}

// steps counts the steps of the training plan.
func steps(t *testing.T, m train.Model, o train.Optimizer) int {
	t.Helper()
	o, err := o.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	g, err := train.TrainingGraph(m, 4, o, train.Table{Place: "train", Count: 8})
	if err != nil {
		t.Fatal(err)
	}
	return len(plan.Build(g, plan.Options{Fused: cpu.New(1).Info().Fused}).Steps)
}

// TestFrozenLayersCostNothing: freezing the first layers takes the steps of their gradients and updates out of the plan.
func TestFrozenLayersCostNothing(t *testing.T) {
	all := steps(t, hidden{}, train.Optimizer{Kind: "sgd"})
	frozen := func(match ...string) int {
		return steps(t, hidden{}, train.Optimizer{Kind: "sgd", Groups: []train.Group{{Match: match, Frozen: true}}})
	}
	first, two := frozen("first.*"), frozen("first.*", "middle.*")
	// The first layer has the gradient of weight and bias, two updates, and what comes through from behind.
	if all-first < 5 || first-two < 5 {
		t.Errorf("plans have %d, %d and %d steps with none, one and two layers frozen; want 5 fewer each time", all, first, two)
	}
	if last := frozen("last.*"); last >= all {
		t.Errorf("%d steps with the last layer frozen, %d without; want fewer", last, all)
	}
	s, err := train.NewSession(cpu.New(1), hidden{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := s.Weights(context.Background())
	cfg := config()
	cfg.Groups = []train.Group{{Match: []string{"first.*"}, Frozen: true}}
	after := trained(t, s, cfg)
	if before["first.weight"].F32[0] != after["first.weight"].F32[0] || before["last.weight"].F32[0] == after["last.weight"].F32[0] {
		t.Errorf("first.weight went from %g to %g, last.weight from %g to %g; want the first to stay, the last to move",
			before["first.weight"].F32[0], after["first.weight"].F32[0], before["last.weight"].F32[0], after["last.weight"].F32[0])
	}
	if _, ok := after["first.weight.momentum"]; ok {
		t.Error("a frozen parameter has a momentum")
	}
}

func TestGroupsThatFitNothing(t *testing.T) {
	for match, want := range map[string]string{
		"conv1.*": `got "conv1.*", which fits no parameter; the net has first.weight, first.bias`,
		"*":       "all parameters are frozen",
	} {
		o := train.Optimizer{Kind: "sgd", Groups: []train.Group{{Match: []string{match}, Frozen: true}}}
		if _, err := train.TrainingGraph(hidden{}, 4, o, train.Table{Place: "train", Count: 8}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", match, err, want)
		}
	}
}

// TestPlansOfGroupsDiffer: plans are told apart by the optimizer's text, which must not hold an address.
func TestPlansOfGroupsDiffer(t *testing.T) {
	text := func(decay float64) string {
		return fmt.Sprintf("%+v", train.Optimizer{Groups: []train.Group{{Match: []string{"*"}, WeightDecay: &decay}}})
	}
	if first, second := text(0.1), text(0.1); first != second || first == text(0.2) {
		t.Errorf("got %q and %q, want the decay in the text", text(0.1), text(0.2))
	}
}

// TestMatch compares patterns with a plain recursive matcher.
func TestMatch(t *testing.T) {
	var slow func(p, s string) bool
	slow = func(p, s string) bool {
		switch {
		case p == "":
			return s == ""
		case p[0] == '*':
			return slow(p[1:], s) || s != "" && slow(p, s[1:])
		}
		return s != "" && p[0] == s[0] && slow(p[1:], s[1:])
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringOfN(rapid.RuneFrom([]rune("ab.*")), 1, 6, -1).Draw(t, "pattern")
		s := rapid.StringOfN(rapid.RuneFrom([]rune("ab.")), 1, 8, -1).Draw(t, "name")
		o := train.Optimizer{Kind: "sgd", Groups: []train.Group{{Match: []string{p}}}}
		_, err := o.Trainable([]*graph.Value{{Name: s}})
		if got, want := err == nil, slow(p, s); got != want {
			t.Errorf("%q matches %q: got %t, want %t", p, s, got, want)
		}
	})
}

// TestSharedParameter gives one layer two uses. Its gradient is the sum of those that two layers with the same weights
// get each.
func TestSharedParameter(t *testing.T) {
	grads := func(shared bool) map[string]*op.Tensor {
		g := graph.New()
		b := layer.NewBuilder(g)
		x := g.Input("x", graph.F32, graph.Shape{3, 2, 2, 1})
		labels := g.Input("labels", graph.I32, graph.Shape{3})
		logits, err := hidden{shared}.Logits(b, x)
		if err != nil {
			t.Fatal(err)
		}
		loss, err := layer.CrossEntropy(b, logits, labels)
		if err != nil {
			t.Fatal(err)
		}
		d, err := op.Gradients(g, loss, g.Params())
		if err != nil {
			t.Fatal(err)
		}
		given := map[string]*op.Tensor{"x": op.NewTensor(x.Shape), "labels": op.NewTensor(labels.Shape)}
		for i := range given["x"].Data {
			given["x"].Data[i] = float64(i%5) - 1.5
		}
		for _, p := range g.Params() {
			seed := len(p.Name)
			if strings.HasPrefix(p.Name, "again") {
				seed++ // as long as middle
			}
			given[p.Name] = op.NewTensor(p.Shape)
			for i := range given[p.Name].Data {
				given[p.Name].Data[i] = float64((i*7+seed*3)%11)/11 - 0.4
			}
		}
		vals, err := op.Interpret(g, given)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]*op.Tensor{}
		for i, p := range g.Params() {
			out[p.Name] = vals[d[i].ID]
		}
		return out
	}
	two, one := grads(false), grads(true)
	if len(two) != 8 || len(one) != 6 {
		t.Fatalf("got %d and %d parameters, want 8 and 6", len(two), len(one))
	}
	for _, name := range []string{"weight", "bias"} {
		for i, got := range one["middle."+name].Data {
			if want := two["middle."+name].Data[i] + two["again."+name].Data[i]; !close64(got, want) || want == 0 {
				t.Errorf("middle.%s[%d]: got %g, want %g", name, i, got, want)
			}
		}
	}
}

// crooked shares a name between layers of different size.
type crooked struct{ hidden }

func (crooked) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	b.Begin("fc", "same", "fc 3")
	x, err := layer.Linear(b, layer.Flatten(b, x), "same", 3, false)
	if err != nil {
		return nil, err
	}
	b.Begin("fc", "same", "fc 2")
	return layer.Linear(b, x, "same", 2, false)
}

func TestSharedNameOfAnotherShape(t *testing.T) {
	_, err := train.NewSession(cpu.New(1), crooked{}, 1)
	var se *graph.ShapeError
	if !errors.As(err, &se) || !strings.Contains(err.Error(), `layer 2 "same" (fc 2): parameter same.weight: got [3,2], want [4,3]`) {
		t.Errorf("got %v, want an error that names the layer, the parameter and both shapes", err)
	}
}
