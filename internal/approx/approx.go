// Package approx compares numbers with a tolerance and says where and by how much they differ.
package approx

import (
	"fmt"
	"math"
)

// Float is what can be compared.
type Float interface{ float32 | float64 }

// Report is the outcome of a comparison.
type Report struct {
	Worst     float64 // largest error as a share of what is tolerated; above 1 fails
	Index     int     // where
	Got, Want float64
}

// OK reports whether everything lies within the tolerance.
func (r Report) OK() bool { return r.Worst <= 1 }

// String says which element is worst.
func (r Report) String() string {
	return fmt.Sprintf("[%d]: got %g, want %g, %.3g of the tolerance", r.Index, r.Got, r.Want, r.Worst)
}

// Compare checks |got - want| <= abs + rel·|want| for every element. NaN fails; equal infinities pass; a difference in
// length fails at the end of the shorter.
func Compare[A, B Float](got []A, want []B, abs, rel float64) Report {
	var r Report
	if len(got) != len(want) {
		return Report{Worst: math.Inf(1), Index: min(len(got), len(want)), Got: float64(len(got)), Want: float64(len(want))}
	}
	for i := range got {
		g, w := float64(got[i]), float64(want[i])
		share := 0.0
		if g != w {
			share = math.Abs(g-w) / (abs + rel*math.Abs(w))
			if math.IsNaN(share) {
				share = math.Inf(1)
			}
		}
		if share > r.Worst || i == 0 {
			r = Report{share, i, g, w}
		}
	}
	return r
}
