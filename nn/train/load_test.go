package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// deep has two layers, a named one among them, and a number of classes.
type deep int

func (deep) InputShape() graph.Shape { return graph.Shape{2, 2, 1} }

func (m deep) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	x, err := layer.Linear(b, layer.Flatten(b, x), b.Begin("fc", "", "fc 3"), 3, false)
	if err != nil {
		return nil, err
	}
	b.Begin("relu", "", "relu")
	x = layer.ReLU(b, x)
	name := b.Begin("fc", "head", "fc")
	return layer.Linear(b, x, name, int(m), false)
}

func TestLoadByName(t *testing.T) {
	old := session(t, deep(5))
	cfg := config()
	cfg.Average = 0.9
	d := corners(64)
	d.Classes = []string{"a", "b", "c", "d", "e"}
	for i := range 5 {
		d.Labels[i] = int32(i)
	}
	if err := old.Train(context.Background(), d, cfg); err != nil {
		t.Fatal(err)
	}
	w, err := old.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w["stem.weight"] = plan.Float32s(graph.Shape{1}, 1)
	for _, suffix := range []string{"", ".ema", ".momentum"} {
		delete(w, "fc1.bias"+suffix)
	}
	s := seeded(t, deep(2), 2)
	before, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.LoadByName(w)
	if err != nil {
		t.Fatal(err)
	}
	want := "3 loaded; 2 of another shape: head.bias [5] instead of [2], head.weight [3,5] instead of [3,2]; 1 missing: fc1.bias; 1 unexpected: stem.weight"
	if got := r.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if want := []string{"fc1.weight", "input.mean", "input.scale"}; !slices.Equal(r.Loaded, want) {
		t.Errorf("loaded %v, want %v", r.Loaded, want)
	}
	if want := []string{"fc1.weight.ema", "fc1.weight.momentum", "head.bias.ema", "head.bias.momentum", "head.weight.ema", "head.weight.momentum"}; !slices.Equal(r.Optimizer, want) {
		t.Errorf("states: %v, want %v", r.Optimizer, want)
	}
	after, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]map[string]plan.Tensor{"fc1.weight": w, "input.mean": w, "fc1.bias": before, "head.weight": before} {
		if !slices.Equal(after[name].F32, from[name].F32) {
			t.Errorf("%s: got %v, want %v", name, after[name].F32, from[name].F32)
		}
	}

	// The head learns while all before it stays.
	frozen, err := s.ParametersUpTo("2")
	if err != nil || fmt.Sprint(frozen) != "[fc1.weight fc1.bias]" {
		t.Fatalf("got %v %v, want those of fc1", frozen, err)
	}
	cfg = config()
	cfg.Groups = []train.Group{{Match: frozen, Frozen: true}}
	tuned := trained(t, s, cfg)
	if !slices.Equal(tuned["fc1.weight"].F32, w["fc1.weight"].F32) || slices.Equal(tuned["head.weight"].F32, before["head.weight"].F32) {
		t.Error("fine-tuning: fc1 should stay and head should not")
	}
}

func TestLoadByNameRefuses(t *testing.T) {
	s := seeded(t, deep(2), 2)
	before, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for what, w := range map[string]map[string]plan.Tensor{
		"nothing fits": {"conv1.weight": plan.Float32s(graph.Shape{1}, 1), "head.bias": plan.Float32s(graph.Shape{3}, 1, 2, 3)},
		"NaN":          {"head.bias": plan.Float32s(graph.Shape{2}, 1, float32(math.NaN()))},
	} {
		if _, err := s.LoadByName(w); !errors.Is(err, graph.ErrFormat) {
			t.Errorf("%s: got %v, want ErrFormat", what, err)
		}
	}
	after, err := s.Weights(context.Background())
	if err != nil || !slices.Equal(after["head.bias"].F32, before["head.bias"].F32) {
		t.Errorf("the weights have changed: %v %v", after["head.bias"].F32, err)
	}
}

// TestFeatures computes the activations by hand, for the layer by number, name and parameters.
func TestFeatures(t *testing.T) {
	s := seeded(t, deep(2), 2)
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	d := corners(130)
	d.Classes = []string{"a", "b", "c"} // as many as one likes
	linear := func(x []float64, name string, out int) []float64 {
		y := make([]float64, out)
		for j := range y {
			y[j] = float64(w[name+".bias"].F32[j])
			for i, v := range x {
				y[j] += v * float64(w[name+".weight"].F32[i*out+j])
			}
		}
		return y
	}
	for _, which := range []string{"1", "fc1", "2", "3", "head"} {
		f, err := s.Features(context.Background(), d, which)
		if err != nil {
			t.Fatal(err)
		}
		if f.Count != 130 || len(f.Values) != f.Count*f.Size {
			t.Fatalf("layer %s: got %d vectors of %d with %d numbers", which, f.Count, f.Size, len(f.Values))
		}
		for _, n := range []int{0, 99, 100, 129} {
			var x []float64
			for _, b := range d.Image(n) {
				x = append(x, (float64(b)-127.5)/127.5)
			}
			want := linear(x, "fc1", 3)
			if which != "1" && which != "fc1" {
				for i, v := range want {
					want[i] = max(v, 0)
				}
				if which != "2" {
					want = linear(want, "head", 2)
				}
			}
			for i, v := range f.Row(n) {
				if len(want) != f.Size || math.Abs(float64(v)-want[i]) > 1e-5 {
					t.Fatalf("layer %s, sample %d: got %v, want %v", which, n, f.Row(n), want)
				}
			}
		}
	}
	for _, which := range []string{"4", "conv1", "fc"} {
		if _, err := s.Features(context.Background(), d, which); err == nil || !strings.Contains(err.Error(), `layer 3 "head" (fc)`) {
			t.Errorf("layer %q: got %v, want an error that lists the layers", which, err)
		}
	}
}
