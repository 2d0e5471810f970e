package layer

import "github.com/fovea-nn/fovea/nn/expr"

// Shorthands for expressions.
var (
	v = expr.V
	c = expr.C
)

func add(x, y *expr.Expr) *expr.Expr     { return expr.New(expr.Add, x, y) }
func sub(x, y *expr.Expr) *expr.Expr     { return expr.New(expr.Sub, x, y) }
func mul(x, y *expr.Expr) *expr.Expr     { return expr.New(expr.Mul, x, y) }
func div(x, y *expr.Expr) *expr.Expr     { return expr.New(expr.Div, x, y) }
func greater(x, y *expr.Expr) *expr.Expr { return expr.New(expr.Greater, x, y) }
func equal(x, y *expr.Expr) *expr.Expr   { return expr.New(expr.Equal, x, y) }

func choose(cond, yes, no *expr.Expr) *expr.Expr { return expr.New(expr.Select, cond, yes, no) }

func exp(x *expr.Expr) *expr.Expr  { return expr.New(expr.Exp, x) }
func log(x *expr.Expr) *expr.Expr  { return expr.New(expr.Log, x) }
func sqrt(x *expr.Expr) *expr.Expr { return expr.New(expr.Sqrt, x) }
func abs(x *expr.Expr) *expr.Expr  { return expr.New(expr.Abs, x) }

// clip is min(max(x, lo), hi).
func clip(x *expr.Expr, lo, hi float64) *expr.Expr {
	return expr.New(expr.Min, expr.New(expr.Max, x, c(lo)), c(hi))
}

// magnitude is |x| with derivative 0 at 0, where that of abs is -1.
func magnitude(x *expr.Expr) *expr.Expr { return mul(x, sub(greater(x, c(0)), greater(c(0), x))) }

// identity is the expression of a map that only stretches.
var identity = []*expr.Expr{v(0)}
