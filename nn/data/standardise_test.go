package data

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestChannelStats(t *testing.T) {
	b := &Set{Shape: []int{2, 2}, Images: []byte{1, 10, 3, 10, 5, 10, 7, 10}, Labels: []int32{0, 0}, Classes: []string{"a"}}
	f := &Set{Shape: b.Shape, Labels: b.Labels, Classes: b.Classes}
	for _, v := range b.Images {
		f.Floats = append(f.Floats, float32(v)+1<<20) // far from 0
	}
	for _, s := range []*Set{b, f} {
		far := 0.0
		if s.Floats != nil {
			far = 1 << 20
		}
		mean, deviation := s.ChannelStats()
		if mean[0] != far+4 || mean[1] != far+10 || math.Abs(deviation[0]-math.Sqrt(5)) > 1e-9 || deviation[1] != 0 {
			t.Errorf("got %v, %v; want means 4 and 10 (plus %g), deviations √5 and 0", mean, deviation, far)
		}
	}
}

func TestStandardise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := &Set{Shape: []int{5, 3}, Labels: make([]int32, 40), Classes: []string{"a"}}
	for range 200 {
		s.Images = append(s.Images, byte(r.IntN(256)), byte(20+r.IntN(9)), 7)
	}
	z, err := s.Standardise(s.ChannelStats())
	if err != nil {
		t.Fatal(err)
	}
	mean, deviation := z.ChannelStats()
	for c, want := range []float64{1, 1, 0} {
		if math.Abs(mean[c]) > 1e-6 || math.Abs(deviation[c]-want) > 1e-6 {
			t.Errorf("channel %d: got mean %g, deviation %g; want 0 and %g", c, mean[c], deviation[c], want)
		}
	}
	if z, err = s.SubtractMean(s.Mean()); err != nil {
		t.Fatal(err)
	}
	for k, m := range z.Mean() {
		if math.Abs(m) > 1e-5 {
			t.Errorf("value %d: got mean %g, want 0", k, m)
		}
	}
	if err := z.Check(); err != nil {
		t.Error(err)
	}
	if _, err := s.SubtractMean(make([]float64, 4)); err == nil || !strings.Contains(err.Error(), "mean: got 4 numbers, want 3, one a channel, or 15") {
		t.Errorf("a mean of another size: got %v", err)
	}
	if _, err := s.Standardise(make([]float64, 3), []float64{1, 1e-300, 1}); err == nil || !strings.Contains(err.Error(), "is +Inf") {
		t.Errorf("a deviation that overflows: got %v", err)
	}
}
