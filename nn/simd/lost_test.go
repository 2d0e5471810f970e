//go:build js && wasm

package simd

import (
	"context"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// A worker that is gone is replaced, and the run is done again.
func TestLostWorker(t *testing.T) {
	ctx := context.Background()
	d, err := Open(ctx, Options{Threads: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const n = 1 << 18 // enough tasks for three
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{n})
	w := g.State("w", graph.F32, graph.Shape{n}, graph.Init{})
	double := op.Map(g, expr.New(expr.Add, expr.New(expr.Exp, expr.V(0)), expr.V(1)), x, w)
	g.Updates = append(g.Updates, graph.Update{Target: w, Value: op.Map(g, expr.New(expr.Add, expr.V(0), expr.V(1)), double, w)})
	g.Output("y", double)
	p := plan.Build(g, plan.Options{})
	s, _ := d.NewStore()
	if err := s.Write("w", plan.Float32s(graph.Shape{n}, make([]float32, n)...)); err != nil {
		t.Fatal(err)
	}
	e, err := d.Compile(ctx, p, s)
	if err != nil {
		t.Fatal(err)
	}
	in := plan.Float32s(graph.Shape{n}, make([]float32, n)...)
	want := float32(0)
	for run := range 3 {
		if run == 1 {
			d.host.(*browser).engine.Get("workers").Index(0).Call("terminate")
			time.Sleep(3 * time.Second) // the browser gives a worker two seconds before it ends it by force
		}
		if err := e.Run(in); err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		got, err := plan.Read(ctx, e.Fetch, "y")
		if err != nil {
			t.Fatal(err)
		}
		want = 1 + want
		if y := got["y"]; y[0] != want || y[n-1] != want {
			t.Fatalf("run %d: got %g and %g, want %g", run, y[0], y[n-1], want)
		}
		want = 2*want - 1 // w = y + w, and w = y - 1 before
	}
}
