package export_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/op"
)

const small = "INPUT 6x6x2 -> CONV 3x3x4 -> RELU -> FC 3"

func TestOptions(t *testing.T) {
	g := prediction(t, small, 2)
	w := weights(g)
	o := export.Options{Name: "small", Doc: "a test", Version: "1.2", Metadata: map[string]string{"classes": "a,b,c"},
		ChannelsLast: true, FixedBatch: true}
	m, err := export.Model(g, w, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Graph.Inputs[0].Type.String(); got != "FLOAT [2,6,6,2]" {
		t.Errorf("input: got %s, want Fovea's order and the batch as a number", got)
	}
	if m.Graph.Name != "small" || m.Doc != "a test" || m.ProducerVersion != "1.2" || m.Metadata["classes"] != "a,b,c" {
		t.Errorf("got %q, %q, %q, %v", m.Graph.Name, m.Doc, m.ProducerVersion, m.Metadata)
	}
	if n := count(m, "Transpose"); n != 1 {
		t.Errorf("got %d transpositions, want one behind the input", n)
	}
	x := picture(graph.Shape{2, 6, 6, 2}, 1)
	compare(t, imported(t, m, map[string]*op.Tensor{"x": moved(x, false)}), outputs(t, g, w, map[string]*op.Tensor{"x": x}))
}

func TestSameGraphSameModel(t *testing.T) {
	var first []byte
	for range 5 {
		g := prediction(t, nets[4].text, 1)
		m, err := export.Model(g, weights(g), export.Options{Metadata: map[string]string{"a": "1", "b": "2"}})
		if err != nil {
			t.Fatal(err)
		}
		b := pb.Encode(m)
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Fatal("two models of one graph differ")
		}
	}
}

// TestPyTorchWouldRead checks what tools look for: a name for each parameter, filters and matrices as PyTorch has them.
func TestPyTorchWouldRead(t *testing.T) {
	g := prediction(t, small, 1)
	m, err := export.Model(g, weights(g), export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]int64{"conv1.weight": {4, 2, 3, 3}, "conv1.bias": {4}, "fc1.weight": {3, 64}, "fc1.bias": {3},
		"input.mean": {2, 1, 1}, "input.scale": {2, 1, 1}}
	for _, p := range m.Graph.Initializers {
		if s, ok := want[p.Name]; !ok || !graph.Shape(ints(s)).Equal(ints(p.Dims)) {
			t.Errorf("%s: got %v, want %v", p.Name, p.Dims, s)
		}
		delete(want, p.Name)
	}
	if len(want) > 0 {
		t.Errorf("there are no %v", want)
	}
}

func ints(s []int64) graph.Shape {
	out := make(graph.Shape, len(s))
	for i, v := range s {
		out[i] = int(v)
	}
	return out
}

// TestBatchThatDecides: what sums over the batch fixes its size.
func TestBatchThatDecides(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{3, 4, 4, 2})
	g.Output("total", op.Sum(g, x, 0))
	g.Output("places", op.Reshape(g, x, graph.Shape{48, 2}))
	m, err := export.Model(g, nil, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Graph.Inputs[0].Type.String(); got != "FLOAT [3,2,4,4]" {
		t.Errorf("input: got %s, want the batch as a number", got)
	}
	in := map[string]*op.Tensor{"x": picture(x.Shape, 1)}
	compare(t, imported(t, m, in), outputs(t, g, nil, in))
}

// TestOutputs: inputs, constants and one value under two names are outputs as any other.
func TestOutputs(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{2, 3})
	y := op.Map(g, expr.New(expr.Tanh, expr.V(0)), x)
	for _, o := range []graph.Output{{Name: "same", Value: x}, {Name: "one", Value: y}, {Name: "two", Value: y},
		{Name: "fixed", Value: g.Const(graph.Shape{2}, 1, 2)}, {Name: "best", Value: op.ArgMax(g, y)}} {
		g.Output(o.Name, o.Value)
	}
	m, err := export.Model(g, nil, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]*op.Tensor{"x": numbers(x.Shape)}
	compare(t, imported(t, m, in), outputs(t, g, nil, in))
	for _, n := range m.Graph.Nodes {
		if n.OpType == "Tanh" && n.Inputs[0] != "x" {
			t.Errorf("Tanh reads %q, want the input itself", n.Inputs[0])
		}
	}
}

// numbers draws numbers from -1/2 to 1/2.
func numbers(s graph.Shape) *op.Tensor {
	t := op.NewTensor(s)
	for i := range t.Data {
		t.Data[i] = float64(op.Uniform(5, 0, 0, i)) - 0.5
	}
	return t
}

func TestLogSoftmax(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{2, 3, 4, 5})
	y, err := layer.LogSoftmax(layer.NewBuilder(g), x)
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", y)
	m, err := export.Model(g, nil, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Graph.Nodes) != 1 || m.Graph.Nodes[0].OpType != "LogSoftmax" {
		t.Errorf("got %s, want LogSoftmax alone", text(m))
	}
	in := map[string]*op.Tensor{"x": numbers(x.Shape)}
	compare(t, imported(t, m, in), outputs(t, g, nil, in))
}

func TestErrors(t *testing.T) {
	g := prediction(t, small, 1)
	lacks, wrong := weights(g), weights(g)
	delete(lacks, "conv1.weight")
	wrong["fc1.bias"] = export.Weight{Shape: graph.Shape{4}, F32: make([]float32, 4)}
	turned := graph.New()
	turned.Layer = "layer 2 (turn)"
	angle := turned.Const(graph.Shape{1, 6}, 0, 1, 0, 1, 0, 0)
	y, err := op.Resample(turned, turned.Input("x", graph.F32, graph.Shape{1, 4, 4, 1}), angle, op.ResampleAttrs{Out: []int{4, 4}})
	if err != nil {
		t.Fatal(err)
	}
	turned.Output("y", y)
	training := graph.New()
	p := training.Param("p", graph.Shape{1}, graph.Init{})
	training.Assign(p, op.Map(training, expr.New(expr.Neg, expr.V(0)), p))
	for _, c := range []struct {
		name    string
		g       *graph.Graph
		w       map[string]export.Weight
		kind    error
		message string
	}{
		{"a weight is missing", g, lacks, graph.ErrFormat, `export: layer 1 (conv 3x3x4): the weights have no "conv1.weight"`},
		{"a weight of another shape", g, wrong, nil,
			"export: layer 3 (fc 3): parameter fc1.bias: got 4 f32 and 0 i32 numbers of [4], want f32[3]"},
		{"a turn", turned, nil, graph.ErrUnsupported, "export: layer 2 (turn): pictures that are turned"},
		{"a step of training", training, nil, graph.ErrUnsupported, "1 updates and 0 outputs"},
	} {
		_, err := export.Model(c.g, c.w, export.Options{})
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.message)
		}
		if c.kind != nil && !errors.Is(err, c.kind) || c.kind == nil && !errors.As(err, new(*graph.ShapeError)) {
			t.Errorf("%s: got %v, want the kind %v", c.name, err, c.kind)
		}
	}
}

// TestTypes: what does not compute numbers of 32 bits is said in the model's types.
func TestTypes(t *testing.T) {
	g := graph.New()
	index := g.Input("index", graph.I32, graph.Shape{4})
	g.Output("rows", op.Gather(g, g.Param("table", graph.Shape{3, 2}, graph.Init{}), index))
	w := map[string]export.Weight{"table": {Shape: graph.Shape{3, 2}, F32: []float32{1, 2, 3, 4, 5, 6}}}
	m, err := export.Model(g, w, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, out := m.Graph.Inputs[0].Type, m.Graph.Outputs[0].Type
	if in.Elem != onnxir.Int64 || in.String() != "INT64 [N]" || out.String() != "FLOAT [N,2]" {
		t.Errorf("got %v and %v, want INT64 [N] and FLOAT [N,2]", in, out)
	}
}
