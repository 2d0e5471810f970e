package expr

import "math"

// Diff returns ∂e/∂variable i. Where y is not nil it stands for the value of e itself, which spares computing e again:
// the derivative of tanh is 1 - y². At a kink the derivative is that of the side which wins in Eval: ReLU has 0 at 0.
func Diff(e *Expr, i int, y *Expr) *Expr {
	if y == nil {
		y = e
	}
	switch e.Op {
	case Const, Greater, Equal, Floor:
		return C(0)
	case Var:
		if e.Index == i {
			return C(1)
		}
		return C(0)
	}
	if !e.Uses(i) {
		return C(0)
	}
	a := e.Args
	d := func(k int) *Expr { return Diff(a[k], i, nil) }
	switch e.Op {
	case Add:
		return New(Add, d(0), d(1))
	case Sub:
		return New(Sub, d(0), d(1))
	case Mul:
		return New(Add, New(Mul, d(0), a[1]), New(Mul, a[0], d(1)))
	case Div:
		return New(Div, New(Sub, d(0), New(Mul, y, d(1))), a[1])
	case Max:
		if a[1].Op == Const && a[1].Value == 0 { // ReLU: its own value tells the side
			return New(Select, New(Greater, y, C(0)), d(0), C(0))
		}
		return New(Select, New(Greater, a[0], a[1]), d(0), d(1))
	case Min:
		return New(Select, New(Greater, a[1], a[0]), d(0), d(1))
	case Pow:
		if !a[1].Uses(i) {
			return New(Mul, New(Mul, a[1], New(Pow, a[0], New(Sub, a[1], C(1)))), d(0))
		}
		inner := New(Add, New(Mul, d(1), New(Log, a[0])), New(Div, New(Mul, a[1], d(0)), a[0]))
		return New(Mul, y, inner)
	case Neg:
		return New(Neg, d(0))
	case Abs:
		return New(Select, New(Greater, a[0], C(0)), d(0), New(Neg, d(0)))
	case Exp:
		return New(Mul, y, d(0))
	case Log:
		return New(Div, d(0), a[0])
	case Sqrt:
		return New(Div, New(Mul, C(0.5), d(0)), y)
	case Tanh:
		return New(Mul, New(Sub, C(1), New(Mul, y, y)), d(0))
	case Sigmoid:
		return New(Mul, New(Mul, y, New(Sub, C(1), y)), d(0))
	case Erf: // 2/√π · exp(-x²)
		return New(Mul, New(Mul, C(2/math.Sqrt(math.Pi)), New(Exp, New(Neg, New(Mul, a[0], a[0])))), d(0))
	case Sin:
		return New(Mul, New(Cos, a[0]), d(0))
	case Cos:
		return New(Neg, New(Mul, New(Sin, a[0]), d(0)))
	case Select:
		return New(Select, a[0], d(1), d(2))
	}
	panic("expr: no derivative of " + e.Op.Name())
}

// DiffUsesOnlyResult reports whether ∂e/∂i, written with e's own value as variable y, reads no variable but y: then
// nothing else needs to be kept for the backward pass.
func DiffUsesOnlyResult(e *Expr, i, y, numVars int) bool {
	d := Diff(e, i, V(y))
	for k := range numVars {
		if k != y && d.Uses(k) {
			return false
		}
	}
	return true
}
