//go:build js && wasm

package webgpu_test

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func open(t *testing.T) *webgpu.Device {
	t.Helper()
	d, err := webgpu.Open(context.Background())
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
