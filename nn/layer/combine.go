package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Concat puts values one behind the other along an axis, counted from the end where it is negative; see op.ConcatOp.
// Inception modules and DenseNets join their branches along -1, the channels.
func Concat(b *Builder, axis int, xs ...*graph.Value) (*graph.Value, error) {
	if len(xs) == 0 {
		return nil, b.fail("concat: got nothing, want at least one value")
	}
	axis, err := b.axis(xs[0], axis)
	if err != nil || len(xs) == 1 {
		return xs[0], err
	}
	return b.apply(op.ConcatOp, op.ConcatAttrs{Axis: axis}, xs...)
}

// Add is the elementwise sum, by numpy's broadcasting: the join of a residual block. It returns a ShapeError if there is
// nothing to add or the shapes do not broadcast.
//
// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
func Add(b *Builder, xs ...*graph.Value) (*graph.Value, error) { return b.fold("add", expr.Add, xs) }

// Multiply is the elementwise product, by numpy's broadcasting: a gate, such as that of squeeze and excitation, Hu, Shen,
// Sun, "Squeeze-and-excitation networks", CVPR 2018. Errors: those of Add.
func Multiply(b *Builder, xs ...*graph.Value) (*graph.Value, error) {
	return b.fold("multiply", expr.Mul, xs)
}

// fold combines values two by two; the planner merges that into as few steps as a device can bind.
func (b *Builder) fold(name string, o expr.Op, xs []*graph.Value) (*graph.Value, error) {
	if len(xs) == 0 {
		return nil, b.fail("%s: got nothing, want at least one value", name)
	}
	y := xs[0]
	for _, x := range xs[1:] {
		var err error
		if y, err = b.mapTo(expr.New(o, v(0), v(1)), y, x); err != nil {
			return nil, err
		}
	}
	return y, nil
}
