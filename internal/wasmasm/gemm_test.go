//go:build !js

package wasmasm_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

const tileRows, tileVectors = 4, 2

// gemmTile writes c = a·b for 4 rows and 8 columns: a [depth,4] at pa and b [depth,8] at pb, packed, c [4,8] at pc.
func gemmTile(f *wasmasm.Func, pa, pb, pc wasmasm.I32, depth int) {
	var acc [tileRows][tileVectors]wasmasm.V128
	for i := range acc {
		for j := range acc[i] {
			acc[i][j] = f.LocalV128("acc" + itoa(i) + itoa(j))
			acc[i][j].Set(f.F32x4(0, 0, 0, 0))
		}
	}
	k := f.LocalI32("k")
	f.For(k, f.I32(0), f.I32(depth), 1, func() {
		a := f.LocalV128("a")
		var b [tileVectors]wasmasm.V128
		for j := range b {
			b[j] = f.LocalV128("b" + itoa(j))
			b[j].Set(pb.V128Load(16 * j))
		}
		for i := range acc {
			a.Set(pa.V128Load32Splat(4 * i))
			for j := range b {
				acc[i][j].Set(acc[i][j].F32x4Add(a.F32x4Mul(b[j])))
			}
		}
		pa.Inc(4 * tileRows)
		pb.Inc(16 * tileVectors)
	})
	for i := range acc {
		for j := range acc[i] {
			pc.V128Store(16*(tileVectors*i+j), acc[i][j])
		}
	}
}

func TestGEMMTileEqualsPlainGo(t *testing.T) {
	const depth, m, n = 37, tileRows, 4 * tileVectors
	rng := rand.New(rand.NewPCG(1, 2))
	a, b, want := make([]float32, depth*m), make([]float32, depth*n), make([]float32, m*n)
	for i := range a {
		a[i] = rng.Float32() - 0.5
	}
	for i := range b {
		b[i] = rng.Float32() - 0.5
	}
	for k := range depth {
		for i := range m {
			for j := range n {
				want[i*n+j] += float32(a[k*m+i] * b[k*n+j]) // rounded: no fused multiply-add
			}
		}
	}
	const atB, atC = 4 * depth * m, 4 * depth * (m + n)
	module := wasmasm.New("gemm")
	module.Memory(wasmasm.Limits{Min: 1, Max: 1})
	module.ExportMemory("memory")
	module.Data(0, floats(a...))
	module.Data(atB, floats(b...))
	tile := module.Func("gemm 4x8")
	gemmTile(tile, tile.ParamI32("pa"), tile.ParamI32("pb"), tile.ParamI32("pc"), depth)
	run := module.Func("run")
	run.Call(tile, run.I32(0), run.I32(atB), run.I32(atC))
	module.Export("run", run)

	runEngines(t, bytesOf(t, module), atC+4*m*n, func(t *testing.T, memory []byte) {
		if string(memory[atC:]) != string(floats(want...)) {
			t.Errorf("got  % x\nwant % x", memory[atC:], floats(want...))
		}
	})
}

func TestNamesAreReadable(t *testing.T) {
	m := wasmasm.New("net")
	f := m.Func("gemm 4x8")
	gemmTile(f, f.ParamI32("pa"), f.ParamI32("pb"), f.ParamI32("pc"), 8)
	m.Memory(wasmasm.Limits{Min: 1})
	full := bytesOf(t, m)
	got := node(t, 0, `
		const b = require("fs").readFileSync(process.argv[1]);
		const [s] = WebAssembly.Module.customSections(new WebAssembly.Module(b), "name");
		const bytes = new Uint8Array(s), text = (at) => Buffer.from(bytes.subarray(at + 1, at + 1 + bytes[at])).toString();
		const parts = {};
		for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]) parts[bytes[at]] = at + 2;
		const locals = [];
		for (let at = parts[2] + 3, n = bytes[at - 1]; n > 0; n--, at += 2 + bytes[at + 1]) locals.push(text(at + 1));
		console.log([text(parts[0]), text(parts[1] + 2), ...locals].join())`, file(t, full))
	if want := "net,gemm 4x8,pa,pb,pc,acc00,acc01,acc10,acc11,acc20,acc21,acc30,acc31,k,a,b0,b1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	m.StripLocals()
	if stripped := bytesOf(t, m); bytes.Contains(stripped, []byte("acc00")) || !bytes.Contains(stripped, []byte("gemm 4x8")) {
		t.Error("StripLocals: want the functions' names and not the locals'")
	}
}
