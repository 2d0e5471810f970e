package layer_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// built is a graph of one layer over the input x, whose other given values have their numbers.
type built struct {
	g     *graph.Graph
	b     *layer.Builder
	x, y  *graph.Value
	given map[string]*op.Tensor
}

// input adds a given value.
func (n *built) input(name string, t graph.DType, s graph.Shape, values ...float64) *graph.Value {
	n.given[name] = &op.Tensor{Shape: s, Data: values}
	return n.g.Input(name, t, s)
}

// numbers draws n numbers in [-2, 2), all of them different.
func numbers(n int, seed uint32) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 4*float64(op.Uniform(seed, 5, 0, i)) - 2
	}
	return out
}

// newBuilt prepares a training graph with the input x and a generator.
func newBuilt(s graph.Shape) *built {
	n := &built{g: graph.New(), given: map[string]*op.Tensor{}}
	n.b = layer.NewBuilder(n.g)
	n.b.Training, n.b.Random = true, n.input("rng", graph.I32, graph.Shape{2}, 3, 9)
	n.x = n.input("x", graph.F32, s, numbers(s.Elems(), 1)...)
	return n
}

// fill gives numbers to parameters and, as they start, to states.
func (n *built) fill() {
	for i, v := range n.g.Values {
		switch v.Role {
		case graph.Parameter:
			n.given[v.Name] = &op.Tensor{Shape: v.Shape, Data: numbers(v.Shape.Elems(), uint32(10+i))}
		case graph.State:
			t := op.NewTensor(v.Shape)
			for k := range t.Data {
				t.Data[k] = v.Init.A
			}
			n.given[v.Name] = t
		}
	}
}

// value computes v by the references.
func (n *built) value(t *testing.T, v *graph.Value) []float64 {
	t.Helper()
	return values(t, n.g, n.given)[v.ID].Data
}

// checkGradients compares the gradients of Σ w·y by x and by every parameter with central differences, and a device's
// results with the references'.
func (n *built) checkGradients(t *testing.T) {
	t.Helper()
	w := make([]float32, n.y.Shape.Elems())
	for i := range w {
		w[i] = 0.5 + op.Uniform(3, 3, 3, i)
	}
	computed := len(n.g.Nodes)
	wrt := append([]*graph.Value{n.x}, n.g.Params()...)
	grads, err := op.GradientsFrom(n.g, n.y, n.g.Const(n.y.Shape, w...), wrt)
	if err != nil {
		t.Fatal(err)
	}
	vals := values(t, n.g, n.given)
	n.g.Output("y", n.y)
	for k, d := range grads {
		if d == nil {
			t.Fatalf("no gradient of %v", wrt[k])
		}
		n.g.Output("d"+wrt[k].Name, d)
	}
	n.checkPlans(t, vals)
	n.g.Nodes = n.g.Nodes[:computed]
	loss := func() float64 {
		sum := 0.0
		for i, v := range n.value(t, n.y) {
			sum += v * float64(w[i])
		}
		return sum
	}
	for k, v := range wrt {
		data := n.given[v.Name].Data
		for i := 0; i < len(data); i += 1 + len(data)/7 {
			const h = 1e-5
			old := data[i]
			data[i] = old + h
			hi := loss()
			data[i] = old - h
			lo := loss()
			data[i] = old
			want, got := (hi-lo)/(2*h), vals[grads[k].ID].Data[i]
			if !(math.Abs(got-want) <= 1e-6*(1+math.Abs(want))) {
				t.Fatalf("d/d%s[%d]: got %g, want %g", v.Name, i, got, want)
			}
		}
	}
}
