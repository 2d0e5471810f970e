package data

import (
	"errors"
	"fmt"
)

// Bounds of a Set.
const (
	maxSetBytes = 1 << 29 // of what a file unpacks to
	maxAxes     = 4
	maxAxis     = 1 << 24 // of one size of a sample
	maxClasses  = 1 << 16
)

// Check returns an error that names everything that keeps the set from being trained on: lengths that do not fit,
// numbers that are none, labels out of range, classes without a sample.
func (s *Set) Check() error {
	if err := s.CheckForm(); err != nil {
		return err
	}
	var errs []error
	const most = 10 // more classes than that are not named
	for class, n := range s.PerClass() {
		if n > 0 {
			continue
		}
		if len(errs) == most {
			errs = append(errs, fmt.Errorf("%w: and more classes have none", ErrFormat))
			break
		}
		errs = append(errs, fmt.Errorf("%w: class %d %q has no samples: add some or remove the class", ErrFormat, class, s.Classes[class]))
	}
	return errors.Join(errs...)
}

// CheckForm checks what every use of the set relies on: lengths that fit, finite numbers and labels in range, but not
// that each class has samples, which a set to test with need not have.
func (s *Set) CheckForm() error {
	if err := s.checkSizes(); err != nil {
		return err
	}
	if s.Len() == 0 {
		return fmt.Errorf("%w: the data set has no samples", ErrFormat)
	}
	return nil
}

func (s *Set) checkSizes() error {
	if err := checkShape(s.Shape); err != nil {
		return err
	}
	if len(s.LabelShape) > 0 {
		if err := checkShape(s.LabelShape); err != nil {
			return fmt.Errorf("labels: %w", err)
		}
	}
	if len(s.Classes) < 1 || len(s.Classes) > maxClasses {
		return fmt.Errorf("%w: got %d classes, want 1 to %d", ErrFormat, len(s.Classes), maxClasses)
	}
	each := elems(s.LabelShape)
	if len(s.Labels)%each != 0 {
		return fmt.Errorf("%w: got %d labels, want a multiple of %d, %s for each sample", ErrFormat, len(s.Labels), each, sizes(s.LabelShape))
	}
	if err := s.checkSamples(); err != nil {
		return err
	}
	return s.checkLabels(each)
}

func checkShape(shape []int) error {
	if len(shape) < 1 || len(shape) > maxAxes {
		return fmt.Errorf("%w: shape %v: want 1 to %d sizes, as [height, width, channels]", ErrFormat, shape, maxAxes)
	}
	for _, d := range shape {
		if d < 1 || d > maxAxis {
			return fmt.Errorf("%w: shape %v: want sizes from 1 to %d", ErrFormat, shape, maxAxis)
		}
	}
	return nil
}

// checkSamples checks number and values of the samples.
func (s *Set) checkSamples() error {
	n, got := s.sampleElems(), len(s.Images)
	if s.Floats != nil {
		if s.Images != nil {
			return fmt.Errorf("%w: the set has both bytes and numbers: want Images or Floats alone", ErrFormat)
		}
		got = len(s.Floats)
	}
	if err := checkMemory(s.Len(), n, s.width()); err != nil {
		return err
	}
	if got != n*s.Len() {
		return fmt.Errorf("%w: labels for %d samples, but %d values: want %d, %d for each sample %v", ErrFormat, s.Len(), got, n*s.Len(), n, s.Shape)
	}
	return checkFinite(s.Floats, s.Shape)
}

// width returns how many bytes a value has.
func (s *Set) width() int {
	if s.Floats != nil {
		return 4
	}
	return 1
}

// checkMemory returns an error if so many samples of n values of so many bytes are more than a set may hold.
func checkMemory(samples, n, width int) error {
	if n > maxMemoryBytes/width || samples > maxMemoryBytes/width/n {
		return fmt.Errorf("%w: %d samples of %d bytes, at most %d bytes are allowed together: use fewer or smaller ones", ErrTooLarge, samples, width*n, maxMemoryBytes)
	}
	return nil
}

// checkFinite returns an error for the first number of samples of a shape that is NaN or infinite.
func checkFinite(x []float32, shape []int) error {
	n := elems(shape)
	for i, v := range x {
		if v-v == 0 {
			continue
		}
		at := make([]int, len(shape))
		for k, rest := len(shape)-1, i%n; k >= 0; k-- {
			at[k], rest = rest%shape[k], rest/shape[k]
		}
		return fmt.Errorf("%w: sample %d: number %d, at %v of %v, is %g: want finite numbers; replace it or leave the sample out", ErrFormat, i/n, i%n, at, shape, v)
	}
	return nil
}

func (s *Set) checkLabels(each int) error {
	for i, l := range s.Labels {
		if l >= -1 && int(l) < len(s.Classes) {
			continue
		}
		place := ""
		if each > 1 {
			place = fmt.Sprintf(": place %d of %s", i%each, sizes(s.LabelShape))
		}
		return fmt.Errorf("%w: sample %d%s: got label %d, want 0 to %d for %d classes, or -1 to ignore it", ErrFormat, i/each, place, l, len(s.Classes)-1, len(s.Classes))
	}
	return nil
}
