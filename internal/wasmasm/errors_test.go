package wasmasm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

func TestMisuseIsAnErrorWithFunctionAndInstruction(t *testing.T) {
	type M = wasmasm.Module
	type F = wasmasm.Func
	for _, c := range []struct {
		name string
		body func(m *M, f *F)
		want string
	}{
		{"zero value", func(_ *M, f *F) { f.LocalI32("x").Set(wasmasm.I32{}) }, `function "f", local.set at byte 0: operand is the zero value`},
		{"zero value inside", func(_ *M, f *F) { f.Drop(f.I32(1).Add(wasmasm.I32{})) }, "i32.add at byte 0: operand is the zero value"},
		{"nil", func(_ *M, f *F) { f.Drop(nil) }, "drop at byte 0: operand is the zero value"},
		{"zero target", func(_ *M, f *F) { wasmasm.V128{}.Set(f.F32x4(0, 0, 0, 0)) }, "local.set at byte 0: operand is the zero value"},
		{"target", func(_ *M, f *F) { f.I32(1).Set(f.I32(2)) }, "local.set at byte 2: target is no local"},
		{"stale", func(_ *M, f *F) {
			x := f.LocalI32("x")
			old := f.I32(4).I32Load(0)
			x.Set(f.I32(1))
			x.Set(old.Add(x))
		}, "i32.add at byte 4: operand is an expression built before an earlier statement: keep it in a local"},
		{"two functions", func(m *M, f *F) { f.Drop(m.Func("g").I32(1).Add(f.I32(1))) }, `function "g", i32.add at byte 0: operand belongs to function "f"`},
		{"store of two functions", func(m *M, f *F) { f.I32(0).F32Store(0, m.Func("g").F32(1)) }, `f32.store at byte 0: operand belongs to function "g"`},
		{"read before set", func(_ *M, f *F) { f.Drop(f.LocalF32("acc")) }, `drop at byte 0: local "acc" is read before it is set`},
		{"scope", func(_ *M, f *F) {
			var x wasmasm.I32
			f.Scope(func() { x = f.LocalI32("x") })
			x.Set(f.I32(1))
		}, `local "x" belongs to a scope that has ended`},
		{"unused call", func(m *M, f *F) {
			g := m.ImportFunc("host", "g", nil, []wasmasm.Type{wasmasm.TypeI32})
			f.CallI32(g)
		}, `want imports first`},
		{"unused effect", func(_ *M, f *F) {
			f.MemoryGrow(f.I32(1))
			f.Drop(f.I32(1))
		}, "drop at byte 3: the result of memory.grow, built before, is used in no statement"},
		{"unused effect at the end", func(_ *M, f *F) { f.MemoryGrow(f.I32(1)) }, "end at byte 0: the result of memory.grow"},
		{"effect used twice", func(_ *M, f *F) { x := f.MemoryGrow(f.I32(1)); f.Drop(x.Mul(x)) }, "i32.mul at byte 4: the result of memory.grow is used twice"},
		{"lane", func(_ *M, f *F) { f.Drop(f.F32x4(0, 0, 0, 0).F32x4ExtractLane(4)) }, "f32x4.extract_lane at byte 0: lane 4: want 0 to 3"},
		{"shuffle", func(_ *M, f *F) {
			v := f.F32x4(0, 0, 0, 0)
			f.Drop(v.I32x4Shuffle(v, [4]uint8{0, 8}))
		}, "i8x16.shuffle at byte 0: lane"},
		{"offset", func(_ *M, f *F) { f.Drop(f.I32(0).I32Load(-4)) }, "i32.load at byte 0: offset -4: want 0 to 4294967295"},
		{"alignment", func(_ *M, f *F) { f.Drop(f.I32(0).Align(2).I64AtomicLoad(0)) }, "i64.atomic.load at byte 0: alignment"},
		{"alignment log", func(_ *M, f *F) { f.I32(0).Align(16) }, "alignment 1<<16"},
		{"constant", func(_ *M, f *F) { f.I32(1 << 32) }, "i32.const at byte 0: constant 4294967296"},
		{"label", func(_ *M, f *F) {
			var l wasmasm.Label
			f.Block(func(end wasmasm.Label) { l = end })
			f.Block(func(wasmasm.Label) { f.Br(l) })
		}, "br at byte 5: label is not of a body that encloses the branch"},
		{"zero label", func(_ *M, f *F) { f.Br(wasmasm.Label{}) }, "br at byte 0: label"},
		{"arguments", func(m *M, f *F) { g := m.Func("g"); g.ParamF32("x"); f.Call(g, f.I32(1)) }, `call at byte 0: arguments for "g": got (i32), want (f32)`},
		{"result", func(m *M, f *F) { f.Drop(f.CallI32(m.Func("g"))) }, `results of "g": got (), want (i32)`},
		{"return", func(_ *M, f *F) { f.Return(f.I32(1)) }, "return at byte 0: results: got (i32), want ()"},
		{"callee", func(_ *M, f *F) { f.Call(nil) }, "callee is not of this module"},
		{"parameter late", func(_ *M, f *F) { f.LocalI32(""); f.ParamI32("n") }, `parameter "n" added late`},
		{"global type", func(m *M, f *F) { f.SetGlobal(m.GlobalF32(true, 1), f.I32(1)) }, "global.set at byte 0: global 0: got type i32, want f32"},
		{"global constant", func(m *M, f *F) { f.SetGlobal(m.GlobalI32(false, 1), f.I32(1)) }, "global 0 is constant"},
		{"loop's end", func(_ *M, f *F) { i := f.LocalI32("i"); f.For(i, f.I32(0), f.I32(1).Add(f.I32(2)), 1, func() {}) }, "end of loop is an expression"},
		{"step", func(_ *M, f *F) { f.For(f.LocalI32("i"), f.I32(0), f.I32(1), 0, func() {}) }, "step 0"},
		{"growth without end", func(_ *M, f *F) {
			x := f.I32(0).I32Load(0)
			for range 64 {
				x = x.Add(x)
			}
			f.Drop(x)
		}, "body is over 7654321 bytes: split the function"},
		{"second memory", func(m *M, _ *F) { m.Memory(wasmasm.Limits{}) }, "wasmasm: second memory"},
		{"data", func(m *M, _ *F) { m.Data(65530, make([]byte, 7)) }, "data of 7 bytes at 65530: memory ends at 65536"},
		{"exports", func(m *M, f *F) { m.Export("x", f); m.ExportMemory("x") }, `two exports of the name "x"`},
		{"start", func(m *M, f *F) { f.ParamI32("x"); m.Start(f) }, `start "f": got (i32) to (), want () to ()`},
		{"open body", func(m *M, f *F) { f.Loop(func(wasmasm.Label) { m.Bytes() }) }, "body is still open"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := wasmasm.New("bad")
			m.Memory(wasmasm.Limits{Min: 1})
			c.body(m, m.Func("f"))
			b, err := m.Bytes()
			var e *wasmasm.Error
			if !errors.As(err, &e) || b != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestMemoryLimits(t *testing.T) {
	for _, c := range []struct {
		limits wasmasm.Limits
		want   string
	}{
		{wasmasm.Limits{Min: 1, Shared: true}, "shared memory without maximum"},
		{wasmasm.Limits{Min: 2, Max: 1}, "memory of 2 pages and at most 1"},
		{wasmasm.Limits{Min: 65537}, "want 0 to 65536"},
	} {
		m := wasmasm.New("")
		m.Memory(c.limits)
		if err := m.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %s", c.limits, err, c.want)
		}
	}
}
