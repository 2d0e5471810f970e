package nn

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// FineTuneOptions say how a net learns other classes. A 0 takes what is usual for ten to fifty pictures a class.
type FineTuneOptions struct {
	// Layers is how many layers with weights before the new one learn too, once that has learned: convolutions and fully
	// connected ones, with their biases. All others stay to the bit, and so do normalisations with their running statistics.
	Layers int
	Epochs int // passes over the set, for the new layer and once more for the others; 0: 30
	Batch  int // 0: 16
	// LearningRate is that of Adam for the layers before the new one, and falls along a cosine; 0: 1e-4. The new layer's is fixed:
	// it reads features that have been brought to one size.
	LearningRate float64
	Seed         uint32 // of the order of the samples and of dropout
	// Validation is measured after each pass, and decides nothing; nil: no score. The samples must not be in the set; see
	// data.Set.Split.
	Validation *data.Set
	// Observe, where not nil, is told how far it is; Wait is called before each step and blocks while there is a pause; Yield is
	// called now and then, so that a page can breathe.
	Observe func(FineTuneEvent)
	Wait    func(ctx context.Context) error
	Yield   func()
}

// FineTuneEvent tells how far fine-tuning is.
type FineTuneEvent struct {
	Stage FineTuneStage
	// Done of Total samples have been seen in StageFeatures, and steps been done in the others.
	Done, Total int
	train.Event // of a step or a score; empty in StageFeatures
}

// FineTuneStage is a part of fine-tuning.
type FineTuneStage string

// The stages, in their order. With FineTuneOptions.Layers there may be features twice: of the layers that stay, and then, which
// is quick, of those that learn later.
const (
	StageFeatures FineTuneStage = "features" // the layers that stay see all samples once
	StageHead     FineTuneStage = "head"     // the new layer learns
	StageLayers   FineTuneStage = "layers"   // the layers before it learn too
)

func (o FineTuneOptions) defaults() (FineTuneOptions, error) {
	if o.Epochs == 0 {
		o.Epochs = 30
	}
	if o.Batch == 0 {
		o.Batch = 16
	}
	if o.LearningRate == 0 {
		o.LearningRate = 1e-4
	}
	if o.Layers < 0 || o.Epochs < 0 || o.Batch < 0 || o.LearningRate < 0 {
		return o, fmt.Errorf("nn: fine-tune: got %d layers, %d passes, batch %d, learning rate %g, want none below 0",
			o.Layers, o.Epochs, o.Batch, o.LearningRate)
	}
	return o, nil
}

// FineTune returns a net on dev for the classes of set: n up to its last layer with weights, which gives way to a fully connected
// one that learns. A convolution at several places, as at the end of SqueezeNet, gives way to a global pooling and such a layer.
// n stays as it is; the new net sees pictures as n does, and is a text where n is one and a text can say it. Each sample is seen
// once by the layers that stay, so that it takes hardly longer than classifying the set.
//
// The score is that of o.Validation. The new net owns dev, if there is no error; with one, dev holds nothing and stays open. The
// same net, set, options and kind of device give the same bits.
//
// An error is a train.ErrData if set does not fit or has fewer than two classes or a class without samples,
// graph.ErrUnsupported if n has no layer to replace, or classifies each place of a picture, graph.ErrOutOfMemory for more than
// 1 GiB of features, and that of ctx when it ends.
//
// Source: Donahue et al., "DeCAF: a deep convolutional activation feature for generic visual recognition", ICML 2014; Yosinski,
// Clune, Bengio, Lipson, "How transferable are features in deep neural networks?", NIPS 2014.
func (n *Net) FineTune(ctx context.Context, dev plan.Device, set *data.Set, o FineTuneOptions) (*Net, train.Score, error) {
	o, err := o.defaults()
	if err != nil {
		return nil, train.Score{}, err
	}
	if err := n.checkFineTune(set, set.Check); err != nil {
		return nil, train.Score{}, err
	}
	if v := o.Validation; v != nil {
		if err := n.checkFineTune(v, v.CheckForm); err != nil {
			return nil, train.Score{}, fmt.Errorf("validation: %w", err)
		}
		if len(v.Classes) != len(set.Classes) {
			return nil, train.Score{}, fmt.Errorf("nn: fine-tune: the validation set has %d classes, the set to learn %d: %w",
				len(v.Classes), len(set.Classes), train.ErrData)
		}
	}
	t, err := n.newTuner(ctx, dev, set, o)
	if err != nil {
		return nil, train.Score{}, err
	}
	if err := t.approach(ctx); err != nil {
		return nil, train.Score{}, err
	}
	score, err := t.trainHead(ctx)
	if err == nil && o.Layers > 0 {
		score, err = t.trainLayers(ctx)
	}
	if err != nil {
		return nil, train.Score{}, err
	}
	tuned, err := t.net(ctx)
	return tuned, score, err
}

// checkFineTune returns an error unless n can see the samples of d. check is the set's own.
func (n *Net) checkFineTune(d *data.Set, check func() error) error {
	if err := check(); err != nil {
		return fmt.Errorf("nn: fine-tune: %w: %w", err, train.ErrData)
	}
	switch in := graph.Shape(n.Summary.Input); {
	case !in.Equal(d.Shape):
		return fmt.Errorf("nn: fine-tune: the net takes samples of %v, the data has %v: bring them to the net's size first: %w",
			in, graph.Shape(d.Shape), train.ErrData)
	case len(d.LabelShape) > 0:
		return fmt.Errorf("nn: fine-tune: the data has labels for %v places of a sample, want one a sample: %w",
			graph.Shape(d.LabelShape), train.ErrData)
	case len(d.Classes) < 2:
		return fmt.Errorf("nn: fine-tune: the data has one class, %q: want two or more to tell apart: %w",
			d.Classes[0], train.ErrData)
	case len(n.Summary.Places) > 0:
		return fmt.Errorf("nn: fine-tune: the net tells a class at each of %v places, want one a sample: %w",
			graph.Shape(n.Summary.Places), graph.ErrUnsupported)
	}
	return nil
}

// newTuner finds out which layer gives way and what the new net is.
func (n *Net) newTuner(ctx context.Context, dev plan.Device, set *data.Set, o FineTuneOptions) (*tuner, error) {
	t := &tuner{old: n, dev: dev, options: o, set: set, validation: o.Validation, cut: -1}
	var err error
	if t.products, err = train.Products(n.Summary.model); err != nil {
		return nil, err
	}
	t.last = len(t.products) - 1
	if t.last < 0 {
		return nil, fmt.Errorf("nn: fine-tune: the net has no layer with weights to put another in the place of: %w",
			graph.ErrUnsupported)
	}
	last := t.products[t.last]
	if !last.Neck {
		return nil, fmt.Errorf("nn: fine-tune: the scores do not come of %s alone, the last layer with weights: %w",
			last.Layer, graph.ErrUnsupported)
	}
	if o.Layers > t.last {
		return nil, fmt.Errorf("nn: fine-tune: got %d layers to learn, the net has %d with weights before its last: %w",
			o.Layers, t.last, graph.ErrUnsupported)
	}
	t.pooled = last.Places > 1
	if t.weights, err = n.InUse(ctx); err != nil {
		return nil, err
	}
	return t, t.describe()
}

// describe finds the text of the new net or, where there is none, makes a model of the old one.
func (t *tuner) describe() error {
	base, err := t.from(-1)
	if err != nil {
		return fmt.Errorf("nn: fine-tune: %w", err)
	}
	ok := false
	if old := t.old.Summary.Text; old != "" {
		if t.summary, t.head, ok = textWithHead(old, t.products[t.last].Layer, t.pooled, len(t.set.Classes), base); ok {
			delete(t.weights, t.head+".weight") // of the layer that gives way, where it was called so
			delete(t.weights, t.head+".bias")
			return nil
		}
	}
	t.head = "head"
	for k := 2; t.named(t.head); k++ {
		t.head = fmt.Sprintf("head%d", k)
	}
	t.summary, err = describeModel(train.WithHead(base, t.head, len(t.set.Classes)))
	return err
}

// named reports whether the old net has parameters of a layer of this name.
func (t *tuner) named(layer string) bool {
	_, weight := t.weights[layer+".weight"]
	_, bias := t.weights[layer+".bias"]
	return weight || bias
}

// net puts the new net onto the device.
func (t *tuner) net(ctx context.Context) (*Net, error) {
	n, err := newNet(t.dev, t.summary, t.set.Classes, t.options.Seed)
	if err != nil {
		return nil, err
	}
	if err := t.fill(ctx, n.Session, nil); err != nil {
		n.Detach()
		return nil, err
	}
	n.Preprocess = t.old.Preprocess
	if t.summary.Text == "" {
		n.skeleton = n.withoutNumbers
	}
	return n, nil
}
