package half_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/internal/half"
)

// TestAll narrows every number of 16 bits back to itself, and what lies between two neighbours to the nearer or even one.
func TestAll(t *testing.T) {
	for h := range 1 << 16 {
		v := half.Widen(uint16(h))
		got := half.Narrow(v)
		if v != v {
			if w := half.Widen(got); w == w {
				t.Fatalf("NaN %#04x: got %#04x", h, got)
			}
			continue
		}
		if int(got) != h {
			t.Fatalf("%#04x = %g: got %#04x", h, v, got)
		}
		if math.IsInf(float64(v), 0) || h&0x7fff >= 0x7bff {
			continue
		}
		next := half.Widen(uint16(h + 1))
		middle := (v + next) / 2 // exact
		even := h + h&1
		for _, c := range []struct {
			v    float32
			want int
		}{{middle, even}, {math.Nextafter32(middle, v), h}, {math.Nextafter32(middle, next), h + 1}} {
			if got := half.Narrow(c.v); int(got) != c.want {
				t.Fatalf("%g between %#04x and the next: got %#04x, want %#04x", c.v, h, got, c.want)
			}
		}
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		v    float32
		want uint16
	}{{1, 0x3c00}, {-2, 0xc000}, {half.Max, 0x7bff}, {65519.99, 0x7bff}, {65520, 0x7c00}, {-1e30, 0xfc00}, {1e-9, 0}, {float32(math.Inf(1)), 0x7c00}} {
		if got := half.Narrow(c.v); got != c.want {
			t.Errorf("%g: got %#04x, want %#04x", c.v, got, c.want)
		}
	}
}
