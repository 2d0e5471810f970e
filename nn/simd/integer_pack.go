package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
)

// widened is eight numbers from at + offset on minus zero, in 16 bits.
func (v *integerConv) widened(t *task, at wasmasm.I32, offset int, zero wasmasm.V128) wasmasm.V128 {
	if v.c.in[0].Type == graph.I8 {
		return at.V128Load8x8S(offset).I16x8Sub(zero)
	}
	return at.V128Load8x8U(offset).I16x8Sub(zero)
}

// widenAll emits the phase that widens an image that lies as windows see it.
func (v *integerConv) widenAll(zero int) {
	n := v.N * v.InPlane() * v.C
	tasks, length := blocks(n, taskElems, 8)
	v.c.phase(tasks, func(t *task) {
		i, end := keepI32(t, "i", t.index.Mul(t.I32(length))), t.partEnd(t.index, length, n)
		at, to := keepI32(t, "at", t.in[0].Add(i)), keepI32(t, "to", t.scratch.Add(t.I32(v.image)).Add(i.Shl(t.I32(1))))
		z := keep(t.Func, "zero", t.I32(zero).I16x8Splat())
		t.For(i, i, end, 8, func() {
			to.V128Store(0, v.widened(t, at, 0, z))
			at.Inc(8)
			to.Inc(16)
		})
	})
}

// widenRows emits the phase that widens rows and puts zeros around them.
func (v *integerConv) widenRows(zero int) {
	g := v.Geometry
	width := g.In[2] * g.C
	left, behind := 2*g.Before[2]*g.C, 2*(g.Before[2]*g.C+width)
	v.c.phaseOf(g.N*v.rows[0]*v.rows[1], 2*taskElems/v.row, func(t *task, row wasmasm.I32) {
		rest, to := keepI32(t, "rest", row), keepI32(t, "to", t.scratch.Add(t.I32(v.image)).Add(row.Mul(t.I32(v.row))))
		h := t.takeOff(rest, v.rows[1])
		h.Set(h.Sub(t.I32(g.Before[1])))
		d := t.takeOff(rest, v.rows[0])
		d.Set(d.Sub(t.I32(g.Before[0])))
		t.IfElse(h.LtU(t.I32(g.In[1])).And(d.LtU(t.I32(g.In[0]))), func() {
			at := t.LocalI32("at")
			at.Set(rest.Mul(t.I32(g.In[0])).Add(d).Mul(t.I32(g.In[1])).Add(h).Mul(t.I32(width)).Add(t.in[0]))
			z := keep(t.Func, "zero", t.I32(zero).I16x8Splat())
			fillZeros(t, to, 0, left/4+1)
			eachVector(t, (width+1)/2, func(i wasmasm.I32, offset int) {
				from := t.LocalI32("from")
				from.Set(at.Add(i.ShrU(t.I32(1))))
				to.Add(i).V128Store(left+offset, v.widened(t, from, offset/2, z))
			})
			fillZeros(t, to, behind, (v.row-16-behind+3)/4)
		}, func() { fillZeros(t, to, 0, v.row/4) })
	})
}

// pair emits the phase that puts each number beside that of the pixel of the next tap.
func (v *integerConv) pair() {
	n, next := v.N*v.size/2, 2*v.D[2]*v.C
	tasks, length := blocks(n, taskElems, 8)
	v.c.phase(tasks, func(t *task) {
		i, end := keepI32(t, "i", t.index.Mul(t.I32(length))), t.partEnd(t.index, length, n)
		at := keepI32(t, "at", t.scratch.Add(t.I32(v.image)).Add(i.Shl(t.I32(1))))
		to := keepI32(t, "to", t.scratch.Add(t.I32(v.pairs)).Add(i.Shl(t.I32(2))))
		t.For(i, i, end, 8, func() {
			a, b := keep(t.Func, "a", at.V128Load(0)), keep(t.Func, "b", at.V128Load(next))
			to.V128Store(0, a.I8x16Shuffle(b, [16]uint8{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23}))
			to.V128Store(16, a.I8x16Shuffle(b, [16]uint8{8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31}))
			at.Inc(16)
			to.Inc(32)
		})
	})
}

// packTask is how many words of each filter a task packs.
const packTask = 64

// packWeights emits the phase that makes panels of the filters: a word of a panel is two neighbours of a filter.
func (v *integerConv) packWeights() {
	parts := ceilDiv(v.depth, packTask)
	v.c.phase(parts*v.Groups*v.blocks, func(t *task) {
		rest := keepI32(t, "rest", t.index)
		first := keepI32(t, "first", t.takeOff(rest, parts).Mul(t.I32(packTask)))
		end := keepI32(t, "end", first.Add(t.I32(packTask)))
		atMost(end, t.I32(v.depth))
		block, to := t.LocalI32("block"), t.LocalI32("to")
		to.Set(t.scratch.Add(t.I32(v.weights)).Add(rest.Mul(t.I32(panelBytes(v.filters, v.depth)))))
		block.Set(t.takeOff(rest, v.blocks)) // rest is the group now
		w := keepI32(t, "w", t.in[1].Add(rest.Mul(t.I32(v.fg))).Add(block.Mul(t.I32(v.filters))))
		channel := t.LocalI32("channel")
		narrow(t, block, v.fg, v.filters, func(filters int) {
			channel.Set(t.I32(0))
			t.eachPanel(filters, v.depth, true, to, channel, func(p panel) {
				k, out, in := t.LocalI32("k"), t.LocalI32("out"), t.LocalI32("in")
				out.Set(to.Add(first.Mul(t.I32(16 * p.vectors))))
				t.For(k, first, end, 1, func() {
					v.packWord(t, k, out, in, w, channel, p)
					out.Inc(16 * p.vectors)
				})
			})
		})
	})
}

// packWord emits word k of a panel's filters.
func (v *integerConv) packWord(t *task, k, out, in, w, channel wasmasm.I32, p panel) {
	words := v.window.run
	row := t.LocalI32("row")
	row.Set(k.DivU(t.I32(words)).Mul(t.I32(v.run)).Add(k.RemU(t.I32(words)).Shl(t.I32(1))))
	in.Set(w.Add(row.Mul(t.I32(v.F))).Add(channel.ShrU(t.I32(2))))
	exists := t.LocalV128("exists")
	if v.run%2 == 1 {
		exists.Set(k.RemU(t.I32(words)).Ne(t.I32(words - 1)).Mul(t.I32(-1)).I32x4Splat())
	}
	for j := range p.vectors {
		a, b := in.V128Load32Zero(4*j), in.V128Load32Zero(v.F+4*j)
		if v.run%2 == 1 {
			b = b.And(exists)
		}
		pairs := a.I8x16Shuffle(b, [16]uint8{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23})
		out.V128Store(16*j, pairs.I16x8ExtendLowI8x16S())
	}
}
