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
	"github.com/fovea-nn/fovea/nn/train"
)

// line is a model of 1x3 pictures whose logits are its pixels, a share of which is dropped.
type line float64

func (line) InputShape() graph.Shape { return graph.Shape{1, 3, 1} }

func (l line) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return layer.Dropout(b, layer.Flatten(b, x), float64(l))
}

func lines() *data.Set {
	return &data.Set{Shape: []int{1, 3, 1}, Classes: []string{"a", "b", "c"}, Images: []byte{1, 2, 4, 3, 0, 1, 0, 2, 1}, Labels: []int32{0, 0, 2}}
}

func plainSession(t *testing.T, m train.Model) *train.Session {
	t.Helper()
	s := session(t, m)
	if err := s.SetWeights(plain(), 0); err != nil {
		t.Fatal(err)
	}
	return s
}

func softmax(x ...float64) []float64 {
	sum := 0.0
	for i := range x {
		x[i] = math.Exp(x[i])
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// TestViewsAreAveraged compares with probabilities that are averaged by hand.
func TestViewsAreAveraged(t *testing.T) {
	s, d := plainSession(t, line(0)), lines()
	shown := map[string]func(x []float64) []float64{
		"{false [0 0]}": func(x []float64) []float64 { return []float64{x[0], x[1], x[2]} },
		"{true [0 0]}":  func(x []float64) []float64 { return []float64{x[2], x[1], x[0]} },
		"{false [0 1]}": func(x []float64) []float64 { return []float64{x[1], x[2], 0} },
		"{true [0 1]}":  func(x []float64) []float64 { return []float64{0, x[2], x[1]} },
		"{false [1 0]}": func([]float64) []float64 { return []float64{0, 0, 0} },
	}
	for _, views := range [][]train.View{{{}}, train.Views(true, 0), {{Shift: [2]int{0, 1}}, {Mirror: true, Shift: [2]int{0, 1}}, {Shift: [2]int{1, 0}}}} {
		loss, hits := 0.0, 0.0
		for i, l := range d.Labels {
			var x, p []float64
			for _, b := range d.Image(i) {
				x, p = append(x, float64(b)), append(p, 0)
			}
			for _, v := range views {
				for c, q := range softmax(shown[fmt.Sprint(v)](x)...) {
					p[c] += q / float64(len(views))
				}
			}
			loss -= math.Log(p[l]) / 3
			if slices.Index(p, slices.Max(p)) == int(l) { // of equals the first
				hits++
			}
		}
		sc, err := s.EvaluateWith(context.Background(), d, train.EvaluateOptions{Batch: 2, Views: views})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(sc.Loss-loss) > 1e-5 || sc.Accuracy != hits/3 || sc.Count != 3 {
			t.Errorf("%v: got %+v, want loss %g and %g hits", views, sc, loss, hits)
		}
	}
	if got := fmt.Sprint(len(train.Views(false, 0)), len(train.Views(true, 0)), len(train.Views(false, 4)), len(train.Views(true, 4))); got != "1 2 5 10" {
		t.Errorf("got %s views, want 1 2 5 10", got)
	}
}

// TestOnePassIsTheEvaluation has the same score by both ways.
func TestOnePassIsTheEvaluation(t *testing.T) {
	s, d := plainSession(t, line(0.5)), lines()
	want, err := s.Evaluate(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.EvaluateWith(context.Background(), d, train.EvaluateOptions{Draws: 3})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Loss-want.Loss) > 1e-6 || fmt.Sprint(got.Ranks, got.Confusion) != fmt.Sprint(want.Ranks, want.Confusion) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestDropoutDraws averages 400 draws of three logits, each of which is dropped or doubled, and compares with the mean
// over all eight cases.
func TestDropoutDraws(t *testing.T) {
	s := plainSession(t, line(0.5))
	d := lines()
	d.Images, d.Labels = []byte{1, 2, 1}, []int32{1}
	o := train.EvaluateOptions{Batch: 1, Draws: 400, Dropout: true, Seed: 4}
	got, err := s.EvaluateWith(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	p := 0.0
	for kept := range 8 {
		k := func(bit int) float64 { return float64(kept>>bit&1) * 2 }
		p += softmax(k(0)*1, k(1)*2, k(2)*1)[1] / 8
	}
	if math.Abs(math.Exp(-got.Loss)-p) > 0.06 { // three standard errors of a probability in [0,1]
		t.Errorf("got probability %g, want %g", math.Exp(-got.Loss), p)
	}
	if again, _ := s.EvaluateWith(context.Background(), d, o); again.Loss != got.Loss {
		t.Errorf("the same seed: got loss %g, then %g", got.Loss, again.Loss)
	}
	o.Seed = 5
	if other, _ := s.EvaluateWith(context.Background(), d, o); other.Loss == got.Loss {
		t.Error("another seed: the same loss")
	}
}

func TestPassesAreChecked(t *testing.T) {
	s := plainSession(t, line(0))
	for word, o := range map[string]train.EvaluateOptions{
		"draws": {Draws: -1}, "mixup": {Augment: train.Augment{Mixup: 1}}, "noise": {Augment: train.Augment{Noise: -1}},
	} {
		if _, err := s.EvaluateWith(context.Background(), lines(), o); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v", word, err)
		}
	}
}
