package train_test

import (
	"context"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// swapped has the class of the other corner: what the model starts from is wrong then.
func swapped(n int) *data.Set {
	s := corners(n)
	for i := range s.Labels {
		s.Labels[i] ^= 1
	}
	return s
}

// TestLossesTrain lets every loss learn which corner is dark.
func TestLossesTrain(t *testing.T) {
	for _, l := range []train.Loss{
		{}, {Smoothing: 0.1}, {ClassWeights: []float64{1, 3}}, {Kind: "hinge"}, {Kind: "hinge", ClassWeights: []float64{2, 1}},
		{Kind: "squared-hinge", Margin: 0.5}, {Kind: "binary"}, {Kind: "mse"},
	} {
		s := session(t, linear{})
		cfg := config()
		cfg.Loss = l
		var first, last float64
		cfg.Observe = func(e train.Event) {
			if e.Step != nil {
				if last = e.Step.Loss; e.Step.Step == 1 {
					first = last
				}
			}
		}
		before, err := s.Evaluate(context.Background(), swapped(16), nil)
		if err != nil || before.Accuracy > 0.5 {
			t.Fatalf("the model starts with accuracy %g %v", before.Accuracy, err)
		}
		if err := s.Train(context.Background(), swapped(64), cfg); err != nil {
			t.Fatal(err)
		}
		sc, err := s.Evaluate(context.Background(), swapped(16), nil)
		if err != nil || sc.Accuracy != 1 || !(last < first/2) && l.Smoothing == 0 || !(last < first) {
			t.Errorf("%+v: got accuracy %g %v, loss %g to %g", l, sc.Accuracy, err, first, last)
		}
	}
}

// TestWeightOfNothing leaves a class out by its weight: the net never learns it.
func TestWeightOfNothing(t *testing.T) {
	s := session(t, linear{})
	cfg := config()
	cfg.Loss.ClassWeights = []float64{1, 0}
	if err := s.Train(context.Background(), swapped(64), cfg); err != nil {
		t.Fatal(err)
	}
	sc, err := s.Evaluate(context.Background(), swapped(16), nil)
	if err != nil || sc.Accuracy != 0.5 {
		t.Errorf("got accuracy %g %v, want 0.5: everything is the only class that counts", sc.Accuracy, err)
	}
}

func TestLossRefuses(t *testing.T) {
	for want, l := range map[string]train.Loss{
		`loss: got "entropy", want softmax, hinge, squared-hinge, binary or mse`:                        {Kind: "entropy"},
		"label smoothing: got 1 with softmax, want 0 or more and less than 1, and softmax":              {Smoothing: 1},
		"label smoothing: got 0.1 with hinge":                                                           {Kind: "hinge", Smoothing: 0.1},
		"margin: got -1, want more than 0, such as 1":                                                   {Kind: "hinge", Margin: -1},
		"class weights: got 3 with softmax, want one for each of the 2 classes, and softmax or a hinge": {ClassWeights: []float64{1, 2, 3}},
		"class weights: got 2 with mse, want one for each of the 2 classes, and softmax or a hinge":     {Kind: "mse", ClassWeights: []float64{1, 2}},
		"weight of class 1: got -2, want a number of 0 or more":                                         {ClassWeights: []float64{1, -2}},
	} {
		cfg := config()
		cfg.Loss = l
		if err := session(t, linear{}).Train(context.Background(), corners(64), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// headed has a side head, whose parameters only the head's own loss can train.
type headed struct{ linear }

func (h headed) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if b.Training {
		side, err := layer.Linear(b, layer.Flatten(b, x), "side", 2, false)
		if err != nil {
			return nil, err
		}
		b.Aux = append(b.Aux, layer.Aux{Logits: side, Weight: 0.5})
	}
	return h.linear.Logits(b, x)
}

func TestSideHeadsCount(t *testing.T) {
	s := session(t, headed{})
	var first float64
	cfg := config()
	cfg.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step == 1 {
			first = e.Step.Loss
		}
	}
	w := trained(t, s, cfg)
	if side := w["side.weight"].F32; side[0]-side[2*1] == 0 || !(side[0] > side[1] && side[3] > side[2]) {
		t.Errorf("the side head has learned nothing: %v", side)
	}
	plain := session(t, linear{})
	var alone float64
	cfg.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step == 1 {
			alone = e.Step.Loss
		}
	}
	trained(t, plain, cfg)
	if !(first > alone) {
		t.Errorf("got loss %g with a side head, %g without", first, alone)
	}
}

// TestMemoryBudget trains within less memory, to the same bits.
func TestMemoryBudget(t *testing.T) {
	weights := func(budget int) map[string]plan.Tensor {
		s, err := train.NewSession(cpu.New(1), hidden{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		cfg := config()
		cfg.MemoryBudget = budget
		return trained(t, s, cfg)
	}
	a, b := weights(0), weights(1)
	for name, v := range a {
		for i, x := range v.F32 {
			if b[name].F32[i] != x {
				t.Fatalf("%s[%d]: got %g within a budget, %g without", name, i, b[name].F32[i], x)
			}
		}
	}
}
