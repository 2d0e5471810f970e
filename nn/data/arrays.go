package data

import (
	"fmt"
	"strconv"
)

// NewArrays makes a set of arrays that are in memory already: samples [N]+shape as []byte or []float32, which it keeps,
// and labels, one a sample, or [N]+labelShape of them after each other. Without classes, they are called by their numbers,
// as many as the largest label wants. It returns the error of CheckForm, without a set.
func NewArrays[S []byte | []float32, L ~uint8 | ~int32 | ~int64 | ~int](samples S, shape []int, labels []L, labelShape []int, classes []string) (*Set, error) {
	s := &Set{Shape: shape, LabelShape: labelShape, Classes: classes, Labels: make([]int32, len(labels))}
	switch v := any(samples).(type) {
	case []byte:
		s.Images = v
	case []float32:
		s.Floats = v
	}
	largest := int32(0)
	for i, l := range labels {
		if int64(l) < -1 || int64(l) >= maxClasses {
			return nil, fmt.Errorf("%w: label %d is %d: want 0 to %d, or -1 to ignore it", ErrFormat, i, int64(l), maxClasses-1)
		}
		s.Labels[i] = int32(l)
		largest = max(largest, s.Labels[i])
	}
	if classes == nil {
		for i := range int(largest) + 1 {
			s.Classes = append(s.Classes, strconv.Itoa(i))
		}
	}
	if err := s.CheckForm(); err != nil {
		return nil, err
	}
	return s, nil
}
