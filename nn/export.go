package nn

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
)

// ONNX returns the net as an ONNX file: input "x" [N,C,H,W] of bytes as numbers from 0 to 255, output "probs" [N,classes]. What
// the session does to its samples first is part of the graph. Metadata: the names of the classes, the preprocessing, and the
// net's text.
func (n *Net) ONNX(ctx context.Context) ([]byte, error) {
	m, err := n.onnxModel(ctx)
	if err != nil {
		return nil, err
	}
	return pb.Encode(m), nil
}

func (n *Net) onnxModel(ctx context.Context) (*onnxir.Model, error) {
	g, all, err := n.predicting(ctx, 1)
	if err != nil {
		return nil, err
	}
	return n.exported(g, all)
}

// exported is a graph of the net's, with all that persists in f32, as an ONNX model.
func (n *Net) exported(g *graph.Graph, all map[string]plan.Tensor) (*onnxir.Model, error) {
	w := map[string]export.Weight{}
	for name, t := range all {
		w[name] = export.Weight{Shape: t.Shape, F32: t.F32, I32: t.I32}
	}
	meta := map[string]string{}
	parts := map[string]any{onnxClasses: n.Classes}
	if p := n.Preprocess; p != nil {
		bytes := *p // the rest is in the graph
		bytes.Scale, bytes.Mean, bytes.Deviation = 1, nil, nil
		parts[onnxPreprocess] = bytes
	}
	for key, v := range parts {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("nn: export %s: %w", key, err)
		}
		meta[key] = string(b)
	}
	if n.Summary.Text != "" {
		meta["fovea.net"] = n.Summary.Text
	}
	return export.Model(g, w, export.Options{Name: "fovea", Metadata: meta})
}

// withoutNumbers returns the net as an ONNX model whose numbers are tensors beside it, each called as the file that the model has it in.
func (n *Net) withoutNumbers(ctx context.Context) ([]byte, []safetensors.Tensor, error) {
	m, err := n.onnxModel(ctx)
	if err != nil {
		return nil, nil, err
	}
	var tensors []safetensors.Tensor
	for _, t := range m.Graph.Initializers {
		if t.DType != onnxir.Float && t.DType != onnxir.Int8 || len(t.Dims) == 0 {
			continue
		}
		shape, err := t.Shape()
		if err != nil {
			return nil, nil, err
		}
		if t.DType == onnxir.Int8 {
			tensors = append(tensors, safetensors.Tensor{Name: t.Name, DType: "I8", Shape: shape, Data: t.Raw})
		} else {
			x, err := t.Float32s()
			if err != nil {
				return nil, nil, err
			}
			tensors = append(tensors, safetensors.FromFloat32s(t.Name, shape, x))
		}
		t.Raw, t.FloatData = nil, nil
		t.External = &onnxir.External{Location: t.Name, Length: -1}
	}
	return pb.Encode(m), tensors, nil
}

// inTensors reads the numbers of a skeleton.
func inTensors(f *safetensors.File) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		t, ok := f.Find(path)
		if !ok {
			return nil, fmt.Errorf("nn: the file has no tensor %q, which its net reads: %w", path, graph.ErrFormat)
		}
		if t.DType == "I8" {
			return t.Data, nil
		}
		x, err := safetensors.Float32s(t)
		if err != nil {
			return nil, err
		}
		b := make([]byte, 0, 4*len(x))
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b, nil
	}
}
