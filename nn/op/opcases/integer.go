package opcases

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// whole is an 8-bit input of all numbers of its type.
func whole(t graph.DType, shape ...int) Input {
	lo, hi := t.Range()
	return Input{Shape: shape, Type: t, Lo: float64(lo), Hi: float64(hi + 1)}
}

// exact is a tolerance for results that are whole numbers below 2²⁴: none.
const exact = 1e-30

func integers(name string, t graph.DType, zero int, x, w graph.Shape, win op.Window, groups int) {
	a := op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: win, Groups: groups}, Zero: zero}
	add(Case{Op: op.ConvIntegerOp, Name: name, Attrs: a, In: []Input{whole(t, x...), whole(graph.I8, w...)}, AbsTol: exact, RelTol: exact})
}

func init() {
	s := func(n ...int) graph.Shape { return n }
	u8, i8 := graph.U8, graph.I8
	integers("3x3", u8, 7, s(2, 8, 7, 3), s(3, 3, 3, 4), op.Square(2, 3, 1, 1), 1)
	integers("3x3 signed", i8, -100, s(2, 8, 7, 8), s(3, 3, 8, 12), op.Square(2, 3, 1, 1), 1)
	integers("5x5 one channel", u8, 0, s(3, 12, 12, 1), s(5, 5, 1, 8), op.Square(2, 5, 1, 2), 1)
	integers("5x5 many", u8, 255, s(2, 14, 14, 8), s(5, 5, 8, 16), op.Square(2, 5, 1, 2), 1)
	integers("1x1", u8, 128, s(2, 5, 5, 7), s(1, 1, 7, 9), op.Square(2, 1, 1, 0), 1)
	integers("1x1 fours", i8, 127, s(2, 5, 3, 16), s(1, 1, 16, 20), op.Square(2, 1, 1, 0), 1)
	integers("stride 2", i8, 3, s(2, 9, 8, 4), s(3, 3, 4, 6), op.Square(2, 3, 2, 1), 1)
	integers("stride above kernel", u8, 9, s(1, 11, 11, 2), s(2, 2, 2, 3), op.Square(2, 2, 3, 0), 1)
	integers("groups", u8, 20, s(2, 6, 6, 6), s(3, 3, 2, 9), op.Square(2, 3, 1, 1), 3)
	integers("groups of fours", i8, -5, s(1, 6, 7, 8), s(3, 3, 4, 24), op.Square(2, 3, 1, 1), 2)
	integers("groups of three channels", u8, 77, s(1, 5, 6, 9), s(2, 3, 3, 6), op.Window{Kernel: []int{2, 3}, Stride: []int{1, 1}, Dilation: []int{1, 2}, Pads: [][2]int{{0, 1}, {2, 2}}}, 3)
	integers("depthwise", u8, 30, s(2, 7, 7, 8), s(3, 3, 1, 8), op.Square(2, 3, 1, 1), 8)
	integers("depthwise 5 channels", i8, 0, s(3, 5, 23, 5), s(3, 3, 1, 5), op.Square(2, 3, 1, 1), 5)
	integers("depthwise stride 2", u8, 1, s(2, 9, 28, 20), s(3, 3, 1, 20), op.Square(2, 3, 2, 1), 20)
	integers("depthwise two filters", i8, -128, s(2, 6, 7, 3), s(3, 3, 1, 6), op.Square(2, 3, 1, 1), 3)
	integers("depthwise dilated", u8, 99, s(1, 9, 11, 4), s(3, 3, 1, 4), op.Window{Kernel: []int{3, 3}, Stride: []int{2, 3}, Dilation: []int{2, 2}, Pads: [][2]int{{1, 2}, {3, 0}}}, 4)
	integers("depthwise 1-D long", i8, 4, s(2, 150, 7), s(140, 1, 7), op.Square(1, 140, 1, 64), 7)
	integers("depthwise 3-D", u8, 200, s(2, 5, 6, 7, 9), s(3, 2, 3, 1, 9), op.Window{Kernel: []int{3, 2, 3}, Stride: []int{1, 2, 1}, Dilation: []int{1, 1, 2}, Pads: [][2]int{{1, 1}, {0, 0}, {2, 1}}}, 9)
	integers("odd sizes", u8, 50, s(1, 31, 33, 3), s(3, 5, 3, 5), op.Window{Kernel: []int{3, 5}, Stride: []int{1, 2}, Dilation: []int{2, 1}, Pads: [][2]int{{1, 2}, {0, 3}}}, 1)
	integers("padding beyond the kernel", i8, 60, s(1, 3, 3, 2), s(3, 3, 2, 2), op.Square(2, 3, 1, 4), 1)
	integers("1-D", u8, 16, s(2, 17, 3), s(5, 3, 4), op.Square(1, 5, 2, 1), 1)
	integers("3-D", i8, -7, s(1, 5, 6, 7, 2), s(3, 2, 3, 2, 3), op.Window{Kernel: []int{3, 2, 3}, Stride: []int{1, 2, 1}, Dilation: []int{1, 1, 1}, Pads: [][2]int{{1, 1}, {0, 0}, {1, 0}}}, 1)
	integers("one pixel", u8, 255, s(1, 1, 1, 1), s(1, 1, 1, 1), op.Square(2, 1, 1, 0), 1)
	integers("wide", i8, 11, s(1, 6, 9, 16), s(3, 3, 16, 33), op.Square(2, 3, 1, 1), 1)
	integers("many filters", u8, 128, s(1, 7, 5, 12), s(3, 3, 12, 100), op.Square(2, 3, 1, 1), 1)
	integers("batch of small maps", u8, 0, s(24, 8, 8, 20), s(5, 5, 20, 20), op.Square(2, 5, 1, 2), 1)

	for _, c := range []struct {
		name    string
		t       graph.DType
		zero    int
		m, k, n int
	}{
		{"one row", graph.U8, 12, 1, 257, 70}, {"two rows", graph.I8, -3, 2, 33, 10}, {"odd", graph.U8, 128, 7, 31, 13},
		{"fours", graph.I8, 0, 12, 64, 36}, {"one number", graph.U8, 3, 1, 1, 1}, {"deep", graph.U8, 90, 5, 500, 9}, {"one column", graph.I8, 8, 9, 20, 1},
	} {
		add(Case{Op: op.MatMulIntegerOp, Name: c.name, Attrs: op.MatMulIntegerAttrs{Zero: c.zero},
			In: []Input{whole(c.t, c.m, c.k), whole(graph.I8, c.k, c.n)}, AbsTol: exact, RelTol: exact})
	}

	wide := func(shape ...int) Input { return Input{Shape: shape, Lo: -300, Hi: 300} }
	quantize := func(name string, a op.QuantizeAttrs, in Input) {
		add(Case{Op: op.QuantizeOp, Name: name, Attrs: a, In: []Input{in}, AbsTol: exact, RelTol: exact})
	}
	quantize("bytes", op.QuantizeAttrs{Scale: 0.5, Zero: 100, Type: graph.U8}, wide(3, 37, 5))
	quantize("signed", op.QuantizeAttrs{Scale: 1.7, Zero: -20, Type: graph.I8}, wide(4, 4, 16))
	quantize("few", op.QuantizeAttrs{Scale: 2, Zero: 0, Type: graph.I8}, wide(3))
	quantize("scalar", op.QuantizeAttrs{Scale: 3, Zero: 0, Type: graph.I8}, wide())
	quantize("ties and what lies outside", op.QuantizeAttrs{Scale: 0.25, Zero: 3, Type: graph.U8}, Input{Shape: s(12),
		Values: []float64{0.125, 0.375, 0.625, -0.125, -0.375, 63, 62.875, 1e30, -1e30, -0.75, -0.875, 0}})
}

func init() {
	s := func(n ...int) graph.Shape { return n }
	stage := func(name string, product any, x, w Input, bias ...int) {
		a := op.IntegerStageAttrs{
			Product:  product,
			Epilogue: expr.ReLU(expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.C(0.125)), expr.V(1))),
			Quantize: op.QuantizeAttrs{Scale: 64, Zero: 9, Type: graph.U8},
		}
		// Sums, scales and biases are multiples of 1/8 that f32 holds: all is exact.
		b := Input{Shape: bias, Values: make([]float64, graph.Shape(bias).Elems())}
		for i := range b.Values {
			b.Values[i] = float64(i%7) - 3
		}
		add(Case{Op: op.IntegerStage, Name: name, Attrs: a, In: []Input{x, w, b}, AbsTol: exact, RelTol: exact})
	}
	conv := func(groups int) any {
		return op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: groups}, Zero: 5}
	}
	matrix := op.MatMulIntegerAttrs{Zero: 3}
	stage("convolution", conv(1), whole(graph.U8, 2, 9, 7, 3), whole(graph.I8, 3, 3, 3, 10), 10)
	stage("groups", conv(3), whole(graph.U8, 2, 6, 6, 6), whole(graph.I8, 3, 3, 2, 9), 9)
	stage("depthwise", conv(8), whole(graph.I8, 2, 7, 7, 8), whole(graph.I8, 3, 3, 1, 8), 8)
	stage("bias of a row", conv(1), whole(graph.U8, 2, 5, 6, 3), whole(graph.I8, 3, 3, 3, 4), 6, 4)
	stage("bias of pixels", conv(1), whole(graph.U8, 2, 5, 6, 3), whole(graph.I8, 3, 3, 3, 4), 2, 5, 6, 4)
	stage("one row", matrix, Input{Shape: s(1, 70), Type: graph.U8, Hi: 256}, whole(graph.I8, 70, 21), 21)
	stage("rows", matrix, Input{Shape: s(9, 33), Type: graph.U8, Hi: 256}, whole(graph.I8, 33, 14), 14)
}
