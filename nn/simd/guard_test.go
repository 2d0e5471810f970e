package simd

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// brokenModule breaks off its second run behind the given step, and leaves what persists half changed.
type brokenModule struct {
	module
	d     *Device
	w     area
	after int
	runs  int
}

func (m *brokenModule) run(from, to int) error {
	if m.runs++; m.runs != 2 {
		return m.module.run(from, to)
	}
	if err := m.module.run(from, m.after+1); err != nil {
		return err
	}
	m.d.write(m.w, plan.Float32s(m.w.Shape, make([]float32, m.w.Shape.Elems())...))
	return errors.New("a thread is gone")
}

// revivingHost makes new threads, as a browser does.
type revivingHost struct{ host }

func (revivingHost) restart() error { return nil }

// A run that breaks off, wherever it does, is done again from what persisted before it.
func TestBrokenRun(t *testing.T) {
	const n = 1000
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{n})
	w := g.State("w", graph.F32, graph.Shape{n}, graph.Init{})
	v := g.State("v", graph.F32, graph.Shape{n}, graph.Init{})
	sum := expr.New(expr.Add, expr.V(0), expr.V(1))
	y := op.Map(g, expr.New(expr.Add, sum, expr.C(1)), x, w)
	g.Assign(w, y)
	g.Assign(v, op.Map(g, expr.New(expr.Mul, sum, expr.C(0.5)), op.Sum(g, y, 0), v))
	g.Output("y", y)
	p := plan.Build(g, plan.Options{})
	train := func(after int) []plan.Tensor {
		d, err := Open(context.Background(), Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		d.host = revivingHost{d.host}
		s, _ := d.NewStore()
		for _, name := range []string{"w", "v"} {
			if err := s.Write(name, plan.Float32s(graph.Shape{n}, make([]float32, n)...)); err != nil {
				t.Fatal(err)
			}
		}
		e, err := d.Compile(context.Background(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		if x := e.(*executable); after >= 0 {
			x.module = &brokenModule{module: x.module, d: d, w: s.(*store).values["w"], after: after}
			if after < x.guard.step { // nothing that persists has changed then, nor may it be put back
				x.module.(*brokenModule).w = x.slots[p.Inputs[0].Slot]
			}
		}
		for i := range 3 {
			in := make([]float32, n)
			in[i] = 1
			if err := e.Run(plan.Float32s(graph.Shape{n}, in...)); err != nil {
				t.Fatalf("broken behind step %d: %v", after, err)
			}
		}
		got, err := s.Fetch("w", "v")(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := train(-1)
	for after := range p.Steps {
		if got := train(after); !reflect.DeepEqual(got, want) {
			t.Errorf("broken behind step %d: other results than a whole run's\n%v", after, p)
		}
	}
}
