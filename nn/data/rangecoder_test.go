package data

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOf(rapid.IntRange(0, 1)).Draw(t, "bits")
		// Probabilities at both ends make long carries and small intervals.
		p := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(1, 65535), rapid.SampledFrom([]uint32{1, 65535, 16})), len(bits), len(bits)).Draw(t, "p")
		c := newEncoder()
		for i, b := range bits {
			c.bit(b, p[i])
		}
		d := newDecoder(c.finish())
		for i, b := range bits {
			if got := d.bit(0, p[i]); got != b {
				t.Fatalf("bit %d: got %d, want %d", i, got, b)
			}
		}
		if !d.atEnd() || d.overrun() {
			t.Fatalf("not at the end: %+v", d)
		}
	})
}

func TestChanceStaysInside(t *testing.T) {
	for bit := range 2 {
		h, c := chance(1<<15), newEncoder()
		for range 10000 {
			if h.code(c, bit); h == 0 {
				t.Fatalf("the chance became 0 after bits of %d", bit)
			}
		}
	}
}

func TestStretchSquash(t *testing.T) {
	for p := int32(2); p < 4095; p++ {
		if stretch[p] < stretch[p-1] {
			t.Errorf("stretch falls at %d: %d after %d", p, stretch[p], stretch[p-1])
		}
	}
	for x := int32(-3000); x < 3000; x++ {
		if p := squash(x); p < 1 || p > 4095 || p < squash(x-1) {
			t.Errorf("squash(%d): got %d after %d", x, p, squash(x-1))
		}
	}
}
