package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// Four counters at a time give sixteen numbers.
func init() {
	kernels[op.RandomOp] = func(c *compiler) {
		n := c.out[0].Shape.Elems()
		stream := c.node.Attrs.(op.RandomAttrs).Stream
		ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
		inRegisters := true
		for _, x := range ep.extra {
			inRegisters = inRegisters && (x.kind == single || x.kind == perElement)
		}
		count, length := blocks(n, randomElems, 16)
		c.phase(count, func(t *task) {
			first, place, left := t.LocalI32("counter"), t.LocalI32("place"), t.LocalI32("left")
			first.Set(t.index.Mul(t.I32(length / 4)))
			place.Set(t.index.Mul(t.I32(4 * length)))
			left.Set(t.I32(n).Sub(t.index.Mul(t.I32(length))))
			atMost(left, t.I32(length))
			step := keep(t.Func, "step", t.in[0].V128Load32Splat(4))
			store := func(n int) {
				counter := keep(t.Func, "counters", first.I32x4Splat().I32x4Add(t.I32x4(0, 1, 2, 3)))
				words := philox(t, counter, step, stream)
				for k, w := range transpose4(t.Func, words) {
					x := keep(t.Func, "x", w.I32x4ShrU(t.I32(8)).F32x4ConvertI32x4S().F32x4Mul(splat(t.Func, 1.0/(1<<24))))
					if inRegisters {
						x = ep.apply(t, x, 4, place, 16*k, t.I32(0), 0)
					}
					to := t.LocalI32("to")
					to.Set(t.out[0].Add(place))
					if 4*k+4 <= n {
						to.V128Store(16*k, x)
						continue
					}
					for lane := range n - 4*k {
						to.V128Store32Lane(16*k+4*lane, lane, x)
					}
				}
			}
			i, end := t.LocalI32("i"), t.LocalI32("end")
			end.Set(left.ShrU(t.I32(4)))
			t.For(i, t.I32(0), end, 1, func() {
				store(16)
				first.Inc(4)
				place.Inc(64)
			})
			if n%16 != 0 {
				t.If(left.And(t.I32(15)), func() { store(n % 16) })
			}
		})
		if !inRegisters {
			c.after(ep, c.output(0))
		}
	}
}

// randomElems is about how many numbers a task draws.
const randomElems = 4096

// philox is op.Philox for four counters (low, step, stream, 0) under the key (seed, 0), the seed being the state's first word.
func philox(t *task, low, step wasmasm.V128, stream int) [4]wasmasm.V128 {
	f := t.Func
	key := keep(f, "key", t.in[0].V128Load32Splat(0))
	key1 := uint32(0)
	c := [4]wasmasm.V128{low, step, ints(f, int32(uint32(stream))), ints(f, 0)}
	for range 10 {
		hi0, lo0 := multiply(f, c[0], 0xD2511F53)
		hi1, lo1 := multiply(f, c[2], 0xCD9E8D57)
		c = [4]wasmasm.V128{
			keep(f, "c0", hi1.Xor(c[1]).Xor(key)), keep(f, "c1", lo1),
			keep(f, "c2", hi0.Xor(c[3]).Xor(ints(f, int32(key1)))), keep(f, "c3", lo0),
		}
		key.Set(key.I32x4Add(ints(f, -0x61C88647)))
		key1 += 0xBB67AE85
	}
	return c
}

// multiply returns the high and the low words of the products with n.
func multiply(f *wasmasm.Func, x wasmasm.V128, n uint32) (hi, lo wasmasm.V128) {
	m := ints(f, int32(n))
	front, back := keep(f, "front", x.I64x2ExtmulLowI32x4U(m)), keep(f, "back", x.I64x2ExtmulHighI32x4U(m))
	hi = keep(f, "hi", front.I32x4Shuffle(back, [4]uint8{1, 3, 5, 7}))
	return hi, keep(f, "lo", front.I32x4Shuffle(back, [4]uint8{0, 2, 4, 6}))
}
