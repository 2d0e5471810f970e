package onnx_test

import (
	"cmp"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/op"
)

// file puts a model together, node by node.
type file struct {
	g     onnxir.Graph
	opset int64 // 17 unless given
}

func (f *file) input(name string, dims ...int64) *file {
	return f.open(name, onnxir.Float, dims...)
}

// open adds an input; sizes below 0 are open.
func (f *file) open(name string, d onnxir.DataType, dims ...int64) *file {
	t := &onnxir.Type{Kind: onnxir.KindTensor, Elem: d, Dims: []onnxir.Dim{}}
	for _, n := range dims {
		t.Dims = append(t.Dims, onnxir.Dim{Size: n})
	}
	f.g.Inputs = append(f.g.Inputs, &onnxir.Value{Name: name, Type: t})
	return f
}

// weights adds an initializer of numbers that depend on its name.
func (f *file) weights(name string, dims ...int64) *file {
	n := 1
	for _, d := range dims {
		n *= int(d)
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = 2*op.Uniform(uint32(len(name))+uint32(name[0]), 1, 0, i) - 1
	}
	return f.floats(name, data, dims...)
}

func (f *file) floats(name string, data []float32, dims ...int64) *file {
	f.g.Initializers = append(f.g.Initializers, onnxir.FloatTensor(name, dims, data))
	return f
}

func (f *file) ints(name string, data ...int64) *file {
	f.g.Initializers = append(f.g.Initializers, onnxir.Int64Tensor(name, []int64{int64(len(data))}, data))
	return f
}

// node adds a node called as what it makes.
func (f *file) node(kind, out string, in []string, attributes ...*onnxir.Attribute) *file {
	return f.nodes(kind, []string{out}, in, attributes...)
}

// nodes adds a node of several outputs.
func (f *file) nodes(kind string, out, in []string, attributes ...*onnxir.Attribute) *file {
	f.g.Nodes = append(f.g.Nodes, &onnxir.Node{Name: "make_" + out[0], OpType: kind, Inputs: in, Outputs: out, Attributes: attributes})
	return f
}

func (f *file) bytes(outputs ...string) []byte {
	for _, name := range outputs {
		f.g.Outputs = append(f.g.Outputs, &onnxir.Value{Name: name, Type: &onnxir.Type{Kind: onnxir.KindTensor, Elem: onnxir.Float}})
	}
	f.g.Name = "test"
	return pb.Encode(&onnxir.Model{IRVersion: 8, Opsets: map[string]int64{"": cmp.Or(f.opset, 17)}, Graph: &f.g})
}

func (f *file) parse(t *testing.T, outputs ...string) *onnx.Model {
	t.Helper()
	m, err := onnx.Parse(f.bytes(outputs...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	ints   = onnxir.IntsAttribute
	whole  = onnxir.IntAttribute
	number = onnxir.FloatAttribute
	text   = onnxir.TextAttribute
	in     = func(names ...string) []string { return names }
)

// counted returns how many nodes of each primitive a graph has.
func counted(g *graph.Graph) map[string]int {
	n := map[string]int{}
	for _, x := range g.Nodes {
		n[x.Op]++
	}
	return n
}

// filled is a tensor of numbers from -1 to 1.
func filled(seed uint32, shape ...int) onnx.Tensor {
	x := onnx.Float32s(shape)
	for i := range x.F32 {
		x.F32[i] = 2*op.Uniform(seed, 1, 0, i) - 1
	}
	return x
}
