package nn_test

import (
	"context"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/train"
)

// A net that keeps averages of its weights predicts with them; so do the files that are for prediction.
func TestAveragesAreWhatIsSaved(t *testing.T) {
	ctx := context.Background()
	n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x4 -> RELU -> FC 3", nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "adam", Average: 0.9}, Epochs: 3, Batch: 10, LearningRate: 0.05, Seed: 3}
	if err := n.Train(ctx, bars(60, 1), cfg); err != nil {
		t.Fatal(err)
	}
	picture := bars(60, 1).Image(7)
	want, err := n.Predict(ctx, picture)
	if err != nil {
		t.Fatal(err)
	}
	n.UseAverages(false)
	if plain, err := n.Predict(ctx, picture); err != nil || slices.Equal(plain, want) {
		t.Fatalf("the averages predict as the weights do, so that this test shows nothing (%v)", err)
	}
	n.UseAverages(true)
	compact, err := n.SaveCompact(ctx, nn.Float)
	if err != nil {
		t.Fatal(err)
	}
	onnx, err := n.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"compact": compact, "ONNX": onnx} {
		again, err := nn.Open(cpu.New(1), file, nn.OpenOptions{})
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := again.Predict(ctx, picture)
		again.Close()
		if err != nil || far(got, want) > 1e-5 {
			t.Errorf("%s: got %v, want %v (%v)", name, got, want, err)
		}
	}
}

func far(a, b []float32) (most float64) {
	for i := range a {
		most = max(most, float64(max(a[i]-b[i], b[i]-a[i])))
	}
	return most
}
