//go:build !js

package wasmasm_test

import (
	"encoding/binary"
	"math"
	"math/bits"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

// program is a module whose function "run" works on memory: inputs at 0, one page.
func program(name string, input []byte, body func(f *wasmasm.Func)) *wasmasm.Module {
	m := wasmasm.New(name)
	m.Memory(wasmasm.Limits{Min: 1, Max: 1})
	m.Data(0, input)
	m.ExportMemory("memory")
	f := m.Func("run")
	body(f)
	m.Export("run", f)
	return m
}

func words(xs ...uint32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return b
}

func floats(xs ...float32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func TestResultsAreThoseOfGo(t *testing.T) {
	a, b := uint32(0xfedc_ba98), uint32(13)
	vec := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 255}
	for _, c := range []struct {
		name  string
		input []byte
		body  func(f *wasmasm.Func)
		want  []byte // at 64
	}{
		{"scalar", words(a, b), func(f *wasmasm.Func) {
			zero := f.I32(0)
			var x, y wasmasm.I32
			for i, r := range []func() wasmasm.I32{
				func() wasmasm.I32 { return x.Add(y) }, func() wasmasm.I32 { return x.Mul(y) }, func() wasmasm.I32 { return x.DivS(y) },
				func() wasmasm.I32 { return x.DivU(y) }, func() wasmasm.I32 { return x.ShrS(y) }, func() wasmasm.I32 { return x.Rotl(y) },
				func() wasmasm.I32 { return x.Popcnt() }, func() wasmasm.I32 { return x.LtS(y) }, func() wasmasm.I32 { return x.LtU(y) },
				func() wasmasm.I32 { return x.I64ExtendU().Mul(y.I64ExtendU()).ShrU(f.I64(32)).I32Wrap() },
				func() wasmasm.I32 { return x.F32ConvertS().Div(y.F32ConvertS()).I32Reinterpret() },
				func() wasmasm.I32 { return x.F64ConvertU().Sqrt().I32TruncSatU() },
				func() wasmasm.I32 { return x.Select(y, f.I32(0)) },
			} {
				x, y = zero.I32Load(0), zero.I32Load(4)
				zero.I32Store(64+4*i, r())
			}
		}, words(a+b, a*b, uint32(int32(a)/int32(b)), a/b, uint32(int32(a)>>b), bits.RotateLeft32(a, int(b)), uint32(bits.OnesCount32(a)),
			1, 0, uint32(uint64(a)*uint64(b)>>32), math.Float32bits(float32(int32(a))/13), uint32(math.Sqrt(float64(a))), b)},
		{"constants", nil, func(f *wasmasm.Func) {
			f.I32(64).I32Store(0, f.I32(-1<<31))
			f.I32(0).I32Store(68, f.I32(1<<32-1))
			f.I32(8).I64Store(64, f.I64(math.MinInt64+5))
			f.I32(8).F64Store(72, f.F64(-0.1))
			f.I32(8).F32Store(80, f.F32(float32(math.Inf(-1))))
			f.I32(8).V128Store(84, f.V128([16]byte(vec[16:])))
		}, append(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(words(1<<31, 1<<32-1), 1<<63+5), math.Float64bits(-0.1)),
			append(floats(float32(math.Inf(-1))), vec[16:]...)...)},
		{"loops", nil, func(f *wasmasm.Func) {
			i, n, out := f.LocalI32("i"), f.LocalI32("n"), f.LocalI32("out")
			out.Set(f.I32(64))
			emit := func() { out.I32Store(0, i); out.Inc(4) }
			f.For(i, f.I32(0), f.I32(7), 3, emit)   // 0 3 6
			f.For(i, f.I32(2), f.I32(-1), -1, emit) // 2 1 0
			f.For(i, f.I32(5), f.I32(5), 1, emit)   // none
			n.Set(f.I32(-3))
			f.For(i, f.I32(-4), n, 1, emit)                // -4
			f.ForU(i, f.I32(0), f.I32(3<<30), 1<<30, emit) // 0 1<<30 2<<30
			f.ForU(i, n, f.I32(7), 1, emit)                // none
			i.Set(f.I32(13))
			f.Block(func(end wasmasm.Label) {
				f.Loop(func(start wasmasm.Label) {
					i.Set(i.Sub(f.I32(1)))
					f.BrIf(start, i.GtU(f.I32(10)))
					f.Block(func(even wasmasm.Label) {
						f.BrTable(i.And(f.I32(1)), []wasmasm.Label{even}, start)
					})
					emit() // 10 8 6 4
					f.BrIf(end, i.Eq(f.I32(4)))
					f.Br(start)
				})
			})
			f.IfElse(i.Eq(f.I32(4)), emit, func() { f.Unreachable() })
			f.If(i.Eqz(), emit)
		}, words(0, 3, 6, 2, 1, 0, 1<<32-4, 0, 1<<30, 2<<30, 10, 8, 6, 4, 4)},
		{"memory", vec, func(f *wasmasm.Func) {
			f.MemoryCopy(f.I32(64), f.I32(8), f.I32(16))
			f.MemoryCopy(f.I32(66), f.I32(64), f.I32(4))
			f.MemoryFill(f.I32(76), f.I32(0x1ff), f.I32(3))
			f.I32(80).I32Store8(0, f.I32(1).I32Load16U(0))
			f.I32(81).Align(0).I32Store16(0, f.I32(31).I32Load8S(0))
			f.I32(83).I32Store8(0, f.MemorySize().Add(f.MemoryGrow(f.I32(1))))
		}, []byte{8, 9, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 255, 255, 255, 23, 1, 255, 255, 0}},
		{"simd", append(floats(1, -2, 3, 0.5), floats(4, 0.25, -1, 8)...), func(f *wasmasm.Func) {
			p := f.LocalI32("p")
			p.Set(f.I32(0))
			x, y := f.LocalV128("x"), f.LocalV128("y")
			x.Set(p.V128Load(0))
			y.Set(p.V128Load(16))
			for i, v := range []func() wasmasm.V128{
				func() wasmasm.V128 { return x.F32x4Mul(y).F32x4Sub(x) },
				func() wasmasm.V128 { return x.F32x4Pmax(y).Bitselect(y, x.F32x4Lt(y)) },
				func() wasmasm.V128 { return x.I32x4Shuffle(y, [4]uint8{7, 0, 5, 2}) },
				func() wasmasm.V128 { return p.V128Load32Splat(20).F32x4ReplaceLane(1, x.F32x4ExtractLane(2)) },
				func() wasmasm.V128 { return x.I32x4TruncSatF32x4S() },
				func() wasmasm.V128 { return p.V128Load64Zero(8).Or(p.V128Load32Lane(0, 2, y.Xor(y))) },
				func() wasmasm.V128 {
					return f.I32x4(3<<16|2, 1, -1, 65535).I32x4DotI16x8S(f.I32x4(5<<16|7, 9, 4, 2))
				},
				func() wasmasm.V128 { return x.F32x4Lt(y).I32x4Bitmask().I32x4Splat() },
				func() wasmasm.V128 { return f.F32(9).F32x4Splat().F32x4Sqrt().Select(x, f.I32(7)) },
			} {
				p.V128Store(64+16*i, v())
			}
		}, append(append(floats(3, 1.5, -6, 3.5, 4, 0.25, -1, 8, 8, 1, 0.25, 3, 0.25, 3, 0.25, 0.25),
			words(1, 1<<32-2, 3, 0)...), append(append(floats(3, 0.5, 1, 0), words(29, 9, 1<<32-4, 1<<32-2, 0b1011, 0b1011, 0b1011, 0b1011)...), floats(3, 3, 3, 3)...)...)},
		{"order", nil, func(f *wasmasm.Func) {
			n := f.LocalF64("n")
			n.Set(f.F64(2).Sqrt())
			f.I32(64).F64Store(0, n.Mul(n.Tee(f.F64(3))).Add(n))
		}, binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.Sqrt(2)*3+3))},
	} {
		t.Run(c.name, func(t *testing.T) {
			module := bytesOf(t, program(c.name, c.input, c.body))
			runEngines(t, module, uint32(64+len(c.want)), func(t *testing.T, memory []byte) {
				if got := memory[64:]; string(got) != string(c.want) {
					t.Errorf("got  % x\nwant % x", got, c.want)
				}
			})
		})
	}
}
