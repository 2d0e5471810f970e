package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Subset returns a set of the samples with the given indices, in their order, a sample as often as it is named. Shape and
// classes are shared; so are the samples where the indices are a run that is half of the set or more, so that a subset never keeps
// more than twice its own memory from being freed. All others are copied.
//
// It returns an ErrFormat for an index that the set does not have, and an ErrTooLarge for more samples than a set may hold.
func (s *Set) Subset(indices []int) (*Set, error) {
	t := &Set{Shape: s.Shape, LabelShape: s.LabelShape, Classes: s.Classes}
	for k, i := range indices {
		if i < 0 || i >= s.Len() {
			return nil, fmt.Errorf("%w: index %d of the subset: there is no sample %d: the set has %d, counted from 0", ErrFormat, k, i, s.Len())
		}
	}
	n := s.sampleElems()
	if err := checkMemory(len(indices), n, s.width()); err != nil {
		return nil, err
	}
	t.Labels = make([]int32, 0, len(indices)*elems(s.LabelShape))
	for _, i := range indices {
		t.Labels = append(t.Labels, s.LabelsOf(i)...)
	}
	if 2*len(indices) >= s.Len() && isRun(indices) {
		from, to := n*indices[0], n*(indices[0]+len(indices))
		if s.Floats != nil {
			t.Floats = s.Floats[from:to:to]
		} else {
			t.Images = s.Images[from:to:to]
		}
		return t, nil
	}
	if s.Floats != nil {
		t.Floats = make([]float32, 0, n*len(indices))
	} else {
		t.Images = make([]byte, 0, n*len(indices))
	}
	for _, i := range indices {
		if s.Floats != nil {
			t.Floats = append(t.Floats, s.Values(i)...)
		} else {
			t.Images = append(t.Images, s.Image(i)...)
		}
	}
	return t, nil
}

// isRun reports whether each index is the one before and 1.
func isRun(indices []int) bool {
	for k, i := range indices {
		if i != indices[0]+k {
			return false
		}
	}
	return len(indices) > 0
}

// Split divides the set at random into one to train on and one to validate with, which gets the given fraction of each
// class, rounded, but never all of it. Where a sample has many labels, or none that counts, classes are not looked at.
// The same set, fraction and seed give the same division; both parts keep the order of the samples.
//
// It returns an error unless 0 < fraction < 1 and both parts have samples.
func (s *Set) Split(fraction float64, seed uint64) (train, validation *Set, err error) {
	if !(fraction > 0 && fraction < 1) {
		return nil, nil, fmt.Errorf("data: split: got fraction %g for validation, want more than 0 and less than 1, as 0.1", fraction)
	}
	groups := map[int32][]int{}
	order := []int32{}
	for i := range s.Len() {
		class := int32(-1)
		if l := s.LabelsOf(i); len(l) == 1 {
			class = l[0]
		}
		if groups[class] == nil {
			order = append(order, class)
		}
		groups[class] = append(groups[class], i)
	}
	slices.Sort(order)
	r := rand.New(rand.NewPCG(seed, 0))
	var parts [2][]int
	for _, class := range order {
		g := groups[class]
		r.Shuffle(len(g), func(i, j int) { g[i], g[j] = g[j], g[i] })
		n := min(int(math.Round(fraction*float64(len(g)))), len(g)-1)
		parts[1] = append(parts[1], g[:n]...)
		parts[0] = append(parts[0], g[n:]...)
	}
	if len(parts[0]) == 0 || len(parts[1]) == 0 {
		return nil, nil, fmt.Errorf("%w: split: %g of %d samples leaves %d for validation: use a larger fraction or more samples", ErrFormat, fraction, s.Len(), len(parts[1]))
	}
	var sets [2]*Set
	for i, p := range parts {
		slices.Sort(p)
		if sets[i], err = s.Subset(p); err != nil {
			return nil, nil, err
		}
	}
	return sets[0], sets[1], nil
}
