package tfjs_test

import (
	"cmp"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/tfjs"
)

// TestPublishedModels compares the three models of the npm package nsfwjs (two of the layers format, one of the graph format,
// all with weights of 8 bits) with TensorFlow.js. testdata/nsfwjs.mjs unpacks them into a folder, which NSFWJS_MODELS names.
func TestPublishedModels(t *testing.T) {
	dir := cmp.Or(os.Getenv("NSFWJS_MODELS"), "../../dist/models/nsfwjs")
	b, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Skipf("%v: unpack the models as testdata/nsfwjs.mjs says, or set NSFWJS_MODELS", err)
	}
	var expected map[string][]float64
	if err := json.Unmarshal(b, &expected); err != nil {
		t.Fatal(err)
	}
	for name, want := range expected {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(dir, name, "model.json"))
			if err != nil {
				t.Fatal(err)
			}
			m, err := tfjs.Parse(b, func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name, p)) })
			if err != nil {
				t.Fatal(err)
			}
			if !m.Softmax() {
				t.Error("Softmax: got false, want true")
			}
			got := onCPU(t, m, formulaPicture(m.InputShape()))
			worst := 0.0
			for i, w := range want {
				worst = max(worst, math.Abs(float64(got[i])-w)/w)
			}
			t.Logf("probabilities %.6g, largest relative error %.2g", got, worst)
			// Both sides sum float32 in orders of their own, through up to 94 convolutions.
			if r := approx.Compare(got, want, 0, 1e-4); !r.OK() {
				t.Error(r)
			}
		})
	}
}

// formulaPicture is the one of testdata/nsfwjs.mjs.
func formulaPicture(s graph.Shape) plan.Tensor {
	x := make([]float32, s.Elems())
	for i := range x {
		c, w, h := i%3, i/3%s[1], i/3/s[1]
		x[i] = float32(float64((7*h+3*w+50*c+h*w%29)%256) / 255)
	}
	return plan.Float32s(append(graph.Shape{1}, s...), x...)
}
