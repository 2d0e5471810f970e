package data

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// numbered is a set whose samples are their own numbers.
func numbered(labels ...int32) *Set {
	s := &Set{Shape: []int{1}, Labels: labels, Classes: []string{"a", "b", "c"}}
	for i := range labels {
		s.Floats = append(s.Floats, float32(i))
	}
	return s
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := numbered(rapid.SliceOfN(rapid.Int32Range(-1, 2), 20, 90).Draw(t, "labels")...)
		fraction, seed := rapid.Float64Range(0.1, 0.9).Draw(t, "fraction"), rapid.Uint64().Draw(t, "seed")
		train, validation, err := s.Split(fraction, seed)
		if err != nil {
			t.Fatal(err)
		}
		all := append(slices.Clone(train.Floats), validation.Floats...)
		slices.Sort(all)
		if !slices.Equal(all, s.Floats) {
			t.Fatalf("the parts together are not the set: %v", all)
		}
		for _, p := range []*Set{train, validation} {
			for i, v := range p.Floats {
				if p.Labels[i] != s.Labels[int(v)] {
					t.Fatalf("sample %g has label %d, want %d", v, p.Labels[i], s.Labels[int(v)])
				}
			}
		}
		for class, n := range s.PerClass() {
			want := fraction * float64(n)
			if got := float64(validation.PerClass()[class]); got > want+0.5 || got < want-1 || n > 0 && train.PerClass()[class] == 0 {
				t.Fatalf("class %d: %g of %d samples in validation, want about %g", class, got, n, want)
			}
		}
		again, _, err := s.Split(fraction, seed)
		if d := cmp.Diff(train, again); d != "" || err != nil {
			t.Fatalf("the same seed divides otherwise: %s %v", d, err)
		}
	})
	s := numbered(make([]int32, 50)...)
	_, a, _ := s.Split(0.5, 1)
	if _, b, _ := s.Split(0.5, 2); slices.Equal(a.Floats, b.Floats) {
		t.Error("another seed gives the same division")
	}
}

func TestSplitAndSubsetRefuse(t *testing.T) {
	s := numbered(0, 1, 2)
	for _, f := range []float64{0, 1, -1, 2} {
		if _, _, err := s.Split(f, 1); err == nil || !strings.Contains(err.Error(), "want more than 0 and less than 1") {
			t.Errorf("fraction %g: got %v", f, err)
		}
	}
	if _, _, err := s.Split(0.5, 1); err == nil || !strings.Contains(err.Error(), "leaves 0 for validation") {
		t.Errorf("one sample a class: got %v", err)
	}
	for _, i := range []int{-1, 3} {
		if _, err := s.Subset([]int{0, i}); err == nil || !strings.Contains(err.Error(), "the set has 3") {
			t.Errorf("sample %d: got %v", i, err)
		}
	}
}

func TestSubsetOfBytes(t *testing.T) {
	s := &Set{Shape: []int{2}, Images: []byte{1, 2, 3, 4, 5, 6}, Labels: []int32{0, 1, 1, 0, 0, 0}, LabelShape: []int{2}, Classes: []string{"a", "b"}}
	got, err := s.Subset([]int{2, 0, 2})
	want := &Set{Shape: []int{2}, Images: []byte{5, 6, 1, 2, 5, 6}, Labels: []int32{0, 0, 0, 1, 0, 0}, LabelShape: []int{2}, Classes: []string{"a", "b"}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%s%v", d, err)
	}
}
