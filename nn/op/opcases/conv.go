package opcases

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func conv(name string, x, w graph.Shape, win op.Window, groups int) {
	a := op.ConvAttrs{Window: win, Groups: groups}
	add(Case{Op: op.Conv, Name: name, Attrs: a, In: []Input{F(x...), F(w...)}})
	c := Case{Op: op.Conv, Attrs: a, In: []Input{F(x...), F(w...)}}
	_, n, err := c.Build()
	if err != nil {
		panic(err)
	}
	dy := F(n.Out[0].Shape...)
	a.Input = x[1:]
	add(Case{Op: op.ConvGradInput, Name: name, Attrs: a, In: []Input{dy, F(w...)}},
		Case{Op: op.ConvGradWeight, Name: name, Attrs: a, In: []Input{F(x...), dy}, AbsTol: 1e-4})
}

func init() {
	s := func(n ...int) graph.Shape { return n }
	conv("3x3", s(2, 8, 7, 3), s(3, 3, 3, 4), op.Square(2, 3, 1, 1), 1)
	conv("5x5 one channel", s(3, 12, 12, 1), s(5, 5, 1, 8), op.Square(2, 5, 1, 2), 1)
	conv("5x5 many", s(2, 14, 14, 8), s(5, 5, 8, 16), op.Square(2, 5, 1, 2), 1)
	conv("1x1", s(2, 5, 5, 7), s(1, 1, 7, 9), op.Square(2, 1, 1, 0), 1)
	conv("stride 2", s(2, 9, 8, 4), s(3, 3, 4, 6), op.Square(2, 3, 2, 1), 1)
	conv("stride above kernel", s(1, 11, 11, 2), s(2, 2, 2, 3), op.Square(2, 2, 3, 0), 1)
	conv("groups", s(2, 6, 6, 6), s(3, 3, 2, 9), op.Square(2, 3, 1, 1), 3)
	conv("depthwise", s(2, 7, 7, 8), s(3, 3, 1, 8), op.Square(2, 3, 1, 1), 8)
	conv("depthwise 5 channels", s(3, 5, 23, 5), s(3, 3, 1, 5), op.Square(2, 3, 1, 1), 5)
	conv("depthwise stride 2", s(2, 9, 28, 12), s(3, 3, 1, 12), op.Square(2, 3, 2, 1), 12)
	conv("depthwise two filters", s(2, 6, 7, 3), s(3, 3, 1, 6), op.Square(2, 3, 1, 1), 3)
	conv("depthwise dilated", s(1, 9, 11, 4), s(3, 3, 1, 4), op.Window{Kernel: []int{3, 3}, Stride: []int{2, 3}, Dilation: []int{2, 2}, Pads: [][2]int{{1, 2}, {3, 0}}}, 4)
	conv("depthwise stride above kernel", s(1, 7, 40, 6), s(2, 2, 1, 6), op.Square(2, 2, 9, 0), 6)
	conv("depthwise padding beyond the kernel", s(1, 3, 4, 2), s(3, 3, 1, 2), op.Square(2, 3, 1, 5), 2)
	conv("depthwise 1-D long", s(2, 150, 7), s(140, 1, 7), op.Square(1, 140, 1, 64), 7)
	conv("depthwise 3-D", s(2, 5, 6, 7, 9), s(3, 2, 3, 1, 9), op.Window{Kernel: []int{3, 2, 3}, Stride: []int{1, 2, 1}, Dilation: []int{1, 1, 2}, Pads: [][2]int{{1, 1}, {0, 0}, {2, 1}}}, 9)
	conv("odd sizes", s(1, 31, 33, 3), s(3, 5, 3, 5), op.Window{Kernel: []int{3, 5}, Stride: []int{1, 2}, Dilation: []int{2, 1}, Pads: [][2]int{{1, 2}, {0, 3}}}, 1)
	conv("padding beyond the kernel", s(1, 3, 3, 2), s(3, 3, 2, 2), op.Square(2, 3, 1, 4), 1)
	conv("1-D", s(2, 17, 3), s(5, 3, 4), op.Square(1, 5, 2, 1), 1)
	conv("3-D", s(1, 5, 6, 7, 2), s(3, 2, 3, 2, 3), op.Window{Kernel: []int{3, 2, 3}, Stride: []int{1, 2, 1}, Dilation: []int{1, 1, 1}, Pads: [][2]int{{1, 1}, {0, 0}, {1, 0}}}, 1)
	conv("one pixel", s(1, 1, 1, 1), s(1, 1, 1, 1), op.Square(2, 1, 1, 0), 1)
	conv("wide", s(1, 6, 9, 16), s(3, 3, 16, 33), op.Square(2, 3, 1, 1), 1)
	conv("many tiles", s(3, 13, 10, 16), s(3, 3, 16, 20), op.Square(2, 3, 1, 1), 1)
	conv("tall", s(1, 30, 7, 8), s(3, 3, 8, 36), op.Square(2, 3, 1, 1), 1)
	conv("small maps", s(9, 8, 8, 20), s(5, 5, 20, 20), op.Square(2, 5, 1, 2), 1)
	conv("batch", s(14, 12, 11, 16), s(3, 3, 16, 24), op.Square(2, 3, 1, 1), 1)
	conv("batch of small maps", s(24, 8, 8, 20), s(5, 5, 20, 20), op.Square(2, 5, 1, 2), 1)
	conv("strips without padding", s(2, 33, 35, 12), s(3, 3, 12, 19), op.Square(2, 3, 1, 0), 1)
	conv("stride 2 wide", s(3, 14, 13, 20), s(3, 3, 20, 25), op.Square(2, 3, 2, 1), 1)

	pooled("2x2", s(3, 8, 8, 3), s(5, 5, 3, 8), op.Square(2, 5, 1, 2), 2, 2, 0)
	pooled("3x3 cuts a rest off", s(2, 14, 14, 8), s(5, 5, 8, 16), op.Square(2, 5, 1, 2), 3, 3, 0)
	pooled("overlapping", s(2, 9, 9, 2), s(3, 3, 2, 5), op.Square(2, 3, 1, 1), 3, 2, 0)
	pooled("padded", s(2, 7, 6, 4), s(3, 3, 4, 4), op.Square(2, 3, 1, 0), 3, 2, 1)
	pooled("many images", s(37, 6, 6, 1), s(3, 3, 1, 3), op.Square(2, 3, 1, 1), 2, 2, 0)
	pooled("wide", s(1, 8, 7, 23), s(3, 3, 23, 9), op.Square(2, 3, 1, 1), 2, 2, 0)
	pooled("many tiles", s(2, 16, 18, 16), s(3, 3, 16, 24), op.Square(2, 3, 1, 1), 2, 2, 0)
	pooled("small maps", s(9, 8, 8, 20), s(5, 5, 20, 20), op.Square(2, 5, 1, 2), 2, 2, 0)
	pooled("tiles cut off", s(2, 15, 13, 16), s(3, 3, 16, 18), op.Square(2, 3, 1, 1), 2, 2, 0)
	pooled("odd sizes", s(2, 17, 19, 3), s(3, 5, 3, 6), op.Window{Kernel: []int{3, 5}, Stride: []int{2, 1}, Dilation: []int{2, 1}, Pads: [][2]int{{1, 2}, {0, 3}}}, 2, 2, 0)
	pooled("dilated", s(2, 13, 15, 5), s(3, 2, 5, 4), op.Window{Kernel: []int{3, 2}, Stride: []int{1, 2}, Dilation: []int{1, 3}, Pads: [][2]int{{1, 0}, {2, 2}}}, 2, 2, 0)
	pooled("large", s(2, 51, 39, 7), s(3, 3, 7, 5), op.Square(2, 3, 1, 1), 3, 2, 1)
	pooled("large, stride above kernel", s(1, 92, 45, 8), s(2, 2, 8, 6), op.Square(2, 2, 3, 1), 2, 2, 0)
}

func pooled(name string, x, w graph.Shape, win op.Window, poolKernel, poolStride, poolPad int) {
	a := op.ConvPoolAttrs{
		Conv:     op.ConvAttrs{Window: win, Groups: 1},
		Pool:     op.PoolAttrs{Window: op.Square(2, poolKernel, poolStride, poolPad), Kind: op.PoolMax},
		Epilogue: expr.ReLU(expr.New(expr.Add, expr.V(0), expr.V(1))),
	}
	bias := F(w[3])
	bias.Lo = 0.2 // more winners above 0 than not, and no ties at 0 between them
	c := Case{Op: op.ConvPool, Name: name, Attrs: a, In: []Input{F(x...), F(w...), bias}}
	add(c)
	_, n, err := c.Build()
	if err != nil {
		panic(err)
	}
	convNode, _ := op.SplitConvPool(n)
	// The winners must be possible ones: take those of the reference.
	given := c.Given()
	out := op.Lookup(op.ConvPool).Ref(n, []*op.Tensor{given["x0"], given["x1"], given["x2"]})
	winners := Input{Shape: n.Out[1].Shape, Type: graph.I32, Values: out[1].Data}
	dy := F(n.Out[0].Shape...)
	a.Pool.Input, a.Conv.Input, a.Epilogue = convNode.Out[0].Shape[1:], x[1:], nil
	add(Case{Op: op.ConvGradWeightPooled, Name: name, Attrs: a, In: []Input{F(x...), dy, winners}, AbsTol: 1e-4},
		Case{Op: op.ConvGradInputPooled, Name: name, Attrs: a, In: []Input{dy, winners, F(w...)}, AbsTol: 1e-4})
}
