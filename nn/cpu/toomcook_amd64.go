//go:build goexperiment.simd

package cpu

import "simd/archsimd"

func init() {
	switch {
	case archsimd.X86.AVX512():
		inputTransform, filterTransform, outputTransform = inputTransformVectors, filterTransformVectors, outputTransformVectors
		costs = transformCosts{number: 22, together: 16, load: 11}
	case vectors: // products alone have them
		costs = transformCosts{number: 160, together: 1, load: 5}
	}
}

type float16s = archsimd.Float32x16

func all(v float32) float16s { return archsimd.BroadcastFloat32x16(v) }

// at is the vector that begins at x[k]. A slice whose capacity is constant costs half of what x[k:] does.
func at(x []float32, k int) float16s { return archsimd.LoadFloat32x16(sixteen(x, k)) }

func sixteen(x []float32, k int) *[16]float32 { return (*[16]float32)(x[k : k+16 : k+16]) }

// rest leaves to a transform without vectors the channels from c on.
func rest(plain func(to, from square, columns, n int), to, from square, columns, c, n int) {
	archsimd.ClearAVXUpperBits()
	if c < n {
		to.data, from.data = to.data[c:], from.data[c:]
		plain(to, from, columns, n-c)
	}
}

// inputTransformVectors does as inputTransformPlain.
func inputTransformVectors(to, from square, columns, n int) {
	a, b, a2, b2, product, sum := all(wA), all(wB), all(-wA2), all(-wB2), all(wA2*wB2), all(-wA2-wB2)
	c, r, s := 0, from.row, to.row
	for ; c+16 <= n; c += 16 {
		for i := range columns {
			x, y := from.data[c+i*from.col:], to.data[c+i*to.col:]
			d1, d2, d3, d4 := at(x, r), at(x, 2*r), at(x, 3*r), at(x, 4*r)
			product.MulAdd(at(x, 0), sum.MulAdd(d2, d4)).Store(sixteen(y, 0))
			product.MulAdd(d1, sum.MulAdd(d3, at(x, 5*r))).Store(sixteen(y, 5*s))
			even, odd := b2.MulAdd(d2, d4), a.Mul(b2.MulAdd(d1, d3))
			even.Add(odd).Store(sixteen(y, s))
			even.Sub(odd).Store(sixteen(y, 2*s))
			even, odd = a2.MulAdd(d2, d4), b.Mul(a2.MulAdd(d1, d3))
			even.Add(odd).Store(sixteen(y, 3*s))
			even.Sub(odd).Store(sixteen(y, 4*s))
		}
	}
	rest(inputTransformPlain, to, from, columns, c, n)
}

// filterTransformVectors does as filterTransformPlain.
func filterTransformVectors(to, from square, columns, n int) {
	zero, a, b := all(scale0), all(scaleA), all(scaleB)
	a1, b1, a2, b2 := all(scaleA*wA), all(scaleB*wB), all(scaleA*wA2), all(scaleB*wB2)
	c, r, s := 0, from.row, to.row
	for ; c+16 <= n; c += 16 {
		for i := range columns {
			x, y := from.data[c+i*from.col:], to.data[c+i*to.col:]
			g0, g1, g2 := at(x, 0), at(x, r), at(x, 2*r)
			zero.Mul(g0).Store(sixteen(y, 0))
			even, odd := a2.MulAdd(g2, a.Mul(g0)), a1.Mul(g1)
			even.Add(odd).Store(sixteen(y, s))
			even.Sub(odd).Store(sixteen(y, 2*s))
			even, odd = b2.MulAdd(g2, b.Mul(g0)), b1.Mul(g1)
			even.Add(odd).Store(sixteen(y, 3*s))
			even.Sub(odd).Store(sixteen(y, 4*s))
			g2.Store(sixteen(y, 5*s))
		}
	}
	rest(filterTransformPlain, to, from, columns, c, n)
}

// outputTransformVectors does as outputTransformPlain.
func outputTransformVectors(to, from square, columns, n int) {
	a, b, a2, b2, a3, b3 := all(wA), all(wB), all(wA2), all(wB2), all(wA*wA2), all(wB*wB2)
	c, r, s := 0, from.row, to.row
	for ; c+16 <= n; c += 16 {
		for i := range columns {
			x, y := from.data[c+i*from.col:], to.data[c+i*to.col:]
			m1, m2, m3, m4 := at(x, r), at(x, 2*r), at(x, 3*r), at(x, 4*r)
			evenA, oddA, evenB, oddB := m1.Add(m2), m1.Sub(m2), m3.Add(m4), m3.Sub(m4)
			at(x, 0).Add(evenA).Add(evenB).Store(sixteen(y, 0))
			a.MulAdd(oddA, b.Mul(oddB)).Store(sixteen(y, s))
			a2.MulAdd(evenA, b2.Mul(evenB)).Store(sixteen(y, 2*s))
			a3.MulAdd(oddA, b3.MulAdd(oddB, at(x, 5*r))).Store(sixteen(y, 3*s))
		}
	}
	rest(outputTransformPlain, to, from, columns, c, n)
}
