package train

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// findLayer returns the last node of a layer: its output is the layer's. The layer is given by its number, counted from
// 1, by the name that it was given, or by what its parameters are called by, such as conv2.
func findLayer(g *graph.Graph, which string) (*graph.Node, error) {
	label := ""
	number, notNumber := strconv.Atoi(which)
	var labels []string
	for _, n := range g.Nodes {
		if n.Layer == "" {
			continue
		}
		if !slices.Contains(labels, n.Layer) {
			labels = append(labels, n.Layer)
		}
		has := func(v *graph.Value) bool { return v.Role == graph.Parameter && strings.HasPrefix(v.Name, which+".") }
		if n.Layer == which || notNumber == nil && strings.HasPrefix(n.Layer, fmt.Sprintf("layer %d ", number)) ||
			strings.Contains(n.Layer, " "+strconv.Quote(which)+" ") || slices.ContainsFunc(n.In, has) {
			label = n.Layer
			break
		}
	}
	var last *graph.Node
	for _, n := range g.Nodes {
		if n.Layer == label && label != "" {
			last = n
		}
	}
	if last == nil {
		return nil, fmt.Errorf("train: layer: got %q, which computes nothing here or does not exist; there are %s: %w", which, strings.Join(labels, ", "), ErrLayer)
	}
	return last, nil
}

// ErrLayer says that a net has no such layer.
var ErrLayer = errors.New("no such layer")

// ParametersUpTo returns the names of the parameters of a layer and of all before it, for a Group that freezes them. The
// layer is given by its number, counted from 1, by its name, or by what its parameters are called by, such as conv2.
func (s *Session) ParametersUpTo(which string) ([]string, error) {
	g := graph.New()
	if _, err := s.model.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{1}, s.model.InputShape()...))); err != nil {
		return nil, err
	}
	last, err := findLayer(g, which)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range g.Nodes {
		for _, v := range n.In {
			if v.Role == graph.Parameter && !slices.Contains(names, v.Name) {
				names = append(names, v.Name)
			}
		}
		if n == last {
			break
		}
	}
	return names, nil
}
