package data

import (
	"fmt"
	"math"
)

// ChannelStats returns mean and standard deviation of each channel, the last axis, over all samples and places:
//
//	mean[c] = (1/M) Σ x[…,c]    deviation[c] = √((1/M) Σ (x[…,c] - mean[c])²)
//
// where M is the number of values of a channel. A channel of a set without samples has mean 0 and deviation 0.
func (s *Set) ChannelStats() (mean, deviation []float64) {
	c := s.channels()
	mean, deviation = make([]float64, c), make([]float64, c)
	m := float64(s.Len() * s.sampleElems() / c)
	if m == 0 {
		return mean, deviation
	}
	if s.Floats == nil {
		byteStats(s.Images, mean, deviation, m)
		return mean, deviation
	}
	// In two passes: numbers far from 0 would lose their variance in one.
	eachChannel(s.Floats, c, func(k int, v float64) { mean[k] += v / m })
	eachChannel(s.Floats, c, func(k int, v float64) { deviation[k] += (v - mean[k]) * (v - mean[k]) / m })
	for k, v := range deviation {
		deviation[k] = math.Sqrt(v)
	}
	return mean, deviation
}

// byteStats is ChannelStats of bytes, whose sums are exact in integers.
func byteStats(b []byte, mean, deviation []float64, m float64) {
	c := len(mean)
	for k := range c {
		var sum, squares uint64
		for i := k; i < len(b); i += c {
			v := uint64(b[i])
			sum += v
			squares += v * v
		}
		mean[k] = float64(sum) / m
		deviation[k] = math.Sqrt(max(0, float64(squares)/m-mean[k]*mean[k]))
	}
}

func eachChannel(x []float32, c int, f func(k int, v float64)) {
	for i := 0; i < len(x); i += c {
		for k, v := range x[i : i+c] {
			f(k, float64(v))
		}
	}
}

// Mean returns the mean sample, of Shape: what mean subtraction takes away.
func (s *Set) Mean() []float64 {
	mean := make([]float64, s.sampleElems())
	for i := range s.Len() {
		for k, v := range s.Values(i) {
			mean[k] += float64(v)
		}
	}
	for k := range mean {
		mean[k] /= float64(max(1, s.Len()))
	}
	return mean
}

// SubtractMean returns the set with mean, of Shape or one number a channel, taken away from each sample: Floats in any
// case. The mean of the training set belongs to the test set too. It returns an error if the mean has another size.
func (s *Set) SubtractMean(mean []float64) (*Set, error) { return s.Standardise(mean, nil) }

// Standardise returns the set with each value x replaced by (x - mean)/deviation, as Floats; mean and deviation are of
// Shape or have one number a channel, as those of ChannelStats of the training set. A deviation of 0, of values that are
// all the same, counts as 1, and so does a missing one. A session does this by itself, on the device; it is for
// data that goes elsewhere, and before whitening.
func (s *Set) Standardise(mean, deviation []float64) (*Set, error) {
	if err := s.checkPeriod("mean", mean); err != nil {
		return nil, err
	}
	if deviation == nil {
		deviation = []float64{1}
	} else if err := s.checkPeriod("deviation", deviation); err != nil {
		return nil, err
	}
	n := s.sampleElems()
	t := *s
	t.Images, t.Floats = nil, make([]float32, 0, n*s.Len())
	for i := range s.Len() {
		for k, v := range s.Values(i) {
			d := deviation[k%len(deviation)]
			if d == 0 {
				d = 1
			}
			t.Floats = append(t.Floats, float32((float64(v)-mean[k%len(mean)])/d))
		}
	}
	return &t, checkFinite(t.Floats, t.Shape)
}

// checkPeriod returns an error unless v has one number a channel or one a value.
func (s *Set) checkPeriod(what string, v []float64) error {
	if c, n := s.channels(), s.sampleElems(); len(v) != c && len(v) != n {
		return fmt.Errorf("%w: standardise: %s: got %d numbers, want %d, one a channel, or %d, one a value of %v", ErrFormat, what, len(v), c, n, s.Shape)
	}
	return nil
}
