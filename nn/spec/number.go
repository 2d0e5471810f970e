package spec

import (
	"math"
	"strconv"
	"strings"
)

// Num is a number: Value, or where Expr is set what that gives.
type Num struct {
	Value  float64
	Expr   *Expr
	Pos    Pos
	Length int
}

// Int returns the evaluated number, which is a whole one.
func (n Num) Int() int { return int(n.Value) }

// Whole returns numbers that are written as digits.
func Whole(values ...int) []Num {
	ns := make([]Num, len(values))
	for i, v := range values {
		ns[i].Value = float64(v)
	}
	return ns
}

func ints(ns []Num) []int {
	v := make([]int, len(ns))
	for i, n := range ns {
		v[i] = n.Int()
	}
	return v
}

// Expr is arithmetic on numbers and variables.
type Expr struct {
	Op    byte // '+', '-', '*', '/', or '$' for the variable Name, or '0' for Value
	Name  string
	Value float64
	Args  [2]*Expr
	Pos   Pos
	// Length is in characters, from the first operand to the last, without parentheses around them.
	Length int
}

// scope holds the values of variables: a block's parameters, behind them those of the whole text.
type scope struct {
	vars  map[string]float64
	outer *scope
}

func (s *scope) find(name string) (float64, bool) {
	for ; s != nil; s = s.outer {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return 0, false
}

// names lists the variables for a guess at what a misspelt one means.
func (s *scope) names() []string {
	var names []string
	for ; s != nil; s = s.outer {
		for name := range s.vars {
			names = append(names, name)
		}
	}
	return names
}

// eval returns n without its expression.
func (s *scope) eval(n Num) (Num, *Error) {
	if n.Expr == nil {
		return n, nil
	}
	v, err := s.value(n.Expr)
	return Num{Value: v, Pos: n.Pos, Length: n.Length}, err
}

// value computes e. Whole numbers are divided without a rest or not at all.
func (s *scope) value(e *Expr) (float64, *Error) {
	switch e.Op {
	case '0':
		return e.Value, nil
	case '$':
		v, ok := s.find(e.Name)
		if !ok {
			return 0, errorAt(e.Pos, e.Length, "unknown variable $%s: define it before INPUT, as in $%s = 16", e.Name, e.Name)
		}
		return v, nil
	}
	a, err := s.value(e.Args[0])
	if err != nil {
		return 0, err
	}
	b, err := s.value(e.Args[1])
	if err != nil {
		return 0, err
	}
	v := 0.0
	switch e.Op {
	case '+':
		v = a + b
	case '-':
		v = a - b
	case '*':
		v = a * b
	case '/':
		whole := a == math.Trunc(a) && b == math.Trunc(b)
		switch {
		case b == 0:
			return 0, errorAt(e.Pos, e.Length, "%v divides %s by 0", e, decimal(a))
		case whole && math.Mod(a, b) != 0:
			down := math.Floor(a/b) * b
			return 0, errorAt(e.Pos, e.Length, "%v divides %s by %s, which leaves a rest: %s or %s in place of %s would not",
				e, decimal(a), decimal(b), decimal(down), decimal(down+math.Abs(b)), decimal(a))
		}
		v = a / b
	}
	if math.Abs(v) > 1e12 {
		return 0, errorAt(e.Pos, e.Length, "%v is too large: numbers go up to %d", e, MaxNumber)
	}
	return v, nil
}

// decimal prints a number as the language reads it.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// String prints the expression with no more parentheses than it needs.
func (e *Expr) String() string {
	switch e.Op {
	case '0':
		return decimal(e.Value)
	case '$':
		return "$" + e.Name
	}
	var b strings.Builder
	for i, a := range e.Args {
		s := a.String()
		if a.binds() < e.binds()+i {
			s = "(" + s + ")"
		}
		if i == 1 {
			b.WriteByte(e.Op)
		}
		b.WriteString(s)
	}
	return b.String()
}

// binds is how strongly an expression's operator binds.
func (e *Expr) binds() int {
	switch e.Op {
	case '+', '-':
		return 1
	case '*', '/':
		return 3
	}
	return 5
}

// text prints a number that stands alone: behind an option or as a repetition.
func (n Num) text() string {
	if n.Expr == nil {
		return decimal(n.Value)
	}
	first := n.Expr
	for first.Args[0] != nil {
		first = first.Args[0]
	}
	s := n.Expr.String()
	if first.Op == '0' && first != n.Expr && !strings.HasPrefix(s, "(") {
		return "(" + s + ")" // 2*$n would be a number, and then a repetition
	}
	return s
}

// sizeText prints numbers joined by x.
func sizeText(ns []Num) string {
	var b strings.Builder
	for i, n := range ns {
		if i > 0 {
			b.WriteByte('x')
		}
		s := n.text()
		if n.Expr != nil && i < len(ns)-1 { // the x would belong to the variable's name
			s = "(" + n.Expr.String() + ")"
		}
		b.WriteString(s)
	}
	return b.String()
}
