package export_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/op"
)

var writeTo = flag.String("write", "", "a folder to write the exported nets to, for test/onnx/check.py")

// TestWriteFiles writes each net with an input and what Fovea makes of it, laid out as ONNX's own test cases are.
func TestWriteFiles(t *testing.T) {
	if *writeTo == "" {
		t.Skip("files are written where -write names a folder; see test/onnx/check.py")
	}
	for _, net := range nets {
		g := prediction(t, net.text, 1)
		w := weights(g)
		m, err := export.Model(g, w, export.Options{Name: net.name})
		if err != nil {
			t.Fatal(err)
		}
		g = prediction(t, net.text, 3)
		in := map[string]*op.Tensor{"x": picture(g.Find("x").Shape, 3)}
		dir := filepath.Join(*writeTo, strings.ReplaceAll(net.name, " ", "_"))
		data := filepath.Join(dir, "test_data_set_0")
		if err := os.MkdirAll(data, 0o755); err != nil {
			t.Fatal(err)
		}
		for file, b := range map[string][]byte{
			filepath.Join(dir, "model.onnx"):   pb.Encode(m),
			filepath.Join(data, "input_0.pb"):  pb.EncodeTensor(tensor("x", moved(in["x"], true))),
			filepath.Join(data, "output_0.pb"): pb.EncodeTensor(tensor("probs", moved(outputs(t, g, w, in)["probs"], true))),
		} {
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func tensor(name string, v *op.Tensor) *onnxir.Tensor {
	f := make([]float32, len(v.Data))
	for i, x := range v.Data {
		f[i] = float32(x)
	}
	return onnxir.FloatTensor(name, dims(v.Shape), f)
}

func dims(s graph.Shape) []int64 {
	out := make([]int64, len(s))
	for i, d := range s {
		out[i] = int64(d)
	}
	return out
}
