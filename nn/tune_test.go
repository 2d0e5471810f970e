package nn_test

import (
	"context"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/probe"
)

// TestNewHead gives a trained net another number of classes: all but the head is kept.
func TestNewHead(t *testing.T) {
	old := newNet(t, 1)
	want := weights(t, old, config())
	file, err := old.Save(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x6 pad 1 -> RELU -> POOL 2 -> FC 2", nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	r, err := n.LoadByName(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Loaded) != 4 || len(r.Mismatched) != 2 || len(r.Missing)+len(r.Unexpected) != 0 {
		t.Errorf("got %v, want convolution, mean and scale, but not the head", r)
	}
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w["conv1.weight"].F32, want["conv1.weight"]) || len(w["fc1.weight"].F32) != 6*6*6*2 {
		t.Error("the convolution is not the old one, or the head not the new one")
	}
	if _, err := n.LoadByName(file[:100]); err == nil {
		t.Error("a truncated file: no error")
	}
}

// TestProbeOfFeatures classifies by what the convolution of a trained net sees.
func TestProbeOfFeatures(t *testing.T) {
	n := newNet(t, 0)
	weights(t, n, config())
	samples := func(count int, seed uint32) probe.Samples {
		d := bars(count, seed)
		f, err := n.Features(context.Background(), d, "POOL")
		if err == nil {
			t.Error("a layer by its word: no error")
		}
		if f, err = n.Features(context.Background(), d, "3"); err != nil {
			t.Fatal(err)
		}
		return probe.NewSamples(f.Size, f.Values, d.Labels, len(d.Classes))
	}
	m, err := probe.TrainSVM(samples(200, 1), probe.SVMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := probe.Accuracy(m, samples(100, 2)); err != nil || got < 0.9 {
		t.Errorf("got accuracy %g %v, want 0.9", got, err)
	}
}
