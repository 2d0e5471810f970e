//go:build js && wasm

package webgpu_test

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func open(t *testing.T, tune ...func(*webgpu.Tuning)) *webgpu.Device {
	t.Helper()
	d, err := webgpu.Open(context.Background(), tune...)
	if err != nil {
		t.Fatalf("no device: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestDevice(t *testing.T) {
	d := open(t)
	t.Logf("adapter %s", d.Info().Adapter)
	plantest.Run(t, d)
	if n := d.Stats().Buffers; n > 4*13 { // the pool of readings keeps four of each power of two from 256 bytes to 1 MiB
		t.Errorf("%d buffers are left after everything was closed", n)
	}
}

// TestTiles runs the cases of products and convolutions with a tile so small that each has several, and a product that fills
// no tile evenly with each tile that there is.
func TestTiles(t *testing.T) {
	all := webgpu.DefaultTuning(false, 32<<10)
	d := open(t, func(x *webgpu.Tuning) {
		*x = all
		x.Least, x.Tiles = 1, []webgpu.Tile{{TM: 4, TN: 1, WX: 4, WY: 4, BK: 4}}
	})
	plantest.Cases(t, d, op.MatMul)
	plantest.Cases(t, d, op.Conv)
	for _, tile := range all.Tiles {
		d := open(t, func(x *webgpu.Tuning) { *x = all; x.Tiles = []webgpu.Tile{tile} })
		t.Run(fmt.Sprint(tile), func(t *testing.T) { checkProduct(t, d, 200, 59, 131) })
	}
}

// checkProduct multiplies two matrices of whole numbers, of which f32 holds all sums.
func checkProduct(t *testing.T, d *webgpu.Device, m, k, n int) {
	g := graph.New()
	out, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, g.Input("a", graph.F32, graph.Shape{m, k}), g.Input("b", graph.F32, graph.Shape{k, n}))
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", out[0])
	given := map[string]*op.Tensor{"a": op.NewTensor(graph.Shape{m, k}), "b": op.NewTensor(graph.Shape{k, n})}
	for i := range given["a"].Data {
		given["a"].Data[i] = float64(i*7%31 - 15)
	}
	for i := range given["b"].Data {
		given["b"].Data[i] = float64(i*11%29 - 14)
	}
	want, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	got, err := plantest.RunOnce(d, plan.Build(g, plan.Options{Fused: d.Info().Fused}), given)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want[out[0].ID].Data {
		if float64(got[0].F32[i]) != w {
			t.Fatalf("element %d: got %g, want %g", i, got[0].F32[i], w)
		}
	}
}

// TestOneCallARun counts how often a run crosses into JavaScript to do its work, whatever the number of its steps.
func TestOneCallARun(t *testing.T) {
	js.Global().Call("eval", `
		globalThis.replayed = 0;
		globalThis.plainReplay = foveaReplay;
		globalThis.foveaReplay = { ...foveaReplay, record(...a) {
			const run = plainReplay.record(...a);
			return () => { replayed++; run(); };
		} };`)
	defer js.Global().Call("eval", "globalThis.foveaReplay = plainReplay")
	d := open(t)
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{4, 4})
	y := x
	for range 12 {
		out, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, y, x)
		if err != nil {
			t.Fatal(err)
		}
		y = out[0]
	}
	g.Output("y", y)
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := e.Run(plan.Float32s(graph.Shape{4, 4}, make([]float32, 16)...)); err != nil {
			t.Fatal(err)
		}
	}
	if n := js.Global().Get("replayed").Int(); n != 5 || e.Stats().Steps != 12 {
		t.Errorf("%d calls for 5 runs of %d dispatches, want 5 of 12", n, e.Stats().Steps)
	}
}

func TestLostDevice(t *testing.T) {
	d := open(t)
	g := graph.New()
	g.Output("y", op.Sum(g, g.Input("x", graph.F32, graph.Shape{4}), 0))
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if err != nil {
		t.Fatal(err)
	}
	d.Destroy()
	err = e.Run(plan.Float32s(graph.Shape{4}, 1, 2, 3, 4))
	if err == nil {
		_, err = e.Fetch("y")(context.Background())
	}
	if !errors.Is(err, graph.ErrDeviceLost) {
		t.Errorf("after the device was destroyed: got %v, want ErrDeviceLost", err)
	}
}
