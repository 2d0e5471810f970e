package opcases

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	// MatMul: tails around the tiles that backends use, both sides transposed or not.
	for _, c := range []struct {
		name    string
		m, n, k int
	}{{"1x1x1", 1, 1, 1}, {"3x5x31", 3, 5, 31}, {"33x10x257", 33, 10, 257}, {"64x64x64", 64, 64, 64}, {"7x16x8", 7, 16, 8}, {"one row", 1, 275, 70}, {"three rows", 3, 1050, 33}, {"deep", 50, 70, 1100}} {
		for i, t := range []op.MatMulAttrs{{}, {TransA: true}, {TransB: true}, {TransA: true, TransB: true}} {
			a, b := []int{c.m, c.k}, []int{c.k, c.n}
			if t.TransA {
				a = []int{c.k, c.m}
			}
			if t.TransB {
				b = []int{c.n, c.k}
			}
			add(Case{Op: op.MatMul, Name: c.name + [...]string{"", " ta", " tb", " ta tb"}[i], Attrs: t, In: []Input{F(a...), F(b...)}, AbsTol: 1e-4})
		}
	}
	add(Case{Op: op.MatMul, Name: "batched", Attrs: op.MatMulAttrs{TransB: true}, In: []Input{F(2, 3, 4, 5), F(2, 3, 6, 5)}})

	// Pool.
	win := func(k, s, p int) op.Window { return op.Square(2, k, s, p) }
	for _, c := range []struct {
		name string
		x    graph.Shape
		a    op.PoolAttrs
	}{
		{"2x2", graph.Shape{2, 8, 6, 5}, op.PoolAttrs{Window: win(2, 2, 0)}},
		{"3x3 stride 2", graph.Shape{2, 9, 8, 3}, op.PoolAttrs{Window: win(3, 2, 0)}},
		{"3x3 stride 2 pad 1 ceil", graph.Shape{1, 10, 7, 4}, op.PoolAttrs{Window: win(3, 2, 1), Ceil: true, CountPad: true}},
		{"3x3 stride 2 ceil", graph.Shape{1, 8, 8, 3}, op.PoolAttrs{Window: win(3, 2, 0), Ceil: true}},
		{"3x3 pad 1", graph.Shape{1, 5, 5, 8}, op.PoolAttrs{Window: win(3, 1, 1)}},
		{"global", graph.Shape{2, 7, 7, 6}, op.PoolAttrs{Window: win(7, 1, 0)}},
		{"dilated", graph.Shape{1, 9, 9, 2}, op.PoolAttrs{Window: op.Window{Kernel: []int{3, 3}, Stride: []int{1, 2}, Dilation: []int{2, 1}, Pads: [][2]int{{0, 0}, {1, 0}}}}},
		{"1-D", graph.Shape{2, 9, 3}, op.PoolAttrs{Window: op.Square(1, 3, 2, 0)}},
		{"3-D", graph.Shape{1, 4, 6, 6, 2}, op.PoolAttrs{Window: op.Square(3, 2, 2, 0)}},
	} {
		for _, kind := range []op.PoolKind{op.PoolMax, op.PoolAvg, op.PoolSum} {
			a := c.a
			a.Kind = kind
			fwd := Case{Op: op.Pool, Name: kind.String() + " " + c.name, Attrs: a, In: []Input{F(c.x...)}}
			add(fwd)
			_, n, err := fwd.Build()
			if err != nil {
				panic(err)
			}
			a.Input = c.x[1:]
			in := []Input{F(n.Out[0].Shape...)}
			if kind == op.PoolMax {
				out := op.Lookup(op.Pool).Ref(n, []*op.Tensor{fwd.Given()["x0"]})
				in = append(in, Input{Shape: n.Out[1].Shape, Type: graph.I32, Values: out[1].Data})
			}
			add(Case{Op: op.PoolGrad, Name: kind.String() + " " + c.name, Attrs: a, In: in})
		}
	}

	// Map: every kind of broadcasting, several outputs, every operation of expr.
	x, y, z := expr.V(0), expr.V(1), expr.V(2)
	n := expr.New
	m := func(name string, e *expr.Expr, in ...Input) {
		add(Case{Op: op.MapOp, Name: name, Attrs: op.MapAttrs{Exprs: []*expr.Expr{e}}, In: in})
	}
	pos := func(s ...int) Input { return Input{Shape: s, Lo: 0.2, Hi: 3} }
	m("relu", expr.ReLU(x), F(3, 5))
	m("channel bias", n(expr.Add, x, y), F(2, 3, 4, 5), F(5))
	m("row scale", n(expr.Mul, x, y), F(7, 5), F(7, 1))
	m("outer", n(expr.Sub, x, y), F(4, 1), F(1, 6))
	m("scalar", n(expr.Mul, x, y), F(3, 3, 3), F())
	m("middle", n(expr.Mul, x, y), F(2, 3, 4), F(3, 1))
	m("division", n(expr.Div, x, y), F(33), pos(33))
	m("exp", n(expr.Exp, x), F(257))
	m("log", n(expr.Log, x), pos(31))
	m("sqrt", n(expr.Sqrt, x), pos(31))
	m("pow", n(expr.Pow, x, expr.C(-0.75)), pos(31))
	m("tanh", n(expr.Tanh, x), Input{Shape: graph.Shape{65}, Lo: -6, Hi: 6})
	m("tanh far out", n(expr.Tanh, x), Input{Shape: graph.Shape{5}, Lo: -500, Hi: 500})
	m("sigmoid", n(expr.Sigmoid, x), Input{Shape: graph.Shape{65}, Lo: -9, Hi: 9})
	m("sigmoid far out", n(expr.Sigmoid, x), Input{Shape: graph.Shape{5}, Lo: -500, Hi: 500})
	m("erf", n(expr.Erf, x), Input{Shape: graph.Shape{129}, Lo: -5, Hi: 5})
	m("floor", n(expr.Floor, x), Input{Shape: graph.Shape{33}, Lo: -5, Hi: 5})
	m("sin cos", n(expr.Add, n(expr.Sin, x), n(expr.Cos, n(expr.Mul, x, y))), Input{Shape: graph.Shape{65}, Lo: -7, Hi: 7}, F(65))
	m("min max abs neg", n(expr.Max, n(expr.Min, x, y), n(expr.Neg, n(expr.Abs, z))), F(9), F(9), F(9))
	m("select", n(expr.Select, n(expr.Greater, x, y), z, n(expr.Mul, x, x)), F(9), F(9), F(9))
	m("equal integers", n(expr.Equal, x, y), I(3, 20), I(3, 20))
	m("constant", expr.C(2.5), F(4))
	add(Case{Op: op.MapOp, Name: "momentum step", In: []Input{F(40), F(40), F(40), F()}, Attrs: op.MapAttrs{
		Exprs: []*expr.Expr{n(expr.Add, n(expr.Mul, x, expr.C(0.9)), y), n(expr.Sub, z, n(expr.Mul, expr.V(3), x))}}})
	add(Case{Op: op.MapOp, Name: "stretched", In: []Input{F(3, 1)}, Attrs: op.MapAttrs{Exprs: []*expr.Expr{n(expr.Mul, x, x)}, Shape: graph.Shape{2, 3, 4}}})

	// Reduce.
	r := func(name string, a op.ReduceAttrs, in ...Input) {
		if a.Expr == nil {
			a.Expr = x
		}
		add(Case{Op: op.ReduceOp, Name: name, Attrs: a, In: in, AbsTol: 1e-4})
	}
	r("all", op.ReduceAttrs{Axes: []int{0, 1}}, F(13, 7))
	r("bias gradient", op.ReduceAttrs{Axes: []int{0, 1, 2}}, F(5, 9, 9, 8))
	r("bias gradient, odd", op.ReduceAttrs{Axes: []int{0, 1}}, F(33, 3, 5))
	r("last axis", op.ReduceAttrs{Axes: []int{2}}, F(4, 3, 17))
	r("middle axis kept", op.ReduceAttrs{Axes: []int{1}, Keep: true}, F(4, 5, 6))
	r("spatial", op.ReduceAttrs{Axes: []int{1, 2}}, F(3, 7, 7, 4))
	r("max last", op.ReduceAttrs{Kind: op.ReduceMax, Axes: []int{1}}, F(9, 10))
	r("max all", op.ReduceAttrs{Kind: op.ReduceMax, Axes: []int{0, 1}}, F(9, 33))
	r("product in front", op.ReduceAttrs{Axes: []int{0}, Expr: n(expr.Mul, x, y)}, F(40, 6), F(6))
	r("mean of squares", op.ReduceAttrs{Axes: []int{0}, Expr: n(expr.Mul, n(expr.Mul, x, x), expr.C(1.0/1000))}, F(1000))
	r("stretched in front", op.ReduceAttrs{Axes: []int{0}, Shape: graph.Shape{5, 6}}, F(6))
	r("no axes", op.ReduceAttrs{Axes: []int{}}, F(6))

	// The rest.
	labels := I(10, 33)
	labels.Values = make([]float64, 33)
	for i := range labels.Values {
		labels.Values[i] = float64(i%11 - 1 + i/32*20) // -1 and 30 are to be ignored
	}
	for _, lim := range []float64{1, 80} {
		logits := Input{Shape: graph.Shape{33, 10}, Lo: -lim, Hi: lim}
		name := map[float64]string{1: "small", 80: "large"}[lim]
		add(Case{Op: op.SoftmaxCE, Name: name, In: []Input{logits, labels}},
			Case{Op: op.SoftmaxCEGrad, Name: name, In: []Input{logits, labels, F(33)}})
	}
	add(Case{Op: op.SoftmaxCE, Name: "per pixel", In: []Input{F(2, 3, 3, 5), I(5, 2, 3, 3)}})
	bytes := Input{Shape: graph.Shape{6, 3, 3, 1}, Type: graph.U8, Hi: 256}
	add(Case{Op: op.GatherOp, Name: "bytes", In: []Input{bytes, {Shape: graph.Shape{5}, Type: graph.I32, Values: []float64{5, 0, 3, 3, 1}}}},
		Case{Op: op.GatherOp, Name: "labels", In: []Input{I(10, 9), I(9, 7)}},
		Case{Op: op.GatherOp, Name: "rows", In: []Input{F(5, 7), {Shape: graph.Shape{2, 2}, Type: graph.I32, Values: []float64{4, -1, 9, 2}}}})
	state := Input{Shape: graph.Shape{2}, Type: graph.I32, Values: []float64{42, 7}}
	add(Case{Op: op.RandomOp, Name: "odd count", Attrs: op.RandomAttrs{Shape: graph.Shape{3, 7}}, In: []Input{state}, AbsTol: 1e-9, RelTol: 1e-9},
		Case{Op: op.RandomOp, Name: "another stream", Attrs: op.RandomAttrs{Shape: graph.Shape{64}, Stream: 3}, In: []Input{state}, AbsTol: 1e-9, RelTol: 1e-9})
	add(Case{Op: op.ArgMaxOp, Name: "rows", In: []Input{F(33, 10)}},
		Case{Op: op.ArgMaxOp, Name: "ties", In: []Input{{Shape: graph.Shape{2, 3}, Values: []float64{1, 2, 2, 0, 0, 0}}}})
	add(Case{Op: op.CopyOp, Name: "transpose", In: []Input{F(2, 3, 4, 5)}, Attrs: op.CopyAttrs{Shape: graph.Shape{2, 5, 3, 4},
		Axes: []op.CopyAxis{{From: 0, Step: 1}, {From: 2, Step: 1}, {From: 3, Step: 1}, {From: 1, Step: 1}}}},
		Case{Op: op.CopyOp, Name: "flip and pad", In: []Input{F(4, 5)}, Attrs: op.CopyAttrs{Shape: graph.Shape{7, 5},
			Axes: []op.CopyAxis{{From: 0, Step: -1, Start: 4}, {From: 1, Step: 1}}}},
		Case{Op: op.CopyOp, Name: "every second, backwards", In: []Input{F(7, 5)}, Attrs: op.CopyAttrs{Shape: graph.Shape{3, 3},
			Axes: []op.CopyAxis{{From: 0, Step: 2, Start: 1}, {From: 1, Step: -2, Start: 4}}}},
		Case{Op: op.CopyOp, Name: "spread", In: []Input{F(3)}, Attrs: op.CopyAttrs{Shape: graph.Shape{8},
			Axes: []op.CopyAxis{{From: 0, Step: 1, Start: -1, Every: 3}}}},
		Case{Op: op.CopyOp, Name: "slice and stretch", In: []Input{F(6, 5)}, Attrs: op.CopyAttrs{Shape: graph.Shape{3, 2, 4},
			Axes: []op.CopyAxis{{From: 0, Step: 1, Start: 2}, {From: 2, Step: 1, Start: 1}}}})
	add(Case{Op: op.ReshapeOp, Name: "flatten", Attrs: op.ReshapeAttrs{Shape: graph.Shape{2, 12}}, In: []Input{F(2, 3, 4)}})
}
