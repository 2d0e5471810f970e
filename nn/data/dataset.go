package data

import (
	"fmt"
	"strings"
)

// Set is a labelled data set in memory. It has samples of bytes or of numbers: exactly one of Images and Floats is set.
type Set struct {
	Shape      []int     // of one sample, channels last: [L,C] a series, [H,W,C] a picture, [D,H,W,C] a volume
	Images     []byte    // [N]+Shape, 0 to 255
	Floats     []float32 // [N]+Shape, any finite numbers
	Labels     []int32   // [N]+LabelShape, indices of Classes; -1 is ignored in losses and scores
	LabelShape []int     // nil: one label a sample; [H,W]: one a pixel
	Classes    []string
}

// Len returns the number of samples.
func (s *Set) Len() int { return len(s.Labels) / max(1, elems(s.LabelShape)) }

// Image returns the bytes of sample i of Images, which are not a copy.
func (s *Set) Image(i int) []byte {
	n := s.sampleElems()
	return s.Images[i*n : (i+1)*n : (i+1)*n]
}

// Values returns the numbers of sample i, which are not a copy if the set has Floats.
func (s *Set) Values(i int) []float32 {
	n := s.sampleElems()
	if s.Floats != nil {
		return s.Floats[i*n : (i+1)*n : (i+1)*n]
	}
	v := make([]float32, n)
	for k, b := range s.Image(i) {
		v[k] = float32(b)
	}
	return v
}

// LabelsOf returns the labels of sample i, one or as many as LabelShape says, which are not a copy.
func (s *Set) LabelsOf(i int) []int32 {
	n := elems(s.LabelShape)
	return s.Labels[i*n : (i+1)*n : (i+1)*n]
}

// PerClass returns how many labels each class has: samples, or pixels where each has a label.
func (s *Set) PerClass() []int {
	counts := make([]int, len(s.Classes))
	for _, l := range s.Labels {
		if l >= 0 && int(l) < len(counts) {
			counts[l]++
		}
	}
	return counts
}

// Ignored reports whether a label is -1.
func (s *Set) Ignored() bool {
	for _, l := range s.Labels {
		if l < 0 {
			return true
		}
	}
	return false
}

func (s *Set) sampleElems() int { return elems(s.Shape) }

// channels returns the size of the last axis.
func (s *Set) channels() int {
	if len(s.Shape) == 0 {
		return 1
	}
	return max(1, s.Shape[len(s.Shape)-1])
}

// elems returns the product of sizes, at most maxElems+1, so that it cannot overflow.
func elems(shape []int) int {
	n := 1
	for _, d := range shape {
		if d > 0 && n > maxElems/d {
			n = maxElems + 1
			continue
		}
		n *= d
	}
	return n
}

// maxElems is more numbers than any sample has.
const maxElems = 1 << 40

// sizes writes a shape as in INPUT, 28x28x1.
func sizes(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", "x")
}
