package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// HingeOptions describe a multi-class hinge loss.
type HingeOptions struct {
	LabelOptions
	P      int     // 1 or 2
	Margin float64 // usually 1
}

// Hinge is the loss of a multi-class support vector machine: the label's score shall lie a margin above all others.
//
//	l[n] = w[y]/C · Σ j≠y max(0, margin - x[n,y] + x[n,j])^p,   y = labels[n]; 0 where ignored
//
// The mean divides by the number of samples that are not ignored, whatever their weights.
// Shapes: x [N…,C], labels i32 [N…]. It returns a ShapeError if these do not fit or p is neither 1 nor 2.
//
// Source: Weston, Watkins, "Support vector machines for multi-class pattern recognition", ESANN 1999; Tang, "Deep learning
// using linear support vector machines", 2013, arXiv:1306.0239 (p = 2).
func Hinge(b *Builder, x, labels *graph.Value, o HingeOptions) (*graph.Value, error) {
	if err := b.checkLabels(x, labels, o.LabelOptions); err != nil {
		return nil, err
	}
	if o.P != 1 && o.P != 2 || o.Margin-o.Margin != 0 {
		return nil, b.fail("hinge: got p %d, margin %g, want p 1 or 2 and a number", o.P, o.Margin)
	}
	plain := LabelOptions{Ignore: o.Ignore}
	isLabel := equal(v(1), v(2))
	own, err := b.classSum(mul(isLabel, v(0)), labels, plain, x)
	if err != nil {
		return nil, err
	}
	over := expr.ReLU(add(sub(c(o.Margin), v(3)), v(0)))
	if o.P == 2 {
		over = mul(over, over)
	}
	e := mul(sub(c(1), isLabel), mul(over, c(1/float64(channels(x)))))
	own, err = Reshape(b, own, append(own.Shape.Clone(), 1))
	if err != nil {
		return nil, err
	}
	each, err := b.classSum(e, labels, plain, x, own)
	if err != nil {
		return nil, err
	}
	counts, err := b.labelWeights(x, labels, plain)
	if err != nil {
		return nil, err
	}
	if o.ClassWeights != nil {
		weights, err := b.labelWeights(x, labels, o.LabelOptions)
		if err != nil {
			return nil, err
		}
		if each, err = b.mapTo(mul(v(0), v(1)), each, weights); err != nil {
			return nil, err
		}
	}
	return b.weighted(o.Reduction, each, counts)
}
