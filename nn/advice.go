package nn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// advice is what a rule of thumb says of a layer, with a remedy.
type advice struct {
	layer int // from 0
	text  string
}

// advise applies the rules of thumb to a net with this many parameters, in the order of its layers.
func (b *built) advise(parameters int) []advice {
	var as []advice
	for i, l := range b.layers {
		if l.Warning != "" {
			as = append(as, advice{i, l.Warning})
		}
	}
	as = append(as, b.shrinking()...)
	as = append(as, b.dwarfing(parameters)...)
	slices.SortStableFunc(as, func(a, b advice) int { return cmp.Compare(a.layer, b.layer) })
	return as
}

// shrinking finds convolutions in a row, with nothing but elementwise operations between, that have no padding: each
// cuts the border off, which limits how deep the net can get and loses what stands there.
func (b *built) shrinking() []advice {
	var as []advice
	previous := map[*graph.Node]*graph.Node{}
	followed := map[*graph.Node]bool{}
	var shrinks []*graph.Node
	for _, n := range b.g.Nodes {
		if !cutsBorder(n) {
			continue
		}
		shrinks = append(shrinks, n)
		if p := source(n.In[0]); p != nil && cutsBorder(p) {
			previous[n], followed[p] = p, true
		}
	}
	for _, n := range shrinks {
		k, ok := b.of[n]
		if !ok || followed[n] || previous[n] == nil {
			continue
		}
		first, count := n, 1
		for ; previous[first] != nil; first = previous[first] {
			count++
		}
		in, out := first.In[0].Shape, n.Out[0].Shape
		pad := "pad same"
		if w := n.Attrs.(op.ConvAttrs).Window; w.Kernel[0]%2 == 1 {
			pad = fmt.Sprintf("pad %d", w.Dilation[0]*(w.Kernel[0]-1)/2)
		}
		as = append(as, advice{k, fmt.Sprintf("%s: %d convolutions in a row without padding shrink the map from %s to %s and lose its border; write %s, and leave shrinking to the pooling",
			n.Layer, count, sizes(in), sizes(out), pad)})
	}
	return as
}

// cutsBorder reports whether n is a convolution of stride 1 whose output is smaller than its input for want of padding.
func cutsBorder(n *graph.Node) bool {
	a, ok := n.Attrs.(op.ConvAttrs)
	if !ok || n.Op != op.Conv {
		return false
	}
	cuts := false
	for i, k := range a.Kernel {
		if a.Stride[i] != 1 || a.Pads[i] != [2]int{} {
			return false
		}
		cuts = cuts || k > 1 && n.Out[0].Shape[1+i] > 1 // a last one that takes all in is meant
	}
	return cuts
}

// source returns what computes v but for elementwise operations.
func source(v *graph.Value) *graph.Node {
	for v.Node != nil && v.Node.Op == op.MapOp {
		i := slices.IndexFunc(v.Node.In, func(x *graph.Value) bool { return x.Node != nil && x.Shape.Equal(v.Shape) })
		if i < 0 {
			return nil
		}
		v = v.Node.In[i]
	}
	return v.Node
}

// sizes prints the spatial axes of [N,…,C] as 24x24.
func sizes(s graph.Shape) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint([]int(s[1:len(s)-1])), "[]"), " ", "x")
}

// dwarfing finds a fully connected layer that has almost all of a convolutional net's parameters.
func (b *built) dwarfing(parameters int) []advice {
	if !slices.ContainsFunc(b.g.Nodes, func(n *graph.Node) bool { return n.Op == op.Conv }) {
		return nil
	}
	for _, n := range b.g.Nodes {
		k, ok := b.of[n]
		if p := 0; ok && n.Op == op.MatMul {
			if p = b.layers[k].Parameters; p > 1e6 && 10*p > 9*parameters {
				s := n.In[1].Shape
				return []advice{{k, fmt.Sprintf("%s: its %d x %d weights are %d of the net's %d parameters; pool more before it, put GAP in front, or give it fewer outputs",
					n.Layer, s[0], s[1], p, parameters)}}
			}
		}
	}
	return nil
}
