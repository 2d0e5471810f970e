package op

import "github.com/fovea-nn/fovea/nn/graph"

// CopyAxis says where along one input axis an output element comes from: output index of axis From, times Step, plus
// Start. With From -1 it is Start alone. With Every, only what can be divided by it comes from anywhere, from the
// quotient: the others are 0, as in the gradient of a slice that takes every second element.
type CopyAxis struct{ From, Step, Start, Every int }

// CopyAttrs are the attributes of CopyOp.
type CopyAttrs struct {
	Shape graph.Shape // of the output
	Axes  []CopyAxis  // one an input axis
}

// CopyOp rearranges elements: transpose, slice, pad with zeros, flip, broadcast.
//
//	y[o] = x[i] with i_a = (o[From_a]·Step_a + Start_a) / Every_a, or 0 where i lies outside x or is no whole number
//
// It returns a ShapeError if an axis does not exist.
const CopyOp = "Copy"

var _ = register(Primitive{
	Name: CopyOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(CopyAttrs)
		if len(a.Axes) != len(in[0].Shape) {
			return nil, graph.Shapef("copy of %v: got %d axes, want %d", in[0].Shape, len(a.Axes), len(in[0].Shape))
		}
		for _, ax := range a.Axes {
			if ax.From < -1 || ax.From >= len(a.Shape) {
				return nil, graph.Shapef("copy to %v: no axis %d", a.Shape, ax.From)
			}
		}
		return []graph.Type{{Shape: a.Shape.Clone(), Type: in[0].Type}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a, y := n.Attrs.(CopyAttrs), NewTensor(n.Out[0].Shape)
		own, st := y.Shape.Strides(), in[0].Shape.Strides()
		for o := range y.Data {
			at, inside := 0, true
			for k, ax := range a.Axes {
				i := ax.Start
				if ax.From >= 0 {
					i += o / own[ax.From] % y.Shape[ax.From] * ax.Step
				}
				if ax.Every > 1 {
					inside = inside && i%ax.Every == 0
					i /= ax.Every
				}
				inside = inside && i >= 0 && i < in[0].Shape[k]
				at += i * st[k]
			}
			if inside {
				y.Data[o] = in[0].Data[at]
			}
		}
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		a, dy := n.Attrs.(CopyAttrs), dOut[0]
		// Output axes that no input axis follows were stretched: their gradients add up.
		back := make([]CopyAxis, len(a.Shape))
		for i := range back {
			back[i].From = -1
		}
		for k, ax := range a.Axes {
			if ax.From < 0 || ax.Step == 0 || back[ax.From].From >= 0 {
				panic("op: gradient of a copy that repeats elements")
			}
			// i = (o·step + start)/every, so o = (i·every - start)/step.
			b := CopyAxis{From: k, Step: max(1, ax.Every), Start: -ax.Start, Every: ax.Step}
			if ax.Step < 0 {
				b.Step, b.Start, b.Every = -b.Step, ax.Start, -ax.Step
			}
			if b.Every == 1 {
				b.Every = 0
			}
			back[ax.From] = b
		}
		var stretched []int
		var kept []CopyAxis
		for i, b := range back {
			if b.From < 0 {
				stretched = append(stretched, i)
			} else {
				kept = append(kept, b)
			}
		}
		if len(stretched) > 0 {
			dy = Sum(g, dy, stretched...)
		}
		return apply(g, CopyOp, CopyAttrs{Shape: n.In[0].Shape.Clone(), Axes: kept}, dy)
	},
})

// Transpose reorders axes: axis i of the result is axis perm[i] of x.
func Transpose(g *graph.Graph, x *graph.Value, perm ...int) (*graph.Value, error) {
	a := CopyAttrs{Shape: make(graph.Shape, len(perm)), Axes: make([]CopyAxis, len(perm))}
	seen := make([]bool, len(perm))
	for i, p := range perm {
		if len(perm) != len(x.Shape) || p < 0 || p >= len(perm) || seen[p] {
			return nil, graph.Shapef("transpose %v of %v: want each axis once", perm, x.Shape)
		}
		seen[p] = true
		a.Shape[i] = x.Shape[p]
		a.Axes[p] = CopyAxis{From: i, Step: 1}
	}
	return apply(g, CopyOp, a, x)[0], nil
}
