package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// The functions of package expr on four float32. Arguments are locals or constants. Relative errors, measured over the
// ranges of plantest.Accuracy: exp and log 2e-7, the others below 1e-6; the last two constants of a reduction are parts of
// one number of which the first has few bits, so that products with whole numbers are exact.
//
// Sources: Moshier, "Cephes mathematical library", 1989 (expf, logf, tanhf); Abramowitz & Stegun, "Handbook of Mathematical
// Functions", 1964, 7.1.26 (erf); DirectXMath, XMScalarSin (sine).

// polynomial is Horner's scheme, the highest coefficient first.
func polynomial(f *wasmasm.Func, x wasmasm.V128, coefficients ...float64) wasmasm.V128 {
	p := splat(f, coefficients[0])
	for _, c := range coefficients[1:] {
		p = p.F32x4Mul(x).F32x4Add(splat(f, c))
	}
	return p
}

// ints is the constant n in all lanes.
func ints(f *wasmasm.Func, n int32) wasmasm.V128 { return f.I32x4(n, n, n, n) }

// exp: x = n·ln 2 + r, |r| ≤ ln 2 / 2, and 2ⁿ in two factors, so that large results become infinite and small ones lose
// bits as they should.
func exp(f *wasmasm.Func, x wasmasm.V128) wasmasm.V128 {
	x = keep(f, "x", x.F32x4Pmin(splat(f, 89)).F32x4Pmax(splat(f, -104)))
	const magic = 3 << 22 // added to a small number, it leaves the nearest whole one in the last bits
	rounded := keep(f, "rounded", x.F32x4Mul(splat(f, 1.44269504088896341)).F32x4Add(splat(f, magic)))
	n := keep(f, "n", rounded.F32x4Sub(splat(f, magic)))
	r := keep(f, "r", x.F32x4Sub(n.F32x4Mul(splat(f, 0.693359375))).F32x4Sub(n.F32x4Mul(splat(f, -2.12194440e-4))))
	p := polynomial(f, r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
	p = keep(f, "p", p.F32x4Mul(r).F32x4Mul(r).F32x4Add(r).F32x4Add(splat(f, 1)))
	whole := keep(f, "whole", rounded.I32x4Sub(splat(f, magic)))
	half := keep(f, "half", whole.I32x4ShrS(f.I32(1)))
	scale := func(n wasmasm.V128) wasmasm.V128 { return n.I32x4Add(ints(f, 127)).I32x4Shl(f.I32(23)) }
	return p.F32x4Mul(scale(half)).F32x4Mul(scale(whole.I32x4Sub(half)))
}

// log: x = m·2ⁿ with √½ ≤ m < √2.
func log(f *wasmasm.Func, x wasmasm.V128) wasmasm.V128 {
	bits := keep(f, "bits", x.I32x4Sub(ints(f, 0x3f3504f3))) // √½
	n := keep(f, "n", bits.I32x4ShrS(f.I32(23)).F32x4ConvertI32x4S())
	m := keep(f, "m", bits.And(ints(f, 0x7fffff)).I32x4Add(ints(f, 0x3f3504f3)).F32x4Sub(splat(f, 1)))
	s := keep(f, "s", m.F32x4Mul(m))
	p := polynomial(f, m, 7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
		-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1)
	y := keep(f, "y", p.F32x4Mul(m).F32x4Mul(s).F32x4Add(n.F32x4Mul(splat(f, -2.12194440e-4))).F32x4Sub(s.F32x4Mul(splat(f, 0.5))).
		F32x4Add(m).F32x4Add(n.F32x4Mul(splat(f, 0.693359375))))
	// 0 gives -∞; a root makes NaN of what is negative and leaves ∞ and NaN.
	y.Set(f.I32x4(-0x800000, -0x800000, -0x800000, -0x800000).Bitselect(y, x.F32x4Eq(splat(f, 0))))
	usual := x.F32x4Ge(splat(f, 0)).And(x.F32x4Le(splat(f, 3.4028234e38)))
	return y.Bitselect(x.F32x4Sqrt(), usual)
}

// tanh: a polynomial near 0, elsewhere 1 - 2 / (exp(2|x|) + 1) with the sign of x.
func tanh(f *wasmasm.Func, x wasmasm.V128) wasmasm.V128 {
	a := keep(f, "a", x.F32x4Abs())
	s := keep(f, "s", x.F32x4Mul(x))
	near := keep(f, "near", polynomial(f, s, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1).
		F32x4Mul(s).F32x4Mul(x).F32x4Add(x))
	e := keep(f, "e", exp(f, keep(f, "2a", a.F32x4Pmin(splat(f, 15)).F32x4Mul(splat(f, 2)))))
	far := splat(f, 1).F32x4Sub(splat(f, 2).F32x4Div(e.F32x4Add(splat(f, 1))))
	return near.Bitselect(withSign(f, far, x), a.F32x4Lt(splat(f, 0.625)))
}

// withSign is a, which is not negative, with the sign of x.
func withSign(f *wasmasm.Func, a, x wasmasm.V128) wasmasm.V128 {
	return a.Or(x.And(ints(f, -0x80000000)))
}

func sigmoid(f *wasmasm.Func, x wasmasm.V128) wasmasm.V128 {
	e := exp(f, keep(f, "-x", x.F32x4Neg()))
	return splat(f, 1).F32x4Div(e.F32x4Add(splat(f, 1)))
}

// erf with an error below 2e-7. From 4 on it is 1.
func erf(f *wasmasm.Func, x wasmasm.V128) wasmasm.V128 {
	a := keep(f, "a", x.F32x4Abs().F32x4Pmin(splat(f, 4)))
	r := keep(f, "r", splat(f, 1).F32x4Div(a.F32x4Mul(splat(f, 0.3275911)).F32x4Add(splat(f, 1))))
	p := keep(f, "p", polynomial(f, r, 1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592).F32x4Mul(r))
	e := exp(f, keep(f, "-a²", a.F32x4Mul(a).F32x4Neg()))
	return withSign(f, splat(f, 1).F32x4Sub(p.F32x4Mul(e)), x)
}

// sine of x + half·π: whole half turns are taken off, and the rest, at most π/2, goes through a polynomial of degree 11.
func sine(f *wasmasm.Func, x wasmasm.V128, half float64) wasmasm.V128 {
	j := keep(f, "j", x.F32x4Mul(splat(f, 0.318309886)).F32x4Add(splat(f, 0.5+half)).F32x4Floor())
	turns := keep(f, "turns", j.F32x4Sub(splat(f, half)))
	r := keep(f, "r", x.F32x4Sub(turns.F32x4Mul(splat(f, 3.140625))).F32x4Sub(turns.F32x4Mul(splat(f, 0.000967653590))))
	s := keep(f, "s", r.F32x4Mul(r))
	y := polynomial(f, s, -0.000000023889859, 0.0000027525562, -0.00019840874, 0.008333331, -0.16666667, 1).F32x4Mul(r)
	odd := j.I32x4TruncSatF32x4S().I32x4Shl(f.I32(31)) // the sign bit where an odd number of half turns was taken off
	return y.Xor(odd)
}
