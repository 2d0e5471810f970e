package nn_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/train"
)

// TestHealthNamesLayers: the lines are those of the summary, side heads among them, of nets with a text and of imported ones.
func TestHealthNamesLayers(t *testing.T) {
	n, err := nn.New(cpu.New(1), `INPUT 12x12x1 -> CONV "stem" 3x3x4 -> BN -> RELU -> POOL 2 -> side { FC 3 } weight 0.3 -> FC 8 -> RELU -> FC 3`, nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	before := digestOf(t, n)
	onnx, err := n.ONNX(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	imported, err := nn.Open(cpu.New(1), onnx, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer imported.Close()
	for _, c := range []struct {
		net  *nn.Net
		want int
	}{{n, 4}, {imported, 3}} {
		lines, err := c.net.Health(context.Background(), bars(30, 1), 16)
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) != c.want {
			t.Errorf("got %d layers, want %d: %+v", len(lines), c.want, lines)
		}
		for _, h := range lines {
			l := c.net.Summary.Layers[max(0, h.Index-1)]
			if h.Index == 0 || l.Index != h.Index || l.Name != h.Layer || l.Parameters == 0 || !(h.Weight > 0 && h.Gradient > 0 && h.Deviation > 0) {
				t.Errorf("got %+v, want the figures of layer %+v", h, l)
			}
		}
	}
	if digestOf(t, n) != before {
		t.Error("looking at the net has changed it")
	}
}

// TestHealthLeavesTrainingAlone trains a net with a side head, whose weights exist in training alone, after it was looked at.
func TestHealthLeavesTrainingAlone(t *testing.T) {
	trained := func(look bool) string {
		n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x4 -> RELU -> side { FC 3 } weight 0.3 -> DROPOUT 0.5 -> FC 3", nil, 7)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		if look {
			if _, err := n.Health(context.Background(), bars(60, 1), 16); err != nil {
				t.Fatal(err)
			}
		}
		events := run(t, n, train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 2, Batch: 20, LearningRate: 0.01, Seed: 1}, func(train.Event) bool { return false })
		return fmt.Sprint(events, digestOf(t, n))
	}
	if got, want := trained(true), trained(false); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
