package pb_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

// pack yields the files of ONNX's test cases beside this checkout, and skips the test where there are none.
func pack(t testing.TB) func(yield func(name string, b []byte) bool) {
	archive := filepath.Join("..", "..", "..", "..", "shared", "conformance", "onnx", "onnx-visible.tar.gz")
	f, err := os.Open(archive)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no %s, which is not part of the repository", archive)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(name string, b []byte) bool) {
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if !yield(h.Name, b) {
				return
			}
		}
	}
}

// exact compares what was read with what was written and read again: even nil slices must come back as such.
var exact = cmpopts.EquateNaNs()

// Every file is read, and is the same after it was written and read again. Models are put in order, and the numbers of every
// tensor are read.
func TestConformanceFiles(t *testing.T) {
	models, tensors, sequences := 0, 0, 0
	for name, b := range pack(t) {
		switch path.Ext(name) {
		case ".onnx":
			models++
			roundTrip(t, name, b)
		case ".pb":
			x, err := pb.DecodeTensor(b)
			if errors.Is(err, pb.ErrSequence) {
				sequences++
				continue
			}
			tensors++
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			again, err := pb.DecodeTensor(pb.EncodeTensor(x))
			if d := same(x, again); d != "" || err != nil {
				t.Errorf("%s: %v (-first +again)\n%s", name, err, d)
			}
			readNumbers(t, name, x)
		}
	}
	t.Logf("%d models, %d tensors, %d sequences", models, tensors, sequences)
	if models != 389 {
		t.Errorf("got %d models, want 389", models)
	}
}

func roundTrip(t *testing.T, name string, b []byte) {
	t.Helper()
	m, err := pb.Decode(b)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, err := pb.Decode(pb.Encode(m))
	if d := same(m, again); d != "" || err != nil {
		t.Errorf("%s: %v (-first +again)\n%s", name, err, d)
	}
	if nodes, err := m.Graph.Sorted(nil); err != nil || !slices.Equal(nodes, m.Graph.Nodes) {
		t.Errorf("%s: %v, or another order than the file's, which is one already", name, err)
	}
	for x := range m.Tensors() {
		readNumbers(t, name, x)
	}
}

func readNumbers(t *testing.T, name string, x *onnxir.Tensor) {
	t.Helper()
	var err error
	if x.DType == onnxir.String {
		_, err = x.Texts()
	} else {
		_, err = x.Float64s()
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
