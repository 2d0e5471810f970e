package nn

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// describeModel is Describe of a net that was read from a file of another format: its layers are what the graph's nodes are
// labelled by.
func describeModel(m train.Model) (*Summary, error) {
	o, err := train.Optimizer{Kind: "adam"}.Defaults()
	if err != nil {
		return nil, err
	}
	g := graph.New()
	in := m.InputShape()
	logits, err := m.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{1}, in...)))
	if err != nil {
		return nil, err
	}
	g.Output("logits", logits)
	s := &Summary{Input: in, Places: logits.Shape[1 : len(logits.Shape)-1].Clone(), Classes: logits.Shape[len(logits.Shape)-1],
		Batch: imported, model: m, optimizer: o}
	at, seen := map[string]int{}, map[*graph.Value]bool{}
	for _, n := range g.Nodes {
		k, ok := at[n.Layer]
		if !ok {
			k = len(s.Layers)
			at[n.Layer] = k
			s.Layers = append(s.Layers, LayerSummary{Index: k + 1, Name: n.Layer})
		}
		l := &s.Layers[k]
		flops := op.FLOPs(n)
		if slices.Contains([]string{op.Conv, op.MatMul, op.ConvGradInput}, n.Op) {
			l.MACs += flops / 2
		}
		l.FLOPs += flops
		s.FLOPs += flops
		if out := n.Out[0].Shape; len(out) > 0 {
			l.Shape = out[1:].Clone()
			l.ActivationBytes = 4 * out.Elems()
		}
		for _, v := range n.In {
			if v.Role == graph.Parameter && !seen[v] {
				seen[v] = true
				l.Parameters += v.Shape.Elems()
				s.Parameters += v.Shape.Elems()
			}
		}
	}
	for _, l := range s.Layers {
		s.NaiveBytes += l.ActivationBytes
	}
	s.ForwardBytes = plan.Build(g, planned()).MemoryBytes()
	return s, s.addMemory()
}

// imported is for how many samples memory is planned for such nets: they are large.
const imported = 8
