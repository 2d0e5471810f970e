package op

import "github.com/fovea-nn/fovea/nn/graph"

// ConcatAttrs are the attributes of ConcatOp.
type ConcatAttrs struct{ Axis int }

// ConcatOp puts values one behind the other along an axis.
//
// Shapes: x_k [A…,s_k,B…], y [A…,Σ s_k,B…].
//
// It returns a ShapeError if there are no inputs, the axis does not exist, or the inputs differ in another axis or in
// their element type. Gradients: the slices of dy.
const ConcatOp = "Concat"

var _ = register(Primitive{
	Name: ConcatOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		axis := attrs.(ConcatAttrs).Axis
		if len(in) == 0 || axis < 0 || axis >= len(in[0].Shape) {
			return nil, graph.Shapef("concat of %d values along axis %d: want at least one value that has the axis", len(in), axis)
		}
		out := graph.Type{Shape: in[0].Shape.Clone(), Type: in[0].Type}
		for _, t := range in[1:] {
			s := t.Shape.Clone()
			if len(s) == len(out.Shape) {
				s[axis] = out.Shape[axis]
			}
			if !s.Equal(out.Shape) || t.Type != out.Type {
				return nil, graph.Shapef("concat along axis %d: got %v%v behind %v%v, want the same sizes on the other axes", axis, t.Type, t.Shape, out.Type, in[0].Shape)
			}
			out.Shape[axis] += t.Shape[axis]
		}
		return []graph.Type{out}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		for k, p := range ConcatParts(n) {
			for i := range p.Rows {
				copy(y.Data[i*p.Pitch+p.Start:], in[k].Data[i*p.Length:(i+1)*p.Length])
			}
		}
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		axis, start := n.Attrs.(ConcatAttrs).Axis, 0
		d := make([]*graph.Value, len(n.In))
		for k, x := range n.In {
			if need[k] {
				a := CopyAttrs{Shape: x.Shape.Clone()}
				for i := range x.Shape {
					a.Axes = append(a.Axes, CopyAxis{From: i, Step: 1})
				}
				a.Axes[axis].Start = start
				d[k] = apply(g, CopyOp, a, dOut[0])[0]
			}
			start += x.Shape[axis]
		}
		return d
	},
})

// ConcatPart says where one input of a ConcatOp goes: its Rows stretches of Length elements begin at Start and lie Pitch
// apart.
type ConcatPart struct{ Rows, Length, Start, Pitch int }

// ConcatParts returns the parts of n, a ConcatOp.
func ConcatParts(n *graph.Node) []ConcatPart {
	axis := n.Attrs.(ConcatAttrs).Axis
	s := n.Out[0].Shape
	inner := s[axis+1:].Elems()
	parts := make([]ConcatPart, n.Arity)
	start := 0
	for k := range parts {
		length := n.In[k].Shape[axis] * inner
		parts[k] = ConcatPart{Rows: s[:axis].Elems(), Length: length, Start: start, Pitch: s[axis] * inner}
		start += length
	}
	return parts
}

// Concat adds a ConcatOp.
func Concat(g *graph.Graph, axis int, xs ...*graph.Value) (*graph.Value, error) {
	out, err := Apply(g, ConcatOp, ConcatAttrs{axis}, xs...)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}
