package train

import (
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Optimizer says how parameters follow their gradients. The learning rate is given with each step; the other numbers
// are part of the plan.
type Optimizer struct {
	Kind        string  // "sgd", "momentum" or "adam"
	Momentum    float64 // of momentum
	Nesterov    bool    // of momentum
	Beta1       float64 // of adam; 0 means 0.9
	Beta2       float64 // of adam; 0 means 0.999
	Epsilon     float64 // of adam; 0 means 1e-8
	WeightDecay float64 // added to the gradient, times the parameter, before all else
}

// Defaults fills in what is 0 and returns an error for what is out of range.
func (o Optimizer) Defaults() (Optimizer, error) {
	or := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	or(&o.Beta1, 0.9)
	or(&o.Beta2, 0.999)
	or(&o.Epsilon, 1e-8)
	switch o.Kind {
	case "sgd", "momentum", "adam":
	default:
		return o, fmt.Errorf("train: optimizer: got %q, want sgd, momentum or adam", o.Kind)
	}
	for _, c := range []struct {
		name   string
		v      float64
		lo, hi float64
	}{{"momentum", o.Momentum, 0, 1}, {"beta1", o.Beta1, 0, 1}, {"beta2", o.Beta2, 0, 1}, {"weight decay", o.WeightDecay, 0, math.MaxFloat32}} {
		if !(c.v >= c.lo && c.v < c.hi) {
			return o, fmt.Errorf("train: %s: got %g, want %g or more and less than %g", c.name, c.v, c.lo, c.hi)
		}
	}
	return o, nil
}

// Hypers are the scalars that a step takes, in the order of the inputs that Update adds.
var Hypers = []string{"lr", "vscale"}

// At returns the scalars of step t, counted from 1, at a learning rate. For adam they hold the correction of the
// moments' start at 0: lr/(1-β1ᵗ) and 1/√(1-β2ᵗ).
func (o Optimizer) At(t int, lr float64) [2]float32 {
	if o.Kind != "adam" {
		return [2]float32{float32(lr), 1}
	}
	n := float64(t)
	return [2]float32{float32(lr / (1 - math.Pow(o.Beta1, n))), float32(1 / math.Sqrt(1-math.Pow(o.Beta2, n)))}
}

// Update adds to g the assignments that carry out one step: for each parameter w with gradient d,
//
//	d ← d + decay·w
//	sgd:       w ← w - lr·d
//	momentum:  v ← momentum·v + d,   w ← w - lr·v   (nesterov: w ← w - lr·(d + momentum·v))
//	adam:      m ← β1·m + (1-β1)·d,   v ← β2·v + (1-β2)·d²,   w ← w - lr/(1-β1ᵗ) · m / (√v/√(1-β2ᵗ) + ε)
//
// hyper are the inputs of Hypers. The states are called w.momentum, w.m and w.v after the parameter. A parameter whose
// gradient is nil stays.
//
// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
func (o Optimizer) Update(g *graph.Graph, params, grads []*graph.Value, hyper [2]*graph.Value) {
	g.Layer = "update"
	n, c := expr.New, expr.C
	add := func(a, b *expr.Expr) *expr.Expr { return n(expr.Add, a, b) }
	mul := func(a, b *expr.Expr) *expr.Expr { return n(expr.Mul, a, b) }
	w, d, lr := expr.V(0), expr.V(1), expr.V(2)
	d = add(d, mul(c(o.WeightDecay), w))
	for i, p := range params {
		if grads[i] == nil {
			continue
		}
		state := func(suffix string) *graph.Value { return g.State(p.Name+suffix, graph.F32, p.Shape, graph.Init{}) }
		switch o.Kind {
		case "sgd":
			g.Assign(p, op.Map(g, n(expr.Sub, w, mul(lr, d)), p, grads[i], hyper[0]))
		case "momentum":
			s := state(".momentum")
			v := add(mul(c(o.Momentum), expr.V(3)), d)
			step := v
			if o.Nesterov {
				step = add(d, mul(c(o.Momentum), v))
			}
			out := op.Maps(g, []*expr.Expr{n(expr.Sub, w, mul(lr, step)), v}, p, grads[i], hyper[0], s)
			g.Assign(p, out[0])
			g.Assign(s, out[1])
		case "adam":
			sm, sv := state(".m"), state(".v")
			vscale := expr.V(5)
			m := add(mul(c(o.Beta1), expr.V(3)), mul(c(1-o.Beta1), d))
			v := add(mul(c(o.Beta2), expr.V(4)), mul(c(1-o.Beta2), mul(d, d)))
			step := n(expr.Div, mul(lr, m), add(mul(n(expr.Sqrt, v), vscale), c(o.Epsilon)))
			out := op.Maps(g, []*expr.Expr{n(expr.Sub, w, step), m, v}, p, grads[i], hyper[0], sm, sv, hyper[1])
			g.Assign(p, out[0])
			g.Assign(sm, out[1])
			g.Assign(sv, out[2])
		}
	}
}
