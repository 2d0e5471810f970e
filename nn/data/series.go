package data

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// SeriesOptions say how a table of series is read.
type SeriesOptions struct {
	// Channels of a sample where a row is a whole sample: its values are L·Channels numbers, time step by time step.
	// 0 means 1. Where a row is a time step, each column of numbers is a channel.
	Channels int
	// Length is the number of time steps of a sample: what follows is cut off. 0: all samples are as long as the first.
	Length int
	// Label and Sample are the names of columns in the header; "" means "label" and "sample". Capitals do not count.
	Label, Sample string
	Comma         rune     // between the fields; 0: comma, or semicolon or tab if the first line has that and no comma
	Classes       []string // the labels that there are; nil: those that the table has, sorted
}

// ReadSeries reads labelled series of one or more channels, such as an EEG, from a table of comma-separated values. A row is
// either a whole sample, or, if there is a column called sample, a time step of the sample that is named in it:
//
//	label,0,1,2,3          sample,label,C3,C4
//	rest,0.1,0.2,0.1,0.0   s01,rest,0.1,-4.2
//	left,0.3,0.1,0.4,0.9   s01,rest,0.2,-4.0
//
// The first row is a header if none of its fields is a number, or one of them is called as the label's column. Without a
// header, rows are samples with the label last. Rows of a sample need not follow each other; its label must be the same in
// all. Labels are any text; those that are whole numbers are sorted as such. The samples are Floats of shape [L,C], in
// order of appearance.
//
// Errors name line and column.
//
// Format: RFC 4180.
func ReadSeries(b []byte, o SeriesOptions) (*Set, error) {
	t, err := newTable(b, o)
	if err != nil {
		return nil, fmt.Errorf("series: %w", err)
	}
	if err := t.read(); err != nil {
		return nil, fmt.Errorf("series: %w", err)
	}
	s, err := t.set()
	if err != nil {
		return nil, fmt.Errorf("series: %w", err)
	}
	return s, nil
}

// table is a CSV file that is being read.
type table struct {
	SeriesOptions
	csv           *csv.Reader
	first         []string // a row without header that was read to look for one
	label, sample int      // columns; sample is -1 where rows are samples
	columns       []string // header; nil: none
	series        []series
	byID          map[string]int
}

type series struct {
	id, label string
	line      int // where it begins
	values    []float32
}

func newTable(b []byte, o SeriesOptions) (*table, error) {
	if o.Channels < 0 || o.Length < 0 {
		return nil, fmt.Errorf("got %d channels and length %d, want 0 or more", o.Channels, o.Length)
	}
	o.Channels, o.Label, o.Sample = max(1, o.Channels), cmp.Or(o.Label, "label"), cmp.Or(o.Sample, "sample")
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if o.Comma == 0 {
		o.Comma = ','
		line, _, _ := bytes.Cut(b, []byte("\n"))
		for _, c := range ";\t" {
			if !bytes.ContainsRune(line, ',') && bytes.ContainsRune(line, c) {
				o.Comma = c
			}
		}
	}
	t := &table{SeriesOptions: o, csv: csv.NewReader(bytes.NewReader(b)), sample: -1, byID: map[string]int{}}
	t.csv.Comma, t.csv.TrimLeadingSpace = o.Comma, true
	row, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: the file is empty", ErrFormat)
	}
	if err != nil {
		return nil, t.broken(err)
	}
	t.label = len(row) - 1
	if !t.isHeader(row) {
		t.first = row
	} else {
		t.columns = row
		if t.sample = columnOf(row, o.Sample); t.sample < 0 && o.Sample != "sample" {
			return nil, fmt.Errorf("%w: line 1: no column is called %q: got %q", ErrFormat, o.Sample, row)
		}
		if t.label = columnOf(row, o.Label); t.label < 0 {
			return nil, fmt.Errorf("%w: line 1: no column is called %q: got %.200q; name the column with the classes so, or set Label", ErrFormat, o.Label, row)
		}
	}
	values := len(row) - 1
	if t.sample >= 0 {
		values--
		t.Channels = values
	}
	if values < 1 || values%t.Channels != 0 {
		return nil, fmt.Errorf("%w: line 1: got %d columns of values, want a multiple of %d channels", ErrFormat, values, t.Channels)
	}
	return t, nil
}

func columnOf(row []string, name string) int {
	return slices.IndexFunc(row, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), name) })
}

func (t *table) isHeader(row []string) bool {
	if columnOf(row, t.Label) >= 0 {
		return true
	}
	return !slices.ContainsFunc(row, func(s string) bool {
		_, err := strconv.ParseFloat(strings.TrimSpace(s), 32)
		return err == nil || errors.Is(err, strconv.ErrRange)
	})
}

// broken is the error for a file that is no table.
func (t *table) broken(err error) error {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		err = p.Err
		if errors.Is(err, csv.ErrFieldCount) {
			return fmt.Errorf("%w: line %d: the row has another number of columns than the first: it is cut off or has a comma too many", ErrFormat, p.Line)
		}
		return fmt.Errorf("%w: line %d, byte %d: %w", ErrFormat, p.Line, p.Column, err)
	}
	return fmt.Errorf("%w: %w", ErrFormat, err)
}

func (t *table) read() error {
	total := 0
	for {
		row, line := t.first, 1
		if t.first = nil; row == nil {
			var err error
			row, err = t.csv.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return t.broken(err)
			}
			line, _ = t.csv.FieldPos(0)
		}
		if total += len(row); total > maxSetBytes/4 {
			return fmt.Errorf("%w: line %d: more than %d values: use fewer samples", ErrTooLarge, line, maxSetBytes/4)
		}
		if err := t.add(row, line); err != nil {
			return err
		}
	}
}

// add takes a row.
func (t *table) add(row []string, line int) error {
	label := strings.TrimSpace(row[t.label])
	if label == "" {
		return fmt.Errorf("%w: line %d, column %d: the label is empty", ErrFormat, line, t.label+1)
	}
	var s *series
	if t.sample >= 0 {
		id := strings.TrimSpace(row[t.sample])
		k, ok := t.byID[id]
		if !ok {
			k = len(t.series)
			t.byID[id] = k
			t.series = append(t.series, series{id: id, label: label, line: line})
		}
		s = &t.series[k]
	} else {
		t.series = append(t.series, series{id: strconv.Itoa(len(t.series)), label: label, line: line})
		s = &t.series[len(t.series)-1]
	}
	if s.label != label {
		return fmt.Errorf("%w: line %d: sample %q has the label %q, but %q in line %d: want one label a sample", ErrFormat, line, s.id, label, s.label, s.line)
	}
	for k, text := range row {
		if k == t.label || k == t.sample {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: line %d, column %d%s: got %.40q, want a finite number", ErrFormat, line, k+1, t.columnName(k), text)
		}
		s.values = append(s.values, float32(v))
	}
	return nil
}

func (t *table) columnName(k int) string {
	if t.columns == nil {
		return ""
	}
	return fmt.Sprintf(" (%.40q)", t.columns[k])
}

// set makes the data set of what was read.
func (t *table) set() (*Set, error) {
	if len(t.series) == 0 {
		return nil, fmt.Errorf("%w: there is no row behind the header", ErrFormat)
	}
	length := t.Length
	if length == 0 {
		length = len(t.series[0].values) / t.Channels
	}
	classes := t.Classes
	if classes == nil {
		classes = t.labels()
	}
	number := map[string]int32{}
	for i, c := range classes {
		number[c] = int32(i)
	}
	s := &Set{Shape: []int{length, t.Channels}, Classes: classes, Floats: []float32{}}
	for _, x := range t.series {
		class, ok := number[x.label]
		if !ok {
			return nil, fmt.Errorf("%w: line %d: the label %q is none of the classes %.200q", ErrFormat, x.line, x.label, classes)
		}
		n := len(x.values) / t.Channels
		if n < length || n > length && t.Length == 0 {
			return nil, fmt.Errorf("%w: sample %q from line %d on has %d time steps, want %d: set Length to at most the shortest to cut the others", ErrFormat, x.id, x.line, n, length)
		}
		s.Floats = append(s.Floats, x.values[:length*t.Channels]...)
		s.Labels = append(s.Labels, class)
	}
	return s, s.CheckForm()
}

// labels returns the labels of the table, sorted, as numbers if all of them are.
func (t *table) labels() []string {
	seen := map[string]bool{}
	var labels []string
	whole := true
	for _, x := range t.series {
		if !seen[x.label] {
			seen[x.label] = true
			labels = append(labels, x.label)
			_, err := strconv.ParseInt(x.label, 10, 64)
			whole = whole && err == nil
		}
	}
	slices.SortFunc(labels, func(a, b string) int {
		if whole {
			x, _ := strconv.ParseInt(a, 10, 64)
			y, _ := strconv.ParseInt(b, 10, 64)
			if c := cmp.Compare(x, y); c != 0 {
				return c
			}
		}
		return cmp.Compare(a, b)
	})
	return labels
}
