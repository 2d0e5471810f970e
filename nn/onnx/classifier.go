package onnx

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// Classifier is a model of one picture and a row of scores: what Fovea can train and show. Its graph is an ordinary one, with
// gradients, for any number of pictures.
type Classifier struct {
	m       *Model
	input   string
	shape   graph.Shape // [H,W,C]
	first   bool        // the model has channels first
	classes int
	// Softmax says that the model ends with one, which Logits leaves out.
	Softmax bool
	weights map[string]Weight
}

// Classifier returns the model as a classifier. size, where not nil, is the height and width of pictures, for a model that
// leaves them open. It returns an error that is graph.ErrUnsupported if the model has other inputs or outputs than one picture
// and a row of scores.
func (m *Model) Classifier(size []int) (*Classifier, error) {
	c := &Classifier{m: m}
	in, err := m.picture()
	if err != nil {
		return nil, err
	}
	c.input = in.Name
	dims := []int{0, 0, 0}
	for i, d := range in.Type.Dims[1:] {
		if dims[i] = -1; d.Known() {
			dims[i] = int(d.Size)
		}
	}
	channels := func(n int) bool { return n >= 1 && n <= 4 }
	c.first = channels(dims[0]) || !channels(dims[2])
	if c.first {
		dims = []int{dims[1], dims[2], dims[0]}
	}
	if len(size) == 2 {
		for i, n := range size {
			if dims[i] > 0 && dims[i] != n {
				return nil, graph.Shapef("onnx: the model takes pictures of %dx%d, not %dx%d", dims[0], dims[1], size[0], size[1])
			}
			dims[i] = n
		}
	}
	for _, d := range dims {
		if d < 1 || d > 1<<14 {
			return nil, fmt.Errorf("onnx: input %q is %v: say the pictures' height and width: %w", in.Name, in.Type, graph.ErrUnsupported)
		}
	}
	c.shape = dims
	b := layer.NewBuilder(graph.New())
	y, err := c.Logits(b, b.G.Input("x", graph.F32, append(graph.Shape{1}, c.shape...)))
	if err != nil {
		return nil, err
	}
	c.classes = y.Shape[1]
	return c, nil
}

// picture returns the one input that is no initializer.
func (m *Model) picture() (*onnxir.Value, error) {
	names := m.Inputs()
	switch {
	case len(names) > 1:
		return nil, fmt.Errorf("onnx: the model has the inputs %q and %q, a classifier has one: %w", names[0], names[1], graph.ErrUnsupported)
	case len(names) == 0 || len(m.ir.Graph.Outputs) == 0:
		return nil, fmt.Errorf("onnx: the model has no input or no output: %w", graph.ErrUnsupported)
	}
	in := m.ir.Graph.Inputs[slices.IndexFunc(m.ir.Graph.Inputs, func(v *onnxir.Value) bool { return v.Name == names[0] })]
	if in.Type == nil || in.Type.Kind != onnxir.KindTensor || len(in.Type.Dims) != 4 {
		return nil, fmt.Errorf("onnx: input %q is %v, a classifier of pictures takes [N,C,H,W]: %w", in.Name, in.Type, graph.ErrUnsupported)
	}
	return in, nil
}

// InputShape is [H,W,C] of a picture.
func (c *Classifier) InputShape() graph.Shape { return c.shape.Clone() }

// Classes is how many scores a picture gets.
func (c *Classifier) Classes() int { return c.classes }

// Weights are the values of the graph's parameters and states, by name, in Fovea's order.
func (c *Classifier) Weights() map[string]Weight { return c.weights }

// Logits adds the model to b's graph, for pictures x [N,H,W,C] in the model's own units, and returns the scores [N,classes]
// before the softmax at its end.
func (c *Classifier) Logits(b *layer.Builder, x *graph.Value) (y *graph.Value, err error) {
	i := newImporter(c.m, b)
	shape := x.Shape
	v := computed(onnxir.Float, x, nil)
	if c.first {
		v = computed(onnxir.Float, x, channelsLast(len(shape)))
	}
	i.given, i.samples = map[string]*value{c.input: v}, shape[0]
	out := c.m.ir.Graph.Outputs[0].Name
	c.Softmax = i.withoutSoftmax(out)
	if err := i.compute(&Built{}); err != nil {
		return nil, err
	}
	defer i.caught(&err, func() string { return fmt.Sprintf("output %q", out) })
	scores := i.values[out]
	if scores == nil || scores.known != nil {
		return nil, fmt.Errorf("onnx: output %q does not depend on the picture: %w", out, graph.ErrUnsupported)
	}
	n := scores.shape.Elems() / shape[0]
	if len(scores.shape) < 2 || scores.shape[0] != shape[0] || scores.shape[1] != n {
		return nil, fmt.Errorf("onnx: output %q has sizes %v, a classifier gives [%d,classes]: %w", out, scores.shape, shape[0], graph.ErrUnsupported)
	}
	for _, v := range b.G.Values {
		if _, ok := i.weights[v.Name]; i.names[v.Name] && !ok { // equal numbers
			i.weights[v.Name] = Weight{Shape: v.Shape, F32: slices.Repeat([]float32{float32(v.Init.A)}, v.Shape.Elems())}
		}
	}
	c.weights = i.weights
	return i.plain(i.reshaped(scores, graph.Shape{shape[0], n})), b.G.Err()
}

// withoutSoftmax lets a softmax pass on its input, if all that is behind it up to the output changes sizes alone.
func (i *importer) withoutSoftmax(name string) bool {
	for range i.makers { // and no longer: the nodes may be a circle, which is refused where they are put in order
		n := i.makers[name]
		if n == nil || n.Domain != "" {
			return false
		}
		switch n.OpType {
		case "Softmax", "LogSoftmax":
			i.passes[n] = true
			return true
		case "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout":
			name = n.Input(0)
		default:
			return false
		}
	}
	return false
}
