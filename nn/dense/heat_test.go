package dense_test

import (
	"errors"
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
)

// gray is a picture whose bounds do not begin at 0.
func gray(height, width int) *image.Gray {
	p := image.NewGray(image.Rect(10, 20, 10+width, 20+height))
	for i := range p.Pix {
		p.Pix[i] = uint8(i * 7)
	}
	return p
}

var overlay = dense.Geometry{Window: [2]int{8, 8}, Stride: [2]int{4, 4}, Field: [2]int{8, 8}}

func TestHeat(t *testing.T) {
	p := gray(20, 16)
	m := dense.Map{Height: 4, Width: 3, Channels: 2, Values: make([]float32, 24)}
	m.At(1, 2)[1] = 1
	box := p.Bounds()

	none := must(dense.Heat{}.Draw(p, m, 0, overlay))
	drawn := must(dense.Heat{Opacity: 1}.Draw(p, m, 1, overlay))
	if none.Bounds() != box || drawn.Bounds() != box {
		t.Fatalf("bounds: got %v and %v, want %v", none.Bounds(), drawn.Bounds(), box)
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			v := p.GrayAt(x, y).Y
			same := color.RGBA{v, v, v, 255}
			if got := none.RGBAAt(x, y); got != same {
				t.Fatalf("score 0 at %d,%d: got %v, want the picture's %v", x, y, got, same)
			}
			// The place's middle is row 8, column 12; its neighbours' are 4 pixels away, and beyond the last column
			// nothing is left to fade to.
			r, c := float64(y-box.Min.Y)+0.5-8, min(float64(x-box.Min.X)+0.5-12, 0)
			score := max(0, 1-math.Abs(r)/4) * max(0, 1-math.Abs(c)/4)
			heat := dense.Colour(score)
			for i, got := range []uint8{drawn.RGBAAt(x, y).R, drawn.RGBAAt(x, y).G, drawn.RGBAAt(x, y).B} {
				want := (1-score)*float64(v) + score*float64([]uint8{heat.R, heat.G, heat.B}[i])
				if math.Abs(float64(got)-want) > 2 { // roundings of the opacity and of the sum
					t.Fatalf("at %d,%d, channel %d: got %d, want %.1f", x, y, i, got, want)
				}
			}
		}
	}
}

func TestHeatOptions(t *testing.T) {
	black := image.NewGray(image.Rect(0, 0, 8, 8))
	one := func(v float32) dense.Map { return dense.Map{Height: 1, Width: 1, Channels: 1, Values: []float32{v}} }
	last := dense.Colour(1)
	for _, c := range []struct {
		h     dense.Heat
		score float32
		share float64 // of the last colour's red
	}{
		{dense.Heat{}, 1, 0.75}, {dense.Heat{}, 7, 0.75}, {dense.Heat{}, -7, 0}, {dense.Heat{Opacity: 0.4}, 1, 0.4},
		{dense.Heat{Low: -3, High: 5, Opacity: 1}, 5, 1}, {dense.Heat{Low: -3, High: 5, Opacity: 1}, -3, 0},
	} {
		got := must(c.h.Draw(black, one(c.score), 0, overlay)).RGBAAt(3, 3)
		if want := c.share * float64(last.R); math.Abs(float64(got.R)-want) > 1 || got.A != 255 {
			t.Errorf("%+v, score %g: got %v, want red %.0f", c.h, c.score, got, want)
		}
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name  string
		h     dense.Heat
		m     dense.Map
		class int
		p     image.Image
		kind  bool // ErrFormat, otherwise a ShapeError
	}{
		{"class", dense.Heat{}, one(1), 1, black, false}, {"class below 0", dense.Heat{}, one(1), -1, black, false},
		{"map", dense.Heat{}, dense.Map{}, 0, black, false}, {"picture", dense.Heat{}, one(1), 0, &image.Gray{}, false},
		{"NaN", dense.Heat{}, one(nan), 0, black, true}, {"infinity", dense.Heat{}, one(inf), 0, black, true},
		{"bounds", dense.Heat{Low: 2, High: 1}, one(1), 0, black, true},
		{"no span", dense.Heat{Low: 1, High: 1}, one(1), 0, black, true},
		{"opacity", dense.Heat{Opacity: 1.5}, one(1), 0, black, true},
		{"opacity NaN", dense.Heat{Opacity: math.NaN()}, one(1), 0, black, true},
		{"low NaN", dense.Heat{Low: math.NaN()}, one(1), 0, black, true},
		{"endless", dense.Heat{High: math.Inf(1)}, one(1), 0, black, true},
	} {
		drawn, err := c.h.Draw(c.p, c.m, c.class, overlay)
		var shape *graph.ShapeError
		if drawn != nil || c.kind != errors.Is(err, graph.ErrFormat) || c.kind == errors.As(err, &shape) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	if drawn, err := (dense.Heat{}).Draw(black, one(1), 0, dense.Geometry{}); err != nil || drawn.RGBAAt(0, 0).A != 255 {
		t.Errorf("no geometry: %v", err)
	}
}

// TestColour compares with colours of matplotlib's table and measures how evenly they grow lighter.
func TestColour(t *testing.T) {
	for i, want := range map[int]color.NRGBA{0: {68, 1, 84, 255}, 255: {253, 231, 37, 255},
		8: {71, 13, 96, 255}, 60: {61, 78, 138, 255}, 100: {42, 118, 142, 255}, 200: {112, 207, 87, 255}, 250: {241, 229, 29, 255}} {
		got := dense.Colour(float64(i) / 255)
		for k, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
			if d < -7 || d > 7 {
				t.Errorf("colour %d, channel %d: got %v, want %v", i, k, got, want)
			}
		}
	}
	first, last := lightness(dense.Colour(0)), lightness(dense.Colour(1))
	for i := range 100 {
		at := lightness(dense.Colour(float64(i) / 100))
		if next := lightness(dense.Colour(float64(i+1) / 100)); next <= at {
			t.Errorf("at %d %%: lightness %g, then %g", i, at, next)
		}
		if want := first + (last-first)*float64(i)/100; math.Abs(at-want) > 2.5 {
			t.Errorf("at %d %%: lightness %g, want about %g", i, at, want)
		}
	}
	if dense.Colour(-1) != dense.Colour(0) || dense.Colour(math.NaN()) != dense.Colour(0) || dense.Colour(2) != dense.Colour(1) {
		t.Error("below 0 and above 1 the colours go on")
	}
}

// lightness is L* of CIELAB, from 0 to 100.
func lightness(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	y := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	return 116*math.Cbrt(y) - 16
}
