package simd_test

import (
	"math/rand/v2"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// BenchmarkConvGradPooled measures the gradients of convolutions behind max-poolings: those of the nets of ConvNetJS's
// pages, and two larger ones. ReLU has set half of the pooled map's gradient to 0; the GFLOP/s count both halves.
func BenchmarkConvGradPooled(b *testing.B) {
	for _, l := range []struct {
		name    string
		x       graph.Shape
		filters int
		pool    int
	}{
		{"MNIST1", graph.Shape{64, 28, 28, 1}, 8, 2},
		{"MNIST2", graph.Shape{64, 14, 14, 8}, 16, 3},
		{"CIFAR1", graph.Shape{64, 32, 32, 3}, 16, 2},
		{"CIFAR2", graph.Shape{64, 16, 16, 16}, 20, 2},
		{"CIFAR3", graph.Shape{64, 8, 8, 20}, 20, 2},
		{"224x224x3", graph.Shape{2, 224, 224, 3}, 64, 2},
		{"56x56x64", graph.Shape{2, 56, 56, 64}, 64, 2},
	} {
		a := op.ConvPoolAttrs{
			Conv: op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1, Input: l.x[1:]},
			Pool: op.PoolAttrs{Window: op.Square(2, l.pool, l.pool, 0), Input: graph.Shape{l.x[1], l.x[2], l.filters}},
		}
		dy := op.NewTensor(graph.Shape{l.x[0], l.x[1] / l.pool, l.x[2] / l.pool, l.filters})
		winners := op.NewTensor(dy.Shape)
		random := rand.New(rand.NewPCG(1, 2))
		for i := range dy.Data {
			if random.IntN(2) == 0 {
				dy.Data[i] = random.NormFloat64()
			}
			q := i / l.filters
			row, col := q/dy.Shape[2]%dy.Shape[1]*l.pool+random.IntN(l.pool), q%dy.Shape[2]*l.pool+random.IntN(l.pool)
			winners.Data[i] = float64(row*l.x[2] + col)
		}
		given := map[string]*op.Tensor{"dy": dy, "winners": winners}
		g := graph.New()
		state := func(name string, typ graph.DType, s graph.Shape) *graph.Value {
			return g.State(name, typ, s, graph.Init{})
		}
		x, w := state("x", graph.F32, l.x), state("w", graph.F32, graph.Shape{5, 5, l.x[3], l.filters})
		d, at := state("dy", graph.F32, dy.Shape), state("winners", graph.I32, dy.Shape)
		for _, c := range []struct {
			name, op string
			in       []*graph.Value
		}{
			{"Weight", op.ConvGradWeightPooled, []*graph.Value{x, d, at}},
			{"Input", op.ConvGradInputPooled, []*graph.Value{d, at, w}},
		} {
			b.Run(c.name+"/"+l.name, func(b *testing.B) {
				g.Outputs = nil
				y, err := op.Apply(g, c.op, a, c.in...)
				if err != nil {
					b.Fatal(err)
				}
				g.Output("y", y[0])
				benchmarkOp(b, g, given)
			})
		}
	}
}
