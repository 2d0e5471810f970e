package simd_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// BenchmarkConvGradPooled measures the gradients behind max-poolings of the nets of ConvNetJS's pages, 64 pictures, half
// of whose pooled map ReLU has set to 0. GFLOP/s counts both halves.
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
	} {
		if n, err := strconv.Atoi(os.Getenv("FOVEA_BATCH")); err == nil {
			l.x[0] = n
		}
		a := op.ConvPoolAttrs{
			Conv: op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1, Input: l.x[1:]},
			Pool: op.PoolAttrs{Window: op.Square(2, l.pool, l.pool, 0), Kind: op.PoolMax, Input: graph.Shape{l.x[1], l.x[2], l.filters}},
		}
		pooled := graph.Shape{l.x[0], l.x[1] / l.pool, l.x[2] / l.pool, l.filters}
		random := rand.New(rand.NewPCG(1, 2))
		normal := func(s graph.Shape) plan.Tensor {
			t := plan.Tensor{Shape: s}
			for range s.Elems() {
				t.F32 = append(t.F32, float32(random.NormFloat64()))
			}
			return t
		}
		dy, winners := normal(pooled), plan.Tensor{Shape: pooled, Type: graph.I32}
		for i := range dy.F32 {
			if random.IntN(2) == 0 {
				dy.F32[i] = 0
			}
			q := i / l.filters
			row, col := q/pooled[2]%pooled[1]*l.pool+random.IntN(l.pool), q%pooled[2]*l.pool+random.IntN(l.pool)
			winners.I32 = append(winners.I32, int32(row*l.x[2]+col))
		}
		w := normal(graph.Shape{5, 5, l.x[3], l.filters})
		b.Run("Weight/"+l.name, func(b *testing.B) { runOp(b, op.ConvGradWeightPooled, a, normal(l.x), dy, winners) })
		b.Run("Input/"+l.name, func(b *testing.B) { runOp(b, op.ConvGradInputPooled, a, dy, winners, w) })
	}
}

// runOp measures one primitive on one thread. Its inputs lie in the store, so that they are not copied for each run.
func runOp(b *testing.B, name string, attrs any, in ...plan.Tensor) {
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	ctx := context.Background()
	dev, err := simd.Open(ctx, simd.Options{Threads: 1})
	must(err)
	defer dev.Close()
	st, err := dev.NewStore()
	must(err)
	g := graph.New()
	var values []*graph.Value
	for i, t := range in {
		name := string(rune('a' + i))
		values = append(values, g.State(name, t.Type, t.Shape, graph.Init{}))
		must(st.Write(name, t))
	}
	out, err := op.Apply(g, name, attrs, values...)
	must(err)
	g.Output("y", out[0])
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	e, err := dev.Compile(ctx, p, st)
	must(err)
	defer e.Close()
	for range 20 { // until the engine has optimised it
		must(e.Run())
	}
	best := time.Duration(1 << 60)
	for b.Loop() {
		start := time.Now()
		must(e.Run())
		best = min(best, time.Since(start))
	}
	b.ReportMetric(best.Seconds()*1e6, "best-µs")
	b.ReportMetric(float64(p.FLOPs())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
