package cpu_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// TestChangedWeights: weights are packed and transformed once, and again when the store or another program on it has written
// them. Twice the weights give twice the results.
func TestChangedWeights(t *testing.T) {
	ctx, dev := context.Background(), cpu.New(2)
	st, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	filters := func(k int) graph.Shape { return graph.Shape{k, k, 32, 32} }
	images := func(size int) graph.Shape { return graph.Shape{1, size, size, 32} }
	conv := func(k, stride, pad int) op.ConvAttrs {
		return op.ConvAttrs{Window: op.Square(2, k, stride, pad), Groups: 1, Input: images(8)[1:]}
	}
	for name, c := range map[string]struct {
		primitive string
		attrs     any
		in, w     graph.Shape
	}{
		"windows":  {op.Conv, conv(1, 1, 0), images(8), filters(1)},
		"winograd": {op.Conv, conv(3, 1, 1), images(8), filters(3)},
		"strided":  {op.ConvGradInput, conv(2, 2, 0), images(4), filters(2)},
		"matrix":   {op.MatMul, op.MatMulAttrs{}, graph.Shape{3, 32}, graph.Shape{32, 70}},
	} {
		compile := func(g *graph.Graph) plan.Executable {
			e, err := dev.Compile(ctx, plan.Build(g, plan.Options{Fused: dev.Info().Fused}), st)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return e
		}
		weights := make([]float32, c.w.Elems())
		for i := range weights {
			weights[i] = float32(i%7) - 3
		}
		write := func() {
			if err := st.Write(name, plan.Float32s(c.w, weights...)); err != nil {
				t.Fatal(err)
			}
		}
		write()
		g := graph.New()
		y, err := op.Apply(g, c.primitive, c.attrs, g.Input("x", graph.F32, c.in), g.Param(name, c.w, graph.Init{}))
		if err != nil {
			t.Fatal(err)
		}
		g.Output("y", y[0])
		predict := compile(g)
		x := make([]float32, c.in.Elems())
		for i := range x {
			x[i] = float32(i%5) - 2
		}
		run := func() []float32 {
			if err := predict.Run(plan.Float32s(c.in, x...)); err != nil {
				t.Fatal(err)
			}
			out, err := predict.Fetch("y")(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return out[0].F32
		}
		g = graph.New()
		w := g.Param(name, c.w, graph.Init{})
		g.Assign(w, op.Map(g, expr.New(expr.Mul, expr.V(0), expr.C(2)), w))
		double := compile(g)
		first, times := run(), float32(1)
		check := func(by string) {
			times *= 2
			for i, got := range run() {
				if got != times*first[i] {
					t.Fatalf("%s, doubled by %s: [%d]: got %g, want %g", name, by, i, got, times*first[i])
				}
			}
		}
		for i := range weights {
			weights[i] *= 2
		}
		write()
		check("the store")
		if err := double.Run(); err != nil {
			t.Fatal(err)
		}
		check("another program")
	}
}
