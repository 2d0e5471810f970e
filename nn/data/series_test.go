package data

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadSeries(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		o          SeriesOptions
		want       Set
	}{
		{"rows", "0.5,1,rest\n-2,3e1,left\n", SeriesOptions{},
			Set{Shape: []int{2, 1}, Floats: []float32{0.5, 1, -2, 30}, Labels: []int32{1, 0}, Classes: []string{"left", "rest"}}},
		{"rows with a header", "Label,0,1\n10,1,2\n9,3,4\n", SeriesOptions{},
			Set{Shape: []int{2, 1}, Floats: []float32{1, 2, 3, 4}, Labels: []int32{1, 0}, Classes: []string{"9", "10"}}},
		{"rows of two channels, cut", "1,2,3,4,5,6,a\n7,8,9,10,11,12,b", SeriesOptions{Channels: 2, Length: 2},
			Set{Shape: []int{2, 2}, Floats: []float32{1, 2, 3, 4, 7, 8, 9, 10}, Labels: []int32{0, 1}, Classes: []string{"a", "b"}}},
		{"time steps", "\xef\xbb\xbfsample;label;C3;C4\ns1;rest;1;2\ns2;left;5;6\ns1;rest;3;4\ns2;left;7;8\n", SeriesOptions{},
			Set{Shape: []int{2, 2}, Floats: []float32{1, 2, 3, 4, 5, 6, 7, 8}, Labels: []int32{1, 0}, Classes: []string{"left", "rest"}}},
		{"other names", "t\tClass\tid\n4\tup\t1\n", SeriesOptions{Label: "class", Sample: "ID", Classes: []string{"down", "up"}},
			Set{Shape: []int{1, 1}, Floats: []float32{4}, Labels: []int32{1}, Classes: []string{"down", "up"}}},
		{"lengths differ, cut", "sample,label,x\na,0,1\na,0,2\na,0,3\nb,1,4\nb,1,5\n", SeriesOptions{Length: 2},
			Set{Shape: []int{2, 1}, Floats: []float32{1, 2, 4, 5}, Labels: []int32{0, 1}, Classes: []string{"0", "1"}}},
	} {
		s, err := ReadSeries([]byte(tt.text), tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, *s); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
	}
}

func TestReadSeriesBad(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		o          SeriesOptions
		want       string
	}{
		{"empty", "", SeriesOptions{}, "the file is empty"},
		{"header alone", "x,label\n", SeriesOptions{}, "no row behind the header"},
		{"no number", "x,y,label\n1,2,a\n3,o,b\n", SeriesOptions{}, `line 3, column 2 ("y"): got "o", want a finite number`},
		{"NaN", "1,NaN,a\n", SeriesOptions{}, `line 1, column 2: got "NaN"`},
		{"too large", "1,1e99,a\n", SeriesOptions{}, `line 1, column 2: got "1e99"`},
		{"missing", "x,y,label\n1,,a\n", SeriesOptions{}, `line 2, column 2 ("y"): got ""`},
		{"no label", "1,2,\n", SeriesOptions{}, "line 1, column 3: the label is empty"},
		{"cut off", "1,2,a\n3,4,b\n5", SeriesOptions{}, "line 3: the row has another number of columns"},
		{"quote", "1,2,\"a\n", SeriesOptions{}, "line "},
		{"no column of labels", "x,y,class\n1,2,a\n", SeriesOptions{}, `line 1: no column is called "label": got ["x" "y" "class"]; name the column`},
		{"no column of samples", "x,y,label\n1,2,a\n", SeriesOptions{Sample: "id"}, `no column is called "id"`},
		{"channels", "1,2,3,a\n", SeriesOptions{Channels: 2}, "got 3 columns of values, want a multiple of 2 channels"},
		{"negative", "1,a\n", SeriesOptions{Length: -1}, "got 0 channels and length -1"},
		{"no values", "1\n2\n", SeriesOptions{}, "got 0 columns of values"},
		{"two labels", "sample,label,x\n1,a,1\n2,b,1\n1,b,2\n", SeriesOptions{}, `line 4: sample "1" has the label "b", but "a" in line 2`},
		{"lengths", "sample,label,x\n1,a,1\n1,a,1\n2,b,1\n", SeriesOptions{}, `sample "2" from line 4 on has 1 time steps, want 2: set Length`},
		{"too short", "1,2,a\n", SeriesOptions{Length: 3}, "has 2 time steps, want 3"},
		{"another class", "1,a\n2,c\n", SeriesOptions{Classes: []string{"a", "b"}}, `line 2: the label "c" is none of the classes`},
	} {
		s, err := ReadSeries([]byte(tt.text), tt.o)
		if s != nil || err == nil || !strings.HasPrefix(err.Error(), "series: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, %v; want %s", tt.name, s, err, tt.want)
		}
	}
}

func FuzzReadSeries(f *testing.F) {
	for _, text := range []string{"1,2,a\n3,4,b\n", "sample,label,x\n1,a,1\n", "label;0\na;1", "\"", "1\t\n"} {
		f.Add([]byte(text), 1, 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, channels, length int) {
		if s, err := ReadSeries(b, SeriesOptions{Channels: channels, Length: length}); err == nil {
			mustBeWell(t, s)
		} else if s != nil {
			t.Error("a set beside an error")
		}
	})
}

func TestNewArrays(t *testing.T) {
	s, err := NewArrays([]float32{1, 2, 3, 4}, []int{2}, []int{0, 2}, nil, nil)
	if err != nil || !slices.Equal(s.Classes, []string{"0", "1", "2"}) || s.Len() != 2 {
		t.Errorf("got %v, %v", s, err)
	}
	b, err := NewArrays([]byte{1, 2, 3, 4}, []int{2, 1, 1}, []uint8{0, 1, 1, 0}, []int{2, 1}, []string{"a", "b"})
	if err != nil || b.Len() != 2 || b.LabelsOf(1)[0] != 1 {
		t.Errorf("got %v, %v", b, err)
	}
	for _, tt := range []struct {
		labels []int64
		want   string
	}{{[]int64{0, 70000}, "label 1 is 70000"}, {[]int64{-2, 0}, "label 0 is -2"}, {[]int64{1 << 40, 0}, "want 0 to 65535"}, {[]int64{0}, "labels for 1 samples, but 4 values"}} {
		if s, err := NewArrays([]byte{1, 2, 3, 4}, []int{2}, tt.labels, nil, nil); s != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v", tt.labels, err)
		}
	}
}
