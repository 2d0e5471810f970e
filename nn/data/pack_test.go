package data

import (
	"bytes"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// strokes makes n pictures that resemble MNIST's: a bright blurred stroke on black.
func strokes(n, h, w int, seed uint64) *Set {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &Set{Shape: []int{h, w, 1}, Classes: []string{"a", "b", "c"}}
	for range n {
		img := make([]byte, h*w)
		x, y := w/4+r.IntN(w/2+1), h/4
		for ; y < h-h/4; y++ {
			x = min(max(x+r.IntN(3)-1, 1), max(w-2, 1))
			for d := -1; d <= 1; d++ {
				if at := y*w + x + d; at < len(img) {
					img[at] = byte([]int{20 + r.IntN(200), 252 + r.IntN(4), 20 + r.IntN(200)}[d+1])
				}
			}
		}
		s.Images = append(s.Images, img...)
		s.Labels = append(s.Labels, int32(r.IntN(3)))
	}
	return s
}

// noise makes n pictures of random bytes around a slope.
func noise(n int, shape []int, seed uint64) *Set {
	r := rand.New(rand.NewPCG(seed, 2))
	s := &Set{Shape: shape, Classes: []string{"only"}, Labels: make([]int32, n)}
	s.Images = make([]byte, n*s.sampleElems())
	for i := range s.Images {
		s.Images[i] = byte(i/3 + r.IntN(4))
	}
	return s
}

var sameSets = cmp.Options{cmpopts.EquateEmpty()}

func TestPackUnpack(t *testing.T) {
	for _, tt := range []struct {
		name   string
		sets   map[string]*Set
		method byte
	}{
		{"no sets", map[string]*Set{}, 0},
		{"gray strokes", map[string]*Set{"train": strokes(600, 28, 28, 1)}, methodPixels},
		{"colour slopes", map[string]*Set{"train": noise(40, []int{32, 32, 3}, 1)}, methodPaeth},
		{"two", map[string]*Set{"train": strokes(70, 9, 7, 1), "test": strokes(3, 28, 28, 2)}, methodDeflate},
		{"one pixel", map[string]*Set{"é": {Images: []byte{7}, Labels: []int32{0}, Shape: []int{1, 1, 1}, Classes: []string{""}}}, methodDeflate},
		{"no pictures", map[string]*Set{"none": {Shape: []int{2, 2, 1}, Classes: []string{"x"}}}, methodDeflate},
		{"too large for the model", map[string]*Set{"big": noise(1, []int{300, 300, 1}, 1)}, methodPaeth},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := Pack(tt.sets)
			if err != nil {
				t.Fatal(err)
			}
			for name, s := range tt.sets {
				if m := s.bestMethod(); m != tt.method && tt.method != methodDeflate {
					t.Errorf("%s: got method %d, want %d", name, m, tt.method)
				}
			}
			last, total := 0, 0
			got, err := Unpack(b, func(done, of int) {
				if done < last || done > of {
					t.Errorf("progress: got %d of %d after %d", done, of, last)
				}
				last, total = done, of
			})
			if err != nil {
				t.Fatal(err)
			}
			if last != total {
				t.Errorf("progress ended at %d of %d", last, total)
			}
			if d := cmp.Diff(tt.sets, got, sameSets); d != "" {
				t.Errorf("(-want +got)\n%.2000s", d)
			}
		})
	}
}

// TestMethodsRoundTrip drives every method, whichever Pack would choose.
func TestMethodsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := []int{rapid.IntRange(1, 9).Draw(t, "h"), rapid.IntRange(1, 9).Draw(t, "w"), rapid.SampledFrom([]int{1, 1, 3}).Draw(t, "c")}
		n := rapid.IntRange(0, 6).Draw(t, "n")
		s := &Set{Shape: shape, Classes: []string{"a", "b"}}
		size := n * s.sampleElems()
		pixel := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte{0, 0, 252, 253, 254, 255}))
		s.Images = rapid.SliceOfN(pixel, size, size).Draw(t, "pixels")
		s.Labels = rapid.SliceOfN(rapid.Int32Range(0, 1), n, n).Draw(t, "labels")
		for m := range byte(numMethods) {
			b := s.encode(m)
			if b == nil {
				continue
			}
			e := packEntry{set: &Set{Shape: s.Shape, Classes: s.Classes}, n: n, method: m, crc: s.checksum(nil)}
			if err := e.decode(b, func(int) {}); err != nil {
				t.Fatalf("method %d: %v", m, err)
			}
			if !bytes.Equal(e.set.Images, s.Images) || !slices.Equal(e.set.Labels, s.Labels) {
				t.Fatalf("method %d: other pictures or labels came back", m)
			}
		}
	})
}

// TestPackStable pins the file's bytes: files that are out there must stay readable, on every machine.
func TestPackStable(t *testing.T) {
	s := strokes(300, 28, 28, 5)
	b := s.encode(methodPixels)
	if got, want := crc32.ChecksumIEEE(b), uint32(0x62f6cab6); got != want {
		t.Errorf("the pixel model writes other bytes: got %d bytes with CRC %#08x, want %#08x; raise the version in packMagic", len(b), got, want)
	}
	if d := s.encode(methodDeflate); len(b)*10 > len(d)*9 {
		t.Errorf("got %d bytes, want at most nine tenths of DEFLATE's %d", len(b), len(d))
	}
}

func TestUnpackBad(t *testing.T) {
	good, err := Pack(map[string]*Set{"a": strokes(20, 8, 8, 1), "b": noise(3, []int{4, 4, 3}, 1)})
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if sets, err := Unpack(good[:n], nil); sets != nil || !errors.Is(err, ErrFormat) {
			t.Fatalf("cut after %d of %d bytes: got %v, %v", n, len(good), sets, err)
		}
	}
	if _, err := Unpack(append(slices.Clone(good), 0), nil); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "1 bytes too many") {
		t.Errorf("a byte too many: got %v", err)
	}
	for i := range good {
		b := slices.Clone(good)
		b[i] ^= 0x10
		if _, err := Unpack(b, nil); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
			t.Errorf("byte %d changed: got %v, want an error", i, err)
		}
	}
	head := func(s string) []byte { return []byte(packMagic + s) }
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"other file", []byte("PK\x03\x04"), "not a Fovea data set file, or of a newer version: it starts with 50 4b 03 04"},
		{"newer", []byte("FOVEASET\x02"), "or of a newer version"},
		{"many sets", head("\x41"), "at byte 9: number of data sets: got 65, want a number up to 64"},
		{"name cut", head("\x01\x05ab"), "name of a data set: want 5 bytes, 2 are left: the file is cut off"},
		{"name not UTF-8", head("\x01\x01\xff"), "name of a data set is not UTF-8"},
		{"no height", head("\x01\x01a\x00\x01\x01\x01\x01\x01c\x00\x00\x00\x00\x00\x00"), "shape [0 1 1]"},
		{"unknown method", head("\x01\x01a\x01\x01\x01\x01\x01\x01c\x09\x00\x00\x00\x00\x00"), "unknown method 9"},
		{"model for colour", head("\x01\x01a\x01\x01\x03\x01\x01\x01c\x02\x00\x00\x00\x00\x00"), "unknown method 2"},
		{"more than memory", head("\x01\x01a\x80\x80\x01\x80\x80\x01\x01\x7f\x01\x01c\x00\x00\x00\x00\x00\x00"), "127 pictures [16384 16384 1] are more than"},
		{"nothing inside", head("\x01\x01a\x01\x01\x01\x01\x01\x01c\x00\x00\x00\x00\x00\x00"), `data set "a" from byte 25 on: unusable data: the labels end at number 0 of 1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sets, err := Unpack(tt.b, nil)
			if sets != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v\nwant %s", sets, err, tt.want)
			}
		})
	}
}

func TestPackBad(t *testing.T) {
	s := strokes(2, 4, 4, 1)
	many := map[string]*Set{}
	for i := range 65 {
		many[strings.Repeat("x", i)] = s
	}
	short := *s
	short.Images = s.Images[1:]
	for name, sets := range map[string]map[string]*Set{
		"at most 64 fit":       many,
		`data set "a": `:       {"a": &short},
		"want UTF-8 of at mos": {"\xff": s},
	} {
		if b, err := Pack(sets); b != nil || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for _, sets := range []map[string]*Set{{}, {"a": strokes(3, 5, 6, 1)}, {"a": noise(2, []int{4, 4, 3}, 1), "b": strokes(1, 3, 3, 2)}} {
		b, err := Pack(sets)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		sets, err := Unpack(b, nil)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("of no kind: %v", err)
			}
			return
		}
		again, err := Pack(sets)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Unpack(again, nil); err != nil || !cmp.Equal(sets, got, sameSets) {
			t.Fatalf("other sets came back (%v)", err)
		}
	})
}

func BenchmarkUnpack(b *testing.B) {
	file, err := Pack(map[string]*Set{"a": strokes(2000, 28, 28, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(2000 * 28 * 28)
	for b.Loop() {
		if _, err := Unpack(file, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(file))/2000, "bytes/picture")
}
