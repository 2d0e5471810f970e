package export

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRefine(t *testing.T) {
	for _, c := range []struct {
		name  string
		fine  []int
		to    []int
		open  bool
		parts [][]int
		group []int
	}{
		{"flatten", []int{2, 4, 5, 3}, []int{2, 60}, false, [][]int{{2}, {4}, {5}, {3}}, []int{0, 1, 1, 1}},
		{"flatten one sample", []int{1, 4, 5, 3}, []int{1, 60}, true, [][]int{{1}, {4}, {5}, {3}}, []int{0, 1, 1, 1}},
		{"groups", []int{1, 4, 5, 6}, []int{1, 20, 2, 3}, true, [][]int{{1}, {4}, {5}, {2, 3}}, []int{0, 1, 1, 2, 3}},
		{"into the batch", []int{1, 4, 5, 6}, []int{20, 6}, true, [][]int{{1}, {4}, {5}, {6}}, []int{0, 0, 0, 1}},
		{"out of the batch", []int{60, 6}, []int{3, 4, 5, 6}, true, [][]int{{3, 4, 5}, {6}}, []int{0, 1, 2, 3}},
		{"one pixel", []int{3, 1, 1, 7}, []int{3, 7}, true, [][]int{{3}, {1}, {1}, {7}}, []int{0, 0, 0, 1}},
		{"new axes of one", []int{3, 7}, []int{3, 1, 7, 1}, false, [][]int{{3}, {7}}, []int{0, 2}},
		{"scalar", []int{1}, []int{1, 1}, false, [][]int{{1}}, []int{0}},
	} {
		parts, group, ok := refine(c.fine, c.to, c.open)
		if !ok || !slices.EqualFunc(parts, c.parts, slices.Equal) || !slices.Equal(group, c.group) {
			t.Errorf("%s: got %v in %v, %v, want %v in %v", c.name, parts, group, ok, c.parts, c.group)
		}
	}
	if _, _, ok := refine([]int{6, 4}, []int{8, 3}, false); ok {
		t.Error("6x4 and 8x3 have finer axes in common, want none")
	}
}

// TestRefineKeepsSizes: whatever the shapes, the parts of an axis multiply to its size, and the parts in a group to its size.
func TestRefineKeepsSizes(t *testing.T) {
	axes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 6)
	rapid.Check(t, func(t *rapid.T) {
		fine := axes.Draw(t, "axes")
		open := rapid.Bool().Draw(t, "open")
		// Another grouping of the same axes: it has as many elements.
		var to []int
		for i := 0; i < len(fine); {
			n := rapid.IntRange(1, len(fine)-i).Draw(t, "group")
			to = append(to, product(fine[i:i+n]))
			i += n
		}
		parts, group, ok := refine(fine, to, open)
		if !ok || !slices.IsSorted(group) {
			t.Fatalf("%v to %v: got %v in %v, %v", fine, to, parts, group, ok)
		}
		got := slices.Repeat([]int{1}, len(to))
		k := 0
		for f, p := range parts {
			if product(p) != fine[f] {
				t.Fatalf("%v to %v: axis %d is split into %v", fine, to, f, p)
			}
			for _, size := range p {
				got[group[k]] *= size
				k++
			}
		}
		if !slices.Equal(got, to) {
			t.Fatalf("%v to %v: groups have %v", fine, to, got)
		}
	})
}

func product(s []int) int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

func TestTransposed(t *testing.T) {
	got := transposed([]int{0, 1, 2, 3, 4, 5}, []int{1, 2, 3}, []int{2, 0, 1})
	if want := []int{0, 3, 1, 4, 2, 5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
