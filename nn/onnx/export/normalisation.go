package export

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// normalisation is (x - mean)/√(variance + eps)·weight + bias with the moments of x itself over some axes, as layer.LayerNorm,
// GroupNorm and InstanceNorm compute it.
type normalisation struct {
	axes         []int
	eps          float64
	weight, bias *graph.Value // nil where there are none
	variance, y  *graph.Value
	nodes        []*graph.Node // behind the variance
}

// The expressions of a normalisation, of x, its mean and more.
var (
	centred = expr.New(expr.Sub, v0, v1)
	squares = expr.New(expr.Mul, expr.New(expr.Mul, centred, centred), expr.V(2))
	scaled  = expr.New(expr.Mul, centred, expr.V(2))
	inverse = expr.New(expr.Div, expr.C(1), expr.New(expr.Sqrt, expr.New(expr.Add, v0, v1))) // 1/√(variance + eps)
)

// deviation reads 1/√(variance + eps), times a weight where there is one, of a map of them. It returns which input is the
// weight, or -1.
func deviation(n *graph.Node) (eps float64, weight int, ok bool) {
	if n == nil || n.Op != op.MapOp || len(n.Out) != 1 || len(n.In) < 1 || len(n.In) > 2 {
		return 0, 0, false
	}
	e := n.Attrs.(op.MapAttrs).Exprs[0]
	pattern, weight := inverse, -1
	if len(n.In) == 2 {
		pattern, weight = expr.New(expr.Mul, inverse, expr.V(2)), 1
	}
	m := matched(pattern, e)
	if m == nil || !isVar(m[0], 0) || m[1].Op != expr.Const || weight > 0 && !isVar(m[2], 1) {
		return 0, 0, false
	}
	return m[1].Value, weight, true
}

// findNormalisation returns the normalisation of which n, a mean, is the first node, or nil.
func (x *exporter) findNormalisation(n *graph.Node) *normalisation {
	a, in, mean := n.Attrs.(op.ReduceAttrs), n.In[0], n.Out[0]
	r := &normalisation{axes: a.Axes}
	// Besides the variance, the mean is read by the shift, twice, and by the map of x.
	var variance, shift, last *graph.Node
	for _, u := range x.users[mean] {
		switch {
		case u.Op == op.ReduceOp && slices.Equal(u.In, []*graph.Value{in, mean}):
			variance = u
		case u.Op == op.MapOp && len(u.In) >= 3 && u.In[0] == mean && u.In[1] == mean:
			shift = u
		case isMap(u, expr.New(expr.Add, scaled, expr.V(3)), append([]*graph.Value{in, mean}, u.In[min(2, len(u.In)):]...)...):
			last = u
		}
	}
	if len(n.In) != 1 || len(x.users[mean]) != 4 || x.outputs[mean] || variance == nil || shift == nil || last == nil {
		return nil
	}
	v := variance.Attrs.(op.ReduceAttrs)
	scale := x.only(variance.Out[0])
	eps, weight, ok := deviation(scale)
	if !ok || v.Kind != op.ReduceSum || !slices.Equal(v.Axes, a.Axes) || !v.Keep || matched(squares, v.Expr) == nil ||
		len(x.users[scale.Out[0]]) != 2 || shift.In[2] != scale.Out[0] || last.In[2] != scale.Out[0] || last.In[3] != shift.Out[0] ||
		x.only(shift.Out[0]) != last {
		return nil
	}
	if weight > 0 {
		r.weight = scale.In[weight]
	}
	if len(shift.In) == 4 {
		r.bias = shift.In[3]
	}
	r.eps, r.variance, r.y, r.nodes = eps, variance.Out[0], last.Out[0], []*graph.Node{scale, shift, last}
	// A weight as large as what is normalised stands behind it.
	if next := x.only(r.y); r.bias == nil && next != nil && len(next.In) == 3 && next.Out[0].Shape.Equal(r.y.Shape) &&
		isMap(next, expr.New(expr.Add, expr.New(expr.Mul, v0, v1), expr.V(2)), r.y, next.In[1], next.In[2]) {
		r.weight, r.bias, r.y, r.nodes = next.In[1], next.In[2], next.Out[0], append(r.nodes, next)
	}
	if (r.weight == nil) != (r.bias == nil) || r.weight != nil && (x.numbers(r.weight) == nil || x.numbers(r.bias) == nil) {
		return nil
	}
	return r
}
