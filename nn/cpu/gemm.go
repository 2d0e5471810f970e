package cpu

// A matrix product reads its left side where it lies and its right side from panels of panelWidth columns packed as
// [k][panelWidth]. Where the processor can spread numbers over vectors as it loads them, that is all
// (products_amd64.go). Elsewhere mr rows are packed as well, as [k][mr], so that the micro-kernel reads both sides in order and
// keeps mr x nr sums in registers: microkernel_wasm.go, microkernel_amd64.go and microkernel.go.

// left is the left side of a product: element r·run+e of the row that begins at place p is data[p+offset[r]+e·step]. Windows of
// an image are such rows.
type left struct {
	data      []float32
	offset    []int
	run, step int
}

// zeroOffset are the offsets of rows that are one run.
var zeroOffset = []int{0}

// depth is how many elements a row has.
func (l left) depth() int { return len(l.offset) * l.run }

// times multiplies the rows that begin at these places, which rise, with the packed panels of n columns, and writes the results
// to out, whose rows lie ldo apart; with add they are added to what is there. panel is memory for mr rows.
func (l left) times(panel []float32, rows []int, packed []float32, n int, out []float32, ldo int, add bool) {
	if productsInPlace != nil {
		productsInPlace(l, rows, packed, n, out, ldo, add)
		return
	}
	for r := 0; r < len(rows); r += mr {
		some := rows[r:min(len(rows), r+mr)]
		l.pack(panel, some)
		panelTimes(panel, packed, l.depth(), n, out[r*ldo:], len(some), ldo, add)
	}
}

// productsInPlace, where not nil, is left.times without packing.
var productsInPlace func(l left, rows []int, packed []float32, n int, out []float32, ldo int, add bool)

// panelWidth is how many columns of the right side lie side by side.
var panelWidth = nr

// pack packs up to mr rows as [k][mr]; missing rows are 0.
func (l left) pack(panel []float32, rows []int) {
	if len(rows) < mr {
		clear(panel[:l.depth()*mr])
	}
	for i := 0; i < len(rows); {
		n, apart := 1, 0
		if i+1 < len(rows) {
			apart = rows[i+1] - rows[i]
		}
		for i+n < len(rows) && rows[i+n]-rows[i+n-1] == apart {
			n++
		}
		for r, offset := range l.offset {
			interleave(panel[r*l.run*mr+i:], l.data[rows[i]+offset:], n, l.run, apart, l.step)
		}
		i += n
	}
}

// places lists where n rows begin that lie apart.
func places(n, apart int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i * apart
	}
	return list
}

func panels(n, width int) int { return (n + width - 1) / width }

// packedSize is how many numbers a right side of k rows and n columns has when it is packed.
func packedSize(k, n int) int { return panels(n, panelWidth) * panelWidth * k }

// packB packs a right side of k rows and n columns into panels; missing columns are 0. The element of row i and column j is
// b[i*row+j*col].
func packB(dst, b []float32, k, n, row, col int) {
	for j := 0; j < n; j += panelWidth {
		cols := min(panelWidth, n-j)
		for i := range k {
			d := dst[:panelWidth]
			dst = dst[panelWidth:]
			from := i*row + j*col
			if col == 1 {
				clear(d[copy(d, b[from:from+cols]):])
				continue
			}
			for c := range d[:cols] {
				d[c] = b[from+c*col]
			}
			clear(d[cols:])
		}
	}
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
	var acc [mr * nr]float32
	for j := 0; j < n; j += nr {
		microkernel(panel[:k*mr], packed[j*k:(j+nr)*k], &acc)
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
}
