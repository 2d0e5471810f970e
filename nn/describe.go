package nn

import (
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// Summary tells of a network what can be known before it runs.
type Summary struct {
	Text       string // in normal form
	Input      []int  // [H,W,C]
	Classes    int
	Layers     []LayerSummary
	Parameters int
	// ForwardBytes is what the planner takes for one sample forward, without parameters; TrainingBytes what it takes for
	// a step of Batch samples, with gradients, parameters and the optimiser's state.
	ForwardBytes, TrainingBytes int
	Batch                       int
	Warnings                    []string
}

// LayerSummary tells of one layer.
type LayerSummary struct {
	Index           int    // counted from 1
	Name            string // as written
	Shape           []int  // of one sample's output
	Parameters      int
	ActivationBytes int // of one sample's output
	MACs            int // multiply-adds of one sample, forward
	// Where the layer stands in the text, from 1, in characters.
	Line, Column, Length int
}

// model is a pattern text as train wants it.
type model struct{ *spec.Net }

func (m model) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

// Describe checks a net's text and tells its layers, shapes and memory. An error of the text is a *spec.Error, which
// says where.
func Describe(text string, batch int) (*Summary, error) {
	n, err := spec.Parse(text)
	if err != nil {
		return nil, err
	}
	return describe(n, max(1, batch))
}

func describe(n *spec.Net, batch int) (*Summary, error) {
	g := graph.New()
	x := g.Input("x", graph.F32, append(graph.Shape{1}, n.InputShape()...))
	logits, built, err := n.Build(layer.NewBuilder(g), x)
	if err != nil {
		return nil, err
	}
	s := &Summary{Text: spec.Format(n), Input: n.InputShape(), Classes: logits.Shape[len(logits.Shape)-1], Batch: batch}
	macs := map[string]int{}
	for _, node := range g.Nodes {
		if node.Op == op.Conv || node.Op == op.MatMul {
			macs[node.Layer] += op.FLOPs(node) / 2
		}
	}
	for i, b := range built {
		l := LayerSummary{Index: i + 1, Name: b.Layer.String(), Shape: b.Out.Shape[1:], Parameters: b.Parameters,
			ActivationBytes: b.Out.Shape.Elems() * 4, Line: b.Layer.Pos.Line, Column: b.Layer.Pos.Column, Length: b.Layer.Length}
		if b.Out.Node != nil {
			l.MACs = macs[b.Out.Node.Layer]
		}
		s.Parameters += b.Parameters
		s.Layers = append(s.Layers, l)
		if b.Warning != "" {
			s.Warnings = append(s.Warnings, b.Warning)
		}
	}
	g.Output("logits", logits)
	fused := cpu.New(1).Info().Fused
	s.ForwardBytes = plan.Build(g, plan.Options{Fused: fused}).MemoryBytes()
	adam, err := train.Optimizer{Kind: "adam"}.Defaults()
	if err != nil {
		return nil, err
	}
	t, err := train.TrainingGraph(model{n}, batch, adam, train.Table{Place: "train", Count: 1})
	if err != nil {
		return nil, err
	}
	p := plan.Build(t, plan.Options{Fused: fused})
	s.TrainingBytes = p.MemoryBytes() + p.PersistentBytes()
	return s, nil
}
