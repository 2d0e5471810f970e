package plan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
)

// TestUpdatesReadOldValues: all updates and outputs of a run mean what parameters and states held before it.
func TestUpdatesReadOldValues(t *testing.T) {
	double := expr.New(expr.Mul, expr.V(0), expr.C(2))
	for _, c := range []struct {
		name       string
		build      func(g *graph.Graph, a, b *graph.Value)
		a, b, read float32 // after one run from a = 1, b = 10; read is output "y"
	}{
		{"swap", func(g *graph.Graph, a, b *graph.Value) { g.Assign(a, b); g.Assign(b, a); g.Output("y", a) }, 10, 1, 1},
		{"delay line", func(g *graph.Graph, a, b *graph.Value) {
			g.Assign(a, op.Map(g, double, a))
			g.Assign(b, a)
			g.Output("y", b)
		}, 2, 1, 10},
		{"output of the old value", func(g *graph.Graph, a, _ *graph.Value) { g.Assign(a, op.Map(g, double, a)); g.Output("y", a) }, 2, 10, 1},
		{"output of the new value", func(g *graph.Graph, a, _ *graph.Value) {
			v := op.Map(g, double, a)
			g.Assign(a, v)
			g.Output("y", v)
		}, 2, 10, 2},
		{"one value for two", func(g *graph.Graph, a, b *graph.Value) {
			v := op.Map(g, double, a)
			g.Assign(a, v)
			g.Assign(b, v)
			g.Output("y", b)
		}, 2, 2, 10},
		{"itself", func(g *graph.Graph, a, b *graph.Value) { g.Assign(a, a); g.Output("y", a) }, 1, 10, 1},
		{"reader behind", func(g *graph.Graph, a, b *graph.Value) {
			g.Assign(a, op.Map(g, double, a))
			g.Assign(b, op.Maps(g, opcases.Product(), a, b)[0])
			g.Output("y", op.Map(g, double, a))
		}, 2, 10, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graph.New()
			a, b := g.State("a", graph.F32, graph.Shape{3}, graph.Init{}), g.State("b", graph.F32, graph.Shape{3}, graph.Init{})
			c.build(g, a, b)
			plain := plan.Build(g, plan.Options{Plain: true})
			if err := null.Same(plain, g); err != nil {
				t.Error(err)
			}
			for _, p := range []*plan.Program{plain, plan.Build(g, plan.Options{})} {
				if err := null.Check(p); err != nil {
					t.Errorf("%v\n%v", err, p)
				}
				ctx, dev := context.Background(), cpu.New(1)
				st, _ := dev.NewStore()
				st.Write("a", plan.Float32s(graph.Shape{3}, 1, 1, 1))
				st.Write("b", plan.Float32s(graph.Shape{3}, 10, 10, 10))
				e, err := dev.Compile(ctx, p, st)
				if err != nil {
					t.Fatal(err)
				}
				if err := e.Run(); err != nil {
					t.Fatal(err)
				}
				ab, _ := st.Fetch("a", "b")(ctx)
				y, _ := e.Fetch("y")(ctx)
				if got := [3]float32{ab[0].F32[0], ab[1].F32[0], y[0].F32[0]}; got != [3]float32{c.a, c.b, c.read} {
					t.Errorf("a, b, y: got %v, want %v\n%v", got, []float32{c.a, c.b, c.read}, p)
				}
			}
		})
	}
}

// TestChainUsesTwoSlots: activations that nothing reads any more give their memory to the next ones, and so does the
// input.
func TestChainUsesTwoSlots(t *testing.T) {
	n := &net{graph.New(), map[string]*op.Tensor{}}
	x := n.in(1, 8, 8, 4)
	for range 6 {
		x = n.conv(x, 3, 1, 4)
	}
	n.out("y", x)
	p := plan.Build(n.Graph, plan.Options{})
	filters := 6 // which are inputs here
	if got := len(p.Slots) - filters; got != 2 {
		t.Errorf("a chain of convolutions takes %d slots, want 2\n%v", got, p)
	}
}

// TestCheckFindsFaults: the checker of the null device, which other tests rely on, notices what it must.
func TestCheckFindsFaults(t *testing.T) {
	build := func() *plan.Program {
		n := &net{graph.New(), map[string]*op.Tensor{}}
		x := n.in(1, 6, 6, 4)
		y := n.conv(x, 3, 1, 4)
		z := n.conv(y, 3, 1, 4)
		v := n.conv(x, 3, 1, 4)
		sum := n.add(n.add(z, y), v)
		n.out("z", sum)
		w := n.Param("w", graph.Shape{4}, graph.Init{})
		n.Assign(w, n.mul(w, n.sum(sum)))
		return plan.BuildOnly(n.Graph)
	}
	if err := null.Check(build()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		spoil      func(p *plan.Program)
	}{
		{"live value overwritten", "holds", func(p *plan.Program) { p.Steps[2].Out[0] = p.Steps[0].Out[0] }},
		{"wrong slot read", "holds", func(p *plan.Program) { p.Steps[1].In[0] = p.Steps[0].In[0] }},
		{"slot too small", "want f32", func(p *plan.Program) { p.Slots[p.Steps[0].Out[0]].Elems = 7 }},
		{"slot of another type", "want f32", func(p *plan.Program) { p.Slots[p.Steps[0].Out[0]].Type = graph.I32 }},
		{"input overwritten", "holds", func(p *plan.Program) { p.Steps[1].Out[0] = p.Inputs[0].Slot }},
		{"no such slot", "no slot", func(p *plan.Program) { p.Steps[1].In[1] = 99 }},
		{"shared by two inputs", "share slot", func(p *plan.Program) { p.Inputs[1].Slot = p.Inputs[0].Slot }},
		{"in place where it must not", "not elementwise", func(p *plan.Program) {
			s := &p.Steps[1]
			s.Out[0] = s.In[0]
		}},
		{"shape rule", "want f32[1,6,6,4]", func(p *plan.Program) { p.Steps[0].Node.Out[0].Shape = graph.Shape{1, 6, 6, 3} }},
		{"variable without a value", "reads variable 2 of 2", func(p *plan.Program) {
			p.Steps[3].Node.Attrs = op.MapAttrs{Exprs: []*expr.Expr{expr.V(2)}}
		}},
		{"output of a slot that does not exist", "no slot", func(p *plan.Program) { p.Outputs[0].Slot = -1 }},
	} {
		p := build()
		c.spoil(p)
		if err := null.Check(p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
}
