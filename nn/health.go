package nn

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// LayerHealth is train.LayerHealth with the layer as Summary has it.
type LayerHealth struct {
	train.LayerHealth
	Index int // as in LayerSummary, from 1; Layer is the name there
}

// Health is train.Session.Health, which see, for the layers of the summary.
func (n *Net) Health(ctx context.Context, d *data.Set, count int) ([]LayerHealth, error) {
	measured, err := n.Session.Health(ctx, d, count)
	if err != nil {
		return nil, err
	}
	all := make([]LayerHealth, len(measured))
	for i, h := range measured {
		all[i].LayerHealth = h
		if l := n.Summary.labelled(h.Layer); l != nil {
			all[i].Layer, all[i].Index = l.Name, l.Index
		}
	}
	return all, nil
}

// labelled returns the layer whose nodes have a label: "layer 3 (relu)" of a net with a text (see layer.Builder.Begin), and its name
// of others. It is nil if there is none.
func (s *Summary) labelled(label string) *LayerSummary {
	i := slices.IndexFunc(s.Layers, func(l LayerSummary) bool {
		if s.Text == "" {
			return l.Name == label
		}
		return strings.HasPrefix(label, fmt.Sprintf("layer %d ", l.Index))
	})
	if i < 0 {
		return nil
	}
	return &s.Layers[i]
}
