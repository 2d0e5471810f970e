package zoo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/spec"
)

// Weight is a parameter or state of a net, and where a file of torchvision has it.
type Weight struct {
	Name       string // of the value in a graph: conv2.weight
	Shape      graph.Shape
	Torch      string // in the state dict: layer1.0.conv1.weight
	TorchShape graph.Shape
	Side       bool // belongs to a side head, which only training has

	filters graph.Shape // of a weight: its shape, or that of the same filters, as [KH,KW,C,F]; nil for other values
}

// TorchWeights tells where torchvision keeps the parameters and running statistics of the net, in the order of the graph.
// With other numbers of classes than the net's own, the last layers have other shapes than in torchvision's files.
//
// It returns an error that wraps graph.ErrUnsupported for a net that torchvision does not have, and those of Text.
func (e Entry) TorchWeights(o Options) ([]Weight, error) {
	pattern, ok := torchNames[e.Name]
	if !ok {
		return nil, fmt.Errorf("zoo: %s: torchvision has no such net: %w", e.Name, graph.ErrUnsupported)
	}
	text, err := e.Text(o)
	if err != nil {
		return nil, err
	}
	n, err := spec.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("zoo: %s: %w", e.Name, err)
	}
	g := graph.New()
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2}) // for the side heads
	_, built, err := n.Build(b, g.Input("x", graph.F32, append(graph.Shape{2}, n.InputShape()...)))
	if err != nil {
		return nil, fmt.Errorf("zoo: %s: %w", e.Name, err)
	}
	values := map[string]*graph.Value{}
	for _, v := range g.Values {
		values[v.Name] = v
	}
	var ws []Weight
	names := expand(pattern)
	for i, l := range built {
		before := len(ws)
		for _, part := range []string{".weight", ".bias", ".running_mean", ".running_var"} { // called so there and here
			v := values[b.Begun[i].Params+part]
			if v == nil {
				continue
			}
			if len(names) == 0 {
				return nil, fmt.Errorf("zoo: %s: there is no name for %s", e.Name, v.Name)
			}
			w := Weight{Name: v.Name, Shape: v.Shape, Torch: names[0] + part, TorchShape: v.Shape, Side: l.Side}
			w.reorder(l.In[0].Shape[1:])
			ws = append(ws, w)
		}
		if len(ws) > before {
			names = names[1:]
		}
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("zoo: %s: there is no layer for %s", e.Name, strings.Join(names, ", "))
	}
	return ws, nil
}

// reorder sets filters and TorchShape for the weight of a layer that reads samples of shape in.
func (w *Weight) reorder(in graph.Shape) {
	s := w.Shape
	switch len(s) {
	case 4:
		w.filters, w.TorchShape = s, graph.Shape{s[3], s[2], s[0], s[1]}
	case 2: // as a convolution whose window is the whole map
		if len(in) != 3 {
			in = graph.Shape{1, 1, s[0]}
		}
		w.filters, w.TorchShape = append(in.Clone(), s[1]), graph.Shape{s[1], s[0]}
	}
}

// FromTorch returns the numbers of a tensor of PyTorch in Fovea's order.
//
//	y[i,j,c,f] = x[f,c,i,j]
//
// where i, j, c are the place in a filter or, of a fully connected layer, in the map that it reads. It returns an error
// unless shape is TorchShape and there are as many numbers.
func (w Weight) FromTorch(shape []int, data []float32) ([]float32, error) {
	if !w.TorchShape.Equal(shape) || len(data) != w.TorchShape.Elems() {
		return nil, fmt.Errorf("zoo: %s: got %d numbers of shape %v, want %v: %w",
			w.Torch, len(data), graph.Shape(shape), w.TorchShape, graph.ErrFormat)
	}
	if w.filters == nil {
		return slices.Clone(data), nil
	}
	out := make([]float32, len(data))
	places, channels, filters := w.filters[0]*w.filters[1], w.filters[2], w.filters[3]
	for f := range filters {
		for c := range channels {
			for p := range places {
				out[(p*channels+c)*filters+f] = data[(f*channels+c)*places+p]
			}
		}
	}
	return out, nil
}

// TorchName returns how torchvision calls a tensor today that one of its older files calls name: up to version 0.2, a
// DenseNet had denselayer1.norm.1.weight where it has denselayer1.norm1.weight now.
func TorchName(name string) string {
	block, in, ok := strings.Cut(name, ".denselayer")
	part := strings.Split(in, ".")
	if !ok || len(part) != 4 {
		return name
	}
	return block + ".denselayer" + part[0] + "." + part[1] + part[2] + "." + part[3]
}
