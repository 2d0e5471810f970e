package approx

import (
	"math"
	"testing"
)

func TestCompare(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		got, want []float64
		ok        bool
	}{
		{"equal", []float64{1, inf}, []float64{1, inf}, true},
		{"within", []float64{1.0005}, []float64{1}, true},
		{"beyond", []float64{1.003}, []float64{1}, false},
		{"NaN", []float64{nan}, []float64{nan}, false},
		{"infinity", []float64{inf}, []float64{1}, false},
		{"lengths", []float64{1}, []float64{1, 2}, false},
	} {
		if got := Compare(c.got, c.want, 1e-3, 1e-3); got.OK() != c.ok {
			t.Errorf("%s: got %v %v, want %v", c.name, got.OK(), got, c.ok)
		}
	}
}
