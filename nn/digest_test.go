package nn_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

func digestOf(t *testing.T, n *nn.Net) [sha256.Size]byte {
	t.Helper()
	d, err := n.Digest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDigest writes down what is hashed, for a net whose weights are averaged: the averages count, not what they are of.
func TestDigest(t *testing.T) {
	n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> FC 3", nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	fresh := digestOf(t, n)
	if err := n.Train(context.Background(), bars(60, 1), train.Config{Optimizer: train.Optimizer{Kind: "adam", Average: 0.9}, Epochs: 1, Batch: 20, LearningRate: 0.01, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, v := range []struct {
		line string
		of   plan.Tensor
	}{
		{"fc1.bias [3]\n", w["fc1.bias.ema"]}, {"fc1.weight [144,3]\n", w["fc1.weight.ema"]},
		{"input.mean [1]\n", w["input.mean"]}, {"input.scale [1]\n", w["input.scale"]},
	} {
		b = append(b, v.line...)
		for _, x := range v.of.F32 {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	if got, want := digestOf(t, n), sha256.Sum256(b); got != want || got == fresh {
		t.Errorf("got %x, want %x, and not %x, that of the net before its training", got, want, fresh)
	}
}

// TestDigestOfAFile is that of the net that was saved, whatever the optimiser keeps beside it; another last bit is another digest.
func TestDigestOfAFile(t *testing.T) {
	n, err := nn.New(cpu.New(1), dropping, nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	run(t, n, watched("adam"), func(train.Event) bool { return false })
	file, err := n.Save(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	again, err := nn.Open(cpu.New(1), file, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	want := digestOf(t, n)
	if got := digestOf(t, again); got != want {
		t.Errorf("got %x, want %x", got, want)
	}
	w, err := again.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	mean := w[train.InputMean].F32[0]
	w[train.InputMean] = plan.Float32s(graph.Shape{1}, math.Nextafter32(mean, 1000))
	if err := again.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
	if digestOf(t, again) == want {
		t.Error("a net with another input.mean has the same digest")
	}
	again.Close()
	if _, err := again.Digest(context.Background()); err == nil {
		t.Error("a closed net has a digest")
	}
}
