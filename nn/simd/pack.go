package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// Panels lie one after the other, each with a row of its vectors for every k, so that a tile reads w straight on.

// rightSide is the matrix [depth, filters] of a product that is to be packed, rows pitch floats apart; or, transposed, the
// matrix [filters, depth] whose rows are.
type rightSide struct {
	pitch      int
	transposed bool
}

// panelBytes is the size of packed panels.
func panelBytes(filters, depth int) int { return 16 * depth * ((filters + 3) / 4) }

// packBlock is how many rows of w are packed for all panels before the next ones: their lines stay in the cache.
const packBlock = 256

// pack emits a copy of depth rows of w to packed panels. Lanes behind the last filter hold anything. to and w are locals.
func (t *task) pack(to, w wasmasm.I32, filters, depth int, s rightSide) {
	k := t.LocalI32("k")
	rowBytes := 4 * s.pitch
	if s.transposed {
		rowBytes = 4
	}
	some := func(rows int) {
		first, out, in, channel := t.LocalI32("first"), t.LocalI32("out"), t.LocalI32("in"), t.LocalI32("channel")
		first.Set(to)
		in.Set(w.Add(k.Mul(t.I32(rowBytes))))
		channel.Set(t.I32(0))
		t.eachPanel(filters, depth, true, first, channel, func(p panel) {
			out.Set(first.Add(k.Mul(t.I32(16 * p.vectors))))
			if s.transposed {
				t.packTransposed(out, in, p, rows, s.pitch)
				in.Inc(4 * p.filters * s.pitch)
			} else {
				t.packRows(out, in, p.vectors, rows, s.pitch)
				in.Inc(4 * p.filters)
			}
		})
	}
	block := packBlock
	if filters <= 8 {
		block = depth
	}
	if whole := depth / block * block; whole > 0 {
		t.For(k, t.I32(0), t.I32(whole), block, func() { some(block) })
	} else {
		k.Set(t.I32(0))
	}
	if rest := depth % block; rest > 0 {
		some(rest)
	}
}

func (t *task) packRows(to, w wasmasm.I32, vectors, depth, pitch int) {
	in, out, k := t.LocalI32("in"), t.LocalI32("to"), t.LocalI32("k")
	in.Set(w)
	out.Set(to)
	t.For(k, t.I32(0), t.I32(depth), 1, func() {
		for j := range vectors {
			out.V128Store(16*j, in.V128Load(16*j))
		}
		in.Inc(4 * pitch)
		out.Inc(16 * vectors)
	})
}

// packTransposed copies columns: four k of four filters at a time, which change their roles in registers, and what is left
// number by number. Filters that do not exist are those of the last one.
func (t *task) packTransposed(to, w wasmasm.I32, p panel, depth, pitch int) {
	in, out, k := t.LocalI32("in"), t.LocalI32("to"), t.LocalI32("k")
	in.Set(w)
	out.Set(to)
	row := func(f int) int { return 4 * pitch * min(f, p.filters-1) }
	if depth >= 4 {
		t.For(k, t.I32(0), t.I32(depth/4), 1, func() {
			for j := range p.vectors {
				t.Scope(func() {
					var r [4]wasmasm.V128
					for i := range r {
						r[i] = keep(t.Func, "row", in.V128Load(row(4*j+i)))
					}
					for i, c := range transpose4(t.Func, r) {
						out.V128Store(16*(i*p.vectors+j), c)
					}
				})
			}
			in.Inc(16)
			out.Inc(64 * p.vectors)
		})
	}
	if depth%4 == 0 {
		return
	}
	t.For(k, t.I32(0), t.I32(depth%4), 1, func() {
		for f := range 4 * p.vectors {
			out.I32Store(4*f, in.I32Load(row(f)))
		}
		in.Inc(4)
		out.Inc(16 * p.vectors)
	})
}
