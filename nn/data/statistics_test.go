package data

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestStatistics compares with two passes over each value, of bytes and of numbers far from 0.
func TestStatistics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 3
		labels := rapid.SliceOfN(rapid.Int32Range(-1, 2), 1, 30).Draw(t, "labels")
		s := &Set{Shape: []int{n}, Labels: labels, Classes: []string{"a", "b", "c"}}
		s.Images = rapid.SliceOfN(rapid.Byte(), n*len(labels), n*len(labels)).Draw(t, "samples")
		if rapid.Bool().Draw(t, "floats") {
			for _, b := range s.Images {
				s.Floats = append(s.Floats, 1<<20+float32(b)/2)
			}
			s.Images = nil
		}
		got, err := s.Statistics(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for k := range n {
			of := func(class int32) (mean, deviation float64) {
				count := 0.0
				for i, l := range labels {
					if class < 0 || l == class {
						count++
						mean += float64(s.Values(i)[k])
					}
				}
				mean /= max(1, count)
				for i, l := range labels {
					if class < 0 || l == class {
						deviation += math.Pow(float64(s.Values(i)[k])-mean, 2)
					}
				}
				return mean, math.Sqrt(deviation / max(1, count))
			}
			mean, deviation := of(-1)
			if math.Abs(got.Mean[k]-mean) > 1e-6 || math.Abs(got.Deviation[k]-deviation) > 1e-6 {
				t.Fatalf("value %d: got %g ± %g, want %g ± %g", k, got.Mean[k], got.Deviation[k], mean, deviation)
			}
			for class := range int32(3) {
				if mean, _ := of(class); math.Abs(got.PerClass[class][k]-mean) > 1e-6 {
					t.Fatalf("value %d of class %d: got %g, want %g", k, class, got.PerClass[class][k], mean)
				}
			}
		}
	})
}

func TestStatisticsAndDigestEnd(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	yields := 0
	yield := func() {
		if yields++; yields == 2 {
			stop()
		}
	}
	s := numbered(0, 1, 2, 0)
	if _, err := s.Statistics(ctx, yield); !errors.Is(err, context.Canceled) || yields != 2 {
		t.Errorf("statistics: got %v after %d samples, want the context's error after 2", err, yields)
	}
	if _, err := s.Digest(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("digest: got %v, want the context's error", err)
	}
	many := &Set{Shape: []int{1 << 24}, Classes: make([]string, 1<<16)}
	if _, err := many.Statistics(context.Background(), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("means of 2¹⁶ classes, 2²⁴ numbers each: got %v, want ErrTooLarge", err)
	}
}
