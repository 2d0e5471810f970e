package data

import (
	"errors"
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

// A long run of samples is not copied, everything else is.
func TestSubsetShares(t *testing.T) {
	bytes := &Set{Shape: []int{2}, Images: []byte{1, 2, 3, 4, 5, 6, 7, 8}, Labels: []int32{0, 1, 0, 1}, Classes: []string{"a", "b"}}
	for _, c := range []struct {
		indices []int
		shares  bool
	}{
		{[]int{0, 1, 2, 3}, true}, {[]int{1, 2}, true}, {[]int{2, 1}, false}, {[]int{3}, false}, {[]int{0, 0, 1, 1}, false},
	} {
		for _, s := range []*Set{bytes, numbered(0, 1, 2, 0)} {
			got, err := s.Subset(c.indices)
			if err != nil {
				t.Fatal(err)
			}
			for k, i := range c.indices {
				if !slices.Equal(got.Values(k), s.Values(i)) || got.Labels[k] != s.Labels[i] {
					t.Errorf("%v: sample %d is not %d", c.indices, k, i)
				}
			}
			shares := s.Floats != nil && &got.Floats[0] == &s.Floats[c.indices[0]] || s.Floats == nil && &got.Images[0] == &s.Images[2*c.indices[0]]
			if shares != c.shares {
				t.Errorf("%v: shared: got %t, want %t", c.indices, shares, c.shares)
			}
			got.Images, got.Floats = append(got.Images, 0), append(got.Floats, 0) // must not reach into the set
		}
	}
	if bytes.Images[6] != 7 {
		t.Error("appending to a subset changed the set")
	}
	if _, err := (&Set{Shape: []int{1 << 20}, Images: make([]byte, 1<<20), Labels: []int32{0}, Classes: []string{"a"}}).Subset(make([]int, maxMemoryBytes>>20+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than a set may hold: got %v, want ErrTooLarge", err)
	}
}
