package data

import (
	"context"
	"fmt"
	"math"
)

// Statistics are what the samples of a set have in common, value by value: each slice is of Shape.
type Statistics struct {
	Mean, Deviation []float64
	PerClass        [][]float64 // the mean of each class; zeros of a class without samples
}

// Statistics returns mean and standard deviation of each value of a sample x, over all samples, and the mean over those of each
// class:
//
//	mean[k] = (1/N) Σ x[k]    deviation[k] = √((1/N) Σ (x[k] - mean[k])²)
//
// in one pass, which keeps the variance of numbers far from 0 too. A label that is ignored, and labels of which a sample has
// several, belong to no class. yield, where not nil, is called after each sample, so that a page can breathe.
//
// It returns an ErrTooLarge where the means of all classes would take more memory than a set may, and ctx's error when that ends.
//
// Source: Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962.
func (s *Set) Statistics(ctx context.Context, yield func()) (*Statistics, error) {
	n := s.sampleElems()
	if n > maxMemoryBytes/8 || len(s.Classes)+2 > maxMemoryBytes/8/n {
		return nil, fmt.Errorf("%w: statistics: the means of %d classes, %d numbers each, take more than %d bytes: use smaller samples or fewer classes",
			ErrTooLarge, len(s.Classes), n, maxMemoryBytes)
	}
	st := &Statistics{Mean: make([]float64, n), Deviation: make([]float64, n), PerClass: make([][]float64, len(s.Classes))}
	for c := range st.PerClass {
		st.PerClass[c] = make([]float64, n)
	}
	counts := make([]int, len(s.Classes))
	for i := range s.Len() {
		if s.Floats != nil {
			addSample(st, counts, i, s.Values(i), s.LabelsOf(i))
		} else {
			addSample(st, counts, i, s.Image(i), s.LabelsOf(i))
		}
		if yield != nil {
			yield()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	for k, squares := range st.Deviation {
		st.Deviation[k] = math.Sqrt(squares / float64(max(1, s.Len())))
	}
	return st, nil
}

// addSample takes sample x into the means of those before it, of which there are so many in all and in each class, and into the
// sums of squared differences from the mean, which lie in Deviation.
func addSample[T byte | float32](st *Statistics, counts []int, before int, x []T, labels []int32) {
	mean, squares, share := st.Mean[:len(x)], st.Deviation[:len(x)], 1/float64(before+1)
	for k, v := range x {
		d := float64(v) - mean[k]
		m := mean[k] + d*share
		mean[k] = m
		squares[k] += d * (float64(v) - m)
	}
	if len(labels) != 1 || labels[0] < 0 {
		return
	}
	counts[labels[0]]++
	mean, share = st.PerClass[labels[0]][:len(x)], 1/float64(counts[labels[0]])
	for k, v := range x {
		mean[k] += (float64(v) - mean[k]) * share
	}
}
