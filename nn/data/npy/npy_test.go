package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/nn/data"
)

// file is a .npy file of version 1, padded to 64 bytes as numpy does.
func file(header string, values ...any) []byte {
	for (10+len(header)+1)%64 != 0 {
		header += " "
	}
	header += "\n"
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	return append(append(b, header...), little(values...)...)
}

func little(values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// head is a header as numpy writes it.
func head(descr, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
}

func TestRead(t *testing.T) {
	v2 := file(head("<i4", "(1,)"), int32(7))
	v2 = slices.Concat([]byte(magic+"\x02\x00"), v2[8:10], []byte{0, 0}, v2[10:])
	for _, tt := range []struct {
		name string
		b    []byte
		want Array
	}{
		{"u8", file(head("|u1", "(2, 2)"), []byte{1, 2, 3, 255}), Array{[]int{2, 2}, []uint8{1, 2, 3, 255}}},
		{"bool", file(head("|b1", "(2,)"), []byte{0, 1}), Array{[]int{2}, []uint8{0, 1}}},
		{"u16", file(head("<u2", "(2,)"), []uint16{1, 65535}), Array{[]int{2}, []uint16{1, 65535}}},
		{"i8", file(head("|i1", "(2,)"), []int8{-1, 5}), Array{[]int{2}, []int32{-1, 5}}},
		{"i16", file(head("<i2", "(1,)"), int16(-300)), Array{[]int{1}, []int32{-300}}},
		{"i32", file(head("<i4", "(2, 1)"), []int32{-1, 1 << 30}), Array{[]int{2, 1}, []int32{-1, 1 << 30}}},
		{"u32", file(head("<u4", "(1,)"), uint32(math.MaxUint32)), Array{[]int{1}, []int64{math.MaxUint32}}},
		{"i64", file(head("<i8", "(1,)"), int64(math.MinInt64)), Array{[]int{1}, []int64{math.MinInt64}}},
		{"f32", file(head("<f4", "(3,)"), []float32{1.5, -0.25, 1e30}), Array{[]int{3}, []float32{1.5, -0.25, 1e30}}},
		{"f64", file(head("<f8", "(1,)"), math.Pi), Array{[]int{1}, []float64{math.Pi}}},
		{"big-endian", file(head(">i4", "(1,)"), []byte{0, 0, 1, 2}), Array{[]int{1}, []int32{258}}},
		{"scalar", file(head("<f4", "()"), float32(2)), Array{[]int{}, []float32{2}}},
		{"none", file(head("<f4", "(0, 9999999, 9999999)")), Array{[]int{0, 9999999, 9999999}, []float32{}}},
		{"version 2", v2, Array{[]int{1}, []int32{7}}},
		{"other order of keys", file(`{"shape":(2,),"fortran_order":True,"descr":"<i4"}`, []int32{1, 2}), Array{[]int{2}, []int32{1, 2}}},
		// numpy.arange(6).reshape(1, 2, 3) in Fortran order: element (0,i,j) = 3i+j lies at i+2j.
		{"Fortran", file("{'descr': '<i4', 'fortran_order': True, 'shape': (1, 2, 3), }", []int32{0, 3, 1, 4, 2, 5}), Array{[]int{1, 2, 3}, []int32{0, 1, 2, 3, 4, 5}}},
	} {
		got, err := Read(tt.b)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, *got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, d)
		}
	}
}

func TestReadBad(t *testing.T) {
	good := file(head("<f4", "(3,)"), []float32{1, 2, 3})
	long := slices.Concat([]byte(magic+"\x02\x00\xff\xff\xff\xff"), good[10:])
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "at byte 0: got , want"},
		{"another file", []byte("PK\x03\x04 and so on"), "it is no .npy file"},
		{"version", slices.Concat([]byte(magic+"\x09\x00"), good[8:]), "at byte 6: got version 9.0"},
		{"header cut off", good[:60], "at byte 8: got a header of 118 bytes, want at most 65536, and 50 are left"},
		{"header too long", long, "at byte 8: got a header of 65537 bytes"},
		{"cut off", good[:len(good)-1], "from byte 128 on: got 11 bytes, want 12 for [3] elements of 4"},
		{"more", append(slices.Clone(good), 0), "got 13 bytes, want 12"},
		{"lying shape", file(head("<f4", "(200000000,)"), float32(1)), "got 4 bytes, want 800000000"},
		{"huge", file(head("<f8", "(99999999, 99999999, 99999999)")), "too large: header: [99999999 99999999 99999999] elements of 8 bytes"},
		{"complex", file(head("<c8", "(1,)"), 1.0), `elements of type "<c8" are not read: save the array with .astype("float32")`},
		{"half", file(head("<f2", "(1,)"), int16(1)), "are not read"},
		{"text", file(head("<U5", "(1,)")), "are not read"},
		{"objects", file(head("|O", "(1,)")), "are not read"},
		{"order of bytes", file(head("?i4", "(1,)"), int32(1)), "are not read"},
		{"no type", file(head("", "(1,)")), `got type ""`},
		{"records", file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), "save the columns one by one"},
		{"no dictionary", file("hello"), `at byte 10: header: got "hello`},
		{"a key is missing", file("{'descr': '<f4', 'shape': (1,)}"), "want the keys descr, fortran_order and shape"},
		{"a key twice", file("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}"), "want each key once"},
		{"another key", file("{'x': 1}"), "want the keys"},
		{"negative size", file(head("<f4", "(-1,)")), `got "-1,)`},
		{"size overflows", file(head("<f4", "(99999999999999999999,)")), "a file can hold"},
		{"tuple", file(head("<f4", "(1 2)")), `want ")"`},
		{"order of axes", file("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}"), `want "False"`},
		{"quote", file("{'descr: <f4"), "want a closing quote"},
		{"after it", file(head("<f4", "(1,)")+"x", float32(1)), "want its end"},
		{"many axes", file(head("<f4", "("+strings.Repeat("1,", 33)+")"), float32(1)), "at most 32 sizes"},
	} {
		a, err := Read(tt.b)
		if a != nil || !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrTooLarge) || !strings.HasPrefix(err.Error(), "npy: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, %v; want %s", tt.name, a, err, tt.want)
		}
	}
	for n := range good {
		if _, err := Read(good[:n]); !errors.Is(err, data.ErrFormat) {
			t.Errorf("the first %d bytes: got %v", n, err)
		}
	}
}

// TestLyingHeaderTakesNoMemory reads a header that claims a gigabyte, almost.
func TestLyingHeaderTakesNoMemory(t *testing.T) {
	b := file(head("<f4", "(260000000,)"), float32(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(b); err == nil {
		t.Fatal("no error")
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("took %d bytes", n)
	}
}

func npz(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"x.npy", "y.npy", "notes.txt"} {
		if files[name] == nil {
			continue
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchive(t *testing.T) {
	a, err := Open(npz(t, map[string][]byte{
		"x.npy": file(head("|u1", "(3, 2, 2)"), make([]byte, 12)), "y.npy": file(head("<i8", "(3, 1)"), []int64{0, 2, 1}), "notes.txt": []byte("x")}))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"x", "y"}, a.Names()); d != "" {
		t.Error(d)
	}
	s, err := a.Set("x", "y", SetOptions{AddChannel: true, Classes: []string{"a", "b", "c"}})
	if err != nil || !slices.Equal(s.Shape, []int{2, 2, 1}) || !slices.Equal(s.Labels, []int32{0, 2, 1}) || s.LabelShape != nil || s.Check() != nil {
		t.Errorf("got %v, %v", s, err)
	}
	if _, err := a.Set("x_train", "y", SetOptions{}); err == nil || !strings.Contains(err.Error(), `no array is called "x_train": there are ["x" "y"]`) {
		t.Errorf("another name: got %v", err)
	}
	good := npz(t, map[string][]byte{"x.npy": file(head("<f4", "(1,)"), float32(1))})
	broken := slices.Clone(good)
	broken[40] ^= 0xff
	for name, b := range map[string][]byte{"cut off": good[:len(good)-5], "no archive": []byte("hello"), "nothing inside": npz(t, map[string][]byte{"notes.txt": {1}}), "damaged": broken,
		"damaged inside": npz(t, map[string][]byte{"x.npy": []byte("nothing")})} {
		a, err := Open(b)
		if err == nil {
			_, err = a.Array("x")
		}
		if !errors.Is(err, data.ErrFormat) || !strings.HasPrefix(err.Error(), "npz: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestNewSet(t *testing.T) {
	series := &Array{[]int{2, 3, 1}, []float64{1, 2, 3, 4, 5, 6}}
	s, err := NewSet(series, &Array{[]int{2}, []uint8{1, 0}}, SetOptions{})
	if err != nil || !slices.Equal(s.Floats, []float32{1, 2, 3, 4, 5, 6}) || !slices.Equal(s.Shape, []int{3, 1}) || len(s.Classes) != 2 {
		t.Errorf("got %v, %v", s, err)
	}
	s, err = NewSet(series, &Array{[]int{2, 3}, []int32{1, 0, -1, 0, 0, 1}}, SetOptions{})
	if err != nil || !slices.Equal(s.LabelShape, []int{3}) || !s.Ignored() {
		t.Errorf("a label for each step: got %v, %v", s, err)
	}
	for name, tt := range map[string]struct {
		x, y *Array
		want string
	}{
		"numbers differ": {series, &Array{[]int{3}, []uint8{0, 0, 0}}, "samples [2 3 1] with labels [3]"},
		"scalar":         {&Array{nil, []float32{1}}, &Array{nil, []uint8{1}}, "want as many labels"},
		"one-hot":        {series, &Array{[]int{2, 2}, []float32{0, 1, 1, 0}}, "no whole numbers: save them with"},
		"negative":       {series, &Array{[]int{2}, []int64{0, -7}}, "label 1 is -7"},
		"no axis":        {&Array{[]int{2}, []float32{1, 2}}, &Array{[]int{2}, []uint8{1, 0}}, "want 1 to 4 sizes"},
		"too large":      {&Array{[]int{2, 1}, []float64{1, 1e300}}, &Array{[]int{2}, []uint8{1, 0}}, "sample 1: number 0, at [0] of [1], is +Inf"},
	} {
		if s, err := NewSet(tt.x, tt.y, SetOptions{}); s != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(head("<f4", "(3,)"), []float32{1, 2, 3}))
	f.Add(file("{'descr': '<i8', 'fortran_order': True, 'shape': (2, 2), }", []int64{0, 3, 1, 4}))
	f.Add(file(head("|u1", "()"), []byte{1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Read(b)
		if err != nil {
			return
		}
		n := 1
		for _, d := range a.Shape {
			n *= d
		}
		if got := len(a.Float32s()); got != n {
			t.Errorf("got %d elements for %v", got, a.Shape)
		}
	})
}

func FuzzArchive(f *testing.F) {
	f.Add(npz(f, map[string][]byte{"x.npy": file(head("|u1", "(1, 2)"), []byte{1, 2}), "y.npy": file(head("<i4", "(1,)"), int32(0))}))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Open(b)
		if err != nil {
			return
		}
		if s, err := a.Set("x", "y", SetOptions{AddChannel: true}); err == nil && s.CheckForm() != nil {
			t.Error(s.CheckForm())
		}
	})
}

func Example() {
	b := file(head("<f4", "(2, 3)"), []float32{1, 2, 3, 4, 5, 6})
	a, err := Read(b)
	fmt.Println(a.Shape, a.Data, err)
	_, err = Read(b[:len(b)-4])
	fmt.Println(err)
	// Output:
	// [2 3] [1 2 3 4 5 6] <nil>
	// npy: unusable data: from byte 128 on: got 20 bytes, want 24 for [2 3] elements of 4: the file is cut off or damaged; write it again
}
