package pb_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

// same reports how two values differ, or "". Comparing the plain way first saves cmp's minutes on large tensors; it takes a
// NaN for another one.
func same(a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	return cmp.Diff(a, b, exact)
}

func known(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, onnxir.ErrFormat) && !errors.Is(err, onnxir.ErrUnsupported) {
		t.Fatalf("neither of kind ErrFormat nor ErrUnsupported: %v", err)
	}
}

// pieces takes a model apart into small ones: the fuzzer takes its time to shorten what comes of a large one.
func pieces(m *onnxir.Model) []*onnxir.Model {
	g, n := m.Graph, m.Graph.Nodes[0]
	graphs := []*onnxir.Graph{{Inputs: g.Inputs[:3]}, {Inputs: g.Inputs[3:]}, {Outputs: g.Outputs}, {ValueInfo: g.ValueInfo}}
	for _, x := range g.Initializers {
		graphs = append(graphs, &onnxir.Graph{Initializers: []*onnxir.Tensor{x}})
	}
	for _, a := range n.Attributes {
		graphs = append(graphs, &onnxir.Graph{Nodes: []*onnxir.Node{{OpType: "Op", Attributes: []*onnxir.Attribute{a}}}})
	}
	out := []*onnxir.Model{{Opsets: m.Opsets, Graph: &onnxir.Graph{}}, {Metadata: m.Metadata, Graph: &onnxir.Graph{}},
		{Functions: m.Functions, Graph: &onnxir.Graph{}}}
	for _, g := range graphs {
		out = append(out, &onnxir.Model{Graph: g})
	}
	return out
}

func FuzzDecode(f *testing.F) {
	for _, m := range pieces(sample()) {
		f.Add(pb.Encode(m))
	}
	f.Add(nested(3))
	f.Add(model(node(attribute(number(20, 7), sub(8, []byte{1, 0x80, 1}), number(8, 3)))))
	f.Add(pb.EncodeTensor(onnxir.FloatTensor("w", []int64{2}, []float32{1, 2})))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, _ := allocated(b); got > memoryFor(b) {
			t.Fatalf("%d bytes of file took %d bytes of memory, want at most %d", len(b), got, memoryFor(b))
		}
		m, err := pb.Decode(b)
		if err != nil {
			known(t, err)
		} else {
			check(t, m, len(b) < 4096)
		}
		if x, err := pb.DecodeTensor(b); err != nil {
			known(t, err)
		} else if again, err := pb.DecodeTensor(pb.EncodeTensor(x)); err != nil || same(x, again) != "" {
			t.Fatalf("%v (-first +again)\n%s", err, same(x, again))
		}
	})
}

// check goes through a model that was read. Only a small one must be the same again: a large one may have been within bounds
// for fields that are not kept.
func check(t *testing.T, m *onnxir.Model, small bool) {
	again, err := pb.Decode(pb.Encode(m))
	if small && err != nil {
		t.Fatal(err)
	}
	if d := same(m, again); small && d != "" {
		t.Fatalf("(-first +again)\n%s", d)
	}
	if _, err := m.Graph.Sorted(nil); err != nil {
		known(t, err)
	}
	refuse := func(string, int64, int64) ([]byte, error) { return nil, onnxir.Unsupportedf("no files here") }
	for x := range m.Tensors() {
		_, errFloats := x.Float32s()
		_, errNumbers := x.Float64s()
		_, errIntegers := x.Int64s()
		_, errTexts := x.Texts()
		for _, err := range []error{errFloats, errNumbers, errIntegers, errTexts, x.Load(refuse)} {
			if err != nil {
				known(t, err)
			}
		}
	}
}
