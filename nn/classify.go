package nn

import (
	"cmp"
	"context"
	"slices"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Prediction is how probable a class is.
type Prediction struct {
	Class       int     `json:"class"`
	Name        string  `json:"name"`
	Probability float32 `json:"probability"`
}

// Classify returns the most probable classes of a picture, the first one first; of equal ones the one with the smaller number.
// The picture is made what the net takes by the net's Preprocess or, where it has none, by data.Fit. A net that classifies
// every place of a picture is a *graph.ShapeError.
func (n *Net) Classify(ctx context.Context, pic *data.Picture, top int) ([]Prediction, error) {
	if len(n.Summary.Places) > 0 || len(n.Summary.Input) != 3 {
		return nil, graph.Shapef("nn: classify: the net takes %v and tells classes at %v: want pictures [H,W,C] and one class each", graph.Shape(n.Summary.Input), graph.Shape(n.Summary.Places))
	}
	pixels, err := n.Pixels(pic)
	if err != nil {
		return nil, err
	}
	probs, err := n.Predict(ctx, pixels)
	if err != nil {
		return nil, err
	}
	return n.Top(probs, top), nil
}

// Pixels returns a picture as the bytes that the net takes, [H,W,C].
func (n *Net) Pixels(pic *data.Picture) ([]byte, error) {
	if n.Preprocess != nil {
		return n.Preprocess.Bytes(pic)
	}
	in := n.Summary.Input
	return data.Fit(pic, in[0], in[1], in[2]), nil
}

// Top returns the count most probable of the classes.
func (n *Net) Top(probs []float32, count int) []Prediction {
	all := make([]Prediction, len(probs))
	for i, p := range probs {
		all[i] = Prediction{i, n.Classes[i], p}
	}
	slices.SortStableFunc(all, func(a, b Prediction) int { return cmp.Compare(b.Probability, a.Probability) })
	return all[:max(0, min(count, len(all)))]
}
