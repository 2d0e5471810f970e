package data

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetCheck(t *testing.T) {
	good := func() *Set {
		return &Set{Images: make([]byte, 12), Labels: []int32{0, 1, 0}, Shape: []int{2, 2, 1}, Classes: []string{"a", "b"}}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{2, 1}, good().PerClass()); d != "" {
		t.Error(d)
	}
	if s := good(); s.Len() != 3 || len(s.Image(2)) != 4 {
		t.Errorf("got %d pictures, the last of %d bytes", s.Len(), len(s.Image(2)))
	}
	for _, tt := range []struct {
		name   string
		change func(*Set)
		want   string
	}{
		{"shape", func(s *Set) { s.Shape[1] = 0 }, "shape [2 0 1]"},
		{"pixels", func(s *Set) { s.Images = s.Images[1:] }, "labels for 3 samples, but 11 values: want 12, 4 for each sample [2 2 1]"},
		{"label", func(s *Set) { s.Labels[1] = 2 }, "sample 1: got label 2, want 0 to 1 for 2 classes, or -1 to ignore it"},
		{"no classes", func(s *Set) { s.Classes = nil }, "got 0 classes, want 1 to 65536"},
		{"empty class", func(s *Set) { s.Classes = append(s.Classes, "c", "d") }, "class 2 \"c\" has no samples: add some or remove the class\nunusable data: class 3"},
		{"no pictures", func(s *Set) { s.Images, s.Labels = nil, nil }, "the data set has no samples"},
		{"no shape", func(s *Set) { s.Shape = nil }, "want 1 to 4 sizes"},
		{"five axes", func(s *Set) { s.Shape = []int{1, 1, 2, 2, 1} }, "want 1 to 4 sizes"},
		{"overflowing", func(s *Set) { s.Shape = []int{1 << 24, 1 << 24, 1 << 24, 1 << 24} }, "bytes are allowed together"},
		{"huge axis", func(s *Set) { s.Shape = []int{1 << 62, 4} }, "want sizes from 1 to 16777216"},
		{"negative label", func(s *Set) { s.Labels[2] = -2 }, "sample 2: got label -2"},
		{"labels of pixels", func(s *Set) { s.LabelShape = []int{2, 2} }, "got 3 labels, want a multiple of 4, 2x2 for each sample"},
		{"label of a pixel", func(s *Set) { s.LabelShape, s.Labels = []int{2, 2}, []int32{0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0} }, "sample 1: place 2 of 2x2: got label 9"},
		{"label shape", func(s *Set) { s.LabelShape = []int{0} }, "labels: unusable data: shape [0]"},
		{"both kinds", func(s *Set) { s.Floats = make([]float32, 12) }, "both bytes and numbers"},
		{"too few numbers", func(s *Set) { s.Images, s.Floats = nil, make([]float32, 11) }, "labels for 3 samples, but 11 values: want 12"},
		{"infinity", func(s *Set) { s.Images, s.Floats = nil, make([]float32, 12); s.Floats[7] = float32(math.Inf(1)) }, "sample 1: number 3, at [1 1 0] of [2 2 1], is +Inf"},
		{"too many classes", func(s *Set) { s.Classes = make([]string, 1<<16+1) }, "got 65537 classes, want 1 to 65536"},
		{"many empty classes", func(s *Set) { s.Classes = make([]string, 40) }, "and more classes have none"},
		{"too many", func(s *Set) { s.Shape = []int{1 << 17, 1 << 17, 4} }, "bytes are allowed together"},
	} {
		s := good()
		tt.change(s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestValues(t *testing.T) {
	s := &Set{Shape: []int{2}, Images: []byte{1, 2, 3, 4}, Labels: []int32{0, 1, -1, 0, 0, 0}, LabelShape: []int{3}, Classes: []string{"a", "b"}}
	if got := s.Values(1); !slices.Equal(got, []float32{3, 4}) {
		t.Errorf("values: got %v", got)
	}
	if got := s.LabelsOf(0); !slices.Equal(got, []int32{0, 1, -1}) || !s.Ignored() {
		t.Errorf("labels: got %v, ignored %v", got, s.Ignored())
	}
	if d := cmp.Diff([]int{4, 1}, s.PerClass()); d != "" {
		t.Error(d)
	}
}

func TestImbalance(t *testing.T) {
	set := func(counts ...int) *Set {
		s := &Set{Shape: []int{1}}
		for class, n := range counts {
			s.Classes = append(s.Classes, string(rune('a'+class)))
			s.Labels = append(s.Labels, slices.Repeat([]int32{int32(class)}, n)...)
		}
		s.Images = make([]byte, len(s.Labels))
		return s
	}
	for _, tt := range []struct {
		counts []int
		ratio  float64
		want   string
	}{
		{[]int{5, 5}, 1, ""},
		{[]int{29, 10}, 2.9, ""},
		{[]int{10, 30, 20}, 3, "\"b\" has 30 samples, \"a\" has 10, 3 times fewer"},
		{[]int{0, 400, 1}, 400, "\"b\" has 400 samples, \"c\" has 1, 400 times fewer"},
		{[]int{0, 0}, 1, ""},
	} {
		ratio, report := set(tt.counts...).Imbalance()
		if ratio != tt.ratio || !strings.Contains(report, tt.want) || (report == "") != (tt.want == "") {
			t.Errorf("%v: got %g, %q; want %g, %q", tt.counts, ratio, report, tt.ratio, tt.want)
		}
	}
}
