package data

import (
	"errors"
	"fmt"
	"slices"
)

// Set is a labelled data set in memory.
type Set struct {
	Images  []byte // [N,H,W,C]
	Labels  []byte // [N], indices of Classes
	Shape   [3]int // [H,W,C] of one picture
	Classes []string
}

// Len returns the number of pictures.
func (s *Set) Len() int { return len(s.Labels) }

// Image returns the pixels of picture i, which are not a copy.
func (s *Set) Image(i int) []byte {
	n := s.imageBytes()
	return s.Images[i*n : (i+1)*n : (i+1)*n]
}

func (s *Set) imageBytes() int { return s.Shape[0] * s.Shape[1] * s.Shape[2] }

// Check returns an error that names everything that keeps the set from being trained on: lengths
// that do not fit, labels out of range, classes without a picture.
func (s *Set) Check() error {
	if err := s.CheckForm(); err != nil {
		return err
	}
	var errs []error
	for class, n := range s.PerClass() {
		if n == 0 {
			errs = append(errs, fmt.Errorf("%w: class %d %q has no pictures: add some or remove the class", ErrFormat, class, s.Classes[class]))
		}
	}
	return errors.Join(errs...)
}

// CheckForm checks what every use of the set relies on: lengths that fit and labels in range, but not that each class
// has pictures, which a set to test with need not have.
func (s *Set) CheckForm() error {
	if err := s.checkSizes(); err != nil {
		return err
	}
	if s.Len() == 0 {
		return fmt.Errorf("%w: the data set has no pictures", ErrFormat)
	}
	return nil
}

func (s *Set) checkSizes() error {
	for i, limit := range [3]int{1 << 14, 1 << 14, 1 << 8} {
		if s.Shape[i] < 1 || s.Shape[i] > limit {
			return fmt.Errorf("%w: shape %v: want sizes from 1 to 16384 and at most 256 channels", ErrFormat, s.Shape)
		}
	}
	n := s.imageBytes()
	if n > maxSetBytes || s.Len() > maxSetBytes/n {
		return fmt.Errorf("%w: %d pictures of %d bytes, at most %d bytes are allowed together: use fewer or smaller ones", ErrTooLarge, s.Len(), n, maxSetBytes)
	}
	if len(s.Images) != n*s.Len() {
		return fmt.Errorf("%w: %d labels, but %d bytes of pictures: want %d, %d for each picture %v", ErrFormat, s.Len(), len(s.Images), n*s.Len(), n, s.Shape)
	}
	if len(s.Classes) < 1 || len(s.Classes) > 256 {
		return fmt.Errorf("%w: got %d classes, want 1 to 256", ErrFormat, len(s.Classes))
	}
	if i := slices.IndexFunc(s.Labels, func(l byte) bool { return int(l) >= len(s.Classes) }); i >= 0 {
		return fmt.Errorf("%w: picture %d: got label %d, want 0 to %d for %d classes", ErrFormat, i, s.Labels[i], len(s.Classes)-1, len(s.Classes))
	}
	return nil
}

// PerClass returns how many pictures each class has.
func (s *Set) PerClass() []int {
	counts := make([]int, len(s.Classes))
	for _, l := range s.Labels {
		if int(l) < len(counts) {
			counts[l]++
		}
	}
	return counts
}
