package main

import (
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/spec"
)

// chain is what stands below each other in a drawing.
type chain []link

// link is a box, or a fork whose paths stand side by side; the box behind a fork joins them, but for those of side heads.
type link struct {
	box   *box
	paths []branch
}

type branch struct {
	chain
	side bool // a side head: it ends by itself
}

// box is a layer, with those behind it that only go element by element.
type box struct {
	class   string   // weights, pool, join, side or other
	text    string   // of the layer
	notes   []string // the layers behind it
	shape   string   // of the last output
	tooltip []string // the text of every layer in the box, and its parameters
}

// elementwise lists the kinds that are drawn into the box before them.
var elementwise = strings.Fields("BN LN GN IN LRN RELU SIGMOID TANH LEAKYRELU PRELU ELU SELU GELU SILU SOFTPLUS RELU6 HARDSIGMOID " +
	"HARDSWISH HARDTANH SOFTMAX DROPOUT SPATIALDROPOUT DROPPATH")

var classes = map[string]string{
	"CONV": "weights", "DWCONV": "weights", "DECONV": "weights", "FC": "weights", "CONCAT": "join", "ADD": "join", "MUL": "join",
}

// diagram finds chains and forks in the list of a net's layers.
type diagram struct {
	layers []spec.Layer
	heads  []spec.Head
	told   []nn.LayerSummary
	before []int // see begin
}

// diagramOf returns the chain of the whole net, input and all.
func diagramOf(n *spec.Net, s *nn.Summary) chain {
	d := diagram{layers: n.Layers, heads: n.Heads, told: s.Layers}
	d.begin()
	input := link{box: &box{class: "other", text: "INPUT", shape: sizes(s.Input), tooltip: []string{n.Input.String()}}}
	last := len(n.Layers) - 1
	for slices.ContainsFunc(n.Heads, func(h spec.Head) bool { return h.From <= last && last < h.To }) {
		last-- // a side head at the very end
	}
	c := append(chain{input}, d.sides(-1)...)
	return append(c, d.chain(last, -1)...)
}

// in returns what layer i reads, -1 being the input.
func (d *diagram) in(i int) []int {
	if in := d.layers[i].In; in != nil {
		return in
	}
	return []int{i - 1}
}

// begin finds what stands before each layer in its chain: what it reads or, where it joins paths, the place where they begin,
// which is the last that all of them have behind them.
func (d *diagram) begin() {
	for i := range d.layers {
		in := d.in(i)
		at := in[0]
		for _, other := range in[1:] {
			for at != other {
				at, other = min(at, other), max(at, other)
				other = d.before[other]
			}
		}
		d.before = append(d.before, at)
	}
}

// chain returns the layers behind layer stop up to last.
func (d *diagram) chain(last, stop int) chain {
	var order []int
	for i := last; i != stop; i = d.before[i] {
		order = append(order, i)
	}
	slices.Reverse(order)
	var c chain
	for _, i := range order {
		l, told := d.layers[i], d.told[i]
		if in := d.in(i); len(in) > 1 {
			fork := link{}
			for _, end := range in {
				fork.paths = append(fork.paths, branch{chain: d.chain(end, d.before[i])})
			}
			c = append(c, fork)
		}
		shape := sizes(graph.Shape(told.Shape))
		tip := told.Name + " gives " + shape
		if told.Parameters > 0 {
			tip += ", " + thousands(told.Parameters) + " parameters"
		}
		if len(c) > 0 && c[len(c)-1].box != nil && slices.Contains(elementwise, l.Kind) {
			b := c[len(c)-1].box
			b.notes, b.shape, b.tooltip = append(b.notes, noteOf(l)), shape, append(b.tooltip, tip)
		} else {
			c = append(c, link{box: &box{class: classOf(l.Kind), text: told.Name, shape: shape, tooltip: []string{tip}}})
		}
		c = append(c, d.sides(i)...)
	}
	return c
}

// sides returns the fork of the side heads that read layer i, if there are any.
func (d *diagram) sides(i int) chain {
	fork := link{paths: []branch{{}}}
	for _, h := range d.heads {
		if d.in(h.From)[0] == i {
			fork.paths = append(fork.paths, branch{chain: d.chain(h.To-1, i), side: true})
		}
	}
	if len(fork.paths) == 1 {
		return nil
	}
	return chain{fork}
}

func classOf(kind string) string {
	switch {
	case classes[kind] != "":
		return classes[kind]
	case strings.Contains(kind, "POOL") || kind == "GAP" || kind == "GMP":
		return "pool"
	}
	return "other"
}

// noteOf is a layer in short: its kind and, of dropout and the like, its number.
func noteOf(l spec.Layer) string {
	if strings.HasPrefix(l.Kind, "DROP") || strings.HasSuffix(l.Kind, "DROPOUT") {
		return l.String()
	}
	return l.Kind
}
