package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// pixels classifies each pixel by itself: a convolution of 1x1.
type pixels struct{ h, w, c, classes int }

func (p pixels) InputShape() graph.Shape { return graph.Shape{p.h, p.w, p.c} }

func (p pixels) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	one := op.Window{Kernel: []int{1, 1}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Pads: make([][2]int, 2)}
	return layer.Conv(b, x, layer.ConvOptions{Name: b.Begin("conv", "", "conv 1x1"), Filters: p.classes, Window: one})
}

// flat is a linear classifier of samples of any shape.
type flat struct {
	in      graph.Shape
	classes int
}

func (f flat) InputShape() graph.Shape { return f.in }

func (f flat) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return layer.Linear(b, layer.Flatten(b, x), b.Begin("fc", "", "fc"), f.classes, false)
}

// shades are pictures whose pixels are dark or bright by class; every third label is ignored.
func shades(n int) *data.Set {
	s := &data.Set{Shape: []int{2, 3, 1}, LabelShape: []int{2, 3}, Classes: []string{"dark", "bright"}}
	for i := range 6 * n {
		class := int32(i*i/3) % 2
		s.Images = append(s.Images, byte(60+100*class)+byte(i%7))
		if i%3 == 0 {
			class = -1
		}
		s.Labels = append(s.Labels, class)
	}
	return s
}

func TestTrainsOnPixelLabels(t *testing.T) {
	d := shades(40)
	s := session(t, pixels{2, 3, 1, 2})
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 20, Batch: 10, LearningRate: 0.05, Seed: 1}
	var first, last train.StepEvent
	cfg.Observe = func(e train.Event) {
		if e.Step != nil {
			if last = *e.Step; last.Step == 1 {
				first = last
			}
		}
	}
	if err := s.Train(context.Background(), d, cfg); err != nil {
		t.Fatal(err)
	}
	if last.Accuracy != 1 || !(last.Loss < first.Loss/2) {
		t.Errorf("last step: got %+v after %+v, want every pixel right and half the loss", last, first)
	}
	sc, err := s.Evaluate(context.Background(), d, nil)
	if err != nil || sc.Accuracy != 1 || sc.Count != 160 {
		t.Errorf("score: got %g of %d, %v; want all right of the 160 pixels that count", sc.Accuracy, sc.Count, err)
	}
	probs, err := s.PredictValues(context.Background(), []float32{60, 160, 60, 160, 60, 160})
	if err != nil || len(probs) != 12 || probs[0] < 0.5 || probs[3] < 0.5 {
		t.Errorf("predict: got %v, %v; want probabilities of 2 classes for 6 pixels, dark and bright in turn", probs, err)
	}
}

// TestIgnoredLabelsCountForNothing compares loss, accuracy and gradient with those of the set without the ignored samples.
func TestIgnoredLabelsCountForNothing(t *testing.T) {
	all := &data.Set{Shape: []int{3}, Classes: []string{"a", "b"}, Labels: []int32{0, -1, 1, -1},
		Images: []byte{9, 1, 4, 200, 3, 7, 2, 80, 3, 0, 255, 90}}
	some, err := all.Subset([]int{0, 2})
	if err != nil {
		t.Fatal(err)
	}
	run := func(d *data.Set, batch int) (map[string]plan.Tensor, train.StepEvent) {
		s := session(t, flat{graph.Shape{3}, 2})
		w, err := s.Weights(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		w["input.mean"], w["input.scale"] = plan.Float32s(nil, 100), plan.Float32s(nil, 0.01)
		if err := s.SetWeights(w, 0); err != nil {
			t.Fatal(err)
		}
		var event train.StepEvent
		cfg := train.Config{Optimizer: train.Optimizer{Kind: "sgd"}, Epochs: 1, Batch: batch, LearningRate: 1, Seed: 1,
			Observe: func(e train.Event) {
				if e.Step != nil {
					event = *e.Step
				}
			}}
		if err := s.Train(context.Background(), d, cfg); err != nil {
			t.Fatal(err)
		}
		if w, err = s.Weights(context.Background()); err != nil {
			t.Fatal(err)
		}
		return w, event
	}
	got, gotEvent := run(all, 4)
	want, wantEvent := run(some, 2)
	if math.Abs(gotEvent.Loss-wantEvent.Loss) > 1e-6 || gotEvent.Accuracy != wantEvent.Accuracy {
		t.Errorf("step: got %+v, want %+v", gotEvent, wantEvent)
	}
	for name, w := range want {
		for i, v := range w.F32 {
			if math.Abs(float64(got[name].F32[i]-v)) > 1e-6 {
				t.Errorf("%s[%d]: got %g, want %g", name, i, got[name].F32[i], v)
			}
		}
	}
}

// TestStandardisesPerChannel trains on numbers whose channels differ in size by far; the small one tells the classes.
func TestStandardisesPerChannel(t *testing.T) {
	d := &data.Set{Shape: []int{4, 2}, Classes: []string{"down", "up"}}
	for i := range 60 {
		sign := float32(i%2*2 - 1)
		for k := range 4 {
			d.Floats = append(d.Floats, 5000+900*float32((i*7+k*3)%11), sign*1e-4*float32(k+1))
		}
		d.Labels = append(d.Labels, int32(i%2))
	}
	s := session(t, flat{graph.Shape{4, 2}, 2})
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 10, Batch: 20, LearningRate: 0.05, Seed: 1}
	if err := s.Train(context.Background(), d, cfg); err != nil {
		t.Fatal(err)
	}
	if sc, err := s.Evaluate(context.Background(), d, nil); err != nil || sc.Accuracy != 1 {
		t.Errorf("accuracy: got %g, %v; want 1", sc.Accuracy, err)
	}
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	mean, deviation := d.ChannelStats()
	for c := range 2 {
		if got := w["input.mean"].F32[c]; got != float32(mean[c]) {
			t.Errorf("mean of channel %d: got %g, want %g", c, got, mean[c])
		}
		if got := w["input.scale"].F32[c]; math.Abs(float64(got)*deviation[c]-1) > 1e-6 {
			t.Errorf("scale of channel %d: got %g, want 1/%g", c, got, deviation[c])
		}
	}
}

// TestOldScalarsBecomeChannels takes weights of a file whose mean and scale are one number for all channels.
func TestOldScalarsBecomeChannels(t *testing.T) {
	s := session(t, flat{graph.Shape{2, 2, 3}, 2})
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w["input.mean"], w["input.scale"] = plan.Float32s(nil, 33), plan.Float32s(nil, 0.5)
	if err := s.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
	if w, err = s.Weights(context.Background()); err != nil || fmt.Sprint(w["input.mean"].Shape, w["input.mean"].F32, w["input.scale"].F32) != "[3] [33 33 33] [0.5 0.5 0.5]" {
		t.Errorf("got %v %v, %v", w["input.mean"], w["input.scale"], err)
	}
	w["input.mean"] = plan.Float32s(nil, 44)
	if r, err := s.LoadByName(w); err != nil || len(r.Mismatched) > 0 {
		t.Errorf("load by name: got %v, %v", r, err)
	}
	w["input.mean"] = plan.Float32s(graph.Shape{2}, 1, 2)
	if err := s.SetWeights(w, 0); !errors.Is(err, graph.ErrFormat) || !strings.Contains(err.Error(), "input.mean: the file has [2], the net wants [3]") {
		t.Errorf("two numbers for three channels: got %v", err)
	}
}

func TestDataOfAnotherKind(t *testing.T) {
	ctx := context.Background()
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "sgd"}, Epochs: 1, Batch: 2, LearningRate: 1}
	nan := &data.Set{Shape: []int{2}, Floats: []float32{1, 2, 3, float32(math.NaN())}, Labels: []int32{0, 1}, Classes: []string{"a", "b"}}
	for _, c := range []struct {
		name string
		m    train.Model
		d    *data.Set
		want string
	}{
		{"labels of pixels for a whole", flat{graph.Shape{2, 3, 1}, 2}, shades(2), "the net gives classes for the whole of a sample, the data has labels for 2x3 places"},
		{"a label for pixels", pixels{2, 2, 1, 2}, corners(4), "for 2x2 places of a sample, the data has labels for the whole"},
		{"another shape", pixels{2, 3, 1, 2}, corners(4), "takes samples of 2x3x1, the data has 2x2x1; write INPUT 2x2x1"},
		{"NaN", flat{graph.Shape{2}, 2}, nan, "sample 1: number 1, at [1] of [2], is NaN"},
	} {
		s := session(t, c.m)
		if err := s.Train(ctx, c.d, cfg); !errors.Is(err, train.ErrData) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	s := session(t, flat{graph.Shape{2}, 2})
	if _, err := s.PredictValues(ctx, nan.Values(1)); !errors.Is(err, train.ErrData) {
		t.Errorf("predict NaN: got %v", err)
	}
}
