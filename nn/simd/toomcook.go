package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// toomCook are the matrices of F(m,r): m outputs of a filter with r taps from a = m + r - 1 products.
//
//	y = Aᵀ [(G g) ⊙ (Bᵀ d)]
//
// They belong to a - 1 points at which polynomials are evaluated, and to infinity. Products by rows that belong to p and -p
// share their even and their odd parts.
//
// Source: Winograd, "Arithmetic complexity of computations", 1980; Lavin & Gray, "Fast algorithms for convolutional neural
// networks", CVPR 2016, arXiv:1509.09308.
type toomCook struct {
	m, r, a   int
	at, g, bt matrix
}

type matrix [][]float64

// points for a = 4 and 6. With ±5/8 and ±3/2 the error is less than half of that with the usual ±1 and ±2 (2.4e-6 instead of
// 5.4e-6 for F(4,3), root mean square over 20 channels; a direct convolution's is 1.1e-6).
var points = map[int][]float64{4: {0, 1, -1}, 6: {0, 0.625, -0.625, 1.5, -1.5}}

func newToomCook(m, r int) toomCook {
	t := toomCook{m: m, r: r, a: m + r - 1}
	p := points[t.a]
	power := func(x float64, n int) float64 {
		y := 1.0
		for range n {
			y *= x
		}
		return y
	}
	for i := range m {
		var row []float64
		for _, x := range p {
			row = append(row, power(x, i))
		}
		t.at = append(t.at, append(row, truth(i == m-1)))
	}
	all := []float64{1}
	for _, x := range p {
		all = timesRoot(all, x)
	}
	for k, x := range p {
		others, scale := []float64{1}, 1.0
		for l, z := range p {
			if l != k {
				others = timesRoot(others, z)
				scale *= x - z
			}
		}
		var row []float64
		for j := range r {
			row = append(row, power(x, j)/scale)
		}
		t.g, t.bt = append(t.g, row), append(t.bt, append(others, 0))
	}
	last := make([]float64, r)
	last[r-1] = 1
	t.g, t.bt = append(t.g, last), append(t.bt, all)
	return t
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// timesRoot multiplies a polynomial, lowest coefficient first, by x - root.
func timesRoot(p []float64, root float64) []float64 {
	q := make([]float64, len(p)+1)
	for i, c := range p {
		q[i+1] += c
		q[i] -= root * c
	}
	return q
}

// times emits m·x and returns the results in locals.
func (m matrix) times(t *task, x []wasmasm.V128) []wasmasm.V128 {
	y := make([]wasmasm.V128, len(m))
	for i := 0; i < len(m); i++ {
		if i+1 < len(m) && mirrored(m[i], m[i+1]) {
			even, odd := dot(t, m[i], x, 0, 2), dot(t, m[i], x, 1, 2)
			y[i] = keep(t.Func, "y", even.F32x4Add(odd))
			y[i+1] = keep(t.Func, "y", even.F32x4Sub(odd))
			i++
			continue
		}
		y[i] = dot(t, m[i], x, 0, 1)
	}
	return y
}

// mirrored tells whether b is a with the sign of its odd entries changed, and both have at least two even and two odd ones.
func mirrored(a, b []float64) bool {
	var count [2]int
	for j := range a {
		if b[j] != a[j]*float64(1-j%2*2) {
			return false
		}
		if a[j] != 0 {
			count[j%2]++
		}
	}
	return count[0] > 1 && count[1] > 1
}

// dot emits the sum of the products by every step-th entry of a row from first on.
func dot(t *task, row []float64, x []wasmasm.V128, first, step int) wasmasm.V128 {
	sum := t.LocalV128("sum")
	empty := true
	// Entries of 1 come first: they need no product.
	for _, plain := range []bool{true, false} {
		for j := first; j < len(row); j += step {
			c := row[j]
			if c == 0 || (c == 1) != plain {
				continue
			}
			switch {
			case empty && plain:
				sum.Set(x[j])
			case plain:
				sum.Set(sum.F32x4Add(x[j]))
			case empty:
				sum.Set(x[j].F32x4Mul(splat(t.Func, c)))
			case c == -1:
				sum.Set(sum.F32x4Sub(x[j]))
			default:
				sum.Set(t.madd(sum, x[j], splat(t.Func, c)))
			}
			empty = false
		}
	}
	if empty {
		sum.Set(splat(t.Func, 0))
	}
	return sum
}

// square is a matrix of vectors in memory: rows and columns lie so many bytes apart.
type square struct {
	at       wasmasm.I32
	row, col int
}

// sandwich emits to = m·from·mᵀ, through scratch memory of len(m)·n vectors, n being m's columns.
func (m matrix) sandwich(t *task, from, to square, scratch wasmasm.I32) {
	n := len(m[0])
	in, out, i := t.LocalI32("in"), t.LocalI32("out"), t.LocalI32("i")
	load := func(n, step int) []wasmasm.V128 {
		x := make([]wasmasm.V128, n)
		for k := range x {
			x[k] = keep(t.Func, "x", in.V128Load(k*step))
		}
		return x
	}
	in.Set(from.at)
	out.Set(scratch)
	t.For(i, t.I32(0), t.I32(n), 1, func() {
		for k, y := range m.times(t, load(n, from.row)) {
			out.V128Store(16*n*k, y)
		}
		in.Inc(from.col)
		out.Inc(16)
	})
	in.Set(scratch)
	out.Set(to.at)
	t.For(i, t.I32(0), t.I32(len(m)), 1, func() {
		for k, y := range m.times(t, load(n, 16)) {
			out.V128Store(k*to.col, y)
		}
		in.Inc(16 * n)
		out.Inc(to.row)
	})
}
