package zoo_test

import (
	"encoding/json"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// value draws n numbers from -1 to 1 from a name, as testdata/torch/make.py does.
func value(name string, n int) []float32 {
	v := make([]float32, n)
	first := crc32.ChecksumIEEE([]byte(name))
	for i := range v {
		x := first + uint32(i)
		x = (x ^ x>>16) * 0x85ebca6b
		x = (x ^ x>>13) * 0xc2b2ae35
		x ^= x >> 16
		v[i] = float32(float64(x)/(1<<31) - 1)
	}
	return v
}

// torchValue is the tensor of a state dict in testdata/torch/make.py.
func torchValue(w zoo.Weight) []float32 {
	v := value(w.Torch, w.TorchShape.Elems())
	scale := math.Sqrt(6 / float64(w.TorchShape[1:].Elems()))
	for i, x := range v {
		switch x := float64(x); {
		case strings.HasSuffix(w.Torch, ".running_var"):
			v[i] = float32(1 + x/2)
		case len(w.TorchShape) > 1:
			v[i] = float32(x * scale)
		case strings.HasSuffix(w.Torch, ".weight"):
			v[i] = float32(1 + x/5)
		default:
			v[i] = float32(x / 10)
		}
	}
	return v
}

// TestLogitsAreTorchs compares the nets with PyTorch's, weights being found by torchvision's names.
func TestLogitsAreTorchs(t *testing.T) {
	b, err := os.ReadFile("testdata/torch/logits.json")
	if err != nil {
		t.Fatal(err)
	}
	var pack map[string]struct {
		Size, Tensors int
		Logits        []float32
	}
	if err := json.Unmarshal(b, &pack); err != nil {
		t.Fatal(err)
	}
	for name, want := range pack {
		t.Run(name, func(t *testing.T) {
			e, err := zoo.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			skipHuge(t, e)
			o := zoo.Options{Classes: len(want.Logits), Size: want.Size}
			ws, err := e.TorchWeights(o)
			if err != nil {
				t.Fatal(err)
			}
			state, tensors := map[string]plan.Tensor{}, 0
			for _, w := range ws {
				if w.Side {
					continue
				}
				tensors++
				v, err := w.FromTorch(w.TorchShape, torchValue(w))
				if err != nil {
					t.Fatal(err)
				}
				state[w.Name] = plan.Float32s(w.Shape, v...)
			}
			if tensors != want.Tensors {
				t.Errorf("got %d tensors, want %d", tensors, want.Tensors)
			}
			g, logits, _, err := build(parse(t, e, o), 1, false)
			if err != nil {
				t.Fatal(err)
			}
			g.Output("logits", logits)
			area := want.Size * want.Size
			planes, x := value("x", 3*area), make([]float32, 3*area)
			for i := range x {
				x[i] = planes[i%3*area+i/3]
			}
			picture := map[string]plan.Tensor{"x": plan.Float32s(graph.Shape{1, want.Size, want.Size, 3}, x...)}
			got := run(t, g, state, picture, "logits")[0].F32
			largest := 0.0
			for _, v := range want.Logits {
				largest = max(largest, math.Abs(float64(v)))
			}
			// Sums of hundreds of layers in another order; a wrong window or name shows in the first digits.
			if r := approx.Compare(got, want.Logits, 1e-4*largest, 1e-4); !r.OK() {
				t.Errorf("%v; got %v", r, got)
			}
		})
	}
}
