package nn

import (
	"context"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
)

func TestActivations(t *testing.T) {
	ctx := context.Background()
	n, err := New(cpu.New(1), `INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> CONV "second" 3x3x4 -> RELU -> FC 3`, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	sample := make([]float32, 36)
	for i := range sample {
		sample[i] = float32(7 * i % 255)
	}
	all, err := n.Activations(ctx, sample)
	if err != nil || len(all) != len(n.Summary.Layers) {
		t.Fatalf("got %d layers, want %d (%v)", len(all), len(n.Summary.Layers), err)
	}
	for i, a := range all {
		l := n.Summary.Layers[i]
		if a.Index != i+1 || a.Layer != l.Name || !slices.Equal(a.Shape, l.Shape) || len(a.Values) != a.Shape.Elems() {
			t.Errorf("layer %d: got %d %q %v with %d values, want %q %v", i+1, a.Index, a.Layer, a.Shape, len(a.Values), l.Name, l.Shape)
		}
		if l.Name == "RELU" {
			for k, v := range all[i-1].Values {
				if a.Values[k] != max(0, v) {
					t.Fatalf("layer %d, value %d: got %g, want that of the layer before, %g, or 0", i+1, k, a.Values[k], v)
				}
			}
		}
	}
	if _, err := n.Activations(ctx, sample[1:]); err == nil {
		t.Error("a sample that is too short: no error")
	}
}
