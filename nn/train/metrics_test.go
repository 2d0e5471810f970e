package train_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// pass is a model whose logits are its pixels.
type pass int

func (p pass) InputShape() graph.Shape { return graph.Shape{1, 1, int(p)} }

func (p pass) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return layer.Flatten(b, x), nil
}

// plain returns weights that leave the input as it is.
func plain() map[string]plan.Tensor {
	return map[string]plan.Tensor{"input.mean": plan.Float32s(nil, 0), "input.scale": plan.Float32s(nil, 1)}
}

// TestScore counts six samples of three classes by hand; the fifth has two largest logits, of which the first counts.
func TestScore(t *testing.T) {
	s := session(t, pass(3))
	if err := s.SetWeights(plain(), 0); err != nil {
		t.Fatal(err)
	}
	d := &data.Set{Shape: []int{1, 1, 3}, Classes: []string{"a", "b", "c"},
		Images: []byte{3, 1, 2 /**/, 1, 3, 2 /**/, 1, 2, 3 /**/, 3, 2, 1 /**/, 2, 2, 1 /**/, 0, 5, 1},
		Labels: []int32{0, 0, 0, 1, 1, 1}}
	got, err := s.Evaluate(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "[2 2 2] [[1 1 1] [2 1 0] [0 0 0]]"; fmt.Sprint(got.Ranks, got.Confusion) != want {
		t.Errorf("got %v %v, want %s", got.Ranks, got.Confusion, want)
	}
	loss := 0.0
	for i, l := range d.Labels {
		sum := 0.0
		for _, x := range d.Image(i) {
			sum += math.Exp(float64(x))
		}
		loss += math.Log(sum) - float64(d.Image(i)[l])
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) < 1e-6) {
			t.Errorf("%s: got %g, want %g", what, got, want)
		}
	}
	near("loss", got.Loss, loss/6)
	near("accuracy", got.Accuracy, 2./6)
	near("top 2", got.TopK(2), 4./6)
	near("top 9", got.TopK(9), 1)
	c := got.PerClass()
	near("precision of a", c[0].Precision, 1./3)
	near("recall of a", c[0].Recall, 1./3)
	near("precision of b", c[1].Precision, 1./2)
	near("F1 of b", c[1].F1, 2*(1./2)*(1./3)/(1./2+1./3))
	near("F1 of c, which has no sample", c[2].F1, 0)
	m := got.Macro()
	near("macro precision", m.Precision, (1./3+1./2)/2)
	near("macro recall", m.Recall, 1./3)
	if c[2].Support != 0 || m.Support != 6 {
		t.Errorf("support: got %d of c and %d in all, want 0 and 6", c[2].Support, m.Support)
	}
}

// TestEvaluationIgnores has a label of -1, one beyond the classes, an index of -1 and logits that are no numbers.
func TestEvaluationIgnores(t *testing.T) {
	g, err := train.EvaluationGraph(pass(3), 5, train.Table{Place: "test", Count: 4})
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	given := map[string]*op.Tensor{
		"input.mean": {Shape: graph.Shape{3}, Data: []float64{0, 0, 0}}, "input.scale": {Shape: graph.Shape{3}, Data: []float64{1, 1, 1}},
		"index":            {Shape: graph.Shape{5}, Data: []float64{0, 1, -1, 2, 3}},
		"data.test.labels": {Shape: graph.Shape{4}, Data: []float64{1, -1, 3, 2}},
		"data.test.images": {Shape: graph.Shape{4, 1, 1, 3}, Data: []float64{0, 9, 0, 1, 2, 3, 1, 2, 3, nan, nan, nan}},
	}
	vals, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, o := range g.Outputs {
		out[o.Name] = vals[o.Value.ID].Data
	}
	if want := []float64{1, -1, -1, -1, 2}; !slices.Equal(out["label"], want) {
		t.Errorf("labels: got %v, want %v", out["label"], want)
	}
	if out["rank"][0] != 0 || out["rank"][4] != 2 {
		t.Errorf("ranks: got %v, want 0 first and 2 last: what is no number is not right", out["rank"])
	}
	given["data.test.images"].Data[9], given["data.test.images"].Data[10], given["data.test.images"].Data[11] = 5, 5, 5
	if vals, err = op.Interpret(g, given); err != nil {
		t.Fatal(err)
	}
	want := math.Log(1+2*math.Exp(-9)) + math.Log(3)
	if got := vals[g.Outputs[0].Value.ID].Data[0]; math.Abs(got-want) > 1e-6 {
		t.Errorf("loss: got %g, want %g of the two labels that count", got, want)
	}
}

func TestEvaluationRefuses(t *testing.T) {
	s := session(t, linear{})
	if _, err := s.EvaluateWith(context.Background(), corners(4), train.EvaluateOptions{Batch: -1}); err == nil || !strings.Contains(err.Error(), "batch -1") {
		t.Errorf("a batch of -1: got %v", err)
	}
	wide := corners(4)
	wide.Shape = []int{4, 1, 1}
	if _, err := s.Evaluate(context.Background(), wide, nil); err == nil || !strings.Contains(err.Error(), "INPUT 4x1x1") {
		t.Errorf("another size: got %v", err)
	}
}
