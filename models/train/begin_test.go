package main

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
)

// clouds are pictures [8,8,3] whose neighbouring pixels, and whose channels, are alike.
func clouds(n int) *data.Set {
	r := rand.New(rand.NewPCG(3, 4))
	s := &data.Set{Shape: []int{8, 8, 3}, Labels: make([]int32, n), Classes: []string{"a", "b"}}
	for i := range n {
		s.Labels[i] = int32(i % 2)
		base := 60 + 100*r.Float64()
		for range 8 * 8 {
			base += 8 * r.NormFloat64()
			for range 3 {
				s.Images = append(s.Images, byte(min(max(base+6*r.NormFloat64(), 0), 255)))
			}
		}
	}
	return s
}

const small = `INPUT 8x8x3 -> CONV "whitening" 2x2x24 nobias -> RELU -> CONV 3x3x32 pad 1 nobias -> GAP -> FC 2`

func newNet(t *testing.T) *nn.Net {
	t.Helper()
	n, err := nn.New(cpu.New(1), small, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func weights(t *testing.T, n *nn.Net, name string) []float32 {
	t.Helper()
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(w[name].F32)
}

// The answers of the first half of the filters to the patches they were made of are uncorrelated, and their variances are
// λ/(λ+ε), less than 1; the second half has the other sign.
func TestWhitenFilters(t *testing.T) {
	n, s := newNet(t), clouds(200)
	if err := whitenFilters(n, s, "whitening.weight"); err != nil {
		t.Fatal(err)
	}
	w := weights(t, n, "whitening.weight")
	for i, v := range w {
		if k := i % 24; k < 12 && w[i+12] != -v {
			t.Fatalf("filter %d has %g where filter %d has %g", k+12, w[i+12], k, v)
		}
	}
	patches, err := patchesOf(s, []int{2, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if want := 200 * 7 * 7; patches.Len() != want {
		t.Fatalf("got %d patches, want %d", patches.Len(), want)
	}
	answers := make([][]float64, 12)
	for i := range patches.Len() {
		x := patches.Values(i)
		for f := range answers {
			sum := 0.0
			for k, v := range x {
				sum += float64(v) * float64(w[k*24+f])
			}
			answers[f] = append(answers[f], sum)
		}
	}
	for f := range answers {
		if v := stat.Variance(answers[f], nil); v > 1.001 || v < 0.5 {
			t.Errorf("filter %d: got variance %g, want a little less than 1", f, v)
		}
		for g := range f {
			if c := stat.Covariance(answers[f], answers[g], nil); math.Abs(c) > 1e-3 {
				t.Errorf("filters %d and %d: got covariance %g, want 0", f, g, c)
			}
		}
	}
}

func TestPassOn(t *testing.T) {
	n := newNet(t)
	before := weights(t, n, "conv1.weight")
	whitening := weights(t, n, "whitening.weight")
	if err := passOn(n); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(whitening, weights(t, n, "whitening.weight")) {
		t.Error("the first layer has changed")
	}
	for i, got := range weights(t, n, "conv1.weight") { // [3,3,24,32]
		place, channel, filter := i/(24*32), i/32%24, i%32
		want := float32(0)
		switch {
		case filter >= 24:
			want = before[i]
		case place == 4 && channel == filter:
			want = 1
		}
		if got != want {
			t.Fatalf("place %d, channel %d, filter %d: got %g, want %g", place, channel, filter, got, want)
		}
	}
}
