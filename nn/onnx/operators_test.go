package onnx_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
)

var writeTo = flag.String("write", "", "a file to write the models of single operators to, for testdata/operators.mjs")

// operatorCase is a model whose output y is known: from ONNX Runtime, in testdata/operators.json, unless want says it.
type operatorCase struct {
	name  string
	opset int64
	file  *file // of one input, x, whose numbers are filled(7)
	want  []float64
}

// of begins a model of an input x.
func of(shape ...int64) *file { return new(file).input("x", shape...) }

// x is the input.
func (c operatorCase) x() onnx.Tensor {
	var shape []int
	for _, d := range c.file.g.Inputs[0].Type.Dims {
		shape = append(shape, int(d.Size))
	}
	return filled(7, shape...)
}

// answer is what a model gives.
type answer struct {
	Shape graph.Shape `json:"shape"`
	Data  []float64   `json:"data"`
}

// operatorCases are those of all files of this package.
func operatorCases() []operatorCase {
	return slices.Concat(newerCases(), newerAttributeCases(), resizeCases(), topKCases())
}

// TestOperators compares models of one operator, by the primitives' references, with what ONNX Runtime makes of them.
func TestOperators(t *testing.T) {
	text, err := os.ReadFile("testdata/operators.json")
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]answer
	if err := json.Unmarshal(text, &answers); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range operatorCases() {
		if seen[c.name] {
			t.Errorf("two cases are called %q", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			c.file.opset = c.opset
			_, got := interpreted(t, c.file.parse(t, "y"), c.x(), "y")
			want, ok := answers[c.name]
			if c.want != nil {
				want, ok = answer{got.Shape, c.want}, true
			}
			switch {
			case !ok:
				t.Fatal("no answer in testdata/operators.json: see testdata/operators.mjs")
			case !got.Shape.Equal(want.Shape):
				t.Fatalf("got sizes %v, want %v", got.Shape, want.Shape)
			}
			// ONNX Runtime computes in float32.
			if a := approx.Compare(got.Float64s(), want.Data, 1e-5, 1e-5); !a.OK() {
				t.Errorf("element %d: got %g, want %g\ngot  %.5g\nwant %.5g", a.Index, a.Got, a.Want, got.Float64s(), want.Data)
			}
		})
	}
	for name := range answers {
		if !seen[name] {
			t.Errorf("testdata/operators.json has an answer for %q, which is no case", name)
		}
	}
}

// TestWriteOperators writes the models with their inputs.
func TestWriteOperators(t *testing.T) {
	if *writeTo == "" {
		t.Skip("models are written where -write names a file; see testdata/operators.mjs")
	}
	type written struct {
		Name  string
		Model []byte
		Shape graph.Shape
		X     []float32
	}
	var all []written
	for _, c := range operatorCases() {
		if c.want == nil {
			c.file.opset = c.opset
			x := c.x()
			all = append(all, written{c.name, c.file.bytes("y"), x.Shape, x.F32})
		}
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(*writeTo, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
