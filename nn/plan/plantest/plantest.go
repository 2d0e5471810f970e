// Package plantest is the conformance pack of a plan.Device: every case of every primitive, forward and gradient, and
// the contract of the interfaces.
package plantest

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Run tests dev.
func Run(t *testing.T, dev plan.Device) {
	t.Run("Cases", func(t *testing.T) { Cases(t, dev, nil) })
	t.Run("Integers", func(t *testing.T) { integers(t, dev) })
	t.Run("Gradients", func(t *testing.T) {
		if testing.Short() {
			t.Skip("finite differences take minutes in a browser; the same programs are compared with them natively")
		}
		gradients(t, dev)
	})
	t.Run("Contract", func(t *testing.T) { contract(t, dev) })
	t.Run("Updates", func(t *testing.T) { updates(t, dev) })
	t.Run("Profile", func(t *testing.T) { profile(t, dev) })
	t.Run("Accuracy", func(t *testing.T) { Accuracy(t, dev) })
}

// Cases runs the cases of all primitives, or those that match like, as "Conv/3x3".
func Cases(t *testing.T, dev plan.Device, like *regexp.Regexp) {
	fused := map[string]bool{}
	for _, f := range dev.Info().Fused {
		fused[f] = true
	}
	for _, c := range opcases.All() {
		if op.Lookup(c.Op).NoGrad == "made by the planner" && !fused[c.Op] || like != nil && !like.MatchString(c.String()) {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			g, _, err := c.Build()
			if err != nil {
				t.Fatal(err)
			}
			abs, rel := c.Tolerance()
			Check(t, dev, g, c.Given(), abs, rel)
		})
	}
}

func gradients(t *testing.T, dev plan.Device) {
	for _, c := range opcases.All() {
		if op.Lookup(c.Op).Grad == nil {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			g, n, err := c.Build()
			if err != nil {
				t.Fatal(err)
			}
			dy := g.Input("dy", graph.F32, n.Out[0].Shape)
			var wrt []*graph.Value
			for _, v := range n.In {
				if v.Type == graph.F32 {
					wrt = append(wrt, v)
				}
			}
			grads, err := op.GradientsFrom(g, n.Out[0], dy, wrt)
			if err != nil {
				t.Fatal(err)
			}
			g.Outputs = nil
			for i, d := range grads {
				if d != nil {
					g.Output("d"+wrt[i].Name, d)
				}
			}
			given := c.Given()
			given["dy"] = opcases.F(n.Out[0].Shape...).Draw(99)
			abs, rel := c.Tolerance()
			Check(t, dev, g, given, 4*abs, rel)
		})
	}
}

// Check plans g for dev, runs it on what is given and compares its outputs with the reference.
func Check(t testing.TB, dev plan.Device, g *graph.Graph, given map[string]*op.Tensor, abs, rel float64) {
	t.Helper()
	vals, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	got, err := RunOnce(dev, p, given)
	if err != nil {
		t.Fatalf("%v\n%v", err, p)
	}
	for i, o := range g.Outputs {
		want := vals[o.Value.ID]
		data := got[i].F32
		for _, v := range got[i].I32 {
			data = append(data, float32(v))
		}
		for _, v := range got[i].U8 {
			data = append(data, float32(v))
		}
		for _, v := range got[i].I8 {
			data = append(data, float32(v))
		}
		if r := approx.Compare(data, want.Data, abs, rel); !r.OK() {
			t.Errorf("output %s%v\n%v", o.Name, r, p)
		}
	}
}

// RunOnce runs p on dev with everything in given: inputs as inputs, the rest through a store. It returns all outputs.
func RunOnce(dev plan.Device, p *plan.Program, given map[string]*op.Tensor) ([]plan.Tensor, error) {
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for _, b := range p.Persistent {
		if err := st.Write(b.Name, Tensor(given[b.Name], b.Type)); err != nil {
			return nil, err
		}
	}
	e, err := dev.Compile(context.Background(), p, st)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	var in []plan.Tensor
	for _, b := range p.Inputs {
		in = append(in, Tensor(given[b.Name], b.Type))
	}
	if err := e.Run(in...); err != nil {
		return nil, err
	}
	var names []string
	for _, o := range p.Outputs {
		names = append(names, o.Name)
	}
	return e.Fetch(names...)(context.Background())
}

// Tensor converts a value of the reference.
func Tensor(t *op.Tensor, typ graph.Type) plan.Tensor {
	out := plan.Tensor{Shape: typ.Shape, Type: typ.Type}
	for _, v := range t.Data {
		switch typ.Type {
		case graph.F32:
			out.F32 = append(out.F32, float32(v))
		case graph.U8:
			out.U8 = append(out.U8, uint8(v))
		case graph.I8:
			out.I8 = append(out.I8, int8(v))
		default:
			out.I32 = append(out.I32, int32(v))
		}
	}
	return out
}

// contract checks what device.go promises.
func contract(t *testing.T, dev plan.Device) {
	ctx := context.Background()
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{3})
	w := g.Param("w", graph.Shape{3}, graph.Init{})
	g.Output("y", op.Maps(g, opcases.Product(), x, w)[0])
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	st, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dev.Compile(ctx, p, st); err == nil {
		t.Error("compiled without the parameter in the store")
	}
	if err := st.Write("w", plan.Float32s(graph.Shape{3}, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	if err := st.Write("w", plan.Float32s(graph.Shape{2}, 1, 2)); err == nil {
		t.Error("a value changed its size")
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(); err == nil {
		t.Error("ran without inputs")
	}
	if err := e.Run(plan.Float32s(graph.Shape{2}, 1, 2)); err == nil {
		t.Error("ran with an input of the wrong size")
	}
	if _, err := e.Fetch("z")(ctx); err == nil {
		t.Error("fetched an output that does not exist")
	}
	if _, err := st.Fetch("z")(ctx); err == nil {
		t.Error("fetched a value that does not exist")
	}
	run := func(v float32) plan.Reading {
		if err := e.Run(plan.Float32s(graph.Shape{3}, v, v, v)); err != nil {
			t.Fatal(err)
		}
		return e.Fetch("y")
	}
	first, second := run(1), run(10) // a later run does not change what an earlier Fetch yields
	for i, r := range []plan.Reading{first, second} {
		got, err := r(ctx)
		if want := []float32{2, 20}[i]; err != nil || got[0].F32[1] != want {
			t.Errorf("reading %d: got %v %v, want %g", i, got, err, want)
		}
	}
	if err := st.Write("w", plan.Float32s(graph.Shape{3}, 4, 5, 6)); err != nil {
		t.Fatal(err)
	}
	if got, err := run(1)(ctx); err != nil || got[0].F32[2] != 6 {
		t.Errorf("after a write: got %v %v, want 6", got, err)
	}
	for range 2 {
		if e.Close() != nil || st.Close() != nil {
			t.Error("second Close failed")
		}
	}
	if err := e.Run(plan.Float32s(graph.Shape{3}, 1, 1, 1)); !errors.Is(err, graph.ErrClosed) {
		t.Errorf("Run after Close: got %v, want ErrClosed", err)
	}
	if _, err := e.Fetch("y")(ctx); !errors.Is(err, graph.ErrClosed) {
		t.Errorf("Fetch after Close: got %v, want ErrClosed", err)
	}
	if err := st.Write("w", plan.Float32s(graph.Shape{3}, 1, 1, 1)); !errors.Is(err, graph.ErrClosed) {
		t.Errorf("Write after Close: got %v, want ErrClosed", err)
	}
}

// updates checks that parameters change in the store after a run, in place or by a copy.
func updates(t *testing.T, dev plan.Device) {
	ctx := context.Background()
	g := graph.New()
	w := g.Param("w", graph.Shape{5}, graph.Init{})
	v := g.State("v", graph.F32, graph.Shape{5}, graph.Init{})
	out := op.Maps(g, opcases.Momentum(), v, w)
	g.Assign(v, out[0])
	g.Assign(w, out[1])
	g.Output("sum", op.Sum(g, out[1], 0)) // read, so that w cannot be written in place
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	st, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, n := range []string{"v", "w"} {
		if err := st.Write(n, plan.Float32s(graph.Shape{5}, 1, 2, 3, 4, 5)); err != nil {
			t.Fatal(err)
		}
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for range 3 {
		if err := e.Run(); err != nil {
			t.Fatal(err)
		}
	}
	// v ← v/2 + w, w ← w - v' with v = w = 1: (1.5, -0.5), (0.25, -0.75), (-0.625, -0.125)
	got, err := plan.Read(ctx, st.Fetch, "v", "w")
	if err != nil || got["v"][0] != -0.625 || got["w"][0] != -0.125 || got["w"][4] != -0.625 {
		t.Errorf("after three steps: got %v %v, want v[0] -0.625, w[0] -0.125, w[4] -0.625\n%v", got, err, p)
	}
}
