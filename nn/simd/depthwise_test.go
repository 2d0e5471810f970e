package simd_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/simd"
)

// depthwiseGraphs are a convolution with bias and ReLU6, and its gradients, each as a graph of its own.
func depthwiseGraphs(tb testing.TB, x graph.Shape, win op.Window, filters int) map[string]*graph.Graph {
	channels := x[len(x)-1]
	a := op.ConvAttrs{Window: win, Groups: channels}
	w := append(graph.Shape(win.Kernel).Clone(), 1, channels*filters)
	made := map[string]*graph.Graph{}
	apply := func(name, operation string, a op.ConvAttrs, s, t graph.Shape) graph.Shape {
		g := graph.New()
		out, err := op.Apply(g, operation, a, g.Param("a", s, graph.Init{}), g.Param("b", t, graph.Init{}))
		if err != nil {
			tb.Fatal(err)
		}
		y := out[0]
		if operation == op.Conv {
			bias := expr.New(expr.Add, expr.V(0), expr.V(1))
			y = op.Map(g, expr.New(expr.Min, expr.New(expr.Max, bias, expr.C(0)), expr.C(6)), y, g.Param("bias", graph.Shape{channels * filters}, graph.Init{}))
		}
		g.Output("y", y)
		made[name] = g
		return y.Shape
	}
	dy := apply("conv", op.Conv, a, x, w)
	apply("gradweight", op.ConvGradWeight, a, x, dy)
	a.Input = x[1:]
	apply("gradinput", op.ConvGradInput, a, dy, w)
	return made
}

// Shapes large enough to be cut into tasks in each way, among them those that no case of the primitives is large enough for.
func TestDepthwise(t *testing.T) {
	for name, c := range map[string]struct {
		x       graph.Shape
		win     op.Window
		filters int
	}{
		"rows":            {graph.Shape{2, 40, 41, 36}, op.Square(2, 3, 1, 1), 1},
		"parts of a row":  {graph.Shape{1, 6000, 10}, op.Square(1, 5, 1, 2), 1},
		"parts, stride 2": {graph.Shape{1, 8001, 10}, op.Square(1, 5, 2, 2), 1},
		"long kernel":     {graph.Shape{2, 100, 20}, op.Square(1, 31, 1, 15), 1},
		"channels":        {graph.Shape{1, 5, 5, 1030}, op.Square(2, 5, 1, 2), 1},
		"filters":         {graph.Shape{2, 20, 20, 33}, op.Square(2, 3, 2, 0), 3},
		"stride 3":        {graph.Shape{1, 50, 50, 20}, op.Square(2, 3, 3, 0), 1},
	} {
		for _, threads := range []int{1, 3} {
			d, err := simd.Open(context.Background(), simd.Options{Threads: threads})
			if err != nil {
				t.Fatal(err)
			}
			for what, g := range depthwiseGraphs(t, c.x, c.win, c.filters) {
				t.Run(fmt.Sprintf("%s/%s/%d", name, what, threads), func(t *testing.T) {
					given := map[string]*op.Tensor{}
					for i, in := range g.Params() {
						given[in.Name] = opcases.F(in.Shape...).Draw(uint32(i))
					}
					plantest.Check(t, d, g, given, 2e-4, 1e-5)
				})
			}
			d.Close()
		}
	}
}

func BenchmarkDepthwise(b *testing.B) {
	for _, c := range []struct{ batch, size, channels, kernel, stride int }{
		{1, 112, 64, 3, 1}, {1, 112, 64, 3, 2}, {1, 56, 128, 3, 1}, {1, 56, 128, 3, 2}, {1, 14, 512, 3, 1}, {1, 14, 512, 3, 2},
		{8, 56, 128, 3, 1}, {1, 14, 512, 5, 1}, {1, 56, 96, 7, 1},
	} {
		graphs := depthwiseGraphs(b, graph.Shape{c.batch, c.size, c.size, c.channels}, op.Square(2, c.kernel, c.stride, c.kernel/2), 1)
		for _, what := range []string{"conv", "gradinput", "gradweight"} {
			b.Run(fmt.Sprintf("%s/%dx%dx%dx%d k%d s%d", what, c.batch, c.size, c.size, c.channels, c.kernel, c.stride), func(b *testing.B) {
				benchmarkOp(b, graphs[what], nil)
			})
		}
	}
}
