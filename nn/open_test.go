package nn_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// TestPhotos: two nets with ImageNet weights that nobody here wrote see in five photos what their descriptions say, on every
// backend that runs natively.
func TestPhotos(t *testing.T) {
	folder := filepath.Join("..", "..", "shared")
	text, err := os.ReadFile(filepath.Join(folder, "images", "expected.json"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("FOVEA_REQUIRE_SHARED") == "" {
		t.Skip("no photos beside this checkout")
	}
	var expected struct {
		Images map[string]struct{ File string }
		Models map[string]struct {
			Crop      struct{ Size int }
			Tolerance float64 `json:"prob_tolerance"`
			Top       map[string][]struct {
				Index int
				Prob  float64
			} `json:"top5"`
		}
	}
	if err == nil {
		err = json.Unmarshal(text, &expected)
	}
	if err != nil {
		t.Fatal(err)
	}
	looks := map[string]preprocess.Preprocess{
		"squeezenet_v1.0": {Order: preprocess.BGR, Scale: 1, Mean: []float64{104, 117, 123}, Deviation: []float64{1, 1, 1}},
		"darknet_tiny":    {Order: preprocess.RGB, Scale: 255},
	}
	devices := map[string]func() plan.Device{
		"cpu": func() plan.Device { return cpu.New(0) },
		"simd": func() plan.Device {
			d, err := simd.Open(context.Background(), simd.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	}
	for name, m := range expected.Models {
		for backend, open := range devices {
			t.Run(name+"/"+backend, func(t *testing.T) {
				b, err := os.ReadFile(filepath.Join(folder, "models", name, "model.onnx"))
				if err != nil {
					t.Fatal(err)
				}
				p := looks[name]
				p.Crop, p.Size = []int{m.Crop.Size, m.Crop.Size}, []int{m.Crop.Size, m.Crop.Size}
				n, err := nn.Open(open(), b, nn.OpenOptions{Size: p.Size, Preprocess: &p})
				if err != nil {
					t.Fatal(err)
				}
				defer n.Close()
				for photo, want := range m.Top {
					b, err := os.ReadFile(filepath.Join(folder, "images", expected.Images[photo].File))
					if err != nil {
						t.Fatal(err)
					}
					pic, err := data.Decode(b)
					if err != nil {
						t.Fatal(err)
					}
					got, err := n.Classify(context.Background(), pic, len(want))
					if err != nil {
						t.Fatal(err)
					}
					for k, w := range want {
						if g := got[k]; g.Class != w.Index || math.Abs(float64(g.Probability)-w.Prob) > m.Tolerance {
							t.Errorf("%s, place %d: got class %d with %.4f, want %d with %.4f", photo, k+1, g.Class, g.Probability, w.Index, w.Prob)
						}
					}
				}
			})
		}
	}
}

// picture is a small one by a formula.
func picture(t *testing.T, w, h int) *data.Picture {
	t.Helper()
	pix := make([]byte, 4*w*h)
	for i := range pix {
		pix[i] = byte(i*7 + i/13)
		if i%4 == 3 {
			pix[i] = 255
		}
	}
	p, err := data.FromRGBA(pix, w, h)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestThereAndBack: a net that goes to ONNX and comes back sees the same, with its classes and its preprocessing, and so does
// one that is saved as Fovea's own file.
func TestThereAndBack(t *testing.T) {
	ctx := context.Background()
	n, err := nn.New(cpu.New(1), "INPUT 12x10x3 -> CONV 3x3x6 pad 1 nobias -> BN -> RELU -> POOL 2 -> CONV 3x3x8 -> LEAKYRELU -> FC 7 -> TANH -> FC 3", []string{"a", "b", "c"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	p, err := preprocess.Named("torchvision")
	if err != nil {
		t.Fatal(err)
	}
	p.Resize, p.Crop, p.Size = []int{14}, []int{12, 10}, []int{12, 10}
	n.Preprocess = &p
	pic := picture(t, 30, 21)
	want, err := n.Classify(ctx, pic, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(context.Context) ([]byte, error){"onnx": n.ONNX, "safetensors": n.Save} {
		t.Run(name, func(t *testing.T) {
			b, err := write(ctx)
			if err != nil {
				t.Fatal(err)
			}
			back, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			got, err := back.Classify(ctx, pic, 3)
			if err != nil {
				t.Fatal(err)
			}
			for k := range want {
				if got[k].Name != want[k].Name || math.Abs(float64(got[k].Probability-want[k].Probability)) > 1e-5 {
					t.Errorf("place %d: got %v, want %v", k+1, got[k], want[k])
				}
			}
			if name == "onnx" { // and once more, from a net without a text
				again, err := back.Save(ctx)
				if err != nil {
					t.Fatal(err)
				}
				third, err := nn.Open(cpu.New(1), again, nn.OpenOptions{})
				if err != nil {
					t.Fatal(err)
				}
				defer third.Close()
				if got, err := third.Classify(ctx, pic, 1); err != nil || got[0].Name != want[0].Name {
					t.Errorf("saved again: got %v, %v, want %v", got, err, want[0])
				}
			}
		})
	}
}

// TestOpenTorch puts a state dict as torchvision writes it into a net of the zoo.
func TestOpenTorch(t *testing.T) {
	e, err := zoo.Lookup("squeezenet1_1")
	if err != nil {
		t.Fatal(err)
	}
	weights, err := e.TorchWeights(zoo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &safetensors.File{}
	for k, w := range weights {
		x := make([]float32, w.TorchShape.Elems())
		for i := range x {
			x[i] = (op.Uniform(uint32(k), 1, 0, i) - 0.5) / 10
		}
		f.Tensors = append(f.Tensors, safetensors.FromFloat32s(w.Torch, w.TorchShape, x))
	}
	b, err := safetensors.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nn.Open(cpu.New(1), b, nn.OpenOptions{}); !errors.Is(err, graph.ErrFormat) || !strings.Contains(err.Error(), "say which net of the zoo") {
		t.Errorf("without a net: got %v", err)
	}
	if _, err := nn.Open(cpu.New(1), b, nn.OpenOptions{Zoo: "resnet18"}); !errors.Is(err, graph.ErrFormat) || !strings.Contains(err.Error(), "conv1.weight") {
		t.Errorf("of another net: got %v", err)
	}
	n, err := nn.Open(cpu.New(0), b, nn.OpenOptions{Zoo: "squeezenet1_1"})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	got, err := n.Classify(context.Background(), picture(t, 300, 280), 5)
	if err != nil || len(got) != 5 {
		t.Errorf("got %v, %v, want five classes", got, err)
	}
}

// TestCompact: half the bits, or a quarter, in files that see nearly the same, with a text or without.
func TestCompact(t *testing.T) {
	ctx := context.Background()
	n, err := nn.New(cpu.New(1), "INPUT 16x16x3 -> CONV 3x3x16 pad 1 -> RELU -> POOL 2 -> CONV 3x3x32 -> RELU -> FC 64 -> RELU -> FC 3", []string{"a", "b", "c"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	b, err := n.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	imported, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer imported.Close()
	pic := picture(t, 16, 16)
	for name, n := range map[string]*nn.Net{"text": n, "onnx": imported} {
		want, err := n.Classify(ctx, pic, 1)
		if err != nil {
			t.Fatal(err)
		}
		full, err := n.SaveCompact(ctx, nn.Float)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			width  nn.Width
			factor float64
			off    float64
		}{{nn.Half, 1.9, 1e-3}, {nn.Int8, 3.5, 2e-2}} {
			b, err := n.SaveCompact(ctx, c.width)
			if err != nil {
				t.Fatal(err)
			}
			if f := float64(len(full)) / float64(len(b)); f < c.factor {
				t.Errorf("%s, %d bits: the file is %.2f times smaller, want %g", name, c.width, f, c.factor)
			}
			back, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
			if err != nil {
				t.Fatalf("%s, %d bits: %v", name, c.width, err)
			}
			got, err := back.Classify(ctx, pic, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Name != want[0].Name || math.Abs(float64(got[0].Probability-want[0].Probability)) > c.off {
				t.Errorf("%s, %d bits: got %v, want %v", name, c.width, got[0], want[0])
			}
			back.Close()
		}
	}
}
