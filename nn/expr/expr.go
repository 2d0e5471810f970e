package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Op is what a node of an expression computes.
type Op uint8

// The operations. Comparisons yield 1 or 0; Select takes its second argument where the first is not 0.
const (
	Const Op = iota
	Var
	Add
	Sub
	Mul
	Div
	Max
	Min
	Pow
	Neg
	Abs
	Exp
	Log
	Sqrt
	Tanh
	Sigmoid
	Erf
	Floor
	Sin
	Cos
	Greater
	Equal
	Select
	numOps
)

var opNames = [numOps]string{
	"const", "var", "+", "-", "*", "/", "max", "min", "pow", "neg", "abs", "exp", "log", "sqrt", "tanh", "sigmoid",
	"erf", "floor", "sin", "cos",
	"greater", "equal", "select",
}

// Name returns the operation's name as expressions print it.
func (o Op) Name() string { return opNames[o] }

// Expr is an immutable expression tree; nodes may be shared.
type Expr struct {
	Op    Op
	Args  []*Expr
	Value float64 // of a Const
	Index int     // of a Var
}

// C is the constant v.
func C(v float64) *Expr { return &Expr{Op: Const, Value: v} }

// V is variable i.
func V(i int) *Expr { return &Expr{Op: Var, Index: i} }

// New applies op to args, folding constants and neutral elements. Multiplying by the constant 0 gives 0, also where
// the other factor could be infinite.
func New(op Op, args ...*Expr) *Expr {
	if e := simplify(op, args); e != nil {
		return e
	}
	return &Expr{Op: op, Args: args}
}

func simplify(op Op, a []*Expr) *Expr {
	for _, x := range a {
		if x.Op != Const {
			return neutral(op, a)
		}
	}
	return C(Eval[float64](&Expr{Op: op, Args: a}, nil))
}

func neutral(op Op, a []*Expr) *Expr {
	is := func(i int, v float64) bool { return a[i].Op == Const && a[i].Value == v }
	switch op {
	case Add:
		if is(0, 0) {
			return a[1]
		}
		if is(1, 0) {
			return a[0]
		}
	case Sub:
		if is(1, 0) {
			return a[0]
		}
		if is(0, 0) {
			return New(Neg, a[1])
		}
	case Mul:
		if is(0, 0) || is(1, 0) {
			return C(0)
		}
		if is(0, 1) {
			return a[1]
		}
		if is(1, 1) {
			return a[0]
		}
	case Div:
		if is(0, 0) {
			return C(0)
		}
		if is(1, 1) {
			return a[0]
		}
	case Pow:
		if is(1, 1) {
			return a[0]
		}
	case Select:
		if a[0].Op == Const {
			if a[0].Value != 0 {
				return a[1]
			}
			return a[2]
		}
	}
	return nil
}

// ReLU is max(x, 0).
func ReLU(x *Expr) *Expr { return New(Max, x, C(0)) }

// String prints e fully parenthesised, variables as $0, $1, …
func (e *Expr) String() string {
	switch e.Op {
	case Const:
		return strconv.FormatFloat(e.Value, 'g', -1, 64)
	case Var:
		return "$" + strconv.Itoa(e.Index)
	case Add, Sub, Mul, Div:
		return fmt.Sprintf("(%v %s %v)", e.Args[0], e.Op.Name(), e.Args[1])
	}
	args := make([]string, len(e.Args))
	for i, a := range e.Args {
		args[i] = a.String()
	}
	return e.Op.Name() + "(" + strings.Join(args, ", ") + ")"
}

// Substitute replaces each variable i of e by to(i).
func (e *Expr) Substitute(to func(i int) *Expr) *Expr {
	if e.Op == Var {
		return to(e.Index)
	}
	if len(e.Args) == 0 {
		return e
	}
	args := make([]*Expr, len(e.Args))
	for i, a := range e.Args {
		args[i] = a.Substitute(to)
	}
	return New(e.Op, args...)
}

// Uses reports whether e reads variable i.
func (e *Expr) Uses(i int) bool {
	if e.Op == Var {
		return e.Index == i
	}
	for _, a := range e.Args {
		if a.Uses(i) {
			return true
		}
	}
	return false
}

// Cost counts e's operations.
func (e *Expr) Cost() int {
	if len(e.Args) == 0 {
		return 0
	}
	n := 1
	for _, a := range e.Args {
		n += a.Cost()
	}
	return n
}

// Eval computes e over vars by plain recursion; it is the reference for every backend's way of doing so.
func Eval[T float32 | float64](e *Expr, vars []T) T {
	if e.Op == Const {
		return T(e.Value)
	}
	if e.Op == Var {
		return vars[e.Index]
	}
	x := Eval(e.Args[0], vars)
	var y, z T
	if len(e.Args) > 1 {
		y = Eval(e.Args[1], vars)
	}
	if len(e.Args) > 2 {
		z = Eval(e.Args[2], vars)
	}
	return apply(e.Op, x, y, z)
}

func apply[T float32 | float64](op Op, x, y, z T) T {
	switch op {
	case Add:
		return x + y
	case Sub:
		return x - y
	case Mul:
		return x * y
	case Div:
		return x / y
	case Max:
		return max(x, y)
	case Min:
		return min(x, y)
	case Pow:
		return T(math.Pow(float64(x), float64(y)))
	case Neg:
		return -x
	case Abs:
		return T(math.Abs(float64(x)))
	case Exp:
		return T(math.Exp(float64(x)))
	case Log:
		return T(math.Log(float64(x)))
	case Sqrt:
		return T(math.Sqrt(float64(x)))
	case Tanh:
		return T(math.Tanh(float64(x)))
	case Sigmoid:
		return T(1 / (1 + math.Exp(-float64(x))))
	case Erf:
		return T(math.Erf(float64(x)))
	case Floor:
		return T(math.Floor(float64(x)))
	case Sin:
		return T(math.Sin(float64(x)))
	case Cos:
		return T(math.Cos(float64(x)))
	case Greater:
		return truth[T](x > y)
	case Equal:
		return truth[T](x == y)
	case Select:
		if x != 0 {
			return y
		}
		return z
	}
	panic("expr: no operation " + op.Name())
}

func truth[T float32 | float64](b bool) T {
	if b {
		return 1
	}
	return 0
}
