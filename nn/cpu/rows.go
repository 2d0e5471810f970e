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

// addBiasPlain is row = max(row + bias, floor) for rows as long as the bias, one behind the other.
func addBiasPlain(rows, bias []float32, floor float32) {
	for len(rows) > 0 {
		row := rows[:len(bias)]
		rows = rows[len(bias):]
		for i, v := range bias {
			row[i] = max(row[i]+v, floor)
		}
	}
}
