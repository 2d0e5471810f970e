//go:build goexperiment.simd

package cpu

import "simd/archsimd"

func init() {
	if archsimd.X86.AVX512() {
		productsInPlace, panelWidth = timesInPlace, 16
	}
}

// timesInPlace is left.times with AVX-512, where rows need not be packed: numbers of eight rows are spread over vectors as
// they are loaded, and multiplied with vectors of two panels.
func timesInPlace(l left, rows []int, packed []float32, n int, out []float32, ldo int, add bool) {
	const tile, width = 8, 16
	depth := l.depth()
	last := l.offset[len(l.offset)-1] + (l.run-1)*l.step
	for j := 0; j < n; j += 2 * width {
		columns := min(2*width, n-j)
		right := packed[j*depth : (j+columns+width-1)/width*width*depth]
		for r := 0; r < len(rows); r += tile {
			count := min(tile, len(rows)-r)
			var few [tile]int
			places := &few
			if count == tile {
				places = (*[tile]int)(rows[r:])
			} else {
				for i := range few {
					few[i] = rows[r+min(i, count-1)]
				}
			}
			_ = l.data[places[tile-1]+last]
			to := out[r*ldo+j : (r+count-1)*ldo+j+columns]
			tileProducts(&l.data[0], places, &l.offset[0], len(l.offset), l.run, l.step, &right[0], width*depth,
				&to[0], ldo, count, 1<<columns-1, add)
		}
	}
}

// tileProducts multiplies eight rows, of which the last ones may be the same, with 32 columns: two panels of the right side
// that lie panel numbers apart, or one if mask leaves out the second 16. With add it begins with what is in out. It writes
// count rows, where the mask's bits are set. It is in assembly (products_amd64.s) because Go's compiler has no load that
// spreads a number over a vector: what it makes of archsimd reaches 44 GFLOP/s, this 115.
//
//go:noescape
func tileProducts(data *float32, row *[8]int, offset *int, runs, run, step int, right *float32, panel int,
	out *float32, ldo, count int, mask uint32, add bool)
