package dense_test

import (
	"errors"
	"image"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/spec"
)

// TestField changes single pixels: a place sees those of its field's corners and none beyond its edges.
func TestField(t *testing.T) {
	const classifier = "INPUT 16x16x1 -> CONV 3x3x6 pad 1 -> { CONV 1x1x6 stride 2 | CONV 5x5x6 stride 2 pad 2 } add " +
		"-> CONV 2x2x6 stride 2 -> FC 3"
	d := must(dense.Convert(must(spec.Parse(classifier))))
	// 3, then 3 + 4 = 7 from -1 - 2 = -3, stride 2; + 2 = 9, stride 4; + 3·4 = 21.
	if d.Field != [2]int{21, 21} || d.Start != [2]int{-3, -3} || d.Stride != [2]int{4, 4} {
		t.Fatalf("got field %v from %v, stride %v, want 21, -3, 4", d.Field, d.Start, d.Stride)
	}
	x := picture(40, 40, 1)
	n := compile(t, must(d.At(40, 40)), reshaped(d, random(classifier, 4)))
	before := n.run(x)
	field := d.FieldAt(2, 3)
	if want := image.Rect(9, 5, 30, 26); field != want {
		t.Fatalf("field of row 2, column 3: got %v, want %v", field, want)
	}
	last := field.Max.Sub(image.Pt(1, 1))
	for p, sees := range map[image.Point]bool{
		field.Min: true, last: true, image.Pt(last.X, field.Min.Y): true, image.Pt(field.Min.X, last.Y): true,
		image.Pt(field.Min.X-1, field.Min.Y): false, image.Pt(field.Min.X, field.Min.Y-1): false,
		image.Pt(last.X+1, last.Y): false, image.Pt(last.X, last.Y+1): false,
	} {
		changed := x
		changed.Values = slices.Clone(x.Values)
		changed.Values[p.Y*40+p.X] += 5
		if after := n.run(changed); slices.Equal(after.At(2, 3), before.At(2, 3)) == sees {
			t.Errorf("pixel %v: seen %v, want %v", p, !sees, sees)
		}
	}
}

func TestGeometry(t *testing.T) {
	g := dense.Geometry{Window: [2]int{224, 200}, Stride: [2]int{32, 16}, Field: [2]int{224, 200}}
	if got, want := g.WindowAt(2, 3), image.Rect(48, 64, 248, 288); got != want {
		t.Errorf("window: got %v, want %v", got, want)
	}
	for size, want := range map[[2]int][2]int{{224, 200}: {1, 1}, {255, 215}: {1, 1}, {256, 216}: {2, 2}, {384, 400}: {6, 13},
		{223, 400}: {}, {224, 199}: {}} {
		rows, columns, err := g.Windows(size[0], size[1])
		var shape *graph.ShapeError
		if [2]int{rows, columns} != want || (err != nil) != (rows == 0) || err != nil && !errors.As(err, &shape) {
			t.Errorf("%v: got %d, %d, %v, want %v", size, rows, columns, err, want)
		}
	}
}

func TestMap(t *testing.T) {
	m := dense.Map{Height: 2, Width: 3, Channels: 2, Values: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18}}
	if got := must(dense.Scores(m)); !slices.Equal(got, []float32{6, 8}) {
		t.Errorf("scores: got %v, want the means 6 and 8", got)
	}
	want := []float32{3, 4, 5, 6, 9, 10, 11, 18}
	if got := must(m.Crop(image.Rect(1, 0, 3, 2))); got.Height != 2 || got.Width != 2 || !slices.Equal(got.Values, want) {
		t.Errorf("crop: got %v, want %v", got, want)
	}
	if got := m.At(1, 2); !slices.Equal(got, []float32{11, 18}) || cap(got) != 2 {
		t.Errorf("row 1, column 2: got %v", got)
	}
	var shape *graph.ShapeError
	for _, r := range []image.Rectangle{{}, image.Rect(0, 0, 4, 2), image.Rect(-1, 0, 2, 2), image.Rect(0, 0, 3, 3)} {
		if _, err := m.Crop(r); !errors.As(err, &shape) {
			t.Errorf("crop %v: got %v, want a ShapeError", r, err)
		}
	}
	for _, bad := range []dense.Map{{}, {Height: 2, Width: 2, Channels: 1, Values: make([]float32, 3)},
		{Height: -1, Width: -1, Channels: 1, Values: make([]float32, 1)}} {
		if _, err := dense.Scores(bad); !errors.As(err, &shape) {
			t.Errorf("scores: got %v, want a ShapeError", err)
		}
		if _, err := bad.Crop(image.Rect(0, 0, 1, 1)); !errors.As(err, &shape) {
			t.Errorf("crop: got %v, want a ShapeError", err)
		}
	}
}

// TestInterleave has CS231n's example in small and others: places at a part of the stride are the classifier's windows there.
func TestInterleave(t *testing.T) {
	for _, c := range []struct {
		text          string
		height, width int
		factor        int
		rows, columns int
	}{
		{"INPUT 56x56x3 -> [CONV 2x2x6 stride 2 -> RELU]*5 -> FC 5", 128, 97, 2, 5, 3}, // the last 24 pixels of a window are not seen
		{"INPUT 64x64x3 -> [CONV 2x2x6 stride 2 -> RELU]*5 -> FC 5", 144, 160, 2, 6, 7},
		{"INPUT 12x20x1 -> CONV 3x3x4 -> POOL 2 -> CONV 2x2x4 stride 2 -> FC 3", 23, 31, 4, 12, 12},
		{"INPUT 12x20x1 -> CONV 3x3x4 -> POOL 2 -> CONV 2x2x4 stride 2 -> FC 3", 12, 20, 4, 1, 1},
		{"INPUT 9x9x1 -> CONV 3x3x4 stride 3x6 -> FC 3", 15, 16, 3, 7, 4},
		{"INPUT 9x9x1 -> CONV 3x3x4 stride 3 -> FC 3", 15, 16, 1, 3, 3},
	} {
		d := must(dense.Convert(must(spec.Parse(c.text))))
		w := random(c.text, 5)
		x := picture(c.height, c.width, must(spec.Parse(c.text)).InputShape()[2])
		views, err := d.Shifted(x, c.factor)
		if err != nil || len(views) != c.factor*c.factor {
			t.Fatalf("%s: got %d views, %v", c.text, len(views), err)
		}
		n := compile(t, must(d.At(c.height, c.width)), reshaped(d, w))
		var maps []dense.Map
		for _, v := range views {
			maps = append(maps, n.run(v))
		}
		y, g, err := d.Interleave(maps, c.height, c.width, c.factor)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if y.Height != c.rows || y.Width != c.columns {
			t.Errorf("%s: got %dx%d places, want %dx%d", c.text, y.Height, y.Width, c.rows, c.columns)
		}
		if g.Stride != [2]int{d.Stride[0] / c.factor, d.Stride[1] / c.factor} || g.Window != d.Window || g.Field != d.Field {
			t.Errorf("%s: geometry: got %v", c.text, g)
		}
		if worst, _ := compareCrops(t, compile(t, c.text, w), y, g, x); worst > 1e-5 {
			t.Errorf("%s: the scores differ by %.2g of the largest", c.text, worst)
		}
	}
}

func TestInterleaveRefuses(t *testing.T) {
	g := dense.Geometry{Window: [2]int{8, 8}, Stride: [2]int{4, 6}}
	x := picture(16, 16, 1)
	var shape *graph.ShapeError
	for _, factor := range []int{0, -2, 3, 4} {
		_, err := g.Shifted(x, factor)
		_, _, other := g.Interleave(nil, 16, 16, factor)
		if !errors.As(err, &shape) || !errors.As(other, &shape) {
			t.Errorf("factor %d: got %v and %v, want ShapeErrors", factor, err, other)
		}
	}
	if _, err := g.Shifted(picture(7, 16, 1), 2); !errors.As(err, &shape) {
		t.Errorf("a small picture: got %v, want a ShapeError", err)
	}
	if _, err := g.Shifted(dense.Map{Height: 16, Width: 16, Channels: 1}, 2); !errors.As(err, &shape) {
		t.Errorf("a picture without values: got %v, want a ShapeError", err)
	}
	whole := func() []dense.Map {
		return []dense.Map{picture(3, 2, 2), picture(3, 1, 2), picture(2, 2, 2), picture(2, 1, 2)}
	}
	if y, _, err := g.Interleave(whole(), 16, 16, 2); err != nil || y.Height != 5 || y.Width != 3 {
		t.Errorf("got %v, %v, want 5x3 places", y, err)
	}
	for name, change := range map[string]func(m []dense.Map) []dense.Map{
		"one too few": func(m []dense.Map) []dense.Map { return m[:3] },
		"rows":        func(m []dense.Map) []dense.Map { m[1] = picture(2, 2, 2); return m },
		"columns":     func(m []dense.Map) []dense.Map { m[2] = picture(3, 1, 2); return m },
		"classes":     func(m []dense.Map) []dense.Map { m[3] = picture(3, 2, 3); return m },
		"values":      func(m []dense.Map) []dense.Map { m[0].Values = nil; return m },
	} {
		if _, _, err := g.Interleave(change(whole()), 16, 16, 2); !errors.As(err, &shape) {
			t.Errorf("%s: got %v, want a ShapeError", name, err)
		}
	}
	if _, _, err := g.Interleave(whole(), 7, 16, 2); !errors.As(err, &shape) {
		t.Errorf("a small picture: got %v, want a ShapeError", err)
	}
}
