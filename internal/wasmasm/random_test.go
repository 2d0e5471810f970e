//go:build !js

package wasmasm_test

import (
	"math/bits"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"pgregory.net/rapid"
)

// A generator writes random statements into a function that must validate.
type generator struct {
	t      *rapid.T
	f      *wasmasm.Func
	ints   []wasmasm.I32
	vecs   []wasmasm.V128
	labels []wasmasm.Label
	budget int
}

func (g *generator) pick(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "pick") }

func (g *generator) int(depth int) wasmasm.I32 {
	switch k := g.pick(8); {
	case depth == 0 || k < 2:
		return g.ints[g.pick(len(g.ints))]
	case k == 2:
		return g.f.I32(rapid.IntRange(-1<<31, 1<<31).Draw(g.t, "constant"))
	case k == 3:
		return g.int(depth - 1).I32Load8U(g.pick(300))
	case k == 4:
		return g.vec(depth - 1).I32x4ExtractLane(g.pick(4))
	case k == 5:
		return g.ints[g.pick(len(g.ints))].Tee(g.int(depth - 1))
	case k == 6:
		return g.int(depth-1).Select(g.int(depth-1), g.int(depth-1))
	}
	return g.int(depth - 1).Add(g.int(depth - 1))
}

func (g *generator) vec(depth int) wasmasm.V128 {
	switch k := g.pick(6); {
	case depth == 0 || k < 2:
		return g.vecs[g.pick(len(g.vecs))]
	case k == 2:
		return g.int(depth - 1).V128Load32Splat(g.pick(1 << 20))
	case k == 3:
		return g.int(depth - 1).I16x8Splat()
	case k == 4:
		return g.vec(depth-1).Bitselect(g.vec(depth-1), g.vec(depth-1))
	}
	return g.vec(depth - 1).F32x4Mul(g.vec(depth - 1))
}

// body writes statements in a scope with locals of its own.
func (g *generator) body() {
	outer := *g
	for range g.pick(3) {
		x := g.f.LocalI32("x")
		x.Set(g.int(1))
		v := g.f.LocalV128("v")
		v.Set(g.vec(1))
		g.ints, g.vecs = append(g.ints[:len(g.ints):len(g.ints)], x), append(g.vecs[:len(g.vecs):len(g.vecs)], v)
	}
	for range g.pick(5) {
		g.statement()
	}
	g.ints, g.vecs, g.labels = outer.ints, outer.vecs, outer.labels
}

func (g *generator) labelled(l wasmasm.Label) {
	g.labels = append(g.labels[:len(g.labels):len(g.labels)], l)
	g.body()
	g.labels = g.labels[:len(g.labels)-1]
}

func (g *generator) statement() {
	if g.budget--; g.budget < 0 {
		return
	}
	f, label := g.f, func() wasmasm.Label { return g.labels[g.pick(len(g.labels))] }
	switch k := g.pick(14); {
	case k < 2:
		g.ints[g.pick(len(g.ints))].Set(g.int(3))
	case k < 4:
		g.vecs[g.pick(len(g.vecs))].Set(g.vec(3))
	case k == 4:
		g.int(2).V128Store(g.pick(64), g.vec(2))
	case k == 5:
		f.Block(g.labelled)
	case k == 6:
		f.Loop(g.labelled)
	case k == 7:
		f.If(g.int(2), g.body)
	case k == 8:
		f.IfElse(g.int(2), g.body, g.body)
	case k == 9:
		i := f.LocalI32("i")
		f.For(i, g.int(1), g.ints[g.pick(len(g.ints))], 1+g.pick(9), g.body)
	case k == 10:
		f.Scope(g.body)
	case k == 11:
		f.Return(g.int(1), g.vec(1))
	case len(g.labels) == 0:
		f.Drop(g.int(2))
	case k == 12:
		f.BrIf(label(), g.int(2))
	default:
		f.BrTable(g.int(1), []wasmasm.Label{label(), label()}, label())
	}
}

func TestRandomModulesValidate(t *testing.T) {
	ctx, r := runtime(t)
	rapid.Check(t, func(t *rapid.T) {
		m := wasmasm.New("random")
		m.Memory(wasmasm.Limits{Min: 1})
		for range rapid.IntRange(1, 3).Draw(t, "funcs") {
			f := m.Func("random")
			g := &generator{t: t, f: f, ints: []wasmasm.I32{f.ParamI32("p")}, vecs: []wasmasm.V128{f.ParamV128("q")}, budget: 40}
			f.Results(wasmasm.TypeI32, wasmasm.TypeV128)
			g.body()
		}
		b, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.CompileModule(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		c.Close(ctx)
	})
}

// A random expression of i32 is computed by wazero and, while it is built, by Go.
func TestRandomExpressionsEqualGo(t *testing.T) {
	ctx, r := runtime(t)
	rapid.Check(t, func(t *rapid.T) {
		m := wasmasm.New("")
		f := m.Func("eval")
		f.Results(wasmasm.TypeI32)
		m.Export("eval", f)
		var tree func(depth int) (wasmasm.I32, uint32)
		tree = func(depth int) (wasmasm.I32, uint32) {
			if depth == 0 {
				c := rapid.Uint32().Draw(t, "constant")
				return f.I32(int(c)), c
			}
			a, x := tree(depth - 1)
			b, y := tree(rapid.IntRange(0, depth-1).Draw(t, "depth"))
			switch rapid.IntRange(0, 7).Draw(t, "op") {
			case 0:
				return a.Add(b), x + y
			case 1:
				return a.Sub(b), x - y
			case 2:
				return a.Mul(b), x * y
			case 3:
				return a.Xor(b), x ^ y
			case 4:
				return a.ShrU(b), x >> (y & 31)
			case 5:
				return a.Rotl(b), bits.RotateLeft32(x, int(y&31))
			case 6:
				if int32(x) < int32(y) {
					return a.LtS(b), 1
				}
				return a.LtS(b), 0
			}
			if y != 0 {
				return a.Select(b, b), x
			}
			return a.Select(b, b), y
		}
		x, want := tree(5)
		f.Return(x)
		b, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		inst, err := r.Instantiate(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		defer inst.Close(ctx)
		if got, err := inst.ExportedFunction("eval").Call(ctx); err != nil || uint32(got[0]) != want {
			t.Errorf("got %v, %v, want %d", got, err, want)
		}
	})
}
