package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// LabelOptions are common to the losses of class labels.
type LabelOptions struct {
	// ClassWeights, f32 [C], multiply the losses of samples by their class; nil means 1.
	ClassWeights *graph.Value
	// Ignore is a label that counts for nothing, besides all that are outside the classes; nil means none.
	Ignore    *int
	Reduction Reduction
}

// CrossEntropyOptions describe a cross-entropy.
type CrossEntropyOptions struct {
	LabelOptions
	Smoothing float64 // share of a target that is spread over all classes alike
}

// CrossEntropyWith is the cross-entropy of softmax(logits) with class labels.
//
//	l[n] = (1-e)·w[y]·(-logp[n,y]) + e/C · Σ c w[c]·(-logp[n,c]),   y = labels[n], e the smoothing; 0 where ignored
//
// The mean divides by the sum of w[y] over what is not ignored.
// Shapes: logits [N…,C], labels i32 [N…]; per-pixel classes are [N,H,W,C]. It returns a ShapeError if these do not fit, the
// class weights are not [C], or the smoothing is not 0 or more and less than 1.
//
// Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016, section 7 (smoothing).
func CrossEntropyWith(b *Builder, logits, labels *graph.Value, o CrossEntropyOptions) (*graph.Value, error) {
	if err := b.checkLabels(logits, labels, o.LabelOptions); err != nil {
		return nil, err
	}
	if err := b.checkSmoothing(o.Smoothing); err != nil {
		return nil, err
	}
	weights, err := b.labelWeights(logits, labels, o.LabelOptions)
	if err != nil {
		return nil, err
	}
	if o.Smoothing == 0 { // one kernel, forward and backward
		each, err := op.CrossEntropy(b.G, logits, labels)
		if err != nil {
			return nil, err
		}
		return b.weighted(o.Reduction, op.Map(b.G, mul(v(0), v(1)), each, weights), weights)
	}
	logp, err := LogSoftmax(b, logits)
	if err != nil {
		return nil, err
	}
	classes := channels(logits)
	share := add(mul(c(1-o.Smoothing), equal(v(1), v(2))), c(o.Smoothing/float64(classes)))
	each, err := b.classSum(mul(share, mul(c(-1), v(0))), labels, o.LabelOptions, logp)
	if err != nil {
		return nil, err
	}
	return b.weighted(o.Reduction, each, weights)
}

// CrossEntropySoft is the cross-entropy of softmax(logits) with probabilities.
//
//	l[n] = -Σ c w[c]·t'[n,c]·logp[n,c],   t' = (1-e)·target + e/C
//
// The mean divides by the number of samples. Shapes: logits and target [N…,C]. o.Ignore has no meaning here.
// Errors: those of CrossEntropyWith.
func CrossEntropySoft(b *Builder, logits, target *graph.Value, o CrossEntropyOptions) (*graph.Value, error) {
	if err := b.checkSmoothing(o.Smoothing); err != nil {
		return nil, err
	}
	if len(logits.Shape) < 1 || !logits.Shape.Equal(target.Shape) {
		return nil, b.fail("cross-entropy: got targets %v for logits %v, want the same shape", target.Shape, logits.Shape)
	}
	if err := b.checkClassWeights(logits, o.ClassWeights); err != nil {
		return nil, err
	}
	logp, err := LogSoftmax(b, logits)
	if err != nil {
		return nil, err
	}
	rank, classes := len(logits.Shape), channels(logits)
	share := add(mul(c(1-o.Smoothing), v(1)), c(o.Smoothing/float64(classes)))
	e, in := mul(c(-1), mul(v(0), share)), []*graph.Value{logp, target}
	if o.ClassWeights != nil {
		e, in = mul(e, v(2)), append(in, o.ClassWeights)
	}
	each, err := b.apply(op.ReduceOp, op.ReduceAttrs{Axes: []int{rank - 1}, Expr: e}, in...)
	if err != nil {
		return nil, err
	}
	return b.reduced(o.Reduction, v(0), each.Shape, each)
}

// NLL is the negative log-likelihood of class labels under log-probabilities: CrossEntropyWith behind a LogSoftmax.
//
//	l[n] = -w[y]·logp[n,y],   y = labels[n]
//
// Shapes and errors: those of CrossEntropyWith.
func NLL(b *Builder, logp, labels *graph.Value, o LabelOptions) (*graph.Value, error) {
	if err := b.checkLabels(logp, labels, o); err != nil {
		return nil, err
	}
	weights, err := b.labelWeights(logp, labels, o)
	if err != nil {
		return nil, err
	}
	each, err := b.classSum(mul(equal(v(1), v(2)), mul(c(-1), v(0))), labels, o, logp)
	if err != nil {
		return nil, err
	}
	return b.weighted(o.Reduction, each, weights)
}

// classSum sums w[c]·e over the classes, 0 where the label is ignored. Variable 0 of e is x, 1 the class, 2 the label;
// more inputs follow from 3 on.
func (b *Builder) classSum(e *expr.Expr, labels *graph.Value, o LabelOptions, x *graph.Value, more ...*graph.Value) (*graph.Value, error) {
	rank, classes := len(x.Shape), channels(x)
	numbers := make([]float64, classes)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	label := op.Reshape(b.G, labels, append(labels.Shape.Clone(), 1))
	in := append([]*graph.Value{x, b.constant(graph.Shape{classes}, numbers), label}, more...)
	e = choose(o.counts(v(2), classes), e, c(0))
	if o.ClassWeights != nil {
		e, in = mul(e, v(len(in))), append(in, o.ClassWeights)
	}
	return b.apply(op.ReduceOp, op.ReduceAttrs{Axes: []int{rank - 1}, Expr: e}, in...)
}

// counts is 1 for a label that is a class and not ignored.
func (o LabelOptions) counts(label *expr.Expr, classes int) *expr.Expr {
	e := mul(greater(label, c(-0.5)), greater(c(float64(classes)-0.5), label))
	if o.Ignore != nil {
		e = mul(e, sub(c(1), equal(label, c(float64(*o.Ignore)))))
	}
	return e
}

// labelWeights is w[labels], 0 where the label is ignored.
func (b *Builder) labelWeights(x, labels *graph.Value, o LabelOptions) (*graph.Value, error) {
	counts := o.counts(v(0), channels(x))
	if o.ClassWeights == nil {
		return b.mapTo(counts, labels)
	}
	return b.mapTo(mul(counts, v(1)), labels, op.Gather(b.G, o.ClassWeights, labels))
}

func (b *Builder) checkLabels(x, labels *graph.Value, o LabelOptions) error {
	rank := len(x.Shape)
	if rank < 1 || !x.Shape[:rank-1].Equal(labels.Shape) || labels.Type != graph.I32 {
		return b.fail("loss of %v with labels %v %v: want labels i32 of that shape without the last axis", x.Shape, labels.Type, labels.Shape)
	}
	return b.checkClassWeights(x, o.ClassWeights)
}

func (b *Builder) checkClassWeights(x, weights *graph.Value) error {
	if weights == nil || weights.Type == graph.F32 && weights.Shape.Equal(x.Shape[len(x.Shape)-1:]) {
		return nil
	}
	return b.fail("class weights: got %v %v, want f32 %v", weights.Type, weights.Shape, x.Shape[len(x.Shape)-1:])
}

func (b *Builder) checkSmoothing(e float64) error {
	if !(e >= 0 && e < 1) {
		return b.fail("label smoothing: got %g, want 0 or more and less than 1, such as 0.1", e)
	}
	return nil
}
