package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// ReduceKind is how elements are put together.
type ReduceKind uint8

// The kinds of reduction.
const (
	ReduceSum ReduceKind = iota
	ReduceMax
)

// String returns sum or max.
func (k ReduceKind) String() string { return [...]string{"sum", "max"}[k] }

// ReduceAttrs are the attributes of ReduceOp.
type ReduceAttrs struct {
	Kind  ReduceKind
	Axes  []int       // ascending
	Keep  bool        // leave the axes in place with size 1
	Expr  *expr.Expr  // computed of the inputs before; variable i is input i
	Shape graph.Shape // over which Expr is computed; nil: what the inputs broadcast to
	Fixed Fixed
}

// ReduceOp sums, or takes the maximum of, an elementwise expression over axes.
//
//	y[rest] = Σ or max over axes of expr(x_0[…], x_1[…], …)
//
// It returns a ShapeError if the inputs do not broadcast to one shape or an axis does not exist.
const ReduceOp = "Reduce"

var _ = register(Primitive{
	Name: ReduceOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ReduceAttrs)
		s, err := broadcastAll(a.Shape, in)
		if err != nil {
			return nil, err
		}
		for i, ax := range a.Axes {
			if ax < 0 || ax >= len(s) || i > 0 && ax <= a.Axes[i-1] {
				return nil, graph.Shapef("reduction over axes %v of %v: want ascending numbers from 0 to %d", a.Axes, s, len(s)-1)
			}
		}
		return []graph.Type{{Shape: a.Output(s)}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a := n.Attrs.(ReduceAttrs)
		y := NewTensor(n.Out[0].Shape)
		if a.Kind == ReduceMax {
			for i := range y.Data {
				y.Data[i] = math.Inf(-1)
			}
		}
		s := ReduceOver(n)
		b := a
		b.Keep = true
		at := broadcastIndex(b.Output(s), s)
		eachBroadcast(s, in[:n.Arity], func(i int, vars []float64) {
			v, o := expr.Eval(a.Expr, vars), at(i)
			if a.Kind == ReduceMax {
				y.Data[o] = max(y.Data[o], v)
			} else {
				y.Data[o] += v
			}
		})
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		a, s := n.Attrs.(ReduceAttrs), ReduceOver(n)
		kept := a
		kept.Keep, kept.Fixed = true, nil
		dy := Reshape(g, dOut[0], kept.Output(s))
		if a.Kind == ReduceMax { // to the winners, in equal parts
			y := Reshape(g, n.Out[0], kept.Output(s))
			isMax := expr.New(expr.Equal, a.Expr, expr.V(len(n.In)))
			count := kept
			count.Kind, count.Expr, count.Shape = ReduceSum, isMax, s.Clone()
			ties := apply(g, ReduceOp, count, append(append([]*graph.Value(nil), n.In...), y)...)[0]
			share := expr.New(expr.Div, expr.New(expr.Mul, expr.V(0), expr.New(expr.Equal, expr.V(1), expr.V(2))), expr.V(3))
			v := apply(g, MapOp, MapAttrs{Exprs: []*expr.Expr{a.Expr}, Shape: s.Clone()}, n.In...)[0]
			dy = Map(g, share, dy, v, y, ties)
		}
		return chainRule(g, n.In, nil, []*expr.Expr{a.Expr}, []*graph.Value{dy}, s, a.Fixed.needed(need))
	},
	FLOPs: func(n *graph.Node) int {
		return ReduceOver(n).Elems() * (1 + n.Attrs.(ReduceAttrs).Expr.Cost())
	},
})

// Output returns the shape left of s.
func (a ReduceAttrs) Output(s graph.Shape) graph.Shape {
	out := graph.Shape{}
	k := 0
	for i, d := range s {
		switch {
		case k < len(a.Axes) && a.Axes[k] == i:
			k++
			if a.Keep {
				out = append(out, 1)
			}
		default:
			out = append(out, d)
		}
	}
	return out
}

// ReduceOver returns the shape over which a ReduceOp computes its expression.
func ReduceOver(n *graph.Node) graph.Shape {
	types := make([]graph.Type, n.Arity)
	for i := range types {
		types[i].Shape = n.In[i].Shape
	}
	s, err := broadcastAll(n.Attrs.(ReduceAttrs).Shape, types)
	if err != nil {
		panic("op: shape of a checked reduction: " + err.Error())
	}
	return s
}

// Sum adds x up over axes, which disappear.
func Sum(g *graph.Graph, x *graph.Value, axes ...int) *graph.Value {
	return apply(g, ReduceOp, ReduceAttrs{Kind: ReduceSum, Axes: axes, Expr: expr.V(0)}, x)[0]
}

// Mean averages x over all axes to a scalar.
func Mean(g *graph.Graph, x *graph.Value) *graph.Value {
	axes := make([]int, len(x.Shape))
	for i := range axes {
		axes[i] = i
	}
	e := expr.New(expr.Mul, expr.V(0), expr.C(1/float64(x.Shape.Elems())))
	return apply(g, ReduceOp, ReduceAttrs{Kind: ReduceSum, Axes: axes, Expr: e}, x)[0]
}
