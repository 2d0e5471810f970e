package onnxir

import (
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
)

func TestLoadExternal(t *testing.T) {
	file := []byte("..\x00\x00\x80\x3f\x00\x00\x00\x40")
	read := func(location string, offset, length int64) ([]byte, error) {
		if location != "data/w.bin" {
			return nil, fs.ErrNotExist
		}
		return file[offset:min(offset+length, int64(len(file)))], nil
	}
	w := &Tensor{Name: "w", DType: Float, Dims: []int64{2}, External: &External{Location: "./data/w.bin", Offset: 2, Length: -1}}
	if _, err := w.Float32s(); err == nil || err.Error() != `tensor "w": its elements are in the file "./data/w.bin", which is not loaded: give that file too` {
		t.Errorf("got %v", err)
	}
	none := &Tensor{Name: "none", DType: Float, Dims: []int64{0}, External: &External{Location: "data/w.bin", Length: 0}}
	m := &Model{Graph: &Graph{Initializers: []*Tensor{FloatTensor("b", nil, []float32{1}), none},
		Nodes: []*Node{{Attributes: []*Attribute{TensorAttribute("v", w)}}}}}
	if err := m.LoadExternal(read); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Float32s(); err != nil || got[0] != 1 || got[1] != 2 || w.External != nil || cap(w.Raw) != 8 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := none.Float32s(); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}

	for _, tt := range []struct {
		e    External
		want string
	}{
		{External{"data/w.bin", 2, 4}, `tensor "w": got 4 bytes in the file "data/w.bin", want 8 for FLOAT [2]`},
		{External{"data/w.bin", 6, -1}, `tensor "w": got 4 bytes from byte 6 on of the file "data/w.bin", want 8: the file is cut off or another one`},
		{External{"data/w.bin", -2, -1}, `tensor "w": 8 bytes from byte -2 on of the file "data/w.bin": no file has these`},
		{External{"data/w.bin", math.MaxInt64, -1}, "no file has these"},
		{External{"other.bin", 0, 8}, `tensor "w": 8 bytes from byte 0 on of the file "other.bin": file does not exist`},
	} {
		x := &Tensor{Name: "w", DType: Float, Dims: []int64{2}, External: &tt.e}
		if err := (&Model{Graph: &Graph{Initializers: []*Tensor{x}}}).LoadExternal(read); err == nil ||
			!strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
	for _, location := range []string{"", ".", "/etc/passwd", "..", "../w.bin", "a/../w.bin", "a/../../w.bin", `..\w.bin`,
		`C:\w.bin`, "C:w.bin",
		`\\host\w.bin`, "a\x00b", "\xff"} {
		x := &Tensor{Name: "w", DType: Float, External: &External{Location: location, Length: -1}}
		if err := x.Load(read); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "want a relative path with slashes") {
			t.Errorf("%q: got %v", location, err)
		}
	}
	for _, x := range []*Tensor{{DType: String, External: &External{Location: "a"}}, {External: &External{Location: "a"}}} {
		if err := x.Load(read); !errors.Is(err, ErrFormat) {
			t.Errorf("%v: got %v", x.DType, err)
		}
	}
}
