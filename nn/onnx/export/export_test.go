package export_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// Exported numbers are float32, and so are the models' constants: the references differ by some roundings.
const (
	absTol = 2e-6
	relTol = 2e-5
)

type specModel struct{ *spec.Net }

func (m specModel) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

// prediction returns the prediction graph of a text.
func prediction(t testing.TB, text string, batch int) *graph.Graph {
	t.Helper()
	n, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	g, err := train.PredictionGraph(specModel{n}, batch)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// weights returns numbers for all parameters and states, small enough that softmax tells classes apart, and positive where a
// variance or a scale is wanted.
func weights(g *graph.Graph) map[string]export.Weight {
	out := map[string]export.Weight{}
	for i, v := range g.Values {
		if v.Role == graph.Parameter || v.Role == graph.State {
			init := graph.Init{Kind: graph.InitUniform, A: 0.5, B: 1.5} // around 1, such as a variance
			switch {
			case v.Name == "input.mean":
				init = graph.Init{Kind: graph.InitUniform, A: 90, B: 140}
			case v.Name == "input.scale":
				init = graph.Init{Kind: graph.InitUniform, A: 0.01, B: 0.02}
			case len(v.Shape) > 1:
				init = v.Init
			case v.Init.A == 0:
				init = graph.Init{Kind: graph.InitUniform, A: -0.5, B: 0.5}
			}
			out[v.Name] = export.Weight{Shape: v.Shape, F32: op.InitialValues(init, 7, i, v.Shape.Elems())}
		}
	}
	return out
}

// picture returns random bytes as numbers.
func picture(s graph.Shape, seed uint32) *op.Tensor {
	t := op.NewTensor(s)
	for i := range t.Data {
		t.Data[i] = float64(int(256 * op.Uniform(seed, 0, 0, i)))
	}
	return t
}

// outputs computes g by the references.
func outputs(t testing.TB, g *graph.Graph, w map[string]export.Weight, in map[string]*op.Tensor) map[string]*op.Tensor {
	t.Helper()
	given := map[string]*op.Tensor{}
	for name, v := range w {
		p := op.NewTensor(v.Shape)
		for i := range p.Data {
			if v.F32 != nil {
				p.Data[i] = float64(v.F32[i])
			} else {
				p.Data[i] = float64(v.I32[i])
			}
		}
		given[name] = p
	}
	for name, v := range in {
		given[name] = v
	}
	all, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*op.Tensor{}
	for _, o := range g.Outputs {
		out[o.Name] = all[o.Value.ID]
	}
	return out
}

// moved returns a tensor in the order [N,C,D…], or back from it, as inputs and outputs of models have it.
func moved(x *op.Tensor, first bool) *op.Tensor {
	rank := len(x.Shape)
	if rank < 3 || rank > 5 {
		return x
	}
	n, c, places := x.Shape[0], x.Shape[rank-1], x.Shape[1:rank-1].Elems()
	shape := append(graph.Shape{n, c}, x.Shape[1:rank-1]...)
	if !first {
		c, places = x.Shape[1], x.Shape[2:].Elems()
		shape = append(append(graph.Shape{n}, x.Shape[2:]...), c)
	}
	y := op.NewTensor(shape)
	for i := range n {
		for p := range places {
			for k := range c {
				last, front := (i*places+p)*c+k, (i*c+k)*places+p
				if first {
					y.Data[front] = x.Data[last]
				} else {
					y.Data[last] = x.Data[front]
				}
			}
		}
	}
	return y
}

// imported reads a model back and computes it for inputs in Fovea's order.
func imported(t testing.TB, m *onnxir.Model, in map[string]*op.Tensor) map[string]*op.Tensor {
	t.Helper()
	read, err := onnx.Parse(pb.Encode(m), nil)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]onnx.Tensor{}
	shapes := map[string]graph.Shape{}
	for name, v := range in {
		d := m.Graph.Inputs[slices.IndexFunc(m.Graph.Inputs, func(i *onnxir.Value) bool { return i.Name == name })].Type.Elem
		v = moved(v, true)
		given[name] = onnx.Tensor{Type: d, Shape: v.Shape, F64: v.Data}
		shapes[name] = v.Shape
	}
	fixed := map[string]onnx.Tensor{}
	built, err := read.Build(onnx.Options{Shapes: shapes})
	for needs := (*onnx.NeedsValue)(nil); errors.As(err, &needs) && len(fixed) < len(in); { // places to gather from
		fixed[needs.Input] = given[needs.Input]
		built, err = read.Build(onnx.Options{Shapes: shapes, Fixed: fixed})
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := built.Interpret(given)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*op.Tensor{}
	for name, v := range got {
		out[name] = moved(&op.Tensor{Shape: v.Shape, Data: v.Float64s()}, false)
	}
	return out
}

// compare fails unless all outputs are the same.
func compare(t testing.TB, got, want map[string]*op.Tensor) {
	t.Helper()
	for name, w := range want {
		g := got[name]
		if g == nil || !g.Shape.Equal(w.Shape) {
			t.Fatalf("%s: got %+v, want %v", name, g, w.Shape)
		}
		if r := approx.Compare(g.Data, w.Data, absTol, relTol); !r.OK() {
			t.Errorf("%s%v", name, r)
		}
	}
}

// TestNetsComeBack exports a net built for one sample and for three, reads both models for one and for three, and compares.
func TestNetsComeBack(t *testing.T) {
	for _, net := range nets {
		t.Run(net.name, func(t *testing.T) {
			t.Parallel()
			for _, batch := range []int{1, 3} {
				g := prediction(t, net.text, batch)
				w := weights(g)
				m, err := export.Model(g, w, export.Options{Name: net.name})
				if err != nil {
					t.Fatal(err)
				}
				if in := m.Graph.Inputs[0]; in.Type.Dims[0].Name != "N" {
					t.Errorf("batch %d: input: got %v, want an open batch", batch, in.Type)
				}
				if n := count(m, "Transpose"); n != net.transposes {
					t.Errorf("batch %d: got %d transpositions, want %d", batch, n, net.transposes)
				}
				for _, samples := range []int{1, 3} {
					of := prediction(t, net.text, samples)
					in := map[string]*op.Tensor{"x": picture(of.Find("x").Shape, 3)}
					t.Run(fmt.Sprintf("%d for %d", batch, samples), func(t *testing.T) {
						want := outputs(t, of, w, in)
						undecided(t, want["probs"])
						compare(t, imported(t, m, in), want)
					})
				}
			}
		})
	}
}

// undecided fails if every probability is 0 or 1: then anything would compare equal.
func undecided(t *testing.T, probs *op.Tensor) {
	t.Helper()
	if !slices.ContainsFunc(probs.Data, func(p float64) bool { return p > 0.01 && p < 0.99 }) {
		t.Errorf("the net is certain of all its classes, %.2g: such a test says little", probs.Data)
	}
}

func count(m *onnxir.Model, kind string) int {
	n := 0
	for _, node := range m.Graph.Nodes {
		if node.OpType == kind {
			n++
		}
	}
	return n
}
