package cpu_test

import (
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
)

// TestShapes runs what this backend does in several ways, by the shape: with the rests that its blocks, rows and tasks
// leave. Results do not depend on the number of threads.
func TestShapes(t *testing.T) {
	f := opcases.F
	window := func(k, s, d, before, after int) op.Window {
		return op.Window{Kernel: []int{k, k}, Stride: []int{s, s}, Dilation: []int{d, d}, Pads: [][2]int{{before, after}, {before, after}}}
	}
	var cases []opcases.Case
	add := func(name, primitive string, attrs any, in ...opcases.Input) {
		cases = append(cases, opcases.Case{Op: primitive, Name: name, Attrs: attrs, In: in, AbsTol: 2e-4})
	}
	conv := func(name string, w op.Window, groups, filters int, x graph.Shape) {
		a := op.ConvAttrs{Window: w, Groups: groups, Input: x[1:]}
		weight := f(w.Kernel[0], w.Kernel[1], x[3]/groups, filters)
		c := opcases.Case{Op: op.Conv, Attrs: a, In: []opcases.Input{f(x...), weight}}
		_, n, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		dy := f(n.Out[0].Shape...)
		add(name, op.Conv, a, f(x...), weight)
		add(name, op.ConvGradInput, a, dy, weight)
		add(name, op.ConvGradWeight, a, f(x...), dy)
	}
	conv("depthwise with a rest of 3 channels", window(3, 1, 1, 1, 1), 19, 19, graph.Shape{3, 9, 10, 19})
	conv("depthwise, stride 2, dilation 2, pads that differ", window(3, 2, 2, 3, 1), 9, 9, graph.Shape{2, 11, 8, 9})
	conv("depthwise, stride above the kernel", window(2, 3, 1, 0, 0), 8, 8, graph.Shape{2, 9, 10, 8})
	conv("two filters a channel", window(3, 2, 1, 1, 1), 6, 12, graph.Shape{2, 7, 7, 6})
	conv("groups with stride and dilation", window(3, 2, 2, 2, 0), 2, 10, graph.Shape{2, 12, 11, 6})
	conv("tiles of 4x4 that reach beyond the result", window(3, 1, 1, 1, 1), 1, 40, graph.Shape{2, 11, 18, 32})

	square := expr.New(expr.Mul, expr.V(0), expr.New(expr.Sub, expr.V(0), expr.V(1)))
	reduce := func(name string, kind op.ReduceKind, axes []int, in ...opcases.Input) {
		add(name, op.ReduceOp, op.ReduceAttrs{Kind: kind, Axes: axes, Expr: square}, in...)
	}
	for name, kind := range map[string]op.ReduceKind{"sum": op.ReduceSum, "max": op.ReduceMax} {
		reduce(name+" of groups", kind, []int{1, 3}, f(5, 37, 3, 7), f(5, 1, 3, 1))
		reduce(name+" of the last axis", kind, []int{3}, f(11, 13, 17, 21), f(11, 13, 17, 1))
		reduce(name+" of all but the last axis", kind, []int{0, 1, 2}, f(11, 23, 17, 9), f(9))
		reduce(name+" of large parts", kind, []int{1}, f(3, 70000), f(3, 1))
		reduce(name+" of the first axis", kind, []int{0}, f(300, 5, 7), f(5, 1))
		reduce(name+" of axes between", kind, []int{1, 2}, f(4, 21, 1, 9, 6), f(4, 1, 1, 9, 1))
	}
	add("periods that go together and do not", op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{
		expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.V(1)), expr.New(expr.Mul, expr.V(2), expr.V(3))), expr.New(expr.Sub, expr.V(4), expr.C(0.5)),
	}}, f(2, 601, 4, 6), f(2, 1, 4, 1), f(4, 6), f(2, 601, 1, 1), opcases.I(9, 601, 1, 1))
	add("a period too long for a block", op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{square}}, f(3, 5000), f(5000))

	copies := func(name string, in graph.Shape, out graph.Shape, axes ...op.CopyAxis) {
		add(name, op.CopyOp, op.CopyAttrs{Shape: out, Axes: axes}, f(in...))
	}
	copies("long rows turned round", graph.Shape{3, 5000}, graph.Shape{3, 5000}, op.CopyAxis{From: 0, Step: 1}, op.CopyAxis{From: 1, Step: -1, Start: 4999})
	copies("slice and pad", graph.Shape{4, 70, 80}, graph.Shape{4, 75, 40}, op.CopyAxis{From: 0, Step: 1},
		op.CopyAxis{From: 1, Step: 1, Start: -3}, op.CopyAxis{From: 2, Step: 1, Start: 17})
	copies("every third, on two axes", graph.Shape{2, 30, 20}, graph.Shape{2, 91, 41}, op.CopyAxis{From: 0, Step: 1},
		op.CopyAxis{From: 1, Step: 1, Start: -1, Every: 3}, op.CopyAxis{From: 2, Step: 1, Every: 2})
	copies("one index beyond the input", graph.Shape{2, 30}, graph.Shape{30}, op.CopyAxis{From: -1, Start: 2}, op.CopyAxis{From: 0, Step: 1})
	copies("turned axes", graph.Shape{40, 9, 31}, graph.Shape{31, 9, 40}, op.CopyAxis{From: 2, Step: 1}, op.CopyAxis{From: 1, Step: 1}, op.CopyAxis{From: 0, Step: 1})

	for name, w := range map[string]op.Window{"padded": window(3, 1, 1, 1, 1), "stride 2": window(3, 2, 1, 1, 0), "dilation": window(2, 1, 3, 2, 1)} {
		for _, kind := range []op.PoolKind{op.PoolAvg, op.PoolSum} {
			add(name, op.Pool, op.PoolAttrs{Window: w, Kind: kind}, f(70, 9, 8, 1))
			add(name+", channels", op.Pool, op.PoolAttrs{Window: w, Kind: kind, CountPad: true}, f(3, 8, 9, 5))
		}
	}

	for _, c := range cases {
		t.Run(c.String(), func(t *testing.T) {
			g, n, err := c.Build()
			if err != nil {
				t.Fatal(err)
			}
			given := c.Given()
			if c.Op == op.Pool || c.Op == op.CopyOp && c.Attrs.(op.CopyAttrs).Axes[0].From >= 0 { // their gradients are theirs alone
				dy := g.Input("dy", graph.F32, n.Out[0].Shape)
				given["dy"] = opcases.F(dy.Shape...).Draw(99)
				grads, err := op.GradientsFrom(g, n.Out[0], dy, n.In[:1])
				if err != nil {
					t.Fatal(err)
				}
				g.Output("dx", grads[0])
			}
			abs, rel := c.Tolerance()
			var first []plan.Tensor
			for _, threads := range []int{1, 3} {
				dev := cpu.New(threads)
				plantest.Check(t, dev, g, given, abs, rel)
				got, err := plantest.RunOnce(dev, plan.Build(g, plan.Options{Fused: dev.Info().Fused}), given)
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range first {
					if !slices.Equal(got[i].F32, want.F32) {
						t.Errorf("output %d depends on the number of threads", i)
					}
				}
				first = got
			}
		})
	}
}
