package onnx

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Interpret computes the outputs from inputs by the primitives' references, in float64 and slowly. It is for models of double,
// and to compare with.
func (b *Built) Interpret(in map[string]Tensor) (map[string]Tensor, error) {
	given := map[string]*op.Tensor{}
	for _, v := range b.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		w, t := b.Weights[v.Name], op.NewTensor(v.Shape)
		for i := range t.Data {
			switch {
			case w.exact != nil:
				t.Data[i] = w.exact[i]
			case w.F32 != nil:
				t.Data[i] = float64(w.F32[i])
			default:
				t.Data[i] = v.Init.A
			}
		}
		given[v.Name] = t
	}
	out := map[string]Tensor{}
	for _, p := range b.Inputs {
		if p.Fixed != nil {
			continue
		}
		t, ok := in[p.Name]
		if !ok || !t.Shape.Equal(p.Shape) {
			return nil, graph.Shapef("onnx: input %q: got %v, want %v", p.Name, t.Shape, p.Shape)
		}
		given[p.Name] = &op.Tensor{Shape: t.Shape, Data: t.Float64s()}
	}
	all, err := op.Interpret(b.Graph, given)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	values := map[string]*graph.Value{}
	for _, o := range b.Graph.Outputs {
		values[o.Name] = o.Value
	}
	for _, p := range b.Outputs {
		if p.Fixed != nil {
			out[p.Name] = *p.Fixed
			continue
		}
		t := all[values[p.Name].ID]
		out[p.Name] = Tensor{Type: p.Type, Shape: t.Shape, F64: t.Data}
	}
	return out, nil
}
