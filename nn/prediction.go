package nn

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/train"
)

// Prediction returns the graph that Predict computes, for batch samples at once (see train.PredictionGraph), and all that it
// reads of what persists, as tensors by its names, with weights of so many bits. Weights of 8 bits have a scale for each place of
// their last axis in a tensor called NAME.scale8.
func (n *Net) Prediction(ctx context.Context, batch int, w Width) (*graph.Graph, []safetensors.Tensor, error) {
	g, all, err := n.predicting(ctx, batch)
	if err != nil {
		return nil, nil, err
	}
	var out []safetensors.Tensor
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		t, ok := all[v.Name]
		if !ok || t.Type != graph.F32 || v.Type != graph.F32 {
			return nil, nil, fmt.Errorf("nn: %s is %v%v: want weights of f32: %w", v.Name, v.Type, v.Shape, graph.ErrUnsupported)
		}
		narrow, err := narrowed(safetensors.FromFloat32s(v.Name, v.Shape, t.F32), w, -1)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, narrow...)
	}
	return g, out, nil
}

// predicting is the graph that Predict computes, and all that persists. It reads the averages of weights where training kept some.
func (n *Net) predicting(ctx context.Context, batch int) (*graph.Graph, map[string]plan.Tensor, error) {
	g, err := train.PredictionGraph(n.Summary.model, batch)
	if err != nil {
		return nil, nil, err
	}
	all, err := n.Weights(ctx)
	if err != nil {
		return nil, nil, err
	}
	train.Averaged(g, func(name string) bool { _, ok := all[name]; return ok })
	return g, all, nil
}

// narrowed returns a tensor with elements of so many bits, if it has several axes and is of f32, behind it its scales, if it
// has some now: one for each place of the axis.
func narrowed(t safetensors.Tensor, w Width, axis int) ([]safetensors.Tensor, error) {
	if len(t.Shape) < 2 || t.DType != "F32" || w == Float {
		return []safetensors.Tensor{t}, nil
	}
	switch w {
	case Half:
		h, err := toHalf(t)
		return []safetensors.Tensor{h}, err
	case Int8:
		q, scale, err := toInt8(t, axis)
		return []safetensors.Tensor{q, scale}, err
	}
	return nil, fmt.Errorf("nn: weights of %d bits: want %d, %d or %d: %w", w, Float, Half, Int8, graph.ErrUnsupported)
}
