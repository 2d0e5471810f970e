package cpu

// Matrix products run over panels: mr rows of the left side packed as [k][mr], nr columns of the right side packed as
// [k][nr], so that the micro-kernel reads both in order and keeps mr x nr sums in registers. The micro-kernel, mr
// and nr depend on the processor's registers: microkernel_wasm.go, microkernel_amd64.go and microkernel.go.

func panels(n, width int) int { return (n + width - 1) / width }

// packB packs a right side of k rows and n columns into panels of nr columns; missing columns are 0. The element of row
// i and column j is b[i*row+j*col].
func packB(dst, b []float32, k, n, row, col int) {
	for j := 0; j < n; j += nr {
		cols := min(nr, n-j)
		for i := range k {
			d := dst[:nr]
			for c := range cols {
				d[c] = b[i*row+(j+c)*col]
			}
			for c := cols; c < nr; c++ {
				d[c] = 0
			}
			dst = dst[nr:]
		}
	}
}

// packRows packs up to mr rows of k elements, a[i*row+p*col], as [k][mr]; missing rows are 0.
func packRows(dst, a []float32, rows, k, row, col int) {
	if rows < mr {
		clear(dst[:k*mr])
	}
	interleave(dst, a, rows, k, row, col)
}

// interleave writes rows of k elements, a[i*row+p*col], to dst[p*mr+i]: into a panel. Inlined it takes twice as long, as its
// variables are then not in registers.
//
//go:noinline
func interleave(dst, a []float32, rows, k, row, col int) {
	for i := range rows {
		at := i * row
		for p := range k {
			dst[p*mr+i] = a[at]
			at += col
		}
	}
}

// panelTimes multiplies a packed panel of mr rows with all packed panels of the right side and writes rows x n results
// to out, whose rows lie ldo apart; with add they are added to what is there.
func panelTimes(panel, packed []float32, k, n int, out []float32, rows, ldo int, add bool) {
	var acc, acc2 [mr * nr]float32
	write := func(j int, acc *[mr * nr]float32) {
		cols := min(nr, n-j)
		for i := range rows {
			o := out[i*ldo+j : i*ldo+j+cols]
			if add {
				for c := range o {
					o[c] += acc[i*nr+c]
				}
			} else {
				copy(o, acc[i*nr:i*nr+cols])
			}
		}
	}
	j := 0
	for ; microkernel2 != nil && n-j > nr; j += 2 * nr {
		microkernel2(panel[:k*mr], packed[j*k:(j+nr)*k], packed[(j+nr)*k:(j+2*nr)*k], &acc, &acc2)
		write(j, &acc)
		write(j+nr, &acc2)
	}
	for ; j < n; j += nr {
		microkernel(panel[:k*mr], packed[j*k:(j+nr)*k], &acc)
		write(j, &acc)
	}
}

// microkernel2, where not nil, is the micro-kernel for two panels of the right side at once.
var microkernel2 func(a, b, b2 []float32, acc, acc2 *[mr * nr]float32)
