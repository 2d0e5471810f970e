package export_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/onnx/export"
)

var update = flag.Bool("update", false, "rewrite the golden file")

const goldenNet = `block($f) = { CONV 3x3x$f pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 | } add -> RELU
	INPUT 8x8x3 -> CONV "stem" 3x3x4 stride 2 pad 1 -> LEAKYRELU 0.1 -> block(4) -> POOL 2 -> FC 5 -> GELU -> FC 3`

// TestGolden compares a whole model with its text; -update rewrites it, and the difference is to be looked at.
func TestGolden(t *testing.T) {
	g := prediction(t, goldenNet, 2)
	m, err := export.Model(g, weights(g), export.Options{Name: "golden", Metadata: map[string]string{"classes": "a,b,c"}})
	if err != nil {
		t.Fatal(err)
	}
	got := text(m)
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the model differs from %s (-want +got), -update rewrites it:\n%s", file, d)
	}
}

// text prints a model, a line a node.
func text(m *onnxir.Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "model %s, opset %d, IR %d, by %s, %v\n", m.Graph.Name, m.Opsets[""], m.IRVersion, m.ProducerName, m.Metadata)
	for _, v := range m.Graph.Inputs {
		fmt.Fprintf(&b, "input %s %v (%s)\n", v.Name, v.Type, v.Doc)
	}
	for _, t := range m.Graph.Initializers {
		fmt.Fprintf(&b, "initializer %s %v %v\n", t.Name, t.DType, t.Dims)
	}
	for _, n := range m.Graph.Nodes {
		fmt.Fprintf(&b, "%s = %s(%s)", strings.Join(n.Outputs, ", "), n.OpType, strings.Join(n.Inputs, ", "))
		attrs := slices.Clone(n.Attributes)
		slices.SortFunc(attrs, func(a, b *onnxir.Attribute) int { return strings.Compare(a.Name, b.Name) })
		for _, a := range attrs {
			switch a.Type {
			case onnxir.AttrInt:
				fmt.Fprintf(&b, " %s=%d", a.Name, a.I)
			case onnxir.AttrInts:
				fmt.Fprintf(&b, " %s=%v", a.Name, a.Ints)
			case onnxir.AttrFloat:
				fmt.Fprintf(&b, " %s=%g", a.Name, a.F)
			default:
				fmt.Fprintf(&b, " %s=%s", a.Name, a.S)
			}
		}
		fmt.Fprintf(&b, "    # %s\n", n.Doc)
	}
	for _, v := range m.Graph.Outputs {
		fmt.Fprintf(&b, "output %s %v (%s)\n", v.Name, v.Type, v.Doc)
	}
	return b.String()
}
