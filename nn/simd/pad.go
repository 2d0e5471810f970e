package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// plane is one image's [H,W·C] numbers, and the zeros beside them that the windows of a convolution see.
type plane struct {
	height int
	width  int // W·C: floats of a row
	left   int // zeros before each row
	pitch  int // floats of a row with the zeros before and behind it
}

// pad emits a copy of rows rows of a plane from row first on, zeros around each; rows above and below the plane are
// zeros altogether. to, from and first are locals or constants. Up to 12 bytes behind the copy are overwritten.
func (p plane) pad(t *task, to, from, first wasmasm.I32, rows int) {
	row, end, out := t.LocalI32("row"), t.LocalI32("end"), t.LocalI32("out")
	row.Set(first)
	end.Set(first.Add(t.I32(rows)))
	out.Set(to)
	t.Loop(func(again wasmasm.Label) {
		t.IfElse(row.LtU(t.I32(p.height)), func() {
			at := t.LocalI32("at")
			at.Set(from.Add(row.Mul(t.I32(4 * p.width))))
			fillZeros(t, out, 0, p.left)
			copyFloats(t, out, 4*p.left, at, p.width)
			fillZeros(t, out, 4*(p.left+p.width), p.pitch-p.left-p.width)
		}, func() {
			fillZeros(t, out, 0, p.pitch)
		})
		out.Inc(4 * p.pitch)
		row.Inc(1)
		t.BrIf(again, row.LtS(end))
	})
}

// padded is how many bytes pad writes at most.
func (p plane) padded(rows int) int { return 4*p.pitch*rows + 16 }

// fillZeros emits stores of n zeros at to + offset; up to three more are overwritten.
func fillZeros(t *task, to wasmasm.I32, offset, n int) {
	eachVector(t, n, func(i wasmasm.I32, at int) { to.Add(i).V128Store(offset+at, t.F32x4(0, 0, 0, 0)) })
}

// copyFloats emits a copy of n numbers to to + offset; up to three more are copied.
func copyFloats(t *task, to wasmasm.I32, offset int, from wasmasm.I32, n int) {
	eachVector(t, n, func(i wasmasm.I32, at int) { to.Add(i).V128Store(offset+at, from.Add(i).V128Load(at)) })
}

// eachVector emits body for every four of n floats, rounded up: unrolled where they are few, else in a loop of four at a
// time. The vector lies at i + at bytes.
func eachVector(t *task, n int, body func(i wasmasm.I32, at int)) {
	vectors := (n + 3) / 4
	const unroll = 4
	i := t.I32(0)
	if vectors > 2*unroll {
		whole := vectors / unroll * unroll
		i = t.LocalI32("i")
		t.For(i, t.I32(0), t.I32(16*whole), 16*unroll, func() {
			for k := range unroll {
				body(i, 16*k)
			}
		})
		vectors -= whole
	}
	for k := range vectors {
		body(i, 16*k)
	}
}
