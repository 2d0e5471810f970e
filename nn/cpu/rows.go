package cpu

// Rows of channels, which lie side by side: where the processor has vectors for them, these are other functions.
var maxInto, addBias = maxIntoPlain, addBiasPlain

// maxIntoPlain lets best have what is larger in row; not a number is larger than all.
func maxIntoPlain(best, row []float32) {
	best = best[:len(row)]
	for c, v := range row {
		if v > best[c] || v != v {
			best[c] = v
		}
	}
}

// addBiasPlain is row = max(row + bias, floor).
func addBiasPlain(row, bias []float32, floor float32) {
	for i, v := range bias[:len(row)] {
		row[i] = max(row[i]+v, floor)
	}
}
