package train

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Model is a classifier that can be put onto a graph for any batch size.
type Model interface {
	InputShape() graph.Shape // of one sample, [H,W,C]
	// Logits adds the model to b's graph and returns its outputs, [N,classes], for x [N,H,W,C].
	Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error)
}

// Names of the values that the plans share in a store, beside the parameters.
const (
	inputMean  = "input.mean"  // subtracted from every byte of a picture
	inputScale = "input.scale" // and then multiplied
)

// The tables of a data set carry the name of their place, so that a training and a test set lie on a device together.
func tableNames(place string) (images, labels string) {
	return "data." + place + ".images", "data." + place + ".labels"
}

// TrainingGraph is one step: a batch out of the data set on the device, forward, loss, backward, update.
//
// Inputs: index i32 [batch], rng i32 [2] = (seed, step), and the scalars of Hypers. Outputs: loss and accuracy, means
// over the batch.
func TrainingGraph(m Model, batch int, o Optimizer, place string, count int) (*graph.Graph, error) {
	g := graph.New()
	index := g.Input("index", graph.I32, graph.Shape{batch})
	rng := g.Input("rng", graph.I32, graph.Shape{2})
	hyper := HyperInputs(g)
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, rng
	logits, labels, err := batchLogits(b, m, index, place, count)
	if err != nil {
		return nil, err
	}
	g.Layer = "loss"
	loss, err := layer.CrossEntropy(b, logits, labels)
	if err != nil {
		return nil, err
	}
	g.Output("loss", loss)
	g.Output("accuracy", layer.Accuracy(b, logits, labels))
	params, err := o.Trainable(g.Params())
	if err != nil {
		return nil, err
	}
	grads, err := op.Gradients(g, loss, params)
	if err != nil {
		return nil, err
	}
	o.Update(g, params, grads, hyper)
	return g, nil
}

// EvaluationGraph sums loss and hits over a batch of the data set on the device; an index below 0 counts for nothing.
// Input: index i32 [batch]. Output: sums f32 [2] = (loss, hits).
func EvaluationGraph(m Model, batch int, place string, count int) (*graph.Graph, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	index := g.Input("index", graph.I32, graph.Shape{batch})
	logits, labels, err := batchLogits(b, m, index, place, count)
	if err != nil {
		return nil, err
	}
	g.Layer = "loss"
	each, err := op.CrossEntropy(g, logits, labels)
	if err != nil {
		return nil, err
	}
	v, n := expr.V, expr.New
	counts := n(expr.Greater, v(1), expr.C(-0.5)) // of an index that is meant
	g.Output("loss", op.Sum(g, op.Map(g, n(expr.Mul, v(0), counts), each, index), 0))
	hit := op.Map(g, n(expr.Mul, n(expr.Equal, v(0), v(2)), counts), op.ArgMax(g, logits), index, labels)
	g.Output("hits", op.Sum(g, hit, 0))
	return g, nil
}

// PredictionGraph gives probabilities for pictures as they come: input x f32 [batch,H,W,C] of bytes 0 to 255, output
// probs f32 [batch,classes].
func PredictionGraph(m Model, batch int) (*graph.Graph, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	x := g.Input("x", graph.F32, append(graph.Shape{batch}, m.InputShape()...))
	logits, err := m.Logits(b, standardise(g, x))
	if err != nil {
		return nil, err
	}
	g.Layer = "softmax"
	probs, err := layer.Softmax(b, logits)
	if err != nil {
		return nil, err
	}
	g.Output("probs", probs)
	return g, nil
}

func batchLogits(b *layer.Builder, m Model, index *graph.Value, place string, count int) (logits, labels *graph.Value, err error) {
	g := b.G
	g.Layer = "batch"
	imagesName, labelsName := tableNames(place)
	images := g.State(imagesName, graph.U8, append(graph.Shape{count}, m.InputShape()...), graph.Init{})
	table := g.State(labelsName, graph.I32, graph.Shape{count}, graph.Init{})
	labels = op.Gather(g, table, index)
	x := standardise(g, op.Gather(g, images, index))
	if logits, err = m.Logits(b, x); err != nil {
		return nil, nil, err
	}
	return logits, labels, nil
}

// standardise is (x - mean)·scale with the training set's mean and deviation, which lie in the store with the weights.
func standardise(g *graph.Graph, x *graph.Value) *graph.Value {
	mean := g.State(inputMean, graph.F32, graph.Shape{}, graph.Init{Kind: graph.InitConst, A: 127.5})
	scale := g.State(inputScale, graph.F32, graph.Shape{}, graph.Init{Kind: graph.InitConst, A: 1 / 127.5})
	return op.Map(g, expr.New(expr.Mul, expr.New(expr.Sub, expr.V(0), expr.V(1)), expr.V(2)), x, mean, scale)
}

// classesOf returns how many classes m tells apart.
func classesOf(m Model) (int, error) {
	g, err := PredictionGraph(m, 1)
	if err != nil {
		return 0, err
	}
	s := g.Outputs[0].Value.Shape
	if len(s) != 2 || s[1] < 1 {
		return 0, fmt.Errorf("train: the model ends with %v, want one number a class", s)
	}
	return s[1], nil
}
