package probe

import (
	"fmt"
	"math"
)

// Samples are vectors of one size with labels from 0 to Classes-1.
type Samples struct {
	Size    int
	Values  []float32 // [N,Size]
	Labels  []int     // [N]
	Classes int
}

// NewSamples returns samples over values, with a copy of the labels.
func NewSamples[T ~uint8 | ~int32 | ~int](size int, values []float32, labels []T, classes int) Samples {
	s := Samples{Size: size, Values: values, Classes: classes, Labels: make([]int, len(labels))}
	for i, l := range labels {
		s.Labels[i] = int(l)
	}
	return s
}

// Row returns vector i, which is not a copy.
func (s Samples) Row(i int) []float32 { return s.Values[i*s.Size : (i+1)*s.Size] }

// check returns an error if lengths do not fit, a label is out of range or a number is none.
func (s Samples) check() error {
	if s.Size < 1 || s.Classes < 1 || len(s.Labels) == 0 || len(s.Values) != s.Size*len(s.Labels) {
		return fmt.Errorf("probe: got %d numbers for %d vectors of %d in %d classes, want %d and at least one of each", len(s.Values), len(s.Labels), s.Size, s.Classes, s.Size*len(s.Labels))
	}
	for i, l := range s.Labels {
		if l < 0 || l >= s.Classes {
			return fmt.Errorf("probe: sample %d: got label %d, want 0 to %d", i, l, s.Classes-1)
		}
	}
	for i, v := range s.Values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("probe: sample %d: element %d is %g, want a finite number", i/s.Size, i%s.Size, v)
		}
	}
	return nil
}

// Classifier tells the class of a vector.
type Classifier interface {
	Predict(x []float32) (class int)
}

// Accuracy returns the share of samples that c classifies as labelled.
func Accuracy(c Classifier, s Samples) (float64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	hits := 0
	for i, l := range s.Labels {
		if c.Predict(s.Row(i)) == l {
			hits++
		}
	}
	return float64(hits) / float64(len(s.Labels)), nil
}
