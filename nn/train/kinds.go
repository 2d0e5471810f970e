package train

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
)

// kind is one way to follow a gradient d: w ← w - step·u, where rule gives u and what the states become.
type kind struct {
	usual Optimizer // what a field that is 0 becomes
	rate  float64   // usual learning rate
	// at gives the scalars step and scale of step t; nil: the learning rate, and 1.
	at   func(o Optimizer, t, lr float64) (step, scale float64)
	rule func(s *scope, d *expr.Expr) (u *expr.Expr)
	// layerwise scales each parameter's step to the parameter's own norm, decay included.
	layerwise bool
}

// kinds is filled in init, since the rules refer to it by way of Optimizer.
var kinds map[string]kind

func init() {
	heavyBall := func(nesterov bool) kind {
		return kind{usual: Optimizer{Momentum: 0.9, Nesterov: nesterov}, rate: 0.05, at: atMomentum, rule: momentum}
	}
	adams := Optimizer{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
	decoupled := func(o Optimizer) Optimizer { o.Decoupled = true; return o }
	kinds = map[string]kind{
		// u = d
		"sgd":      {rate: 0.05, rule: func(_ *scope, d *expr.Expr) *expr.Expr { return d }},
		"momentum": heavyBall(false),
		"nesterov": heavyBall(true),
		"adagrad":  {usual: Optimizer{Epsilon: 1e-10}, rate: 0.01, at: atAdagrad, rule: adagrad},
		"adadelta": {usual: Optimizer{Rho: 0.9, Epsilon: 1e-6}, rate: 1, rule: adadelta},
		"rmsprop":  {usual: Optimizer{Rho: 0.99, Epsilon: 1e-8}, rate: 0.001, rule: rmsprop},
		"adam":     {usual: adams, rate: 0.001, at: atAdam, rule: adam},
		"adamw":    {usual: decoupled(adams), rate: 0.001, at: atAdam, rule: adam},
		"lamb":     {usual: decoupled(Optimizer{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-6}), rate: 0.002, at: atLAMB, rule: lamb, layerwise: true},
		"lion":     {usual: decoupled(Optimizer{Beta1: 0.9, Beta2: 0.99}), rate: 0.0001, rule: lion},
	}
}

func add(a, b *expr.Expr) *expr.Expr { return expr.New(expr.Add, a, b) }
func sub(a, b *expr.Expr) *expr.Expr { return expr.New(expr.Sub, a, b) }
func mul(a, b *expr.Expr) *expr.Expr { return expr.New(expr.Mul, a, b) }
func div(a, b *expr.Expr) *expr.Expr { return expr.New(expr.Div, a, b) }
func root(a *expr.Expr) *expr.Expr   { return expr.New(expr.Sqrt, a) }

// sign is 1, 0 or -1.
func sign(a *expr.Expr) *expr.Expr {
	return sub(expr.New(expr.Greater, a, expr.C(0)), expr.New(expr.Greater, expr.C(0), a))
}

// mix is share·old + (1-share)·new.
func mix(share, old, new *expr.Expr) *expr.Expr {
	return add(mul(share, old), mul(sub(expr.C(1), share), new))
}

// momentum keeps going where it went: scale is 1-dampening, in the first step 1.
//
//	v ← momentum·v + scale·d,   u = v, or with nesterov d + momentum·v
//
// Source: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens, Dahl,
// Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013, for Nesterov's.
func momentum(s *scope, d *expr.Expr) *expr.Expr {
	fresh := d
	if s.o.Dampening > 0 {
		fresh = mul(s.hyper("scale"), d)
	}
	v := s.keep(".momentum", 0, func(v *expr.Expr) *expr.Expr { return add(mul(s.momentum(), v), fresh) })
	if s.o.Nesterov {
		return add(d, mul(s.momentum(), v))
	}
	return v
}

func atMomentum(o Optimizer, t, lr float64) (step, scale float64) {
	if t == 1 {
		return lr, 1
	}
	return lr, 1 - o.Dampening
}

// adagrad divides by the root of all squares so far.
//
//	s ← s + d²,   u = d/(√s + ε),   step = lr/(1 + (t-1)·decay)
//
// Source: Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning", JMLR 12, 2011.
func adagrad(s *scope, d *expr.Expr) *expr.Expr {
	sum := s.keep(".squares", s.o.StartSum, func(v *expr.Expr) *expr.Expr { return add(v, mul(d, d)) })
	return div(d, add(root(sum), expr.C(s.o.Epsilon)))
}

func atAdagrad(o Optimizer, t, lr float64) (step, scale float64) {
	return lr / (1 + (t-1)*o.RateDecay), 1
}

// adadelta takes steps of the size of the last ones.
//
//	s ← ρ·s + (1-ρ)·d²,   u = d·√(e+ε)/√(s+ε),   e ← ρ·e + (1-ρ)·u²
//
// Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, arXiv:1212.5701, algorithm 1.
func adadelta(s *scope, d *expr.Expr) *expr.Expr {
	rho, eps := expr.C(s.o.Rho), expr.C(s.o.Epsilon)
	squares := s.keep(".squares", 0, func(v *expr.Expr) *expr.Expr { return mix(rho, v, mul(d, d)) })
	var u *expr.Expr
	s.keep(".updates", 0, func(e *expr.Expr) *expr.Expr {
		u = div(mul(d, root(add(e, eps))), root(add(squares, eps)))
		return mix(rho, e, mul(u, u))
	})
	return u
}

// rmsprop divides by the root of the mean square.
//
//	s ← ρ·s + (1-ρ)·d²,   q = s, or centered a ← ρ·a + (1-ρ)·d, q = s - a²
//	u = d/(√q + ε), or with momentum v ← momentum·v + d/(√q + ε), u = v
//
// Source: Tieleman, Hinton, "Lecture 6.5: rmsprop", Coursera, 2012; Graves, "Generating sequences with recurrent neural
// networks", 2013, arXiv:1308.0850, equations 38-45, for the centered form.
func rmsprop(s *scope, d *expr.Expr) *expr.Expr {
	rho := expr.C(s.o.Rho)
	q := s.keep(".squares", 0, func(v *expr.Expr) *expr.Expr { return mix(rho, v, mul(d, d)) })
	if s.o.Centered {
		mean := s.keep(".mean", 0, func(v *expr.Expr) *expr.Expr { return mix(rho, v, d) })
		q = expr.New(expr.Max, sub(q, mul(mean, mean)), expr.C(0)) // rounding may leave it just below 0
	}
	u := div(d, add(root(q), expr.C(s.o.Epsilon)))
	if s.o.Momentum == 0 && !s.o.moving {
		return u
	}
	return s.keep(".momentum", 0, func(v *expr.Expr) *expr.Expr { return add(mul(s.momentum(), v), u) })
}

// moments keeps Adam's means of gradients and of their squares.
func moments(s *scope, d *expr.Expr) (m, v *expr.Expr) {
	m = s.keep(".m", 0, func(m *expr.Expr) *expr.Expr { return mix(s.momentum(), m, d) })
	v = s.keep(".v", 0, func(v *expr.Expr) *expr.Expr { return mix(expr.C(s.o.Beta2), v, mul(d, d)) })
	return m, v
}

// normalised is m/(√v·scale + ε).
func normalised(s *scope, m, v *expr.Expr) *expr.Expr {
	return div(m, add(mul(root(v), s.hyper("scale")), expr.C(s.o.Epsilon)))
}

// adam divides the mean gradient by the root of the mean square; step = lr/(1-β1ᵗ) and scale = 1/√(1-β2ᵗ) correct that
// the means start at 0. adamw is adam with decoupled decay.
//
//	m ← β1·m + (1-β1)·d,   v ← β2·v + (1-β2)·d²,   u = m/(√v·scale + ε)
//
// With AMSGrad v is replaced in u by its maximum so far.
//
// Source: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; Loshchilov, Hutter,
// "Decoupled weight decay regularization", ICLR 2019, algorithm 2; Reddi, Kale, Kumar, "On the convergence of Adam and
// beyond", ICLR 2018, algorithm 2.
func adam(s *scope, d *expr.Expr) *expr.Expr {
	m, v := moments(s, d)
	if s.o.AMSGrad {
		v = s.keep(".vmax", 0, func(old *expr.Expr) *expr.Expr { return expr.New(expr.Max, old, v) })
	}
	return normalised(s, m, v)
}

func atAdam(o Optimizer, t, lr float64) (step, scale float64) {
	return lr / (1 - math.Pow(o.Beta1, t)), 1 / math.Sqrt(1-math.Pow(o.Beta2, t))
}

// lamb is adam whose step, decay included, is brought to the norm of the parameter; step = 1/(1-β1ᵗ).
//
//	r = step·m/(√v·scale + ε) + decay·w,   w ← w - lr·‖w‖/‖r‖·r   (the ratio is 1 where a norm is 0)
//
// Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, algorithm 2.
func lamb(s *scope, d *expr.Expr) *expr.Expr {
	m, v := moments(s, d)
	return mul(s.hyper("step"), normalised(s, m, v))
}

func atLAMB(o Optimizer, t, _ float64) (step, scale float64) { return atAdam(o, t, 1) }

// lion takes steps of one size in each element.
//
//	u = sign(β1·m + (1-β1)·d),   m ← β2·m + (1-β2)·d
//
// Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, arXiv:2302.06675, algorithm 2.
func lion(s *scope, d *expr.Expr) *expr.Expr {
	var u *expr.Expr
	s.keep(".m", 0, func(m *expr.Expr) *expr.Expr {
		u = sign(mix(s.momentum(), m, d))
		return mix(expr.C(s.o.Beta2), m, d)
	})
	return u
}
