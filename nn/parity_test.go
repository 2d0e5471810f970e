package nn_test

import (
	"context"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
)

// TestCompare: a net and what it became as ONNX agree layer by layer; where a weight was changed, the first layer that differs is
// the one that has it.
func TestCompare(t *testing.T) {
	ctx := context.Background()
	n, err := nn.New(cpu.New(1), "INPUT 12x12x3 -> CONV \"one\" 3x3x6 pad 1 -> RELU -> POOL 2 -> CONV \"two\" 3x3x8 -> RELU -> FC 5", nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	b, err := n.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	sample := make([]float32, 12*12*3)
	for i := range sample {
		sample[i] = float32(i * 7 % 256)
	}
	compare := func() (pairs int, first *nn.Pair) {
		a, err := n.Trace(ctx, sample)
		if err != nil {
			t.Fatal(err)
		}
		b, err := other.Trace(ctx, sample)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range nn.Compare(a, b) {
			if p.Unmatched {
				continue
			}
			pairs++
			if p.Difference > 1e-4 && first == nil {
				first = &p
			}
		}
		return pairs, first
	}
	if pairs, first := compare(); pairs < 6 || first != nil {
		t.Errorf("%d pairs, the first that differs %+v, want at least 6 and none", pairs, first)
	}
	w, err := n.Weights(ctx)
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]float32{}, w["two.weight"].F32...)
	changed[40] += 1
	w["two.weight"] = plan.Float32s(w["two.weight"].Shape, changed...)
	if err := n.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
	if _, first := compare(); first == nil || !strings.Contains(first.A, `"two"`) {
		t.Errorf("the first that differs is %+v, want the convolution two", first)
	}
}
