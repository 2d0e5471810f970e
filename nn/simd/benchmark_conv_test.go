package simd_test

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// BenchmarkConv measures the convolutions of nets for pictures of 32x32, a batch of 64, and their gradients.
func BenchmarkConv(b *testing.B) {
	for _, c := range []struct{ size, from, to, kernel, stride int }{
		{32, 96, 96, 3, 1}, {32, 96, 96, 3, 2}, {16, 96, 192, 3, 1}, {16, 192, 192, 3, 1}, {16, 192, 192, 3, 2}, // All-CNN-C
		{8, 192, 192, 3, 1}, {8, 192, 192, 1, 1},
		{32, 64, 64, 3, 1}, {16, 128, 128, 3, 1}, {8, 256, 256, 3, 1}, // VGG
		{32, 16, 16, 3, 1}, {16, 32, 32, 3, 1}, {8, 64, 64, 3, 1}, // ResNet-20
	} {
		x := graph.Shape{64, c.size, c.size, c.from}
		w := graph.Shape{c.kernel, c.kernel, c.from, c.to}
		dy := graph.Shape{64, c.size / c.stride, c.size / c.stride, c.to}
		a := op.ConvAttrs{Window: op.Square(2, c.kernel, c.stride, c.kernel/2), Groups: 1, Input: x[1:]}
		for _, k := range []struct {
			name string
			in   []graph.Shape
		}{{op.Conv, []graph.Shape{x, w}}, {op.ConvGradInput, []graph.Shape{dy, w}}, {op.ConvGradWeight, []graph.Shape{x, dy}}} {
			b.Run(fmt.Sprintf("%s/%dx%d-%d-%ds%d", k.name, c.size, c.kernel, c.from, c.to, c.stride), func(b *testing.B) {
				g := graph.New()
				out, err := op.Apply(g, k.name, a, g.State("a", graph.F32, k.in[0], graph.Init{}), g.State("b", graph.F32, k.in[1], graph.Init{}))
				if err != nil {
					b.Fatal(err)
				}
				g.Output("y", out[0])
				benchmarkOp(b, g, nil)
			})
		}
	}
}

// BenchmarkConvOne measures convolutions of one picture.
func BenchmarkConvOne(b *testing.B) {
	for _, c := range []struct{ size, from, to int }{{56, 64, 64}, {28, 128, 128}, {14, 256, 256}, {7, 512, 512}, {14, 64, 256}, {56, 16, 64}} {
		b.Run(fmt.Sprintf("%dx3-%d-%d", c.size, c.from, c.to), func(b *testing.B) {
			g := graph.New()
			x := g.State("x", graph.F32, graph.Shape{1, c.size, c.size, c.from}, graph.Init{})
			w := g.State("w", graph.F32, graph.Shape{3, 3, c.from, c.to}, graph.Init{})
			out, err := op.Apply(g, op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, x, w)
			if err != nil {
				b.Fatal(err)
			}
			g.Output("y", out[0])
			benchmarkOp(b, g, nil)
		})
	}
}
