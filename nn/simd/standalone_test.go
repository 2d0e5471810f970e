//go:build !js

package simd_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// A module of its own needs nothing of the host, neither threads nor relaxed SIMD; its constants are in it, and where values
// lie does not depend on relaxed.
func TestStandalone(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{5})
	w := g.State("w", graph.F32, graph.Shape{5}, graph.Init{})
	c := g.Const(graph.Shape{5}, 1, 2, 3, 4, 5)
	g.Output("y", op.Map(g, expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.V(1)), expr.V(2)), x, w, c))
	p := plan.Build(g, plan.Options{Fused: simd.Fused()})
	s, err := simd.NewStandalone(p, false)
	if err != nil {
		t.Fatal(err)
	}
	relaxed, err := simd.NewStandalone(p, true)
	if err != nil {
		t.Fatal(err)
	}
	y, _ := p.Output("y")
	for _, b := range []plan.Binding{p.Inputs[0], p.Persistent[0], y} {
		if s.At(b) != relaxed.At(b) {
			t.Errorf("%s lies at %d, with relaxed SIMD at %d", b.Name, s.At(b), relaxed.At(b))
		}
	}

	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2))
	defer r.Close(ctx)
	module, err := r.Instantiate(ctx, s.Code)
	if err != nil {
		t.Fatal(err)
	}
	if got := int(module.Memory().Size()); got != s.MemoryBytes {
		t.Errorf("the memory has %d bytes, want %d", got, s.MemoryBytes)
	}
	for run := range 2 { // inputs may lose their place in a run, constants and weights do not
		for i := range 5 {
			module.Memory().WriteFloat32Le(uint32(s.At(p.Inputs[0])+4*i), float32(10+run))
			if run == 0 {
				module.Memory().WriteFloat32Le(uint32(s.At(p.Persistent[0])+4*i), float32(i))
			}
		}
		if _, err := module.ExportedFunction("run").Call(ctx); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			got, _ := module.Memory().ReadFloat32Le(uint32(s.At(y) + 4*i))
			if want := float32((10+run)*i + i + 1); got != want {
				t.Errorf("run %d: y[%d] = %g, want %g", run, i, got, want)
			}
		}
	}
	if bytes.Contains(s.Code, []byte("barrier")) {
		t.Error("a module for one thread has a barrier")
	}
}
