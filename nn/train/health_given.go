package train

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// learns reports whether a parameter is behind the product's weights.
func (p product) learns() bool {
	for v := range needs(p.weights) {
		if v.Role == graph.Parameter {
			return true
		}
	}
	return false
}

// givenBy returns what a layer makes of its product y: the activation that follows, be there a bias, a normalisation or a pooling
// between, or else y with bias and normalisation. It looks for it among nodes.
func givenBy(y *graph.Value, nodes []*graph.Node) *graph.Value {
	given, pooled := y, false
	for n := follower(y, nodes); n != nil; n = follower(y, nodes) {
		a, ok := n.Attrs.(op.MapAttrs)
		if ok && bends(a.Exprs[0], n.In, y) {
			return n.Out[0]
		}
		y, pooled = n.Out[0], pooled || !ok
		if !pooled {
			given = y
		}
	}
	return given
}

// follower returns the first node that makes something of y alone, channel by channel: a map, a pooling or another shape.
func follower(y *graph.Value, nodes []*graph.Node) *graph.Node {
	channels := y.Shape[len(y.Shape)-1]
	for _, n := range nodes { // which are in order
		out := n.Out[0]
		if !slices.Contains(n.In, y) || len(out.Shape) == 0 || out.Shape[len(out.Shape)-1] != channels {
			continue
		}
		switch a, ok := n.Attrs.(op.MapAttrs); {
		case ok && len(a.Exprs) == 1 && out.Shape.Equal(y.Shape) && !slices.ContainsFunc(n.In, func(v *graph.Value) bool { return mixesIn(v, y) }):
			return n
		case n.Op == op.ReshapeOp || n.Op == op.Pool:
			return n
		}
	}
	return nil
}

// mixesIn reports whether v comes of an input otherwise than through y: of the sample, as the other side of a sum does, or of chance.
func mixesIn(v, y *graph.Value) bool {
	for v := range needs(v, y) {
		if v.Role == graph.Input {
			return true
		}
	}
	return false
}

// bends reports whether e, of the values in, is not a straight line in y.
func bends(e *expr.Expr, in []*graph.Value, y *graph.Value) bool {
	for i, v := range in {
		if v != y {
			continue
		}
		slope := expr.Diff(e, i, nil)
		for k, other := range in {
			if other == y && slope.Uses(k) {
				return true
			}
		}
	}
	return false
}
