package op

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Gradients adds to g the reverse-mode gradients of the scalar loss with respect to each of wrt and returns them in
// that order; nil where the loss does not depend on it. A value that is used twice gets the sum. It returns an error
// if the way leads through a primitive without a gradient, and g's own if there is one.
func Gradients(g *graph.Graph, loss *graph.Value, wrt []*graph.Value) ([]*graph.Value, error) {
	if loss.Shape.Elems() != 1 {
		return nil, graph.Shapef("loss: got shape %v, want a scalar", loss.Shape)
	}
	return GradientsFrom(g, loss, g.Const(loss.Shape, 1), wrt)
}

// GradientsFrom is Gradients with dOut, of out's shape, as the gradient that arrives at out.
func GradientsFrom(g *graph.Graph, out, dOut *graph.Value, wrt []*graph.Value) ([]*graph.Value, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	needed := dependents(g, wrt)
	grads := map[*graph.Value]*graph.Value{out: dOut}
	layer := g.Layer
	defer func() { g.Layer = layer }()
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		dOut, arrives := make([]*graph.Value, len(n.Out)), false
		for k, v := range n.Out {
			dOut[k] = grads[v]
			arrives = arrives || dOut[k] != nil
		}
		need, any := make([]bool, len(n.In)), false
		for k, v := range n.In {
			need[k] = needed[v] && v.Type == graph.F32
			any = any || need[k]
		}
		if !arrives || !any {
			continue
		}
		p := primitives[n.Op]
		if p.Grad == nil {
			return nil, fmt.Errorf("%s: no gradient of %s: %s: %w", n.Layer, n.Op, p.NoGrad, graph.ErrUnsupported)
		}
		g.Layer = n.Layer
		for k, d := range p.Grad(g, n, dOut, need) {
			if d == nil || !need[k] {
				continue
			}
			if old := grads[n.In[k]]; old != nil {
				d = Map(g, expr.New(expr.Add, expr.V(0), expr.V(1)), old, d)
			}
			grads[n.In[k]] = d
		}
	}
	res := make([]*graph.Value, len(wrt))
	for i, v := range wrt {
		res[i] = grads[v]
	}
	return res, nil
}

// dependents returns every value that depends on one of wrt, wrt included.
func dependents(g *graph.Graph, wrt []*graph.Value) map[*graph.Value]bool {
	dep := map[*graph.Value]bool{}
	for _, v := range wrt {
		dep[v] = true
	}
	for _, n := range g.Nodes {
		for _, v := range n.In {
			if dep[v] {
				for _, o := range n.Out {
					dep[o] = true
				}
			}
		}
	}
	return dep
}
