package wasmasm_test

import (
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

// unrolled writes functions of multiply-adds until the module has a megabyte.
func unrolled() *wasmasm.Module {
	m := wasmasm.New("bench")
	m.Memory(wasmasm.Limits{Min: 1})
	for range 53 {
		f := m.Func("kernel")
		a, b := f.ParamI32("a"), f.ParamI32("b")
		x := f.LocalV128("x")
		var acc [8]wasmasm.V128
		for j := range acc {
			acc[j] = f.LocalV128("acc")
			acc[j].Set(f.F32x4(0, 0, 0, 0))
		}
		for k := range 120 {
			x.Set(a.V128Load32Splat(4 * k))
			for j := range acc {
				acc[j].Set(acc[j].F32x4Add(x.F32x4Mul(b.V128Load(128*k + 16*j))))
			}
		}
		for j := range acc {
			b.V128Store(16*j, acc[j])
		}
	}
	return m
}

func BenchmarkEmitMegabyte(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		bytes, err := unrolled().Bytes()
		if err != nil {
			b.Fatal(err)
		}
		if len(bytes) < 900_000 || len(bytes) > 1_100_000 {
			b.Fatalf("module of %d bytes: want about a million", len(bytes))
		}
		b.SetBytes(int64(len(bytes)))
	}
}
