//go:build !js

package standalone

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/fovea-nn/fovea/internal/half"
)

// instance is a model in an engine that has neither threads nor relaxed SIMD.
type instance struct {
	about
	module api.Module
}

func load(t testing.TB, f Files) *instance {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2).WithCustomSections(true))
	t.Cleanup(func() { r.Close(ctx) })
	compiled, err := r.CompileModule(ctx, f[moduleFile])
	if err != nil {
		t.Fatal(err)
	}
	var in instance
	for _, s := range compiled.CustomSections() {
		if s.Name() == "fovea" {
			if err := json.Unmarshal(s.Data(), &in.about); err != nil {
				t.Fatal(err)
			}
		}
	}
	if in.module, err = r.InstantiateModule(ctx, compiled, wazero.NewModuleConfig()); err != nil {
		t.Fatal(err)
	}
	in.fill(t, f[weightsFile])
	if len(in.Shape) == 0 {
		t.Fatal("the module has no section that tells what it is")
	}
	return &in
}

// fill is the loader's function of this name.
func (in *instance) fill(t testing.TB, weights []byte) {
	t.Helper()
	if len(weights) != in.Bytes {
		t.Fatalf("%d bytes of weights, the module wants %d", len(weights), in.Bytes)
	}
	number := func(b []byte, i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])) }
	for _, p := range in.Weights {
		scales := weights
		weights = weights[4*p.Filters:]
		x := make([]float32, p.Count)
		for i := range x {
			switch p.Bits {
			case 32:
				x[i] = number(weights, i)
			case 16:
				x[i] = half.Widen(binary.LittleEndian.Uint16(weights[2*i:]))
			case 8:
				x[i] = float32(int8(weights[i])) * number(scales, i%p.Filters)
			}
		}
		in.write(p.At, x)
		weights = weights[(p.Count*p.Bits/8+3)&^3:]
	}
	if len(weights) != 0 {
		t.Fatalf("%d bytes of weights are left", len(weights))
	}
}

func (in *instance) write(at int, x []float32) {
	for i, v := range x {
		in.module.Memory().WriteFloat32Le(uint32(at+4*i), v)
	}
}

func (in *instance) run(t testing.TB, x []float32) []float32 {
	t.Helper()
	in.write(in.At.Input[0], x)
	if _, err := in.module.ExportedFunction("run").Call(context.Background()); err != nil {
		t.Fatal(err)
	}
	y := make([]float32, in.At.Output[1])
	for i := range y {
		y[i], _ = in.module.Memory().ReadFloat32Le(uint32(in.At.Output[0] + 4*i))
	}
	return y
}

// A run of the net that the site begins with, without the loader.
func BenchmarkRun(b *testing.B) {
	f, err := Compile(context.Background(), newNet(b, site), Options{})
	if err != nil {
		b.Fatal(err)
	}
	in := load(b, f)
	in.write(in.At.Input[0], inputs(1, in.Shape.Elems())[0])
	run := in.module.ExportedFunction("run")
	for b.Loop() {
		if _, err := run.Call(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
