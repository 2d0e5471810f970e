package train

import (
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Loss says what training makes small. The zero value is the mean cross-entropy of the softmax. Evaluations tell that
// one always, so that scores can be compared whatever a net was trained with.
type Loss struct {
	// Kind is softmax (or ""), hinge or squared-hinge (multi-class support vector machine), binary (each class against
	// the others, cross-entropy on its own logit) or mse (squared distance from the label as one-hot vector).
	Kind string
	// ClassWeights has a factor for each class, of softmax and the hinges; nil means 1.
	ClassWeights []float64
	Smoothing    float64 // of softmax: share of the target that is spread over all classes alike
	Margin       float64 // of the hinges; 0 means 1
}

// lossKinds are the kinds and how each is made; which labels count is said by weights alone.
var lossKinds = map[string]func(l Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error){
	"softmax": func(l Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error) {
		return layer.CrossEntropyWith(b, logits, labels, layer.CrossEntropyOptions{LabelOptions: l.labels(b), Smoothing: l.Smoothing})
	},
	"hinge":         hinge(1),
	"squared-hinge": hinge(2),
	"binary": func(_ Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error) {
		target, counts := oneHot(b, logits, labels)
		return layer.BinaryCrossEntropy(b, logits, target, layer.BinaryOptions{Weight: counts})
	},
	"mse": func(_ Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error) {
		target, counts := oneHot(b, logits, labels)
		return layer.MSE(b, op.Map(b.G, expr.New(expr.Mul, expr.V(0), expr.V(1)), logits, counts), target, layer.ReduceMean)
	},
}

func hinge(p int) func(l Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error) {
	return func(l Loss, b *layer.Builder, logits, labels *graph.Value) (*graph.Value, error) {
		return layer.Hinge(b, logits, labels, layer.HingeOptions{LabelOptions: l.labels(b), P: p, Margin: l.Margin})
	}
}

// defaults fills in what is 0, and returns an error for what is out of range.
func (l Loss) defaults(classes int) (Loss, error) {
	if l.Kind == "" {
		l.Kind = "softmax"
	}
	if l.Margin == 0 {
		l.Margin = 1
	}
	weighs := l.Kind != "binary" && l.Kind != "mse"
	switch {
	case lossKinds[l.Kind] == nil:
		return l, fmt.Errorf("train: loss: got %q, want softmax, hinge, squared-hinge, binary or mse", l.Kind)
	case !(l.Smoothing >= 0 && l.Smoothing < 1) || l.Smoothing > 0 && l.Kind != "softmax":
		return l, fmt.Errorf("train: label smoothing: got %g with %s, want 0 or more and less than 1, and softmax", l.Smoothing, l.Kind)
	case !(l.Margin > 0) || math.IsInf(l.Margin, 0):
		return l, fmt.Errorf("train: margin: got %g, want more than 0, such as 1", l.Margin)
	case l.ClassWeights != nil && (len(l.ClassWeights) != classes || !weighs):
		return l, fmt.Errorf("train: class weights: got %d with %s, want one for each of the %d classes, and softmax or a hinge", len(l.ClassWeights), l.Kind, classes)
	}
	for i, w := range l.ClassWeights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return l, fmt.Errorf("train: weight of class %d: got %g, want a number of 0 or more", i, w)
		}
	}
	return l, nil
}

func (l Loss) labels(b *layer.Builder) layer.LabelOptions {
	if l.ClassWeights == nil {
		return layer.LabelOptions{}
	}
	w := make([]float32, len(l.ClassWeights))
	for i, v := range l.ClassWeights {
		w[i] = float32(v)
	}
	return layer.LabelOptions{ClassWeights: b.G.Const(graph.Shape{len(w)}, w...)}
}

// oneHot returns 1 at each label's class and 0 elsewhere, of the logits' shape, and what is 0 for an ignored label, else 1.
func oneHot(b *layer.Builder, logits, labels *graph.Value) (target, counts *graph.Value) {
	classes := logits.Shape[len(logits.Shape)-1]
	index := make([]float32, classes)
	for i := range index {
		index[i] = float32(i)
	}
	column := op.Reshape(b.G, labels, append(labels.Shape.Clone(), 1))
	target = op.Map(b.G, expr.New(expr.Equal, expr.V(0), expr.V(1)), column, b.G.Const(graph.Shape{classes}, index...))
	return target, op.Map(b.G, expr.New(expr.Greater, expr.V(0), expr.C(-0.5)), column)
}

// of adds the mean loss over the labels that count.
func (l Loss) of(b *layer.Builder, logits, labels *graph.Value, ignored bool) (*graph.Value, error) {
	plain := (l.Kind == "" || l.Kind == "softmax") && l.ClassWeights == nil && l.Smoothing == 0
	if plain && !ignored {
		return layer.CrossEntropy(b, logits, labels)
	}
	l, err := l.defaults(logits.Shape[len(logits.Shape)-1])
	if err != nil {
		return nil, err
	}
	return lossKinds[l.Kind](l, b, logits, labels)
}

// accuracy adds the share of hits over all labels or, where some are ignored, over those that count.
func accuracy(b *layer.Builder, logits, labels *graph.Value, ignored bool) *graph.Value {
	if !ignored {
		return layer.Accuracy(b, logits, labels)
	}
	axes := make([]int, len(labels.Shape))
	for i := range axes {
		axes[i] = i
	}
	v, c, n := expr.V, expr.C, expr.New
	count := op.Sum(b.G, op.Map(b.G, n(expr.Greater, v(0), c(-0.5)), labels), axes...)
	hit := op.Map(b.G, n(expr.Equal, v(0), v(1)), op.ArgMax(b.G, logits), labels)
	return op.Map(b.G, n(expr.Div, v(0), n(expr.Max, v(1), c(1))), op.Sum(b.G, hit, axes...), count)
}
