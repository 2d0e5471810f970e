package webgpu

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/expr"
)

// printExpr writes a program as WGSL statements over values of type t (f32 or vec4f); variable says how one is read.
// It returns the statements and the name of each result.
//
// tanh and the sigmoid clamp their argument: beyond it the result is 1 (or 0) to the last bit, and WGSL may take
// infinities, which exp would yield, for absent.
func printExpr(p *expr.Program, t string, variable func(i int) string) (body string, out []string) {
	var b strings.Builder
	name := func(k int) string { return "t" + strconv.Itoa(k) }
	for k, in := range p.Instrs {
		x, y, z := name(in.A), name(in.B), name(in.C)
		var text string
		switch in.Op {
		case expr.Const:
			text = t + "(" + number(in.Value) + ")"
		case expr.Var:
			text = variable(in.Index)
		case expr.Add, expr.Sub, expr.Mul, expr.Div:
			text = x + " " + in.Op.Name() + " " + y
		case expr.Max, expr.Min, expr.Pow:
			text = in.Op.Name() + "(" + x + ", " + y + ")"
		case expr.Neg:
			text = "-" + x
		case expr.Abs, expr.Exp, expr.Log, expr.Sqrt:
			text = in.Op.Name() + "(" + x + ")"
		case expr.Tanh:
			text = fmt.Sprintf("tanh(clamp(%s, %s(-15.0), %s(15.0)))", x, t, t)
		case expr.Sigmoid:
			text = fmt.Sprintf("%s(1.0) / (%s(1.0) + exp(-clamp(%s, %s(-80.0), %s(80.0))))", t, t, x, t, t)
		case expr.Greater:
			text = fmt.Sprintf("select(%s(0.0), %s(1.0), %s > %s)", t, t, x, y)
		case expr.Equal:
			text = fmt.Sprintf("select(%s(0.0), %s(1.0), %s == %s)", t, t, x, y)
		case expr.Select:
			text = fmt.Sprintf("select(%s, %s, %s != %s(0.0))", z, y, x, t)
		default:
			panic("webgpu: no WGSL for " + in.Op.Name())
		}
		fmt.Fprintf(&b, "  let %s = %s;\n", name(k), text)
	}
	for _, k := range p.Out {
		out = append(out, name(k))
	}
	return b.String(), out
}

// number writes v so that WGSL reads it as a float.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 32)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
