package cpu

// The matrices of F(4,3) belong to the points 0, ±wA, ±wB and infinity. With ±5/8 and ±3/2 the error is less than half of
// that with the usual ±1 and ±2. Rows that belong to p and -p share their even and their odd parts. scale0, scaleA and
// scaleB are one by the product of a point's distances from the others but infinity.
//
// Source: Winograd, "Arithmetic complexity of computations", 1980.
const (
	wA, wB   = 0.625, 1.5
	wA2, wB2 = wA * wA, wB * wB
	scale0   = 1 / (wA2 * wB2)
	scaleA   = 1 / (2 * wA2 * (wA2 - wB2))
	scaleB   = 1 / (2 * wB2 * (wB2 - wA2))
)

// Transforms multiply each of so many columns of vectors of n channels by a matrix. Where the processor has vectors for them
// these are other functions.
var (
	inputTransform, filterTransform, outputTransform = inputTransformPlain, filterTransformPlain, outputTransformPlain

	costs = transformCosts{number: 6, together: 1, load: 1}
)

// inputTransformPlain multiplies by Bᵀ, 6x6.
func inputTransformPlain(to, from square, columns, n int) {
	for i := range columns {
		x, y, r, s := from.data[i*from.col:], to.data[i*to.col:], from.row, to.row
		for c := range n {
			d0, d1, d2, d3, d4, d5 := x[c], x[c+r], x[c+2*r], x[c+3*r], x[c+4*r], x[c+5*r]
			evenA, oddA := d4-wB2*d2, wA*(d3-wB2*d1)
			evenB, oddB := d4-wA2*d2, wB*(d3-wA2*d1)
			y[c] = wA2*wB2*d0 - (wA2+wB2)*d2 + d4
			y[c+s] = evenA + oddA
			y[c+2*s] = evenA - oddA
			y[c+3*s] = evenB + oddB
			y[c+4*s] = evenB - oddB
			y[c+5*s] = wA2*wB2*d1 - (wA2+wB2)*d3 + d5
		}
	}
}

// filterTransformPlain multiplies by G, 6x3.
func filterTransformPlain(to, from square, columns, n int) {
	for i := range columns {
		x, y, r, s := from.data[i*from.col:], to.data[i*to.col:], from.row, to.row
		for c := range n {
			g0, g1, g2 := x[c], x[c+r], x[c+2*r]
			evenA, oddA := scaleA*g0+scaleA*wA2*g2, scaleA*wA*g1
			evenB, oddB := scaleB*g0+scaleB*wB2*g2, scaleB*wB*g1
			y[c] = scale0 * g0
			y[c+s] = evenA + oddA
			y[c+2*s] = evenA - oddA
			y[c+3*s] = evenB + oddB
			y[c+4*s] = evenB - oddB
			y[c+5*s] = g2
		}
	}
}

// outputTransformPlain multiplies by Aᵀ, 4x6.
func outputTransformPlain(to, from square, columns, n int) {
	for i := range columns {
		x, y, r, s := from.data[i*from.col:], to.data[i*to.col:], from.row, to.row
		for c := range n {
			m1, m2, m3, m4 := x[c+r], x[c+2*r], x[c+3*r], x[c+4*r]
			evenA, oddA, evenB, oddB := m1+m2, m1-m2, m3+m4, m3-m4
			y[c] = x[c] + evenA + evenB
			y[c+s] = wA*oddA + wB*oddB
			y[c+2*s] = wA2*evenA + wB2*evenB
			y[c+3*s] = wA*wA2*oddA + wB*wB2*oddB + x[c+5*r]
		}
	}
}
