package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// CrossEntropy is the mean over the batch of the cross-entropy between softmax(logits) and the labels; see op.SoftmaxCE.
func CrossEntropy(b *Builder, logits, labels *graph.Value) (*graph.Value, error) {
	each, err := op.CrossEntropy(b.G, logits, labels)
	if err != nil {
		return nil, err
	}
	return op.Mean(b.G, each), nil
}

// Accuracy is the share of samples whose largest logit is that of their label.
func Accuracy(b *Builder, logits, labels *graph.Value) *graph.Value {
	hit := op.Map(b.G, expr.New(expr.Equal, expr.V(0), expr.V(1)), op.ArgMax(b.G, logits), labels)
	return op.Mean(b.G, hit)
}
