package simd_test

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// BenchmarkInteger measures convolutions of 8-bit numbers beside those of f32: of ConvNetJS's nets, a ResNet, a MobileNet
// and a fully connected layer.
func BenchmarkInteger(b *testing.B) {
	for _, c := range []struct{ batch, size, from, to, kernel, groups int }{
		{64, 24, 1, 8, 5, 1}, {64, 12, 8, 16, 5, 1}, {64, 32, 3, 16, 5, 1}, {64, 16, 16, 20, 5, 1}, {64, 8, 20, 20, 5, 1},
		{1, 24, 1, 8, 5, 1}, {1, 12, 8, 16, 5, 1}, {1, 32, 3, 16, 5, 1}, {1, 16, 16, 20, 5, 1}, {1, 8, 20, 20, 5, 1},
		{1, 56, 64, 64, 3, 1}, {1, 14, 256, 256, 3, 1}, {1, 56, 64, 128, 1, 1}, {1, 14, 512, 512, 1, 1},
		{1, 56, 128, 128, 3, 128}, {1, 14, 512, 512, 3, 512}, {1, 1, 4096, 1000, 1, 1},
	} {
		x := graph.Shape{c.batch, c.size, c.size, c.from}
		w := graph.Shape{c.kernel, c.kernel, c.from / c.groups, c.to}
		a := op.ConvAttrs{Window: op.Square(2, c.kernel, 1, c.kernel/2), Groups: c.groups}
		for _, k := range []struct {
			name string
			x, w graph.DType
			a    any
		}{{op.Conv, graph.F32, graph.F32, a}, {op.ConvIntegerOp, graph.U8, graph.I8, op.ConvIntegerAttrs{ConvAttrs: a, Zero: 3}}} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d-%d-%d/%d", k.name, c.batch, c.size, c.kernel, c.from, c.to, c.groups), func(b *testing.B) {
				g := graph.New()
				out, err := op.Apply(g, k.name, k.a, g.State("x", k.x, x, graph.Init{}), g.State("w", k.w, w, graph.Init{}))
				if err != nil {
					b.Fatal(err)
				}
				g.Output("y", out[0])
				benchmarkOp(b, g, nil)
			})
		}
	}
}
