//go:build goexperiment.simd

package cpu

import "simd/archsimd"

func init() {
	if vectors {
		maxInto, addBias = maxIntoVectors, addBiasVectors
	}
}

// maxIntoVectors does as maxIntoPlain.
func maxIntoVectors(best, row []float32) {
	for len(row) >= 8 && len(best) >= 8 {
		v, b := load(row), load(best)
		v.Merge(b, v.Greater(b).Or(v.IsNaN())).StoreSlice(best)
		row, best = row[8:], best[8:]
	}
	archsimd.ClearAVXUpperBits()
	maxIntoPlain(best, row)
}

// addBiasVectors does as addBiasPlain.
func addBiasVectors(row, bias []float32, floor float32) {
	f := splat(&floor)
	for len(row) >= 8 && len(bias) >= 8 {
		sum := load(row).Add(load(bias))
		f.Max(sum).StoreSlice(row) // the second where either is no number, as max has it
		row, bias = row[8:], bias[8:]
	}
	archsimd.ClearAVXUpperBits()
	addBiasPlain(row, bias, floor)
}
