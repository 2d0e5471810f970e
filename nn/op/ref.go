package op

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Tensor is a value of the reference: numbers in float64, whatever the element type, row-major.
type Tensor struct {
	Shape graph.Shape
	Data  []float64
}

// NewTensor returns zeros.
func NewTensor(s graph.Shape) *Tensor { return &Tensor{s.Clone(), make([]float64, s.Elems())} }

// Interpret computes every value of g by the primitives' references, from the given inputs, parameters and states by
// name. Updates are not carried out: read the new values. The result is indexed by Value.ID; values that nothing
// computes or gives are nil.
func Interpret(g *graph.Graph, given map[string]*Tensor) ([]*Tensor, error) {
	vals := make([]*Tensor, len(g.Values))
	for _, v := range g.Values {
		switch {
		case v.Role == graph.Constant:
			t := NewTensor(v.Shape)
			for i, x := range v.Data {
				t.Data[i] = float64(x)
			}
			vals[v.ID] = t
		case v.Role != graph.Intermediate:
			t := given[v.Name]
			if t == nil {
				continue
			}
			if !t.Shape.Equal(v.Shape) {
				return nil, graph.Shapef("%s: got %v, want %v", v.Name, t.Shape, v.Shape)
			}
			vals[v.ID] = t
		}
	}
	for _, n := range g.Nodes {
		in := make([]*Tensor, len(n.In))
		for i, v := range n.In {
			if in[i] = vals[v.ID]; in[i] == nil {
				return nil, fmt.Errorf("op: %s reads %v, which was not given", n.Op, v)
			}
		}
		out := primitives[n.Op].Ref(n, in)
		if n.Epilogue != nil {
			withEpilogue(n, in, out[0])
		}
		for i, v := range n.Out {
			vals[v.ID] = out[i]
		}
	}
	return vals, nil
}

// broadcastIndex maps a flat index of a value of shape to onto one of shape from, stretched as numpy does.
func broadcastIndex(from, to graph.Shape) func(int) int {
	st, own := graph.BroadcastStrides(from, to), to.Strides()
	return func(i int) int {
		j := 0
		for a := range to {
			j += i / own[a] % to[a] * st[a]
		}
		return j
	}
}
