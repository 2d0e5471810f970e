package cpu

import (
	"math"
	"testing"
)

// TestRows: with vectors and without the same numbers come out, for lengths that fill them or not, and for what is no number.
func TestRows(t *testing.T) {
	nan := float32(math.NaN())
	for n := range 40 {
		row, other := make([]float32, n), make([]float32, n)
		for i := range row {
			row[i], other[i] = float32(i%7)-3, float32(i%5)-2
		}
		if n > 3 {
			row[1], other[2] = nan, nan
		}
		same := func(what string, got, want []float32) {
			for i := range got {
				if got[i] != want[i] && (got[i] == got[i] || want[i] == want[i]) {
					t.Errorf("%s of %d: element %d is %g, want %g", what, n, i, got[i], want[i])
				}
			}
		}
		got, want := append([]float32{}, other...), append([]float32{}, other...)
		maxInto(got, row)
		maxIntoPlain(want, row)
		same("maximum", got, want)
		for _, floor := range []float32{0, float32(math.Inf(-1))} {
			got, want = append([]float32{}, row...), append([]float32{}, row...)
			addBias(got, other, floor)
			addBiasPlain(want, other, floor)
			same("bias", got, want)
		}
	}
}
