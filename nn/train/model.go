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
	InputShape() graph.Shape // of one sample, channels last: [H,W,C] of a picture
	// Logits adds the model to b's graph and returns its outputs, [N,classes], for x [N]+InputShape; a model that
	// classifies every place returns [N,places…,classes], as [N,H,W,classes].
	Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error)
}

// Names of the values that the plans share in a store, beside the parameters: what becomes of the samples before the net.
const (
	InputMean  = "input.mean"  // [C], subtracted from every value of a sample
	InputScale = "input.scale" // [C], and then multiplied
)

// The tables of a data set carry the name of their place, so that a training and a test set lie on a device together.
func tableNames(place string) (images, labels string) {
	return "data." + place + ".images", "data." + place + ".labels"
}

// Task is what a step of training computes.
type Task struct {
	Model     Model
	Batch     int
	Optimizer Optimizer
	Data      Table
	Augment   Augment
	Loss      Loss
}

// Graph is one step: a batch out of the data set on the device, changed at random, forward, loss, backward, update.
//
// Inputs: index i32 [batch], rng i32 [2] = (seed, step), and the scalars of Hypers. Outputs: loss and accuracy, means
// over the labels of the batch that are not ignored. The loss is that of the net's outputs, plus those of its side heads
// times their weights.
func (t Task) Graph() (*graph.Graph, error) {
	g := graph.New()
	index := g.Input("index", graph.I32, graph.Shape{t.Batch})
	rng := g.Input("rng", graph.I32, graph.Shape{2})
	hyper := HyperInputs(g)
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, rng
	logits, labels, err := batchLogits(b, augmented{Model: t.Model, Augment: t.Augment}, index, t.Data)
	if err != nil {
		return nil, err
	}
	g.Layer = "loss"
	if t.Augment.moves() && len(labels.Shape) > 1 {
		return nil, graph.Shapef("augmentation: moves would part the pictures from their labels, one a pixel; set mirror, flip, shift, rotation and scale to 0")
	}
	loss, accuracy, err := t.objective(b, logits, labels)
	if err != nil {
		return nil, err
	}
	g.Output("loss", loss)
	g.Output("accuracy", accuracy)
	params, err := t.Optimizer.Trainable(g.Params())
	if err != nil {
		return nil, err
	}
	grads, err := t.Optimizer.gradients(g, loss, params)
	if err != nil {
		return nil, err
	}
	t.Optimizer.Update(g, params, grads, hyper)
	return g, nil
}

// TrainingGraph is the graph of a Task that changes no pictures and makes the cross-entropy small.
func TrainingGraph(m Model, batch int, o Optimizer, d Table) (*graph.Graph, error) {
	return Task{Model: m, Batch: batch, Optimizer: o, Data: d}.Graph()
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

func batchLogits(b *layer.Builder, m Model, index *graph.Value, d Table) (logits, labels *graph.Value, err error) {
	g := b.G
	g.Layer = "batch"
	x := standardise(g, d.gather(g, index, m.InputShape()))
	if logits, err = m.Logits(b, x); err != nil {
		return nil, nil, err
	}
	g.Layer = "batch"
	labels = d.gatherLabels(g, index, logits.Shape[1:len(logits.Shape)-1])
	return logits, labels, nil
}

// standardise is (x - mean)·scale for each channel, with the training set's mean and deviation, which lie in the store
// with the weights.
func standardise(g *graph.Graph, x *graph.Value) *graph.Value {
	channels := x.Shape[len(x.Shape)-1:].Clone()
	mean := g.State(InputMean, graph.F32, channels, graph.Init{Kind: graph.InitConst, A: defaultMean})
	scale := g.State(InputScale, graph.F32, channels, graph.Init{Kind: graph.InitConst, A: defaultScale})
	return op.Map(g, expr.New(expr.Mul, expr.New(expr.Sub, expr.V(0), expr.V(1)), expr.V(2)), x, mean, scale)
}

// Mean and scale before a training set was seen: bytes become -1 to 1.
const (
	defaultMean  = 127.5
	defaultScale = 1 / 127.5
)

// outputOf returns how many classes m tells apart, and at which places of a sample: nil for one label a sample.
func outputOf(m Model) (classes int, places graph.Shape, err error) {
	g, err := PredictionGraph(m, 1)
	if err != nil {
		return 0, nil, err
	}
	s := g.Outputs[0].Value.Shape
	last := len(s) - 1
	if last < 1 || s[last] < 1 {
		return 0, nil, fmt.Errorf("train: the model ends with %v, want one number a class", s)
	}
	return s[last], s[1:last].Clone(), nil
}
