package dense

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/spec"
)

// Net is a fully convolutional net: over a picture it gives the scores of a classifier at every stride-th window.
type Net struct {
	Geometry
	// Weights lists all parameters and states; those of side heads, which prediction does without, are left out.
	Weights []Weight
	// Padded lists the layers that put something around their input, as messages name them. Without any, a place of the
	// map has exactly the scores of its window as a picture of its own; see the package's comment.
	Padded []string

	net spec.Net
}

// Weight is a parameter or state with its shape in the net that was converted and in the fully convolutional one. The
// numbers are the same, in the same order: shapes are row-major, and a fully connected layer reads a map [H,W,C] in the
// order in which the filter of a convolution has it.
//
//	weight[(i·W + j)·C + c, f] of [H·W·C,F]  =  weight[i,j,c,f] of [H,W,C,F]
type Weight struct {
	Name     string // of both: fc1.weight
	From, To graph.Shape
}

// Text returns the net for a picture of the window's size, for which it gives one place.
func (n *Net) Text() string { return n.text(n.Window[0], n.Window[1]) }

func (n *Net) text(height, width int) string {
	net := n.net
	net.Input.Size = spec.Whole(height, width, net.Input.Size[2].Int())
	return spec.Format(&net)
}

// At returns the net for a picture of height times width pixels. The weights do not depend on them.
//
// It returns a *graph.ShapeError for a picture smaller than the window, and what the language says of a size that does
// not suit the layers, as when the paths of a branch round it differently.
func (n *Net) At(height, width int) (string, error) {
	if height < n.Window[0] || width < n.Window[1] {
		return "", n.tooSmall(height, width)
	}
	text := n.text(height, width)
	if _, _, _, err := build(text); err != nil {
		h, w := height-(height-n.Window[0])%n.Stride[0], width-(width-n.Window[1])%n.Stride[1]
		if h != height || w != width { // a window and whole strides
			err = fmt.Errorf("%w; %dx%d would fit", err, h, w)
		}
		return "", fmt.Errorf("dense: a picture of %dx%d: %w", height, width, err)
	}
	return text, nil
}

// build reads a text and puts it onto a graph for one sample.
func build(text string) (n *spec.Net, g *graph.Graph, logits *graph.Value, err error) {
	if n, err = spec.Parse(text); err != nil {
		return nil, nil, nil, err
	}
	g = graph.New()
	logits, _, err = n.Build(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{1}, n.InputShape()...)))
	return n, g, logits, err
}

// Convert makes a classifier of pictures fully convolutional: its fully connected layers become convolutions, the first
// one with the whole map for a kernel and later ones 1x1, global pooling becomes pooling of that size with stride 1, and
// the net ends with PIXELS. The names of the parameters stay; groups and blocks of the text are written out, and side
// heads are left out.
//
// It returns an error that says which layer and why, of kind graph.ErrUnsupported, for a net with layers that see a whole
// map in a way that no window does, for one that classifies places already, and for series and volumes; and the errors of
// Build for a net that cannot be built.
//
// Source: Sermanet et al., "OverFeat: integrated recognition, localization and detection using convolutional networks",
// ICLR 2014, section 3.5; Stanford CS231n, "Converting FC layers to CONV layers".
func Convert(n *spec.Net) (*Net, error) {
	in := n.InputShape()
	if len(in) != 3 {
		return nil, fmt.Errorf("dense: the net reads samples of %v, want pictures [H,W,C]: %w", in, graph.ErrUnsupported)
	}
	g := graph.New()
	b := layer.NewBuilder(g)
	_, built, err := n.Build(b, g.Input("x", graph.F32, append(graph.Shape{1}, in...)))
	if err != nil {
		return nil, fmt.Errorf("dense: %w", err)
	}
	c := &converter{n: n, begun: b.Begun, values: map[string]bool{}, owners: map[string]owner{},
		at: map[int]int{-1: -1}, places: map[int][2]int{-1: {in[0], in[1]}}, fields: map[int]field{-1: onePixel}}
	for _, v := range g.Values {
		if dot := strings.LastIndexByte(v.Name, '.'); dot > 0 && persists(v) {
			c.values[v.Name[:dot]] = true
		}
	}
	last := -1
	for i, l := range built {
		if l.Side {
			c.renamed = true
			continue
		}
		if err := c.layer(i, l); err != nil {
			return nil, err
		}
		last = i
	}
	if c.places[last] != [2]int{1, 1} {
		return nil, c.refuse(last, "the net ends with a flattened map of %s, whose places are not classes", size(c.places[last]))
	}
	c.layers = append(c.layers, spec.Layer{Kind: "PIXELS", In: []int{c.at[last]}})
	f := c.fields[last]
	d := &Net{Padded: c.padded, net: spec.Net{Input: spec.Input{Size: spec.Whole(in...)}, Layers: c.layers},
		Geometry: Geometry{Window: [2]int{in[0], in[1]}, Stride: f.jump, Field: f.size, Start: f.start}}
	if err := d.match(g); err != nil {
		return nil, err
	}
	return d, nil
}

// persists reports whether v is kept under its name.
func persists(v *graph.Value) bool { return v.Role == graph.Parameter || v.Role == graph.State }

// match fills in Weights. It returns an error unless the text of the net reads back as the layers that it was written from,
// which not all connections can be, with the parameters and states of g, each with as many numbers.
func (n *Net) match(g *graph.Graph) error {
	read, own, logits, err := build(n.Text())
	if err != nil {
		return fmt.Errorf("dense: the fully convolutional net is not one: %w", err)
	}
	same := func(a, b spec.Layer) bool { return a.Kind == b.Kind }
	if !slices.EqualFunc(read.Layers, n.net.Layers, same) {
		return fmt.Errorf("dense: the connections of the fully convolutional net cannot be written as a text: %w", graph.ErrUnsupported)
	}
	for i, l := range read.Layers {
		if !slices.Equal(reads(l, i), reads(n.net.Layers[i], i)) {
			return fmt.Errorf("dense: %s: its connections cannot be written as a text: %w", n.net.Layers[i], graph.ErrUnsupported)
		}
	}
	if s := logits.Shape; len(s) != 4 || s[1] != 1 || s[2] != 1 {
		return graph.Shapef("dense: the fully convolutional net gives %v for one window, want one place", s)
	}
	count := 0
	for _, v := range own.Values {
		if persists(v) {
			count++
		}
	}
	for _, v := range g.Values {
		if !persists(v) {
			continue
		}
		to := own.Find(v.Name)
		if to == nil || to.Role != v.Role || to.Shape.Elems() != v.Shape.Elems() {
			return fmt.Errorf("dense: the fully convolutional net has %v for %v: %w", to, v, graph.ErrUnsupported)
		}
		n.Weights = append(n.Weights, Weight{Name: v.Name, From: v.Shape, To: to.Shape})
	}
	if len(n.Weights) != count {
		return fmt.Errorf("dense: the fully convolutional net has %d parameters and states, want %d: %w",
			count, len(n.Weights), graph.ErrUnsupported)
	}
	return nil
}
