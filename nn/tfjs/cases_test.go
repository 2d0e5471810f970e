package tfjs_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/tfjs"
)

// testCase is a model with what TensorFlow.js computes; see testdata/make.mjs.
type testCase struct {
	Name         string
	Model        json.RawMessage
	Weights      []byte
	Input, Shape graph.Shape
	Output       []float64
}

func cases(t testing.TB) []testCase {
	t.Helper()
	b, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []testCase
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// one reads the same bytes from whatever path.
func one(b []byte) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return b, nil }
}

// pixels are those of testdata/make.mjs.
func pixels(s graph.Shape) *op.Tensor {
	x := op.NewTensor(s)
	for i := range x.Data {
		x.Data[i] = float64(float32(float64(i*37%101)/50 - 1))
	}
	return x
}

// built is the graph of the model for inputs of a shape, with the softmax that Logits leaves out, as output y.
func built(t *testing.T, m *tfjs.Model, s graph.Shape) *graph.Graph {
	t.Helper()
	g := graph.New()
	b := layer.NewBuilder(g)
	y, err := m.Logits(b, g.Input("x", graph.F32, s))
	if err == nil && m.Softmax() {
		y, err = layer.Softmax(b, y)
	}
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", y)
	return g
}

// interpret returns output y by the reference. The graph must have exactly the model's weights.
func interpret(t *testing.T, m *tfjs.Model, x *op.Tensor) *op.Tensor {
	t.Helper()
	g := built(t, m, x.Shape)
	given := map[string]*op.Tensor{"x": x}
	left := maps.Clone(m.Weights())
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		w, ok := left[v.Name]
		if !ok || !w.Shape.Equal(v.Shape) || len(w.F32) != v.Shape.Elems() {
			t.Fatalf("%v: got a weight %v with %d elements", v, w.Shape, len(w.F32))
		}
		given[v.Name] = op.NewTensor(w.Shape)
		for i, f := range w.F32 {
			given[v.Name].Data[i] = float64(f)
		}
		delete(left, v.Name)
	}
	for name := range left {
		t.Errorf("weight %q belongs to nothing in the graph", name)
	}
	all, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	return all[g.Outputs[0].Value.ID]
}

// onCPU returns output y of the cpu backend.
func onCPU(t *testing.T, m *tfjs.Model, x plan.Tensor) []float32 {
	t.Helper()
	g := built(t, m, x.Shape)
	dev := cpu.New(2)
	defer dev.Close()
	store, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range m.Weights() {
		if err := store.Write(name, plan.Float32s(w.Shape, w.F32...)); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	e, err := dev.Compile(ctx, plan.Build(g, plan.Options{Fused: dev.Info().Fused}), store)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Run(x); err != nil {
		t.Fatal(err)
	}
	y, err := e.Fetch("y")(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return y[0].F32
}

// TestCases compares each kind of layer and node with TensorFlow.js, which computes in float32 and whose numbers lie here
// with seven digits.
func TestCases(t *testing.T) {
	worst := 0.0
	for _, c := range cases(t) {
		t.Run(strings.ReplaceAll(c.Name, " ", "_"), func(t *testing.T) {
			m, err := tfjs.Parse(c.Model, one(c.Weights))
			if err != nil {
				t.Fatal(err)
			}
			if got := m.InputShape(); !got.Equal(c.Input[1:]) {
				t.Errorf("InputShape: got %v, want %v", got, c.Input[1:])
			}
			x := pixels(c.Input)
			y := interpret(t, m, x)
			if !y.Shape.Equal(c.Shape) {
				t.Fatalf("shape: got %v, want %v", y.Shape, c.Shape)
			}
			r := approx.Compare(y.Data, c.Output, 2e-6, 2e-6)
			if worst = max(worst, r.Worst); !r.OK() {
				t.Error(r)
			}
			f := make([]float32, len(x.Data))
			for i, v := range x.Data {
				f[i] = float32(v)
			}
			if r := approx.Compare(onCPU(t, m, plan.Float32s(c.Input, f...)), c.Output, 1e-5, 1e-5); !r.OK() {
				t.Error("cpu:", r)
			}
		})
	}
	t.Logf("largest difference: %.2g of the tolerance", worst)
}
