//go:build !js

package wasmasm_test

import (
	"context"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/tetratelabs/wazero"
)

// The sum of n products, four at a time.
func Example() {
	m := wasmasm.New("example")
	m.Memory(wasmasm.Limits{Min: 1, Max: 1})
	m.Data(0, floats(1, 2, 3, 4, 5, 6, 7, 8))
	m.Data(64, floats(1, 1, 1, 1, 10, 10, 10, 10))

	f := m.Func("dot")
	x, y, n := f.ParamI32("x"), f.ParamI32("y"), f.ParamI32("n")
	f.Results(wasmasm.TypeF32)
	acc, i := f.LocalV128("acc"), f.LocalI32("i")
	acc.Set(f.F32x4(0, 0, 0, 0))
	f.For(i, f.I32(0), n, 4, func() {
		acc.Set(acc.F32x4Add(x.V128Load(0).F32x4Mul(y.V128Load(0))))
		x.Inc(16)
		y.Inc(16)
	})
	low := acc.F32x4ExtractLane(0).Add(acc.F32x4ExtractLane(1))
	high := acc.F32x4ExtractLane(2).Add(acc.F32x4ExtractLane(3))
	f.Return(low.Add(high))
	m.Export("dot", f)

	bytes, err := m.Bytes()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	instance, err := r.Instantiate(ctx, bytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := instance.ExportedFunction("dot").Call(ctx, 0, 64, 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(math.Float32frombits(uint32(result[0])))
	// Output: 270
}
