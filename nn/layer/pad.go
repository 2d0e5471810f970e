package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// PadMode says what padding is made of.
type PadMode uint8

// The modes, for an axis 1 2 3 that is padded by 2 on each side with the value 0: constant 0 0 1 2 3 0 0, reflect
// 3 2 1 2 3 2 1, replicate 1 1 1 2 3 3 3.
const (
	PadConstant PadMode = iota
	PadReflect
	PadReplicate
)

// String returns constant, reflect or replicate.
func (m PadMode) String() string { return [...]string{"constant", "reflect", "replicate"}[m] }

// PadOptions describe a padding.
type PadOptions struct {
	Pads  [][2]int // an axis each, before and after
	Mode  PadMode
	Value float64 // of a constant
}

// Pad adds elements around x.
//
// Shapes: x [S0,S1,…], y [before+S0+after,…]. It returns a ShapeError if there is not one pair an axis, one is negative,
// or a reflection is as long as its axis.
func Pad(b *Builder, x *graph.Value, o PadOptions) (*graph.Value, error) {
	rank := len(x.Shape)
	if len(o.Pads) != rank {
		return nil, b.fail("padding: got %v for an input %v, want before and after for each axis", o.Pads, x.Shape)
	}
	if o.Mode > PadReplicate {
		return nil, b.fail("padding: got mode %d, want constant, reflect or replicate", o.Mode)
	}
	const largest = 1 << 20 // keeps sizes from overflowing
	for i, p := range o.Pads {
		most := largest
		if o.Mode == PadReflect {
			most = x.Shape[i] - 1
		}
		if lo, hi := min(p[0], p[1]), max(p[0], p[1]); lo < 0 || hi > most {
			return nil, b.fail("padding %v of axis %d, which has %d: want 0 to %d each", p, i, x.Shape[i], most)
		}
	}
	if o.Mode == PadConstant {
		return b.padConstant(x, o)
	}
	for i, p := range o.Pads {
		parts := []*graph.Value{x}
		for side, n := range p {
			if n == 0 {
				continue
			}
			part, err := b.border(x, i, n, side == 1, o.Mode)
			if err != nil {
				return nil, err
			}
			if side == 0 {
				parts = append([]*graph.Value{part}, parts...)
			} else {
				parts = append(parts, part)
			}
		}
		var err error
		if x, err = Concat(b, i, parts...); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// border is what is put before or after x along an axis.
func (b *Builder) border(x *graph.Value, axis, n int, after bool, m PadMode) (*graph.Value, error) {
	size := x.Shape[axis]
	a := op.CopyAttrs{Shape: x.Shape.Clone()}
	for i := range x.Shape {
		a.Axes = append(a.Axes, op.CopyAxis{From: i, Step: 1})
	}
	along := &a.Axes[axis]
	if m == PadReflect {
		a.Shape[axis] = n
		along.Step, along.Start = -1, n
		if after {
			along.Start = size - 2
		}
		return b.apply(op.CopyOp, a, x)
	}
	a.Shape[axis] = 1
	if after {
		along.Start = size - 1
	}
	edge, err := b.apply(op.CopyOp, a, x)
	if err != nil {
		return nil, err
	}
	return b.stretch(edge, axis, n)
}

// stretch repeats an axis of size 1.
func (b *Builder) stretch(x *graph.Value, axis, n int) (*graph.Value, error) {
	s := x.Shape.Clone()
	s[axis] = n
	return b.apply(op.MapOp, op.MapAttrs{Exprs: identity, Shape: s}, x)
}

// padConstant lets Copy put zeros around x; another value is added there.
func (b *Builder) padConstant(x *graph.Value, o PadOptions) (*graph.Value, error) {
	a := op.CopyAttrs{Shape: x.Shape.Clone()}
	frame := make(graph.Shape, len(x.Shape)) // the padded axes of y alone: the others are stretched
	for i, p := range o.Pads {
		a.Axes = append(a.Axes, op.CopyAxis{From: i, Step: 1, Start: -p[0]})
		a.Shape[i] += p[0] + p[1]
		frame[i] = 1
		if p != [2]int{} {
			frame[i] = a.Shape[i]
		}
	}
	if a.Shape.Equal(x.Shape) {
		return x, nil
	}
	y, err := b.apply(op.CopyOp, a, x)
	if err != nil || o.Value == 0 {
		return y, err
	}
	data, own := make([]float64, frame.Elems()), frame.Strides()
	for k := range data {
		for i, p := range o.Pads {
			if at := k / own[i] % frame[i]; p != [2]int{} && (at < p[0] || at >= p[0]+x.Shape[i]) {
				data[k] = o.Value
			}
		}
	}
	return b.mapTo(add(v(0), v(1)), y, b.constant(frame, data))
}
