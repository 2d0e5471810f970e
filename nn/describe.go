package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// Summary tells of a network what can be known before it runs. Nothing of the net's size is allocated for it.
type Summary struct {
	Text       string // in normal form; "" of a net that was read from a file of another format
	Input      []int  // [H,W,C] of a picture, [L,C] of a series, [D,H,W,C] of a volume
	Places     []int  // of a sample that are classified, [H,W] of a net that ends with PIXELS; empty: the sample is
	Classes    int
	Layers     []LayerSummary
	Parameters int
	FLOPs      int // of one sample, forward; a multiply-add is 2
	// ForwardBytes is what the planner takes for one sample forward, without parameters; NaiveBytes is what the input and
	// each layer's output take in memory of their own.
	ForwardBytes, NaiveBytes int
	// Forward and Training are what a forward pass and a training step of Batch samples take, without what persists.
	Batch             int
	Forward, Training plan.Memory
	// OptimizerBytes are the optimiser's caches, such as momenta.
	OptimizerBytes int
	// TrainingBytes is what the planner takes for a training step, with parameters and the optimiser's caches. It is 0, as are
	// Training and OptimizerBytes, where a batch of Batch samples cannot train; Warnings say why.
	TrainingBytes int
	Warnings      []string

	model     train.Model
	optimizer train.Optimizer
}

// LayerSummary tells of one layer.
type LayerSummary struct {
	Index           int    // counted from 1
	Name            string // as written
	Shape           []int  // of one sample's output
	Side            bool   // belongs to a side head, which only training computes: it has no operations here
	Parameters      int
	ActivationBytes int // of one sample's output
	MACs            int // multiply-adds of one sample, forward
	FLOPs           int // of one sample, forward: bias, activation and pooling count too
	// ReceptiveField is the size, in pixels of the input along each spatial axis, of what one output depends on, padding
	// included; Stride is how far apart neighbouring outputs look, below 1 behind an upsampling of the input; Start is
	// the first pixel that the first output sees, below 0 for padding. Where an output depends on everything, the field
	// is the whole input and so is the stride.
	ReceptiveField []int
	Stride, Start  []float64
	// Where the layer stands in the text, from 1, in characters.
	Line, Column, Length int
}

// Option changes how Describe and New look at a net.
type Option func(*options)

type options struct {
	strict    bool
	optimizer train.Optimizer
}

// Strict makes errors of warnings of layers.
func Strict() Option { return func(o *options) { o.strict = true } }

// WithOptimizer tells which optimiser training is planned for; without it, it is adam.
func WithOptimizer(opt train.Optimizer) Option { return func(o *options) { o.optimizer = opt } }

// model is a pattern text as train wants it.
type model struct{ *spec.Net }

func (m model) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

// Describe checks a net's text and tells its layers, shapes and memory. An error of the text is a *spec.Error, which
// says where.
func Describe(text string, batch int, opts ...Option) (*Summary, error) {
	n, err := spec.Parse(text)
	if err != nil {
		return nil, err
	}
	return describe(n, max(1, batch), opts...)
}

// built is a net on a graph, for one sample.
type built struct {
	g      *graph.Graph
	x      *graph.Value
	layers []spec.Built
	of     map[*graph.Node]int // which layer a node belongs to, from 0
}

func describe(n *spec.Net, batch int, opts ...Option) (*Summary, error) {
	o := options{optimizer: train.Optimizer{Kind: "adam"}}
	for _, f := range opts {
		f(&o)
	}
	var err error
	if o.optimizer, err = o.optimizer.Defaults(); err != nil {
		return nil, err
	}
	b := &built{g: graph.New()}
	b.x = b.g.Input("x", graph.F32, append(graph.Shape{1}, n.InputShape()...))
	builder := layer.NewBuilder(b.g)
	logits, layers, err := n.Build(builder, b.x)
	if err != nil {
		return nil, err
	}
	b.layers = layers
	for i := range b.layers {
		if !missesPixels(b.layers[i]) {
			b.layers[i].Warning = ""
		}
	}
	b.g.Output("logits", logits)
	b.number(builder.Begun)
	s := &Summary{Text: spec.Format(n), Input: n.InputShape(), Places: logits.Shape[1 : len(logits.Shape)-1].Clone(), Classes: logits.Shape[len(logits.Shape)-1], Batch: batch, model: model{n}, optimizer: o.optimizer}
	s.addLayers(b)
	for _, a := range b.advise(s.Parameters) {
		if o.strict {
			return nil, n.ErrorAt(layers[a.layer].Layer, "%s", a.text)
		}
		s.Warnings = append(s.Warnings, a.text)
	}
	s.ForwardBytes = plan.Build(b.g, planned()).MemoryBytes()
	return s, s.addMemory()
}

// planned are the options of plans that sizes are told of.
func planned() plan.Options { return plan.Options{Fused: cpu.New(1).Info().Fused} }

// number tells which layer each node belongs to, by the label that the layer gave it: begun has the layers in the order of
// b.layers. The nodes of side heads are not in the graph.
func (b *built) number(begun []layer.Begun) {
	at := map[string]int{}
	for k, l := range begun {
		at[l.Layer] = k
	}
	b.of = map[*graph.Node]int{}
	for _, n := range b.g.Nodes {
		if k, ok := at[n.Layer]; ok && !b.layers[k].Side {
			b.of[n] = k
		}
	}
}

func (s *Summary) addLayers(b *built) {
	fields := fieldsOf(b.g, b.x)
	s.NaiveBytes = b.x.Shape.Elems() * 4
	for i, l := range b.layers {
		one := LayerSummary{Index: i + 1, Name: l.Layer.String(), Shape: l.Out.Shape[1:], Side: l.Side, Parameters: l.Parameters,
			ActivationBytes: l.Out.Shape.Elems() * 4, Line: l.Layer.Pos.Line, Column: l.Layer.Pos.Column, Length: l.Layer.Length}
		for _, a := range fields[l.Out] {
			one.ReceptiveField = append(one.ReceptiveField, int(a.size+0.5))
			one.Stride, one.Start = append(one.Stride, a.jump), append(one.Start, a.lo)
		}
		s.Parameters += l.Parameters
		s.Layers = append(s.Layers, one)
	}
	computes := make([]bool, len(b.layers))
	for _, n := range b.g.Nodes {
		k, ok := b.of[n]
		if !ok {
			continue
		}
		flops := op.FLOPs(n)
		if slices.Contains([]string{op.Conv, op.MatMul, op.ConvGradInput}, n.Op) {
			s.Layers[k].MACs += flops / 2
		}
		s.Layers[k].FLOPs += flops
		s.FLOPs += flops
		computes[k] = computes[k] || n.Op != op.ReshapeOp
	}
	for k, c := range computes {
		if c { // what only passes its input on has no memory
			s.NaiveBytes += s.Layers[k].ActivationBytes
		}
	}
}

// addMemory plans a forward pass and a training step of s.Batch samples. That so many cannot train is a warning.
func (s *Summary) addMemory() error {
	g := graph.New()
	logits, err := s.model.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{s.Batch}, s.model.InputShape()...)))
	if err != nil {
		return err
	}
	g.Output("logits", logits)
	s.Forward = plan.Build(g, planned()).Memory()
	p, err := s.trainingPlan(s.Batch)
	if err != nil { // it predicts all the same: batch norm, for one, has no variance over a single 1x1 map
		s.Warnings = append(s.Warnings, fmt.Sprintf("a batch of %d cannot train: %v", s.Batch, err))
		return nil
	}
	s.Training, s.TrainingBytes = p.Memory(), p.MemoryBytes()+p.PersistentBytes()
	own := map[string]bool{} // what persists without an optimiser
	for _, v := range g.Values {
		own[v.Name] = v.Role == graph.Parameter || v.Role == graph.State
	}
	for _, b := range p.Persistent {
		if !own[b.Name] && !strings.HasPrefix(b.Name, "data.") && !strings.HasPrefix(b.Name, "input.") {
			s.OptimizerBytes += 4 * b.Shape.Elems()
		}
	}
	return nil
}

// trainingPlan plans a step of batch samples.
func (s *Summary) trainingPlan(batch int) (*plan.Program, error) {
	g, err := train.TrainingGraph(s.model, batch, s.optimizer, train.Table{Place: "train", Count: 1})
	if err != nil {
		return nil, err
	}
	return plan.Build(g, planned()), nil
}
