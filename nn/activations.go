package nn

import (
	"context"

	"github.com/fovea-nn/fovea/nn/train"
)

// Activation is what a layer gives for one sample, with the layer as Summary has it.
type Activation struct {
	train.LayerOutput
	Index int // as in LayerSummary, from 1; Layer is the name there
}

// Activations is train.Session.Trace, which see, for the layers of the summary, in the order in which they compute.
func (n *Net) Activations(ctx context.Context, sample []float32) ([]Activation, error) {
	traced, err := n.Trace(ctx, sample)
	if err != nil {
		return nil, err
	}
	var all []Activation
	for _, o := range traced {
		if l := n.Summary.labelled(o.Layer); l != nil {
			o.Layer = l.Name
			all = append(all, Activation{o, l.Index})
		}
	}
	return all, nil
}
