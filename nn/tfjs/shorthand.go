package tfjs

import "github.com/fovea-nn/fovea/nn/expr"

// Shorthands for expressions.
const (
	add     = expr.Add
	sub     = expr.Sub
	mul     = expr.Mul
	div     = expr.Div
	maxOf   = expr.Max
	minOf   = expr.Min
	abs     = expr.Abs
	exp     = expr.Exp
	log     = expr.Log
	sqrt    = expr.Sqrt
	tanh    = expr.Tanh
	sigmoid = expr.Sigmoid
	greater = expr.Greater
)

func fn(o expr.Op, args ...*expr.Expr) *expr.Expr { return expr.New(o, args...) }

func arg(i int) *expr.Expr { return expr.V(i) }

func num(v float64) *expr.Expr { return expr.C(v) }

func choose(cond, yes, no *expr.Expr) *expr.Expr { return fn(expr.Select, cond, yes, no) }

// clip is min(max(x, lo), hi).
func clip(x *expr.Expr, lo, hi float64) *expr.Expr { return fn(minOf, fn(maxOf, x, num(lo)), num(hi)) }

// leaky is x where positive, else alpha·x.
func leaky(alpha float64) *expr.Expr {
	return choose(fn(greater, arg(0), num(0)), arg(0), fn(mul, num(alpha), arg(0)))
}

// prelu is leaky with a slope that is variable 1.
func prelu() *expr.Expr {
	return choose(fn(greater, arg(0), num(0)), arg(0), fn(mul, arg(1), arg(0)))
}

// elu is x where positive, else alpha·(exp(x) - 1).
func elu(alpha float64) *expr.Expr {
	below := fn(mul, num(alpha), fn(sub, fn(exp, fn(minOf, arg(0), num(0))), num(1)))
	return choose(fn(greater, arg(0), num(0)), arg(0), below)
}

// softplus is log(1 + exp(x)), computed so that nothing overflows.
func softplus(x *expr.Expr) *expr.Expr {
	return fn(add, expr.ReLU(x), fn(log, fn(add, num(1), fn(exp, fn(expr.Neg, fn(abs, x))))))
}
