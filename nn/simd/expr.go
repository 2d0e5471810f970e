package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/expr"
)

// evaluate emits expressions over four elements at a time: vars are locals or constants, and so are the results.
func evaluate(f *wasmasm.Func, p *expr.Program, vars []wasmasm.V128) []wasmasm.V128 {
	e := &evaluation{f: f, p: p, values: make([]wasmasm.V128, len(p.Instrs)), masks: make([]wasmasm.V128, len(p.Instrs)), uses: make([]use, len(p.Instrs))}
	for _, in := range p.Instrs {
		switch arguments(in.Op) {
		case 1:
			e.uses[in.A].value = true
		case 2:
			e.uses[in.A].value, e.uses[in.B].value = true, true
		case 3:
			e.uses[in.A].mask, e.uses[in.B].value, e.uses[in.C].value = true, true, true
		}
	}
	for _, k := range p.Out {
		e.uses[k].value = true
	}
	for k, in := range p.Instrs {
		if in.Op == expr.Var {
			e.values[k] = vars[in.Index]
			continue
		}
		e.instruction(k, in)
	}
	out := make([]wasmasm.V128, len(p.Out))
	for j, k := range p.Out {
		out[j] = e.values[k]
	}
	return out
}

func arguments(op expr.Op) int {
	switch op {
	case expr.Const, expr.Var:
		return 0
	case expr.Select:
		return 3
	case expr.Add, expr.Sub, expr.Mul, expr.Div, expr.Max, expr.Min, expr.Pow, expr.Greater, expr.Equal:
		return 2
	}
	return 1
}

// evaluation is the state of evaluate. A comparison has a mask; its value, 1 or 0, is made only where somebody counts with it.
type evaluation struct {
	f             *wasmasm.Func
	p             *expr.Program
	values, masks []wasmasm.V128
	uses          []use
}

type use struct{ value, mask bool }

func (e *evaluation) constant(v float64) wasmasm.V128 { return splat(e.f, v) }

func splat(f *wasmasm.Func, v float64) wasmasm.V128 {
	x := float32(v)
	return f.F32x4(x, x, x, x)
}

// keep stores x in a local.
func keep(f *wasmasm.Func, name string, x wasmasm.V128) wasmasm.V128 {
	l := f.LocalV128(name)
	l.Set(x)
	return l
}

func (e *evaluation) instruction(k int, in expr.Instr) {
	f := e.f
	if in.Op == expr.Const {
		e.values[k] = e.constant(in.Value)
		return
	}
	x, y, z := e.values[in.A], e.values[in.B], e.values[in.C]
	var v wasmasm.V128
	switch in.Op {
	case expr.Add:
		v = x.F32x4Add(y)
	case expr.Sub:
		v = x.F32x4Sub(y)
	case expr.Mul:
		v = x.F32x4Mul(y)
	case expr.Div:
		v = x.F32x4Div(y)
	case expr.Max: // Pmax is one instruction, and right where the second is a number: NaN comes through from the first
		switch {
		case e.p.Instrs[in.B].Op == expr.Const:
			v = x.F32x4Pmax(y)
		case e.p.Instrs[in.A].Op == expr.Const:
			v = y.F32x4Pmax(x)
		default:
			v = x.F32x4Max(y)
		}
	case expr.Min:
		switch {
		case e.p.Instrs[in.B].Op == expr.Const:
			v = x.F32x4Pmin(y)
		case e.p.Instrs[in.A].Op == expr.Const:
			v = y.F32x4Pmin(x)
		default:
			v = x.F32x4Min(y)
		}
	case expr.Neg:
		v = x.F32x4Neg()
	case expr.Abs:
		v = x.F32x4Abs()
	case expr.Sqrt:
		v = x.F32x4Sqrt()
	case expr.Floor:
		v = x.F32x4Floor()
	case expr.Exp:
		v = exp(f, x)
	case expr.Log:
		v = log(f, x)
	case expr.Tanh:
		v = tanh(f, x)
	case expr.Sigmoid:
		v = sigmoid(f, x)
	case expr.Erf:
		v = erf(f, x)
	case expr.Sin:
		v = sine(f, x, 0)
	case expr.Cos:
		v = sine(f, x, 0.5)
	case expr.Pow:
		v = e.pow(x, y, e.p.Instrs[in.B])
	case expr.Greater, expr.Equal:
		m := x.F32x4Gt(y)
		if in.Op == expr.Equal {
			m = x.F32x4Eq(y)
		}
		e.masks[k] = keep(f, "mask", m)
		if e.uses[k].value {
			e.values[k] = keep(f, "truth", e.masks[k].And(e.constant(1)))
		}
		return
	case expr.Select:
		mask := e.masks[in.A]
		if op := e.p.Instrs[in.A].Op; op != expr.Greater && op != expr.Equal {
			mask = keep(f, "mask", x.F32x4Ne(e.constant(0)))
		}
		v = y.Bitselect(z, mask)
	default:
		f.Unreachable() // no expression has others
		v = e.constant(0)
	}
	e.values[k] = keep(f, in.Op.Name(), v)
}

// pow is exp(y·log x), which is NaN for a negative x; small whole exponents are products and 1/2 is a root.
func (e *evaluation) pow(x, y wasmasm.V128, exponent expr.Instr) wasmasm.V128 {
	f := e.f
	if n := int(exponent.Value); exponent.Op == expr.Const && float64(n) == exponent.Value && n >= -8 && n <= 8 {
		v := keep(f, "power", e.constant(1))
		for range max(n, -n) {
			v.Set(v.F32x4Mul(x))
		}
		if n < 0 {
			v.Set(e.constant(1).F32x4Div(v))
		}
		return v
	}
	if exponent.Op == expr.Const && exponent.Value == 0.5 {
		return x.F32x4Sqrt()
	}
	return exp(f, keep(f, "exponent", y.F32x4Mul(keep(f, "log", log(f, x)))))
}
