package onnx

import (
	"fmt"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

// Parse reads a model. Numbers in other files are asked of read, which may be nil where there are none; see onnxir.ReadExternal. The
// model keeps parts of b. An error is of kind graph.ErrFormat or graph.ErrUnsupported.
func Parse(b []byte, read func(location string, offset, length int64) ([]byte, error)) (*Model, error) {
	m, err := pb.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("onnx: %w", kind(err))
	}
	if read == nil {
		read = func(location string, _, _ int64) ([]byte, error) {
			return nil, fmt.Errorf("its numbers are in the file %q, which was not given: %w", location, graph.ErrFormat)
		}
	}
	if err := m.LoadExternal(onnxir.ReadExternal(read)); err != nil {
		return nil, fmt.Errorf("onnx: %w", kind(err))
	}
	if _, ok := m.Opsets[""]; !ok {
		return nil, fmt.Errorf("onnx: the model names no version of ONNX's operators: %w", graph.ErrFormat)
	}
	return &Model{m, len(b)}, nil
}

// TensorOf reads a tensor, of a test's data for instance.
func TensorOf(t *onnxir.Tensor) (Tensor, error) {
	v, err := tensorOf(t)
	if err != nil {
		return Tensor{}, fmt.Errorf("onnx: %w", kind(err))
	}
	return v.tensor(), nil
}

// Float64s returns the numbers as float64, which holds them all but the largest integers.
func (t Tensor) Float64s() []float64 {
	a := array{f32: t.F32, f64: t.F64}
	out := make([]float64, a.len())
	for i := range out {
		out[i] = a.at(i)
	}
	return out
}

// Float32s returns a tensor of zeros.
func Float32s(s graph.Shape) Tensor {
	return Tensor{Type: onnxir.Float, Shape: s, F32: make([]float32, s.Elems())}
}

// Metadata returns what the file says of itself beside the graph.
func (m *Model) Metadata() map[string]string { return m.ir.Metadata }

// ParseTensor reads a file of ONNX's test data.
func ParseTensor(b []byte) (Tensor, error) {
	t, err := pb.DecodeTensor(b)
	if err != nil {
		return Tensor{}, fmt.Errorf("onnx: %w", kind(err))
	}
	return TensorOf(t)
}

// Inputs are the names of what a run is given: initializers are not.
func (m *Model) Inputs() []string {
	known := map[string]bool{}
	for _, t := range m.ir.Graph.Initializers {
		known[t.Name] = true
	}
	var names []string
	for _, v := range m.ir.Graph.Inputs {
		if !known[v.Name] {
			names = append(names, v.Name)
		}
	}
	return names
}

// Outputs are the names of what a run gives.
func (m *Model) Outputs() []string {
	var names []string
	for _, v := range m.ir.Graph.Outputs {
		names = append(names, v.Name)
	}
	return names
}

// Values are the names of all that nodes make, in the order of the file.
func (m *Model) Values() []string {
	var names []string
	for _, n := range m.ir.Graph.Nodes {
		for _, name := range n.Outputs {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}
