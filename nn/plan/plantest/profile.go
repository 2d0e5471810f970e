package plantest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
)

// profile checks that a run that is timed step by step does what a run does.
func profile(t *testing.T, dev plan.Device) {
	ctx := context.Background()
	const n = 1000
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{n})
	v := g.State("v", graph.F32, graph.Shape{n}, graph.Init{})
	w := g.Param("w", graph.Shape{n}, graph.Init{})
	h := op.Maps(g, opcases.Product(), x, w)[0]
	out := op.Maps(g, opcases.Momentum(), v, h)
	g.Assign(v, out[0])
	g.Output("y", op.Maps(g, opcases.Product(), out[1], h)[0])
	p := plan.Build(g, plan.Options{Plain: true})
	in := Tensor(opcases.F(n).Draw(1), graph.Type{Shape: x.Shape, Type: x.Type})
	// after returns output and state after two runs that do does.
	after := func(do func(e plan.Executable)) []plan.Tensor {
		st, err := dev.NewStore()
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		for i, b := range p.Persistent {
			if err := st.Write(b.Name, Tensor(opcases.F(n).Draw(uint32(2+i)), b.Type)); err != nil {
				t.Fatal(err)
			}
		}
		e, err := dev.Compile(ctx, p, st)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		do(e)
		y, err := e.Fetch("y")(ctx)
		if err != nil {
			t.Fatal(err)
		}
		states, err := st.Fetch("v", "w")(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return append(y, states...)
	}
	want := after(func(e plan.Executable) {
		if _, ok := e.(plan.Profiler); !ok {
			t.Skip("the device does not time its steps, which it need not")
		}
		if err := errors.Join(e.Run(in), e.Run(in)); err != nil {
			t.Fatal(err)
		}
	})
	var closed plan.Profiler
	got := after(func(e plan.Executable) {
		pr := e.(plan.Profiler)
		closed = pr
		times, err := pr.Profile(ctx, 2, in)
		if err != nil || len(times) != len(p.Steps) || len(times) < 3 {
			t.Fatalf("got %d times and %v, want one for each step\n%v", len(times), err, p)
		}
		for i, d := range times {
			if d < 0 {
				t.Errorf("step %d takes %v", i, d)
			}
		}
		if _, err := pr.Profile(ctx, 0, in); err == nil {
			t.Error("profiled no runs")
		}
		if _, err := pr.Profile(ctx, 1); err == nil {
			t.Error("profiled without inputs")
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := pr.Profile(ended, 1, in); !errors.Is(err, context.Canceled) {
			t.Errorf("after it was ended: got %v, want context.Canceled", err)
		}
	})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("after two runs by steps, output and states are not those after two runs\n%v", p)
	}
	if _, err := closed.Profile(ctx, 1, in); !errors.Is(err, graph.ErrClosed) {
		t.Errorf("Profile after Close: got %v, want ErrClosed", err)
	}
}
