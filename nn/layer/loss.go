package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Reduction says what becomes of the losses of samples, or of elements.
type Reduction uint8

// The reductions: to their mean, to their sum, or none. A mean over labels leaves out ignored ones; where all are, it is 0.
const (
	ReduceMean Reduction = iota
	ReduceSum
	ReduceNone
)

// String returns mean, sum or none.
func (r Reduction) String() string { return [...]string{"mean", "sum", "none"}[r] }

// CrossEntropy is the mean over the batch of the cross-entropy between softmax(logits) and the labels; see op.SoftmaxCE.
// An ignored label, outside the classes, counts as a sample with loss 0; CrossEntropyWith leaves it out.
func CrossEntropy(b *Builder, logits, labels *graph.Value) (*graph.Value, error) {
	each, err := op.CrossEntropy(b.G, logits, labels)
	if err != nil {
		return nil, err
	}
	return op.Mean(b.G, each), nil
}

// Accuracy is the share of samples whose largest logit is that of their label.
func Accuracy(b *Builder, logits, labels *graph.Value) *graph.Value {
	return op.Mean(b.G, op.Map(b.G, equal(v(0), v(1)), op.ArgMax(b.G, logits), labels))
}

// reduced adds the losses e, over the inputs' shape s, up; a mean divides by their number.
func (b *Builder) reduced(r Reduction, e *expr.Expr, s graph.Shape, in ...*graph.Value) (*graph.Value, error) {
	switch r {
	case ReduceMean:
		e = mul(e, c(1/float64(max(1, s.Elems()))))
	case ReduceSum:
	case ReduceNone:
		return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}, Shape: s}, in...)
	default:
		return nil, b.fail("reduction: got %d, want mean, sum or none", r)
	}
	return b.apply(op.ReduceOp, op.ReduceAttrs{Axes: axes(0, len(s)), Expr: e, Shape: s}, in...)
}

// weighted adds up losses of labels; a mean divides by the sum of their weights, in which ignored labels are 0.
func (b *Builder) weighted(r Reduction, losses, weights *graph.Value) (*graph.Value, error) {
	if r != ReduceMean {
		return b.reduced(r, v(0), losses.Shape, losses)
	}
	sum, err := b.reduced(ReduceSum, v(0), losses.Shape, losses)
	if err != nil {
		return nil, err
	}
	total, err := b.reduced(ReduceSum, v(0), weights.Shape, weights)
	if err != nil {
		return nil, err
	}
	return b.mapTo(choose(greater(v(1), c(0)), div(v(0), expr.New(expr.Max, v(1), c(1e-30))), c(0)), sum, total)
}
