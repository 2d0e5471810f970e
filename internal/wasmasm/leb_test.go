package wasmasm

import (
	"encoding/binary"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// signed decodes LEB128 by the rule of the specification, not by the encoder's.
func signed(b []byte) (x int64, n int) {
	for shift := uint(0); ; shift += 7 {
		x |= int64(b[n]&0x7f) << shift
		n++
		if b[n-1]&0x80 == 0 {
			if shift+7 < 64 && b[n-1]&0x40 != 0 {
				x |= -1 << (shift + 7)
			}
			return x, n
		}
	}
}

func TestLEB128ReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Uint32().Draw(t, "u")
		b := appendU32([]byte{7}, u)
		if got, n := binary.Uvarint(b[1:]); got != uint64(u) || n != len(b)-1 || n != sizeU32(u) {
			t.Errorf("%d: encoded % x, read back %d of %d bytes, size %d", u, b[1:], got, n, sizeU32(u))
		}
		s := rapid.Int64().Draw(t, "s")
		b = appendS64([]byte{7}, s)
		got, n := signed(b[1:])
		if got != s || n != len(b)-1 {
			t.Errorf("%d: encoded % x, read back %d of %d bytes", s, b[1:], got, n)
		}
		// No shorter code: the last byte holds something the one before does not say.
		if last := b[n]; n > 1 && (last == 0 && b[n-1]&0x40 == 0 || last == 0x7f && b[n-1]&0x40 != 0) {
			t.Errorf("%d: % x is longer than needed", s, b[1:])
		}
	})
}

func TestLEB128AtTheBorders(t *testing.T) {
	for _, c := range []struct {
		x    int64
		want string
	}{
		{0, "\x00"}, {63, "\x3f"}, {64, "\xc0\x00"}, {-64, "\x40"}, {-65, "\xbf\x7f"}, {-1, "\x7f"}, {-123456, "\xc0\xbb\x78"},
		{math.MinInt32, "\x80\x80\x80\x80\x78"}, {math.MaxInt64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"},
	} {
		if got := string(appendS64(nil, c.x)); got != c.want {
			t.Errorf("%d: got % x, want % x", c.x, got, c.want)
		}
	}
	if got := string(appendU32(nil, 624485)); got != "\xe5\x8e\x26" {
		t.Errorf("624485: got % x, want e5 8e 26", got)
	}
}
