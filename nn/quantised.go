package nn

import (
	"context"
	"fmt"
	"iter"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/quant"
)

// Quantised returns the net on dev, which it owns if there is no error, with convolutions and fully connected layers of 8-bit
// numbers; see package quant. What they read is quantised to the range that it has for samples, each flattened, in the units of
// PredictValues; some hundred of those that the net learned from will do. The net has no text, and its file has weights of 8
// bits. It is for prediction: training changes only what lies behind the last product.
//
// It fails with graph.ErrUnsupported where the net has nothing to quantise, with graph.ErrFormat where there is no sample, with a
// *graph.ShapeError where one is of another size, with the first error of samples, and as dev does.
func (n *Net) Quantised(ctx context.Context, dev plan.Device, samples iter.Seq2[[]float32, error]) (*Net, error) {
	g, all, err := n.predicting(ctx, 1)
	if err != nil {
		return nil, err
	}
	ranges, err := quant.Calibrate(ctx, dev, g, all, oneByOne(n.Summary.Input, samples), quant.Options{})
	if err != nil {
		return nil, err
	}
	if len(ranges) == 0 {
		return nil, fmt.Errorf("nn: quantise: the net has no convolution or fully connected layer of f32: %w", graph.ErrUnsupported)
	}
	q, err := quant.New(g, all, ranges)
	if err != nil {
		return nil, err
	}
	if g, err = q.Rewrite(g); err != nil {
		return nil, err
	}
	for name, t := range q.Tensors() {
		all[name] = float32s(t)
	}
	m, err := n.exported(g, all)
	if err != nil {
		return nil, err
	}
	out, err := openONNX(dev, pb.Encode(m), OpenOptions{Classes: n.Classes, Seed: uint32(n.Run.Seed)})
	if err != nil {
		return nil, err
	}
	out.Preprocess, out.Run = n.Preprocess, n.Run // of the preprocessing, the numbers are part of the graph
	return out, nil
}

// oneByOne makes batches of one sample each.
func oneByOne(shape graph.Shape, samples iter.Seq2[[]float32, error]) iter.Seq2[[]plan.Tensor, error] {
	return func(yield func([]plan.Tensor, error) bool) {
		for x, err := range samples {
			if err == nil && len(x) != shape.Elems() {
				err = graph.Shapef("sample: got %d values, want %d (%v)", len(x), shape.Elems(), shape)
			}
			if !yield([]plan.Tensor{plan.Float32s(append(graph.Shape{1}, shape...), x...)}, err) {
				return
			}
		}
	}
}
