package nn_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/simd"
)

// TestOtherModels compares detectors and classifiers that nobody here wrote with what ONNX Runtime Web made of them, where
// `make models` has put that.
func TestOtherModels(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "dist", "models", "*.json"))
	if len(files) == 0 {
		t.Skip("no dist/models: make models installs models and computes them elsewhere")
	}
	d, err := simd.Open(context.Background(), simd.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, file := range files {
		var c struct {
			Name, File, Input string
			Shape             []int
			Outputs           map[string]struct {
				Shape []int
				Data  string
			}
		}
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.Name, func(t *testing.T) {
			b, err := os.ReadFile(c.File)
			if err != nil {
				t.Fatal(err)
			}
			m, err := onnx.Parse(b, nil)
			if err != nil {
				t.Fatal(err)
			}
			g := nn.NewGraph(d, m)
			defer g.Close()
			x := onnx.Float32s(c.Shape)
			for i := range x.F32 {
				x.F32[i] = float32(math.Sin(float64(i)*0.37) * math.Cos(float64(i)*0.0113))
			}
			got, err := g.Run(context.Background(), map[string]onnx.Tensor{c.Input: x})
			if err != nil {
				t.Fatal(err)
			}
			for name, w := range c.Outputs {
				raw, err := base64.StdEncoding.DecodeString(w.Data)
				if err != nil {
					t.Fatal(err)
				}
				want := make([]float64, len(raw)/4)
				for i := range want {
					want[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
				}
				a := approx.Compare(got[name].Float64s(), want, 1e-6, 1e-4)
				if !a.OK() {
					t.Errorf("%s %v: %s[%d]: got %g, want %g", c.Name, c.Shape, name, a.Index, a.Got, a.Want)
				}
				t.Logf("%v: largest error %.2g of the tolerance", c.Shape, a.Worst)
			}
		})
	}
}
