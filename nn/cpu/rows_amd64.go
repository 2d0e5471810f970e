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
func addBiasVectors(rows, bias []float32, floor float32) {
	for len(rows) > 0 {
		row, b := rows[:len(bias)], bias
		rows = rows[len(bias):]
		for f := splat(&floor); len(row) >= 8 && len(b) >= 8; row, b = row[8:], b[8:] {
			sum := load(row).Add(load(b))
			f.Max(sum).StoreSlice(row) // the second where either is no number, as max has it
		}
		if len(b) > 0 {
			archsimd.ClearAVXUpperBits()
			addBiasPlain(row, b, floor)
		}
	}
	archsimd.ClearAVXUpperBits()
}
