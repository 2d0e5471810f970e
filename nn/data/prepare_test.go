package data

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// paint makes a gray picture of f.
func paint(w, h int, f func(x, y int) float64) *Picture {
	p := &Picture{W: w, H: h, Pix: make([]byte, 4*w*h)}
	for i := range w * h {
		v := byte(min(max(f(i%w, i/w), 0), 255))
		copy(p.Pix[4*i:], []byte{v, v, v, 255})
	}
	return p
}

func TestResize(t *testing.T) {
	p := paint(40, 20, func(x, y int) float64 { return 200 })
	q, err := p.Resize(7, 90)
	if err != nil || q.W != 7 || q.H != 90 {
		t.Fatalf("got %v, %v", q, err)
	}
	for i, v := range q.Gray() {
		if v != 200 {
			t.Fatalf("pixel %d of an even picture: got %d, want 200", i, v)
		}
	}
	// Shrinking covers every pixel: a fine checkerboard becomes gray.
	board := paint(64, 64, func(x, y int) float64 { return float64((x + y) % 2 * 255) })
	if q, err = board.Resize(8, 8); err != nil {
		t.Fatal(err)
	}
	for i, v := range q.Gray() {
		if v < 117 || v > 138 {
			t.Errorf("pixel %d of the checkerboard: got %d, want about 127", i, v)
		}
	}
	if _, err := p.Resize(0, 5); err == nil {
		t.Error("0x5: no error")
	}
	clear := &Picture{W: 1, H: 1, Pix: []byte{0, 0, 0, 0}}
	if g := clear.Gray(); g[0] != 255 {
		t.Errorf("transparent pixel: got %d, want white", g[0])
	}
}

func TestFit(t *testing.T) {
	// Left third black, middle white, right black: the square in the middle is white.
	p := paint(90, 30, func(x, y int) float64 { return float64(x / 30 % 2 * 255) })
	for _, v := range Fit(p, 10, 10, 1)[44:46] {
		if v != 255 {
			t.Errorf("middle: got %d, want 255", v)
		}
	}
	red := &Picture{W: 2, H: 1, Pix: []byte{255, 0, 0, 255, 255, 0, 0, 255}}
	if got, want := Fit(red, 1, 1, 3), []byte{255, 0, 0}; !bytes.Equal(got, want) {
		t.Errorf("red: got %v, want %v", got, want)
	}
	if got := Fit(p, 10, 10, 2); got != nil {
		t.Errorf("2 channels: got %v, want nil", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40)
		p := paint(n.Draw(t, "W"), n.Draw(t, "H"), func(x, y int) float64 { return 77 })
		h, w, c := n.Draw(t, "h"), n.Draw(t, "w"), rapid.SampledFrom([]int{1, 3}).Draw(t, "c")
		if got := Fit(p, h, w, c); !bytes.Equal(got, bytes.Repeat([]byte{77}, h*w*c)) {
			t.Fatalf("even picture: got %v", got)
		}
	})
}

// seven has ink 0 to 1 where a figure seven of the given height stands, its corner at (left, top).
func seven(x, y, left, top, height int) float64 {
	x, y = x-left, y-top
	thick := height / 8
	if y < 0 || y >= height || x < 0 || x > height*2/3 {
		return 0
	}
	right := height * 2 / 3
	if y < thick || x >= right-thick-y/3 && x <= right-y/3 {
		return 1
	}
	return 0
}

// TestDigit draws one figure in many ways: the result must always be the same.
func TestDigit(t *testing.T) {
	want := Digit(paint(280, 280, func(x, y int) float64 { return 255 * seven(x, y, 80, 60, 160) }), 28, 28)
	rows, columns := inkSpan(want, 28)
	if rows != 20 || columns < 12 || columns > 16 {
		t.Errorf("figure of %dx%d, want 20 rows and 12 to 16 columns", rows, columns)
	}
	noise := func(x, y int) float64 { return float64((x*7919+y*104729)%17) - 8 }
	for _, tt := range []struct {
		name string
		p    *Picture
		off  float64 // allowed mean difference
	}{
		{"dark on light", paint(280, 280, func(x, y int) float64 { return 255 - 255*seven(x, y, 80, 60, 160) }), 1},
		{"in a corner", paint(280, 280, func(x, y int) float64 { return 255 * seven(x, y, 3, 4, 160) }), 3},
		{"low contrast", paint(280, 280, func(x, y int) float64 { return 140 - 60*seven(x, y, 80, 60, 160) }), 1},
		{"wide picture", paint(600, 300, func(x, y int) float64 { return 255 - 255*seven(x, y, 300, 60, 160) }), 6},
		{"shadow", paint(280, 280, func(x, y int) float64 { return 230 - float64(x)/4 - float64(y)/8 - 90*seven(x, y, 80, 60, 160) }), 4},
		{"noise", paint(280, 280, func(x, y int) float64 { return 200 + noise(x, y) - 120*seven(x, y, 80, 60, 160) }), 5},
		{"speck", paint(280, 280, func(x, y int) float64 {
			if x > 260 && x < 266 && y > 10 && y < 16 {
				return 0
			}
			return 255 - 255*seven(x, y, 80, 60, 160)
		}), 1},
		{"touches the border", paint(280, 280, func(x, y int) float64 { return 255 - 255*seven(x, y, 80, 0, 160) }), 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Digit(tt.p, 28, 28)
			sum := 0.0
			for i := range got {
				sum += math.Abs(float64(got[i]) - float64(want[i]))
			}
			if mean := sum / 784; mean > tt.off {
				t.Errorf("differs by %.2f on average, allowed is %.2f\n%s", mean, tt.off, draw28(got))
			}
		})
	}
}

func inkSpan(g []byte, w int) (rows, columns int) {
	top, bottom, left, right := len(g)/w, -1, w, -1
	for i, v := range g {
		if v > 40 {
			top, bottom = min(top, i/w), max(bottom, i/w)
			left, right = min(left, i%w), max(right, i%w)
		}
	}
	return bottom - top + 1, right - left + 1
}

func draw28(g []byte) string {
	s := ""
	for i, v := range g {
		s += string(" .:-=+*#%@"[int(v)*10/256])
		if i%28 == 27 {
			s += "\n"
		}
	}
	return s
}

// TestDigitEmpty gives pictures without a figure.
func TestDigitEmpty(t *testing.T) {
	for name, p := range map[string]*Picture{
		"white":     paint(100, 80, func(x, y int) float64 { return 255 }),
		"black":     paint(1, 1, func(x, y int) float64 { return 0 }),
		"clear":     {W: 5, H: 5, Pix: make([]byte, 100)},
		"slope":     paint(200, 200, func(x, y int) float64 { return float64(x) }),
		"grain":     paint(100, 100, func(x, y int) float64 { return 128 + float64((x*7919+y*104729)%17) - 8 }),
		"thin line": paint(3000, 1, func(x, y int) float64 { return 255 }),
	} {
		if got := Digit(p, 28, 28); !bytes.Equal(got, make([]byte, 784)) {
			t.Errorf("%s: got\n%s", name, draw28(got))
		}
	}
}

// TestDigitKeepsMNIST: a picture that is as MNIST wants it stays nearly as it is.
func TestDigitKeepsMNIST(t *testing.T) {
	first := Digit(paint(280, 280, func(x, y int) float64 { return 255 * seven(x, y, 80, 60, 160) }), 28, 28)
	p := paint(28, 28, func(x, y int) float64 { return float64(first[y*28+x]) })
	again := Digit(p, 28, 28)
	sum := 0.0
	for i := range first {
		sum += math.Abs(float64(first[i]) - float64(again[i]))
	}
	if sum/784 > 4 {
		t.Errorf("differs by %.2f on average\n%s%s", sum/784, draw28(first), draw28(again))
	}
}

// TestDigitAnything: no picture makes it panic or lose its form.
func TestDigitAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30)
		w, h := n.Draw(t, "W"), n.Draw(t, "H")
		p, err := FromRGBA(rapid.SliceOfN(rapid.Byte(), 4*w*h, 4*w*h).Draw(t, "pix"), w, h)
		if err != nil {
			t.Fatal(err)
		}
		th, tw := n.Draw(t, "h"), n.Draw(t, "w")
		if got := Digit(p, th, tw); len(got) != th*tw {
			t.Fatal(fmt.Sprint("got ", len(got), " bytes, want ", th*tw))
		}
	})
	if got := Digit(&Picture{}, 28, 28); got != nil {
		t.Errorf("picture of no size: got %v", got)
	}
}
