package tfjs

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// Model is a TensorFlow.js model as it was read.
type Model struct {
	net     network
	arrays  map[string]*array
	input   graph.Shape
	softmax bool
	weights map[string]Weight
}

// Weight is the value of a parameter or state: F32, or I32 of what has whole numbers.
type Weight struct {
	Shape graph.Shape
	F32   []float32
	I32   []int32
}

// network is a topology of one of the two formats.
type network interface {
	// inputShape is the shape of one sample, with -1 for the sizes that the model leaves open; nil if it says nothing.
	inputShape() graph.Shape
	build(i *importer, x *graph.Value) *value
}

// register fills the tables of layers and operators. It runs when the first model is read and not when the program starts, so that
// programs that read none do not carry them.
func register() {
	for _, add := range []func(){addGraphConv, addGraphMap, addGraphReduce, addGraphShape, addStridedSlice, addKerasActivation, addKerasConv, addKerasMerge, addKerasNorm, addKerasPool, addKerasShape} {
		add()
	}
}

var registered sync.Once

// Parse reads a model.json. read gives the bytes of a shard of the weights by its path, with slashes and relative to the
// model's folder; one that leads out of it is refused. The model keeps what read returns.
//
// It builds the model once, for one sample, so what cannot be built is refused here: an error is of kind graph.ErrFormat,
// graph.ErrUnsupported or *graph.ShapeError and names the weight, layer or node.
func Parse(modelJSON []byte, read func(path string) ([]byte, error)) (*Model, error) {
	return ParseSize(modelJSON, read, nil)
}

// ParseSize is Parse of a model that leaves the sizes of its input open: input is the shape of one sample, such as
// [224,224,3]. Of a model that has sizes it must be those, or nil.
func ParseSize(modelJSON []byte, read func(path string) ([]byte, error), input graph.Shape) (*Model, error) {
	registered.Do(register)
	var file struct {
		Topology  json.RawMessage `json:"modelTopology"`
		Manifest  []shardGroup    `json:"weightsManifest"`
		Signature *signature      `json:"signature"`
		Metadata  struct {
			Signature *signature `json:"signature"`
		} `json:"userDefinedMetadata"`
	}
	if err := json.Unmarshal(modelJSON, &file); err != nil {
		return nil, formatError("model.json: %w", err)
	}
	if file.Topology == nil || file.Manifest == nil {
		return nil, formatError("model.json: want modelTopology and weightsManifest")
	}
	m := &Model{}
	var kind struct {
		Node json.RawMessage `json:"node"`
	}
	err := json.Unmarshal(file.Topology, &kind)
	switch {
	case err != nil:
		return nil, formatError("modelTopology: %w", err)
	case kind.Node != nil:
		s := file.Signature
		if s == nil {
			s = file.Metadata.Signature
		}
		m.net, err = parseGraph(file.Topology, s)
	default:
		m.net, err = parseKeras(file.Topology)
	}
	if err != nil {
		return nil, err
	}
	if m.input, err = sizes(m.net.inputShape(), input); err != nil {
		return nil, err
	}
	if m.arrays, err = readShards(file.Manifest, read); err != nil {
		return nil, err
	}
	g := graph.New()
	i, y, err := m.build(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{1}, m.input...)))
	if err != nil {
		return nil, err
	}
	m.weights, m.softmax = i.weights, y.softmax
	return m, nil
}

// sizes returns the shape of a sample: that of the model, open sizes being those that were asked for.
func sizes(model, want graph.Shape) (graph.Shape, error) {
	if want == nil {
		want = model
	}
	if len(want) == 0 || slices.Min(want) < 1 || want.Elems() > maxElems {
		return nil, graph.Shapef("tfjs: input: got %v, want sizes of 1 or more, at most %d elements; "+
			"where the model leaves sizes open, give ParseSize some, such as [224,224,3]", want, maxElems)
	}
	for k, d := range model {
		if len(want) != len(model) || d >= 0 && d != want[k] {
			return nil, graph.Shapef("tfjs: input: got %v, the model has %v", want, model)
		}
	}
	return want.Clone(), nil
}

// InputShape returns the shape of one sample, [H,W,C] of a picture.
func (m *Model) InputShape() graph.Shape { return m.input.Clone() }

// Softmax reports whether the model ends in a softmax, which Logits leaves out. Otherwise Logits returns the model's own
// output, whatever that is.
func (m *Model) Softmax() bool { return m.softmax }

// Weights returns the values of the parameters and states that Logits adds, by their names. They belong to the model.
func (m *Model) Weights() map[string]Weight { return m.weights }

// Logits adds the model to b's graph for x [N]+InputShape, in the units that the model was trained with, and returns its
// outputs, usually [N,classes], before the softmax if it ends in one.
//
// It returns an error of Parse's kinds, for example if x has another shape.
func (m *Model) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if len(x.Shape) == 0 || x.Shape[0] < 1 || !slices.Equal(x.Shape[1:], m.input) {
		return nil, graph.Shapef("tfjs: input: got %v, want a number of samples and %v", x.Shape, m.input)
	}
	_, y, err := m.build(b, x)
	if err != nil {
		return nil, err
	}
	return y.v, nil
}

func (m *Model) build(b *layer.Builder, x *graph.Value) (i *importer, y *value, err error) {
	i = &importer{b: b, arrays: m.arrays, weights: map[string]Weight{}, placed: map[*array]*graph.Value{}, budget: maxComputed}
	defer caught(&err, func() string { return "model" })
	y = m.net.build(i, x)
	if y.known != nil {
		return nil, nil, fmt.Errorf("tfjs: the output does not depend on the input: %w", graph.ErrUnsupported)
	}
	return i, y, b.G.Err()
}
