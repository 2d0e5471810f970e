//go:build js && wasm

package webgpu_test

import (
	"context"
	"errors"
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
	if n := d.Stats().Buffers; n > 20 { // a few stay in the pool of readings
		t.Errorf("%d buffers are left after everything was closed", n)
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
