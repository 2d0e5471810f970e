package simd_test

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
)

// BenchmarkData measures the primitives that move and reduce data, on one thread: the least nanoseconds a step that a run
// took, and the bytes read and written in that time. A program has several steps, so that starting it does not count.
func BenchmarkData(b *testing.B) {
	F, n := opcases.F, expr.New
	x, y := expr.V(0), expr.V(1)
	sum := func(axes ...int) op.ReduceAttrs { return op.ReduceAttrs{Axes: axes, Expr: x} }
	flip := func(k, c, f int) (op.CopyAttrs, opcases.Input) {
		return op.CopyAttrs{Shape: graph.Shape{k, k, f, c}, Axes: []op.CopyAxis{
			{From: 0, Step: -1, Start: k - 1}, {From: 1, Step: -1, Start: k - 1}, {From: 3, Step: 1}, {From: 2, Step: 1}}}, F(k, k, c, f)
	}
	flip5, filters5 := flip(5, 8, 16)
	flip3, filters3 := flip(3, 128, 128)
	square := n(expr.Mul, n(expr.Sub, x, y), n(expr.Sub, x, y))
	labels := opcases.I(10, 64)
	momentum := op.MapAttrs{Exprs: opcases.Momentum()}
	pixels := func(shape ...int) opcases.Input { return opcases.Input{Shape: shape, Type: graph.U8, Hi: 256} }
	rows := opcases.I(100, 64)
	for _, c := range []struct {
		name, op string
		attrs    any
		in       []opcases.Input
	}{
		{"bias gradient 64x24x24x8", op.ReduceOp, sum(0, 1, 2), []opcases.Input{F(64, 24, 24, 8)}},
		{"bias gradient 64x16x16x20", op.ReduceOp, sum(0, 1, 2), []opcases.Input{F(64, 16, 16, 20)}},
		{"bias gradient 64x28x28x64", op.ReduceOp, sum(0, 1, 2), []opcases.Input{F(64, 28, 28, 64)}},
		{"bias gradient 64x10", op.ReduceOp, sum(0), []opcases.Input{F(64, 10)}},
		{"variance 64x28x28x64", op.ReduceOp, op.ReduceAttrs{Axes: []int{0, 1, 2}, Expr: square}, []opcases.Input{F(64, 28, 28, 64), F(64)}},
		{"sum of 64", op.ReduceOp, sum(0), []opcases.Input{F(64)}},
		{"sum of 1M", op.ReduceOp, sum(0), []opcases.Input{F(1 << 20)}},
		{"row sums 6272x64", op.ReduceOp, sum(1), []opcases.Input{F(6272, 64)}},
		{"pool 64x7x7x512", op.ReduceOp, sum(1, 2), []opcases.Input{F(64, 7, 7, 512)}},
		{"cross-entropy 64x10", op.SoftmaxCE, nil, []opcases.Input{F(64, 10), labels}},
		{"its gradient 64x10", op.SoftmaxCEGrad, nil, []opcases.Input{F(64, 10), labels, F(64)}},
		{"arg max 64x10", op.ArgMaxOp, nil, []opcases.Input{F(64, 10)}},
		{"momentum 10", op.MapOp, momentum, []opcases.Input{F(10), F(10)}},
		{"momentum 1M", op.MapOp, momentum, []opcases.Input{F(1 << 20), F(1 << 20)}},
		{"momentum 16K", op.MapOp, momentum, []opcases.Input{F(1 << 14), F(1 << 14)}},
		{"bias and relu 64x12x12x10", op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{expr.ReLU(n(expr.Add, x, y))}}, []opcases.Input{F(64, 12, 12, 10), F(10)}},
		{"momentum 2K", op.MapOp, momentum, []opcases.Input{F(1 << 11), F(1 << 11)}},
		{"tanh 16K", op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{n(expr.Tanh, x)}}, []opcases.Input{F(1 << 14)}},
		{"flip 5x5x8x16", op.CopyOp, flip5, []opcases.Input{filters5}},
		{"flip 3x3x128x128", op.CopyOp, flip3, []opcases.Input{filters3}},
		{"gather 64x28x28x1", op.GatherOp, nil, []opcases.Input{pixels(100, 28, 28, 1), rows}},
		{"gather 64x32x32x3", op.GatherOp, nil, []opcases.Input{pixels(100, 32, 32, 3), rows}},
		{"random 64K", op.RandomOp, op.RandomAttrs{Shape: graph.Shape{1 << 16}}, []opcases.Input{{Shape: graph.Shape{2}, Type: graph.I32}}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkStep(b, c.op, c.attrs, c.in) })
	}
}

// benchmarkStep measures a program that does a step several times, each with values of its own.
func benchmarkStep(b *testing.B, name string, attrs any, in []opcases.Input) {
	elems := 0
	for _, x := range in {
		elems += x.Shape.Elems()
	}
	steps := min(20, max(2, 1<<19/elems))
	g, given, bytes := graph.New(), map[string]*op.Tensor{}, 0
	state := func(i int, name string, x opcases.Input) *graph.Value {
		v := g.State(fmt.Sprint(name, ".", i), x.Type, x.Shape, graph.Init{})
		if given[v.Name] = given[name]; i == 0 {
			given[name] = x.Draw(1)
			given[v.Name] = given[name]
		}
		return v
	}
	for i := range steps {
		bytes = 0
		var from []*graph.Value
		for k, x := range in {
			from = append(from, state(i, fmt.Sprint("x", k), x))
			bytes += x.Shape.Elems() * x.Type.Bytes()
		}
		out, err := op.Apply(g, name, attrs, from...)
		if err != nil {
			b.Fatal(err)
		}
		for j, y := range out {
			bytes += y.Shape.Elems() * y.Type.Bytes()
			if name == op.GatherOp { // of pictures, which are standardised
				bytes = 5 * y.Shape.Elems()
				channels := opcases.F(y.Shape[len(y.Shape)-1])
				y = op.Map(g, expr.New(expr.Mul, expr.New(expr.Sub, expr.V(0), expr.V(1)), expr.V(2)), y, state(i, "mean", channels), state(i, "scale", channels))
			}
			g.Output(fmt.Sprint("y", i, ".", j), y)
		}
	}
	ns := float64(benchmarkOp(b, g, given).Nanoseconds()) / float64(steps)
	b.ReportMetric(ns, "ns/step")
	b.ReportMetric(float64(bytes)/ns, "GB/s")
}
