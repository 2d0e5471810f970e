package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// storeLanes stores the first n lanes of x, 1 to 4. at and x are locals where n is 3.
func storeLanes(at wasmasm.I32, offset int, x wasmasm.V128, n int) {
	switch n {
	case 4:
		at.V128Store(offset, x)
	case 3:
		at.V128Store64Lane(offset, 0, x)
		at.V128Store32Lane(offset+8, 2, x)
	case 2:
		at.V128Store64Lane(offset, 0, x)
	case 1:
		at.V128Store32Lane(offset, 0, x)
	}
}

// transpose4 transposes a matrix of 4x4 words.
func transpose4(f *wasmasm.Func, x [4]wasmasm.V128) (y [4]wasmasm.V128) {
	var pairs [4]wasmasm.V128 // of rows 0 and 1, and 2 and 3: columns 0 and 1, and 2 and 3
	for i := range pairs {
		a, b := x[i/2*2], x[i/2*2+1]
		lanes := [4]uint8{0, 4, 1, 5}
		if i%2 == 1 {
			lanes = [4]uint8{2, 6, 3, 7}
		}
		pairs[i] = keep(f, "pair", a.I32x4Shuffle(b, lanes))
	}
	for i := range y {
		lanes := [4]uint8{0, 1, 4, 5}
		if i%2 == 1 {
			lanes = [4]uint8{2, 3, 6, 7}
		}
		y[i] = keep(f, "y", pairs[i/2].I32x4Shuffle(pairs[i/2+2], lanes))
	}
	return y
}
