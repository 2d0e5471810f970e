package train

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Names of states behind a parameter's own.
const (
	sumSuffix     = ".sum" // of gradients, while they accumulate
	averageSuffix = ".ema" // of the parameter over the steps
)

// Update adds to g the assignments that carry out one step: for each parameter w with gradient d, in this order,
//
//	d ← (sum + d)/k,  sum ← 0       where k gradients accumulate
//	d ← min(max(d, -c), c)          clipped by value
//	d ← d·c/max(‖d‖, c)             clipped by the norm ‖d‖ of all gradients together
//	d ← d + l1·sign(w) + decay·w    decay only if coupled
//	w ← w - f·step·u - f·lr·decay·w u by the kind's rule, f the group's factor, the last term only if decoupled
//	ema ← ema + blend·(w - ema)     where the weights are averaged
//
// hyper are the inputs of Hypers. States are called after the parameter: w.momentum, w.m, w.v, w.sum, w.ema and so on.
// A parameter that is frozen, or whose gradient is nil, stays.
//
// Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1,
// for the norm; Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992, for the average.
func (o Optimizer) Update(g *graph.Graph, params, grads, hyper []*graph.Value) {
	g.Layer = "update"
	var all []*scope
	for i, p := range params {
		if group := o.group(p.Name); grads[i] != nil && !group.Frozen {
			all = append(all, &scope{o: o, group: group, g: g, param: p, grad: grads[i], hypers: hyper})
		}
	}
	if o.partial {
		for _, s := range all {
			s.keep(sumSuffix, 0, func(sum *expr.Expr) *expr.Expr { return add(sum, s.read(s.grad)) })
			s.apply(s.sets)
		}
		return
	}
	factor := o.normFactor(all)
	for _, s := range all {
		s.update(factor)
	}
}

// gradients adds those of the loss, computed from the scaled one.
//
// Source: Micikevicius et al., "Mixed Precision Training", ICLR 2018, section 3.2.
func (o Optimizer) gradients(g *graph.Graph, loss *graph.Value, params []*graph.Value) ([]*graph.Value, error) {
	if o.LossScale == 0 || o.LossScale == 1 {
		return op.Gradients(g, loss, params)
	}
	grads, err := op.Gradients(g, op.Map(g, mul(expr.V(0), expr.C(o.LossScale)), loss), params)
	for i, d := range grads {
		if d != nil {
			grads[i] = op.Map(g, mul(expr.V(0), expr.C(1/o.LossScale)), d)
		}
	}
	return grads, err
}

// normFactor returns c/max(‖d‖, c) over all gradients, or nil where they are not clipped so.
func (o Optimizer) normFactor(all []*scope) *graph.Value {
	if o.ClipNorm == 0 || len(all) == 0 {
		return nil
	}
	g := all[0].g
	var sum *graph.Value
	for _, s := range all {
		probe := s.again(s.grad) // reads what the update reads, and sets nothing
		d := probe.gradient()
		own := total(g, mul(d, d), probe.in...)
		if sum != nil {
			own = op.Map(g, add(expr.V(0), expr.V(1)), sum, own)
		}
		sum = own
	}
	c := expr.C(o.ClipNorm)
	return op.Map(g, div(c, expr.New(expr.Max, root(expr.V(0)), c)), sum)
}

// total adds e, over in, up to a scalar.
func total(g *graph.Graph, e *expr.Expr, in ...*graph.Value) *graph.Value {
	x := op.Map(g, e, in...)
	axes := make([]int, len(x.Shape))
	for i := range axes {
		axes[i] = i
	}
	return op.Sum(g, x, axes...)
}
