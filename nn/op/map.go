package op

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// MapAttrs are the attributes of MapOp.
type MapAttrs struct {
	Exprs []*expr.Expr // one an output; variable i is input i
	Shape graph.Shape  // of the outputs; nil: what the inputs broadcast to
	Fixed Fixed
}

// Fixed lists inputs that gradients take for constants: where the derivative is known to be 0, as that of a softmax by
// the maximum it subtracts, nothing is built for it.
type Fixed []int

// needed is need without the fixed inputs.
func (f Fixed) needed(need []bool) []bool {
	need = slices.Clone(need)
	for _, i := range f {
		need[i] = false
	}
	return need
}

// MapOp applies expressions elementwise; inputs are broadcast by numpy's rule. Integer inputs are read as numbers.
//
//	y_j[i] = expr_j(x_0[i], x_1[i], …)
//
// It returns a ShapeError if the inputs do not broadcast to one shape.
const MapOp = "Map"

var _ = register(Primitive{
	Name: MapOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(MapAttrs)
		s, err := broadcastAll(a.Shape, in)
		if err != nil {
			return nil, err
		}
		out := make([]graph.Type, len(a.Exprs))
		for i := range out {
			out[i].Shape = s.Clone()
		}
		return out, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a := n.Attrs.(MapAttrs)
		out := make([]*Tensor, len(n.Out))
		for j := range out {
			out[j] = NewTensor(n.Out[j].Shape)
		}
		eachBroadcast(n.Out[0].Shape, in[:n.Arity], func(i int, vars []float64) {
			for j, e := range a.Exprs {
				out[j].Data[i] = expr.Eval(e, vars)
			}
		})
		return out
	},
	Grad: mapGrad,
	FLOPs: func(n *graph.Node) int {
		f := 0
		for _, e := range n.Attrs.(MapAttrs).Exprs {
			f += e.Cost() * n.Out[0].Shape.Elems()
		}
		return f
	},
})

// Map adds a MapOp with one output. The inputs must fit; Apply checks those that come from a user.
func Map(g *graph.Graph, e *expr.Expr, in ...*graph.Value) *graph.Value {
	return apply(g, MapOp, MapAttrs{Exprs: []*expr.Expr{e}}, in...)[0]
}

// Maps adds a MapOp with several outputs.
func Maps(g *graph.Graph, es []*expr.Expr, in ...*graph.Value) []*graph.Value {
	return apply(g, MapOp, MapAttrs{Exprs: es}, in...)
}

func broadcastAll(s graph.Shape, in []graph.Type) (graph.Shape, error) {
	fixed := s != nil
	for _, t := range in {
		b, ok := graph.Broadcast(s, t.Shape)
		if !ok || fixed && !b.Equal(s) {
			return nil, graph.Shapef("shapes %v and %v do not broadcast", s, t.Shape)
		}
		s = b
	}
	return s, nil
}

func eachBroadcast(s graph.Shape, in []*Tensor, f func(i int, vars []float64)) {
	at := make([]func(int) int, len(in))
	for k, t := range in {
		at[k] = broadcastIndex(t.Shape, s)
	}
	vars := make([]float64, len(in))
	for i := range s.Elems() {
		for k, t := range in {
			vars[k] = t.Data[at[k](i)]
		}
		f(i, vars)
	}
}

// mapGrad builds dx_k = Σ j dy_j · ∂expr_j/∂x_k, summed over the axes along which x_k was stretched. Where the
// derivative can be written with the output alone, only that is kept.
func mapGrad(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
	a := n.Attrs.(MapAttrs)
	return chainRule(g, n.In, n.Out, a.Exprs, dOut, n.Out[0].Shape, a.Fixed.needed(need))
}

func chainRule(g *graph.Graph, in, out []*graph.Value, exprs []*expr.Expr, dOut []*graph.Value, s graph.Shape, need []bool) []*graph.Value {
	// Variables of the gradient's expression: the inputs, then for each output its gradient and itself.
	vars := append([]*graph.Value(nil), in...)
	for j := range exprs {
		var y *graph.Value
		if out != nil {
			y = out[j]
		}
		vars = append(vars, dOut[j], y)
	}
	d := make([]*graph.Value, len(in))
	for k := range in {
		if !need[k] {
			continue
		}
		sum := expr.C(0)
		for j, e := range exprs {
			if dOut[j] == nil {
				continue
			}
			dy, y := expr.V(len(in)+2*j), expr.V(len(in)+2*j+1)
			de := expr.Diff(e, k, nil)
			if out != nil && expr.DiffUsesOnlyResult(e, k, y.Index, len(vars)) {
				de = expr.Diff(e, k, y)
			}
			sum = expr.New(expr.Add, sum, times(dy, de))
		}
		d[k] = sumTo(g, sum, vars, s, in[k].Shape)
	}
	return d
}

// times multiplies dy by a derivative; where that selects between numbers, dy moves inside, which saves a product and
// keeps 0·∞ from appearing.
func times(dy, de *expr.Expr) *expr.Expr {
	if de.Op == expr.Select && de.Args[1].Op == expr.Const && de.Args[2].Op == expr.Const {
		return expr.New(expr.Select, de.Args[0], times(dy, de.Args[1]), times(dy, de.Args[2]))
	}
	return expr.New(expr.Mul, dy, de)
}

// sumTo evaluates e over shape s and adds up the axes along which target is stretched.
func sumTo(g *graph.Graph, e *expr.Expr, vars []*graph.Value, s, target graph.Shape) *graph.Value {
	e, in := usedOnly(e, vars)
	if s.Equal(target) {
		if e.Op == expr.Var && in[e.Index].Shape.Equal(s) {
			return in[e.Index]
		}
		return apply(g, MapOp, MapAttrs{Exprs: []*expr.Expr{e}, Shape: s.Clone()}, in...)[0]
	}
	var axes []int
	lead := len(s) - len(target)
	for a := range s {
		if a < lead || target[a-lead] == 1 && s[a] != 1 {
			axes = append(axes, a)
		}
	}
	sum := apply(g, ReduceOp, ReduceAttrs{Kind: ReduceSum, Axes: axes, Expr: e, Shape: s.Clone()}, in...)[0]
	return Reshape(g, sum, target)
}

// usedOnly renumbers e's variables to those that it reads.
func usedOnly(e *expr.Expr, vars []*graph.Value) (*expr.Expr, []*graph.Value) {
	var in []*graph.Value
	renumber := map[int]int{}
	e = e.Substitute(func(i int) *expr.Expr {
		k, ok := renumber[i]
		if !ok {
			for k = 0; k < len(in) && in[k] != vars[i]; k++ {
			}
			if k == len(in) {
				in = append(in, vars[i])
			}
			renumber[i] = k
		}
		return expr.V(k)
	})
	return e, in
}
