//go:build js && wasm

package webgpu_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/half"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// halfNet uses weights in every way: filters four at a time and one by one, depthwise, of a transposed convolution, matrices of
// both orders, rows that are gathered, and a sum with the values as they are.
func halfNet(t *testing.T) *graph.Graph {
	t.Helper()
	g := graph.New()
	apply := func(kind string, attrs any, in ...*graph.Value) *graph.Value {
		out, err := op.Apply(g, kind, attrs, in...)
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	weights := func(name string, shape ...int) *graph.Value { return g.Param(name, shape, graph.Init{}) }
	conv := func(groups int) op.ConvAttrs { return op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: groups} }
	x := g.Input("x", graph.F32, graph.Shape{2, 9, 9, 8})
	y := apply(op.Conv, conv(1), x, weights("wide", 3, 3, 8, 12))
	y = op.Map(g, expr.New(expr.Add, expr.V(0), expr.V(1)), y, weights("bias", 12))
	y = apply(op.Conv, conv(12), y, weights("deep", 3, 3, 1, 12))
	y = apply(op.Conv, conv(1), y, weights("odd", 3, 3, 12, 5))
	back := conv(1)
	back.Input = graph.Shape{9, 9, 3}
	y = apply(op.ConvGradInput, back, y, weights("back", 3, 3, 3, 5))
	flat := apply(op.ReshapeOp, op.ReshapeAttrs{Shape: graph.Shape{2, 243}}, y)
	z := apply(op.MatMul, op.MatMulAttrs{}, flat, weights("matrix", 243, 20))
	z = apply(op.MatMul, op.MatMulAttrs{TransB: true}, z, weights("turned", 7, 20))
	rows := apply(op.GatherOp, nil, weights("table", 5, 7), g.Input("i", graph.I32, graph.Shape{2}))
	z = op.Map(g, expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.V(1)), expr.V(2)), z, rows, weights("sum", 2, 7))
	g.Output("z", z)
	return g
}

// TestHalf: a net whose weights lie there as numbers of 16 bits gives what the reference gives with such weights, in registers and
// in tiles, with sums of four apart as well; the weights take half the memory.
func TestHalf(t *testing.T) {
	g := halfNet(t)
	given := map[string]*op.Tensor{"x": op.NewTensor(graph.Shape{2, 9, 9, 8}), "i": {Shape: graph.Shape{2}, Data: []float64{4, 1}}}
	for k := range given["x"].Data {
		given["x"].Data[k] = float64(2*op.Uniform(1, 1, 0, k) - 1)
	}
	full, elems := map[string]plan.Tensor{}, 0
	for stream, p := range g.Params() {
		w, rounded := plan.Tensor{Shape: p.Shape}, op.NewTensor(p.Shape)
		for k := range rounded.Data {
			v := (2*op.Uniform(2, uint32(stream), 0, k) - 1) / 3
			w.F32 = append(w.F32, v)
			if len(p.Shape) > 1 {
				v = half.Widen(half.Narrow(v))
			}
			rounded.Data[k] = float64(v)
		}
		full[p.Name], given[p.Name] = w, rounded
		elems += p.Shape.Elems()
	}
	want, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	z := g.Outputs[0].Value
	tile := []webgpu.Tile{{TM: 4, TN: 1, WX: 4, WY: 4, BK: 4}}
	for name, tune := range map[string]func(*webgpu.Tuning){
		"registers": func(*webgpu.Tuning) {},
		"tiles":     func(x *webgpu.Tuning) { x.Software, x.Least, x.Tiles = false, 1, tile },
		"fours":     func(x *webgpu.Tuning) { x.Software, x.Least, x.Tiles, x.Fours = false, 1, tile, "f32" },
	} {
		t.Run(name, func(t *testing.T) {
			d := openWith(t, webgpu.Options{Half: true, Tune: tune})
			st, err := d.NewStore()
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			before := d.Stats().BufferBytes
			for n, w := range full {
				if err := st.Write(n, w); err != nil {
					t.Fatal(err)
				}
			}
			if got := d.Stats().BufferBytes - before; got > 2*elems+16*len(full)+4*12 {
				t.Errorf("%d weights take %d bytes", elems, got)
			}
			e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			x := plan.Tensor{Shape: graph.Shape{2, 9, 9, 8}}
			for _, v := range given["x"].Data {
				x.F32 = append(x.F32, float32(v))
			}
			if err := e.Run(x, plan.Int32s(graph.Shape{2}, 4, 1)); err != nil {
				t.Fatal(err)
			}
			got, err := e.Fetch("z")(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for k, w := range want[z.ID].Data {
				if g := float64(got[0].F32[k]); math.Abs(g-w) > 1e-4*(1+math.Abs(w)) {
					t.Errorf("z[%d]: got %g, want %g", k, g, w)
				}
			}
			back, err := st.Fetch("odd", "bias")(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range back[0].F32 {
				if float64(v) != given["odd"].Data[k] {
					t.Fatalf("odd[%d] comes back as %g, want %g", k, v, given["odd"].Data[k])
				}
			}
			if back[1].F32[3] != full["bias"].F32[3] {
				t.Errorf("a bias lost bits: %g, want %g", back[1].F32[3], full["bias"].F32[3])
			}
		})
	}
}

// TestHalfRefuses what would lose more than bits: a number beyond what 16 bits hold, and training.
func TestHalfRefuses(t *testing.T) {
	d := openWith(t, webgpu.Options{Half: true})
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	err = st.Write("w", plan.Float32s(graph.Shape{1, 2}, 1, 7e4))
	if !errors.Is(err, graph.ErrUnsupported) || !strings.Contains(err.Error(), "w[1] is 70000, half precision ends at 65504") {
		t.Errorf("a large weight: got %v", err)
	}
	if err := st.Write("w", plan.Float32s(graph.Shape{2, 2}, 1, 2, 3, 4)); err != nil {
		t.Fatal(err)
	}
	g := graph.New()
	w := g.Param("w", graph.Shape{2, 2}, graph.Init{})
	g.Assign(w, op.Map(g, expr.New(expr.Mul, expr.V(0), expr.C(0.5)), w))
	_, err = d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if !errors.Is(err, graph.ErrUnsupported) || !strings.Contains(err.Error(), "train on a device without it") {
		t.Errorf("training: got %v", err)
	}
}

// TestHalfCompiles: where the adapter computes with numbers of 16 bits, the browser takes the shaders that do. Whether they
// compute rightly is tested on each adapter before their first use.
func TestHalfCompiles(t *testing.T) {
	var found string
	d := openWith(t, webgpu.Options{Half: true, Choose: new(bool), Tune: func(x *webgpu.Tuning) {
		found = x.Fours
		x.Software, x.Least, x.Tiles = false, 1, webgpu.DefaultTuning(false, 16<<10).Tiles[:1]
	}})
	if found == "" {
		t.Skip("this adapter does not compute with numbers of 16 bits (no shader-f16)")
	}
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	g := halfNet(t)
	for _, p := range g.Params() {
		if err := st.Write(p.Name, plan.Tensor{Shape: p.Shape, F32: make([]float32, p.Shape.Elems())}); err != nil {
			t.Fatal(err)
		}
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
}
