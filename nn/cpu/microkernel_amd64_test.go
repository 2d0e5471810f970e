//go:build goexperiment.simd

package cpu

import "testing"

// TestPanelTimesPlain does the same as TestPanelTimes without vectors.
func TestPanelTimesPlain(t *testing.T) {
	if !vectors {
		t.Log("this processor has no AVX2 or no FMA: TestPanelTimes did the same")
	}
	defer func(v bool) { vectors = v }(vectors)
	vectors = false
	TestPanelTimes(t)
}
