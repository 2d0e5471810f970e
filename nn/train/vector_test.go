package train_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

func layered(t *testing.T, text string) train.Model {
	t.Helper()
	m, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return described{m}
}

// A vector is the row that Features gives for the same sample; without a name it is what the last weights get.
func TestVector(t *testing.T) {
	ctx := context.Background()
	s, err := train.NewSession(cpu.New(1), layered(t, "INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 8 -> RELU -> FC 3"), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sample := make([]float32, 36)
	for i := range sample {
		sample[i] = float32(7*i%29) - 3
	}
	set, err := data.NewArrays(sample, []int{6, 6, 1}, []int{0}, nil, []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	for _, which := range []string{"3", "5", "6"} {
		want, err := s.Features(ctx, set, which)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Vector(ctx, sample, which)
		if err != nil || !slices.Equal(got, want.Values) {
			t.Errorf("layer %s: got %v, want %v (%v)", which, got, want.Values, err)
		}
	}
	last, err := s.Vector(ctx, sample, "")
	before, _ := s.Vector(ctx, sample, "5")
	if err != nil || len(last) != 8 || !slices.Equal(last, before) {
		t.Errorf("what the last weights get: %v, want %v (%v)", last, before, err)
	}
	for name, bad := range map[string][]float32{"short": sample[1:], "not finite": append(slices.Clone(sample[1:]), float32(math.Inf(1)))} {
		if _, err := s.Vector(ctx, bad, ""); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := s.Vector(ctx, sample, "nothing"); err == nil {
		t.Error("a layer that is not there: no error")
	}
}

// Features without a name, and Probabilities, are what Vector and PredictValues give for each sample, whatever the batch.
func TestEverySample(t *testing.T) {
	ctx := context.Background()
	s, err := train.NewSession(cpu.New(1), layered(t, "INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> POOL 2 -> FC 8 -> RELU -> FC 3"), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const count = 7
	samples := make([]float32, 36*count)
	for i := range samples {
		samples[i] = float32(7*i%251) - 3
	}
	set, err := data.NewArrays(samples, []int{6, 6, 1}, make([]int, count), nil, []string{"of another net"})
	if err != nil {
		t.Fatal(err)
	}
	yields := 0
	o := train.EvaluateOptions{Batch: 3, Yield: func() { yields++ }}
	features, err := s.FeaturesWith(ctx, set, "", o)
	if err != nil || features.Count != count || features.Size != 8 {
		t.Fatalf("got %d vectors of %d numbers, want %d of 8 (%v)", features.Count, features.Size, count, err)
	}
	probs, err := s.Probabilities(ctx, set, o)
	if err != nil || probs.Count != count || probs.Size != 3 {
		t.Fatalf("got %d vectors of %d numbers, want %d of 3 (%v)", probs.Count, probs.Size, count, err)
	}
	if yields != 6 {
		t.Errorf("yielded %d times, want once for each of 3 batches, twice", yields)
	}
	for i := range count {
		vector, err := s.Vector(ctx, set.Values(i), "")
		if err != nil || !slices.Equal(vector, features.Row(i)) {
			t.Errorf("sample %d: got %v, want the vector %v (%v)", i, features.Row(i), vector, err)
		}
		want, err := s.PredictValues(ctx, set.Values(i))
		if err != nil || !slices.Equal(want, probs.Row(i)) {
			t.Errorf("sample %d: got %v, want the probabilities %v (%v)", i, probs.Row(i), want, err)
		}
	}
	ended, stop := context.WithCancel(ctx)
	stop()
	if _, err := s.Probabilities(ended, set, o); err == nil {
		t.Error("a context that has ended: no error")
	}
}
