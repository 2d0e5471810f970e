package onnxir

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAttributes(t *testing.T) {
	w := FloatTensor("w", []int64{1}, []float32{2})
	g := &Graph{Name: "then"}
	n := &Node{Name: "conv1", OpType: "Conv", Attributes: []*Attribute{
		IntAttribute("group", 2), IntsAttribute("pads", 1, 2), FloatAttribute("alpha", 0.5), FloatsAttribute("scales", 1, 2),
		TextAttribute("auto_pad", "VALID"), {Name: "keys", Type: AttrStrings, Strings: [][]byte{[]byte("a"), []byte("b")}},
		TensorAttribute("value", w), {Name: "then_branch", Type: AttrGraph, G: g}, {Name: "outer", Type: AttrInt, RefName: "axis"},
	}}
	must := func(got any, err error) func(want any) {
		return func(want any) {
			t.Helper()
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, d)
			}
		}
	}
	must(n.Int("group", 1))(int64(2))
	must(n.Int("missing", 1))(int64(1))
	must(n.Ints("pads", nil))([]int64{1, 2})
	must(n.Ints("missing", []int64{7}))([]int64{7})
	must(n.Float("alpha", 1))(float32(0.5))
	must(n.Float("missing", 1))(float32(1))
	must(n.Floats("scales", nil))([]float32{1, 2})
	must(n.Floats("missing", nil))([]float32(nil))
	must(n.Text("auto_pad", "NOTSET"))("VALID")
	must(n.Text("missing", "NOTSET"))("NOTSET")
	must(n.Texts("keys", nil))([]string{"a", "b"})
	must(n.Texts("missing", []string{"c"}))([]string{"c"})
	must(n.Tensor("value"))(w)
	must(n.Tensor("missing"))((*Tensor)(nil))
	must(n.Graph("then_branch"))(g)
	must(n.Graph("missing"))((*Graph)(nil))

	_, err := n.Int("pads", 1)
	if want := `node "conv1" (Conv): attribute "pads": got type INTS, want INT`; !errors.Is(err, ErrFormat) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err = n.Int("outer", 1); !errors.Is(err, ErrFormat) ||
		!strings.Contains(err.Error(), `refers to attribute "axis" of a function`) {
		t.Errorf("got %v", err)
	}
}

func TestNodeNames(t *testing.T) {
	for _, tt := range []struct {
		n    Node
		want string
	}{
		{Node{Name: "a", OpType: "Relu", Outputs: []string{"y"}}, `node "a" (Relu)`},
		{Node{OpType: "Relu", Domain: "com.example", Outputs: []string{"", "y"}}, `node that makes "y" (com.example.Relu)`},
		{Node{OpType: "Relu"}, "node without name or outputs (Relu)"},
	} {
		if got := tt.n.String(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	n := Node{Inputs: []string{"x", ""}, Outputs: []string{"y"}}
	if n.Input(0) != "x" || n.Input(1) != "" || n.Input(2) != "" || n.Output(0) != "y" || n.Output(1) != "" {
		t.Errorf("got inputs %q, %q, %q, outputs %q, %q", n.Input(0), n.Input(1), n.Input(2), n.Output(0), n.Output(1))
	}
}

func TestTypeText(t *testing.T) {
	x := &Type{Kind: KindTensor, Elem: Float, Dims: []Dim{{Name: "N"}, {Size: 3}, UnknownDim}}
	for _, tt := range []struct {
		t    *Type
		want string
	}{
		{nil, "value of unknown kind"}, {x, "FLOAT [N,3,?]"}, {&Type{Kind: KindTensor, Elem: Int64}, "INT64 of unknown shape"},
		{&Type{Kind: KindTensor, Elem: Bool, Dims: []Dim{}}, "BOOL []"},
		{&Type{Kind: KindSequence, Of: x}, "sequence of FLOAT [N,3,?]"},
		{&Type{Kind: KindOptional}, "optional of value of unknown kind"}, {&Type{Kind: KindOpaque}, "opaque value"},
		{&Type{Kind: KindMap, Elem: String, Of: x}, "map from STRING to FLOAT [N,3,?]"},
		{&Type{Kind: KindSparseTensor, Elem: 99, Dims: []Dim{}}, "sparse unknown type 99 []"},
	} {
		if got := tt.t.String(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
	if x.Dims[0].Known() || !x.Dims[1].Known() || x.Dims[2].Known() {
		t.Error("only a number is known")
	}
	if got := AttributeType(99).String() + " " + AttrTypeProtos.String(); got != "unknown type 99 TYPE_PROTOS" {
		t.Errorf("got %s", got)
	}
}

func TestTensorsOfModel(t *testing.T) {
	tensor := func(name string) *Tensor { return &Tensor{Name: name} }
	sparse := func(name string) *SparseTensor {
		return &SparseTensor{Values: tensor(name), Indices: tensor(name + "i")}
	}
	inner := &Graph{Initializers: []*Tensor{tensor("c")}}
	m := &Model{
		Graph: &Graph{Initializers: []*Tensor{tensor("a")}, SparseInitializers: []*SparseTensor{sparse("b")}, Nodes: []*Node{{
			Attributes: []*Attribute{{G: inner}, {T: tensor("d"), Sparse: sparse("e")}, {Tensors: []*Tensor{tensor("f")}},
				{Graphs: []*Graph{inner, inner}}, {SparseTensors: []*SparseTensor{sparse("g")}}},
		}}},
		Functions: []*Function{{Defaults: []*Attribute{{T: tensor("h")}},
			Nodes: []*Node{{Attributes: []*Attribute{{T: tensor("i")}}}}}},
	}
	var names []string
	for x := range m.Tensors() {
		names = append(names, x.Name)
	}
	if got, want := strings.Join(names, " "), "a b bi c d e ei f c c g gi h i"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for stop := 1; stop <= len(names); stop++ { // ending early must not call yield again, which would panic
		n := 0
		for range m.Tensors() {
			if n++; n == stop {
				break
			}
		}
	}
}
