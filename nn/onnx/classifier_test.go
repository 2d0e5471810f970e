package onnx_test

import (
	"context"
	"errors"
	"image"
	_ "image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/simd"
)

var shared = filepath.Join("..", "..", "..", "shared")

// ready skips a test where the models beside this checkout are missing, unless they are required.
func ready(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared, path))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("FOVEA_REQUIRE_SHARED") == "" {
		t.Skipf("no %s beside this checkout", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// crop returns a square of a picture as a model takes it: planes in the order of channels are Fovea's last axis.
func crop(t *testing.T, name string, at, size int, pixel func(r, g, b float32) [3]float32) []float32 {
	t.Helper()
	f, err := os.Open(filepath.Join(shared, "images", name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []float32
	for y := range size {
		for x := range size {
			r, g, b, _ := img.At(at+x, at+y).RGBA()
			p := pixel(float32(r>>8), float32(g>>8), float32(b>>8))
			out = append(out, p[:]...)
		}
	}
	return out
}

// TestImageNets: two nets with ImageNet weights that nobody here wrote give the scores of their READMEs for five photos, alone
// and as a batch.
func TestImageNets(t *testing.T) {
	names := []string{"cat", "coffee", "rocket", "dog", "temple"}
	for _, c := range []struct {
		name     string
		at, size int
		pixel    func(r, g, b float32) [3]float32
	}{
		{"squeezenet_v1.0", 14, 227, func(r, g, b float32) [3]float32 { return [3]float32{b - 104, g - 117, r - 123} }},
		{"darknet_tiny", 16, 224, func(r, g, b float32) [3]float32 { return [3]float32{r / 255, g / 255, b / 255} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := onnx.Parse(ready(t, "models/"+c.name+"/model.onnx"), nil)
			if err != nil {
				t.Fatal(err)
			}
			n, err := m.Classifier([]int{c.size, c.size})
			if err != nil {
				t.Fatal(err)
			}
			if !n.Softmax || n.Classes() != 1000 {
				t.Errorf("softmax %v, %d classes, want true and 1000", n.Softmax, n.Classes())
			}
			want, err := safetensors.Decode(ready(t, "models/"+c.name+"/logits.safetensors"))
			if err != nil {
				t.Fatal(err)
			}
			var pixels []float32
			for _, name := range names {
				pixels = append(pixels, crop(t, name, c.at, c.size, c.pixel)...)
			}
			got := logits(t, n, len(names), pixels)
			for i, name := range names {
				tensor, _ := want.Find("logits." + name)
				w, err := safetensors.Float32s(tensor)
				if err != nil {
					t.Fatal(err)
				}
				if a := approx.Compare(wide(got[1000*i:1000*(i+1)]), wide(w), 1e-3, 1e-3); !a.OK() {
					t.Errorf("%s, class %d: got %g, want %g", name, a.Index, a.Got, a.Want)
				}
			}
			alone := logits(t, n, 1, pixels[:len(pixels)/len(names)])
			for k, v := range alone {
				if math.Abs(float64(v-got[k])) > 1e-4*(1+math.Abs(float64(v))) {
					t.Fatalf("class %d: alone %g, among others %g", k, v, got[k])
				}
			}
		})
	}
}

func wide(f []float32) []float64 {
	out := make([]float64, len(f))
	for i, v := range f {
		out[i] = float64(v)
	}
	return out
}

func logits(t *testing.T, n *onnx.Classifier, count int, pixels []float32) []float32 {
	t.Helper()
	g := graph.New()
	x := g.Input("x", graph.F32, append(graph.Shape{count}, n.InputShape()...))
	y, err := n.Logits(layer.NewBuilder(g), x)
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", y)
	d, err := simd.Open(context.Background(), simd.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range n.Weights() {
		if err := st.Write(name, plan.Float32s(w.Shape, w.F32...)); err != nil {
			t.Fatal(err)
		}
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{Fused: d.Info().Fused}), st)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(plan.Float32s(x.Shape, pixels...)); err != nil {
		t.Fatal(err)
	}
	got, err := e.Fetch("y")(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return got[0].F32
}
