package nn

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/train"
)

// ONNX returns the net as an ONNX file: input "x" [N,C,H,W] of bytes as numbers from 0 to 255, output "probs" [N,classes]. What
// the session does to its samples first is part of the graph. Metadata: the names of the classes, the preprocessing, and the
// net's text.
func (n *Net) ONNX(ctx context.Context) ([]byte, error) {
	g, err := train.PredictionGraph(n.Summary.model, 1)
	if err != nil {
		return nil, err
	}
	all, err := n.Weights(ctx)
	if err != nil {
		return nil, err
	}
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
	m, err := export.Model(g, w, export.Options{Name: "fovea", Metadata: meta})
	if err != nil {
		return nil, err
	}
	return pb.Encode(m), nil
}
