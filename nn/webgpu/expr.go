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
// infinities, which exp would yield, for absent. erf, sin and cos are polynomials: WGSL has no erf, and promises for its
// sine no more than 2⁻¹¹.
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
		case expr.Abs, expr.Exp, expr.Log, expr.Sqrt, expr.Floor:
			text = in.Op.Name() + "(" + x + ")"
		case expr.Tanh:
			text = fmt.Sprintf("tanh(clamp(%s, %s(-15.0), %s(15.0)))", x, t, t)
		case expr.Sigmoid:
			text = fmt.Sprintf("%s(1.0) / (%s(1.0) + exp(-clamp(%s, %s(-80.0), %s(80.0))))", t, t, x, t, t)
		case expr.Erf:
			fmt.Fprintf(&b, erfSteps, name(k), x, t)
			text = fmt.Sprintf(erfResult, name(k), x)
		case expr.Sin:
			fmt.Fprintf(&b, sineSteps, name(k), x, "0.0")
			text = fmt.Sprintf(sineResult, name(k))
		case expr.Cos: // sin(x + π/2)
			fmt.Fprintf(&b, sineSteps, name(k), x, "0.5")
			text = fmt.Sprintf(sineResult, name(k))
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

// erf with an error below 2e-7: Abramowitz & Stegun, "Handbook of Mathematical Functions", 1964, 7.1.26. From 4 on it is 1.
const (
	erfSteps = "  let %[1]sa = min(abs(%[2]s), %[3]s(4.0));\n" +
		"  let %[1]sr = 1.0 / (1.0 + 0.3275911 * %[1]sa);\n"
	erfResult = "sign(%[2]s) * (1.0 - ((((1.061405429 * %[1]sr - 1.453152027) * %[1]sr + 1.421413741) * %[1]sr" +
		" - 0.284496736) * %[1]sr + 0.254829592) * %[1]sr * exp(-%[1]sa * %[1]sa))"
)

// The sine of x + HALF·π: whole half turns are taken off, with π in two parts of which the first has few bits, and the
// rest r, |r| ≤ π/2, goes through a minimax polynomial of degree 11 (error below 1e-7; coefficients of DirectXMath's XMScalarSin).
const (
	sineSteps = "  let %[1]sj = floor(%[2]s * 0.318309886 + (0.5 + %[3]s));\n" +
		"  let %[1]sr = %[2]s - (%[1]sj - %[3]s) * 3.140625 - (%[1]sj - %[3]s) * 0.000967653590;\n" +
		"  let %[1]ss = %[1]sr * %[1]sr;\n"
	sineResult = "(1.0 - 2.0 * (%[1]sj - 2.0 * floor(0.5 * %[1]sj))) * %[1]sr * (1.0 + %[1]ss * (-0.16666667 + %[1]ss * (0.008333331" +
		" + %[1]ss * (-0.00019840874 + %[1]ss * (0.0000027525562 - %[1]ss * 0.000000023889859)))))"
)

// number writes v so that WGSL reads it as a float.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 32)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
