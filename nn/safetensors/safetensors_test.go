package safetensors

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// raw puts a file together from a header and data.
func raw(header, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

func TestGolden(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	want := &File{
		Metadata: map[string]string{"made by": "hand"},
		Tensors: []Tensor{
			{Name: "a", DType: "U8", Shape: []int{}, Data: []byte{7}},
			{Name: "label", DType: "I8", Shape: []int{5}, Data: []byte{1, 254, 3, 252, 5}},
			{Name: "none", DType: "I64", Shape: []int{0, 3}, Data: []byte{}},
			FromFloat32s("w", []int{2, 2}, []float32{1.5, float32(math.Copysign(0, -1)), 3e38, -7}),
		},
	}
	if d := cmp.Diff(want, f); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if w, ok := f.Find("w"); !ok || w.Name != "w" {
		t.Errorf("Find: got %v, %v", w, ok)
	}
	if _, ok := f.Find("b"); ok {
		t.Error("Find: found a tensor that is not there")
	}
}

func TestEncodeBytes(t *testing.T) {
	b, err := Encode(&File{Tensors: []Tensor{FromInt32s("b", nil, []int32{-2}), {Name: "a", DType: "BOOL", Shape: []int{1}, Data: []byte{1}}}})
	want := raw(`{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I32","shape":[],"data_offsets":[1,5]}}     `, "\x01\xfe\xff\xff\xff")
	if err != nil || string(b) != string(want) {
		t.Errorf("got  %q, %v\nwant %q", b, err, want)
	}
	if b, err = Encode(&File{}); err != nil || string(b) != string(raw("{}      ", "")) {
		t.Errorf("empty file: got %q, %v", b, err)
	}
}

func TestDecodeBad(t *testing.T) {
	entry := func(s string) string { return `{"a":{` + s + `}}` }
	good := entry(`"dtype":"U8","shape":[2],"data_offsets":[0,2]`)
	if _, err := Decode(raw(good, "xy")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "got 0 bytes, want at least the 8 of the header's length"},
		{"short", []byte("1234567"), "got 7 bytes"},
		{"header cut", raw(good, "")[:20], "header length at byte 0: got 53, but only 12 bytes follow: the file is truncated"},
		{"header length huge", []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"), "header length at byte 0: got 18446744073709551615, want at most 100000000"},
		{"header empty", raw("", ""), `header at byte 8: got "", want a JSON object`},
		{"header no object", raw("[1]", ""), `header at byte 8: got "[1]", want a JSON object`},
		{"header after blank", raw(" {}", ""), "want a JSON object"},
		{"header not closed", raw(`{"__metadata__":{}`, ""), "header at byte 26: unexpected EOF"},
		{"header not JSON", raw(`{"a":}`, ""), `tensor "a" (header up to byte`},
		{"header twice", raw(`{} {}`, ""), "got more than one JSON object"},
		{"header not UTF-8", raw("{\"\xff\":1}", ""), "the header is not UTF-8"},
		{"metadata no text", raw(`{"__metadata__":{"a":1}}`, ""), "__metadata__: want an object of texts"},
		{"name twice", raw(good[:len(good)-1]+","+good[1:], "xy"), `the header has the name "a" twice`},
		{"no object", raw(`{"a":1}`, ""), `tensor "a" (header up to byte 14): json`},
		{"no dtype", raw(entry(`"shape":[2],"data_offsets":[0,2]`), "xy"), `tensor "a" (header up to byte 47): dtype is missing`},
		{"no shape", raw(entry(`"dtype":"U8","data_offsets":[0,2]`), "xy"), `shape is missing`},
		{"no offsets", raw(entry(`"dtype":"U8","shape":[2]`), "xy"), `data_offsets: got [], want [begin, end]`},
		{"three offsets", raw(entry(`"dtype":"U8","shape":[2],"data_offsets":[0,1,2]`), "xy"), `want [begin, end]`},
		{"unknown dtype", raw(entry(`"dtype":"F128","shape":[2],"data_offsets":[0,2]`), "xy"), `element type: got "F128", want one of BF16, BOOL, C64,`},
		{"negative size", raw(entry(`"dtype":"U8","shape":[-2],"data_offsets":[0,2]`), "xy"), `shape [-2]: got a negative size`},
		{"shape overflow", raw(entry(`"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]`), ""), `shape [4294967296 4294967296]: the number of bytes does not fit 64 bits`},
		{"fraction", raw(entry(`"dtype":"U8","shape":[2],"data_offsets":[0,1.5]`), "xy"), "want whole numbers from 0 to 2"},
		{"negative offset", raw(entry(`"dtype":"U8","shape":[2],"data_offsets":[-1,1]`), "xy"), "want whole numbers from 0 to 2"},
		{"data cut", raw(good, "x"), "data_offsets: got [0 2], want whole numbers from 0 to 1, the bytes of data in the file"},
		{"offsets turned", raw(entry(`"dtype":"U8","shape":[2],"data_offsets":[2,0]`), "xy"), "want begin before end"},
		{"wrong count", raw(entry(`"dtype":"U8","shape":[3],"data_offsets":[0,2]`), "xy"), "2 bytes at data_offsets [0 2]: want 3 for U8 [3]"},
		{"data too long", raw(good, "xyz"), "the data has 3 bytes, but the tensors end at 2"},
		{"gap", raw(entry(`"dtype":"U8","shape":[1],"data_offsets":[1,2]`), "xy"), `tensor "a" at data byte 1: the bytes from 0 on before it belong to no tensor`},
		{"overlap", raw(`{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, "xyz"),
			`tensor "b" at data byte 1 overlaps tensor "a", which ends at 2`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Decode(tt.b)
			if f != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v\nwant %s", f, err, tt.want)
			}
		})
	}
}

func TestEncodeBad(t *testing.T) {
	one := Tensor{Name: "a", DType: "U8", Shape: []int{1}, Data: []byte{1}}
	for _, tt := range []struct {
		name string
		f    File
		want string
	}{
		{"two of a name", File{Tensors: []Tensor{one, one}}, `tensor "a": there are two of this name`},
		{"reserved", File{Tensors: []Tensor{{Name: "__metadata__", DType: "U8"}}}, "the name is reserved"},
		{"name not UTF-8", File{Tensors: []Tensor{{Name: "\xff", DType: "U8"}}}, "the name is not UTF-8"},
		{"metadata not UTF-8", File{Metadata: map[string]string{"k": "\xff"}}, `metadata "k": the text is not UTF-8`},
		{"shape", File{Tensors: []Tensor{FromFloat32s("w", []int{3}, []float32{1})}}, `tensor "w": got 4 bytes, want 12 for F32 [3]`},
		{"type", File{Tensors: []Tensor{{Name: "a", DType: "float"}}}, `element type: got "float"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if b, err := Encode(&tt.f); b != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, %v\nwant %s", b, err, tt.want)
			}
		})
	}
}

func TestConvert(t *testing.T) {
	half := Tensor{DType: "F16", Shape: []int{7}, Data: []byte("\x00\x3c\x00\xc0\x01\x00\xff\x7b\x00\x7c\x00\x80\x00\x04")}
	bf16 := Tensor{DType: "BF16", Shape: []int{2}, Data: []byte("\x80\x3f\x20\xc1")}
	f64 := Tensor{DType: "F64", Shape: nil, Data: binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.1))}
	for _, tt := range []struct {
		t    Tensor
		want []float32
	}{
		{half, []float32{1, -2, 1.0 / (1 << 24), 65504, float32(math.Inf(1)), float32(math.Copysign(0, -1)), 1.0 / (1 << 14)}},
		{bf16, []float32{1, -10}}, {f64, []float32{0.1}},
	} {
		got, err := Float32s(tt.t)
		bits := func(v []float32) (b []uint32) {
			for _, x := range v {
				b = append(b, math.Float32bits(x))
			}
			return b
		}
		if err != nil || !slices.Equal(bits(got), bits(tt.want)) {
			t.Errorf("%s: got %v, %v, want %v", tt.t.DType, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		t    Tensor
		want []int32
	}{
		{Tensor{DType: "I64", Data: []byte("\xfe\xff\xff\xff\xff\xff\xff\xff")}, []int32{-2}},
		{Tensor{DType: "I16", Data: []byte("\xfe\xff")}, []int32{-2}}, {Tensor{DType: "U16", Data: []byte("\xfe\xff")}, []int32{65534}},
		{Tensor{DType: "I8", Data: []byte("\xfe")}, []int32{-2}}, {Tensor{DType: "U8", Data: []byte("\xfe")}, []int32{254}},
	} {
		if got, err := Int32s(tt.t); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, %v, want %v", tt.t.DType, got, err, tt.want)
		}
	}
	for name, bad := range map[string]Tensor{
		"got I32, want F32":    FromInt32s("a", nil, []int32{1}),
		"got 4 bytes, want 8":  FromFloat32s("a", []int{2}, []float32{1}),
		"got F32, want I32":    FromFloat32s("a", nil, []float32{1}),
		"want a number that":   {Name: "a", DType: "I64", Data: []byte("\x00\x00\x00\x00\x01\x00\x00\x00")},
		`element type: got ""`: {Name: "a"},
	} {
		_, err1 := Float32s(bad)
		_, err2 := Int32s(bad)
		if both := errors.Join(err1, err2); !errors.Is(both, ErrFormat) || !strings.Contains(both.Error(), name) {
			t.Errorf("got %v, want %s", both, name)
		}
	}
}

func TestEncodeDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &File{Metadata: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "metadata")}
		names := rapid.SliceOfNDistinct(rapid.String(), 0, 5, rapid.ID).Draw(t, "names")
		slices.Sort(names)
		for _, name := range names {
			shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
			n := 1
			for _, d := range shape {
				n *= d
			}
			if rapid.Bool().Draw(t, "float") {
				f.Tensors = append(f.Tensors, FromFloat32s(name, shape, rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "data")))
			} else {
				f.Tensors = append(f.Tensors, FromInt32s(name, shape, rapid.SliceOfN(rapid.Int32(), n, n).Draw(t, "data")))
			}
		}
		b, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if n := binary.LittleEndian.Uint64(b); n%8 != 0 {
			t.Fatalf("header of %d bytes is not padded to 8", n)
		}
		got, err := Decode(b)
		if err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if d := cmp.Diff(f, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-want +got)\n%s", d)
		}
		slices.Reverse(f.Tensors)
		if again, err := Encode(f); err != nil || string(again) != string(b) {
			t.Fatalf("another order gave other bytes (%v)", err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(raw(`{"a":{"dtype":"F16","shape":[1,1],"data_offsets":[0,2]}}`, "\x00\x3c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("not of kind ErrFormat: %v", err)
			}
			return
		}
		encoded, err := Encode(file)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(file, again, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("(-first +again)\n%s", d)
		}
		for _, x := range file.Tensors {
			_, _ = Float32s(x)
			_, _ = Int32s(x)
		}
	})
}
