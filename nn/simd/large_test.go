package simd_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// stretched is a program that makes values of n elements of a single number, one after the other, and returns the largest
// element of the last one; two values live at a time.
func stretched(n int) *plan.Program {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{1})
	wide, err := op.Apply(g, op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{expr.V(0)}, Shape: graph.Shape{n}}, x)
	if err != nil {
		panic(err)
	}
	next, err := op.Apply(g, op.CopyOp, op.CopyAttrs{Shape: graph.Shape{n}, Axes: []op.CopyAxis{{From: 0, Step: -1, Start: n - 1}}}, wide[0])
	if err != nil {
		panic(err)
	}
	g.Output("y", op.Map(g, expr.New(expr.Add, expr.V(0), expr.C(1)), next[0]))
	return plan.Build(g, plan.Options{Plain: true})
}

func compile(t *testing.T, d *simd.Device, p *plan.Program) (plan.Executable, error) {
	t.Helper()
	s, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	return d.Compile(context.Background(), p, s)
}

// What does not fit is refused with the size it needs and the size there is, and the device goes on.
func TestTooLarge(t *testing.T) {
	d, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = compile(t, d, stretched(600<<20)) // two values of 2,400 MiB
	if !errors.Is(err, graph.ErrOutOfMemory) || !strings.Contains(err.Error(), "4800 MiB") || !strings.Contains(err.Error(), "409") {
		t.Errorf("4800 MiB: got %v, want out of memory with both sizes", err)
	}
	e, err := compile(t, d, stretched(1000))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(plan.Float32s(graph.Shape{1}, 2)); err != nil {
		t.Fatal(err)
	}
	y, err := plan.Read(context.Background(), e.Fetch, "y")
	if err != nil || y["y"][999] != 3 {
		t.Errorf("got %v %v, want 3", y["y"][999], err)
	}
}

// Values of 3 GiB in all, some beyond the 2 GiB up to which addresses are positive.
func TestThreeGiB(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 3 GiB of memory")
	}
	d, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const n = 384 << 20 // 1,536 MiB
	e, err := compile(t, d, stretched(n))
	if errors.Is(err, graph.ErrOutOfMemory) {
		t.Skip("this machine has no 3 GiB: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(plan.Float32s(graph.Shape{1}, 2)); err != nil {
		t.Fatal(err)
	}
	y, err := e.Fetch("y")(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 1, n / 2, n - 2, n - 1} {
		if got := y[0].F32[i]; got != 3 {
			t.Errorf("[%d]: got %g, want 3", i, got)
		}
	}
}
