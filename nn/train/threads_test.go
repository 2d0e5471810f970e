package train_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// described is a model that a net's text describes.
type described struct{ *spec.Net }

func (d described) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	y, _, err := d.Build(b, x)
	return y, err
}

// digitNet is a net for handwritten digits, with a dropout.
const digitNet = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> DROPOUT 0.25 -> FC 10"

// stripes has noisy pictures with a bright stripe, whose height is the class.
func stripes(n int) *data.Set {
	s := &data.Set{Shape: []int{28, 28, 1}, Classes: strings.Split("0123456789", "")}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		label := i % 10
		for y := range 28 {
			for range 28 {
				v := byte(r.UintN(80))
				if y/2 == label+2 {
					v += 150
				}
				s.Images = append(s.Images, v)
			}
		}
		s.Labels = append(s.Labels, int32(label))
	}
	return s
}

// onThreads is a session on that many threads of the SIMD backend.
func onThreads(t *testing.T, threads int) *train.Session {
	t.Helper()
	d, err := simd.Open(context.Background(), simd.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Info().Threads; got != threads {
		t.Fatalf("got %d threads, want %d: %s", got, threads, d.Info().Adapter)
	}
	n, err := spec.Parse(digitNet)
	if err != nil {
		t.Fatal(err)
	}
	s, err := train.NewSession(d, described{n}, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// threadConfig trains for 40 steps of 32 pictures.
func threadConfig() train.Config {
	return train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 4, Batch: 32, LearningRate: 0.002, Seed: 3,
		Augment: train.Augment{Shift: 2, Rotate: 10, Noise: 0.2, Contrast: 0.3, Cutout: 4}}
}

// trainedOn trains to the end and returns everything that persists.
func trainedOn(t *testing.T, s *train.Session, d *data.Set, cfg train.Config) map[string]plan.Tensor {
	t.Helper()
	if err := s.Train(context.Background(), d, cfg); err != nil {
		t.Fatal(err)
	}
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestSameBitsOnAnyThreads trains with dropout and augmentation on one, two and four threads.
func TestSameBitsOnAnyThreads(t *testing.T) {
	d := stripes(320)
	var first, last float64
	cfg := threadConfig()
	cfg.Observe = func(e train.Event) {
		if last = e.Step.Loss; e.Step.Step == 1 {
			first = last
		}
	}
	want := trainedOn(t, onThreads(t, 1), d, cfg)
	if last > first/2 {
		t.Errorf("the loss fell from %g to %g only: this is no training", first, last)
	}
	for _, threads := range []int{2, 4} {
		sameBits(t, trainedOn(t, onThreads(t, threads), d, threadConfig()), want)
	}
}

// TestResumedOnOtherThreads stops a run on two threads in the middle and goes on with one: the result is the unbroken
// run's.
func TestResumedOnOtherThreads(t *testing.T) {
	d := stripes(320)
	want := trainedOn(t, onThreads(t, 2), d, threadConfig())
	ctx, end := context.WithCancel(context.Background())
	defer end()
	part := threadConfig()
	part.Observe = func(e train.Event) {
		if e.Step.Step == 17 {
			end()
		}
	}
	first := onThreads(t, 2)
	if err := first.Train(ctx, d, part); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an end at step 17", err)
	}
	c, err := first.Checkpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	second := onThreads(t, 1)
	if err := second.SetCheckpoint(c); err != nil {
		t.Fatal(err)
	}
	rest := threadConfig()
	rest.Resume = true
	sameBits(t, trainedOn(t, second, d, rest), want)
}
