package simd_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/simd"
)

// benchmarkOp measures runs of g on one thread, with random numbers where nothing is given. What g reads should be
// parameters and states: inputs are copied in each run.
func benchmarkOp(b *testing.B, g *graph.Graph, given map[string]*op.Tensor) {
	b.Helper()
	ctx := context.Background()
	d, err := simd.Open(ctx, simd.Options{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	p := plan.Build(g, plan.Options{Fused: d.Info().Fused})
	numbers := func(x plan.Binding) plan.Tensor {
		t := given[x.Name]
		if t == nil {
			t = opcases.Input{Shape: x.Shape, Lo: -1, Hi: 1}.Draw(uint32(x.Slot))
		}
		return plantest.Tensor(t, x.Type)
	}
	st, err := d.NewStore()
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range p.Persistent {
		if err := st.Write(x.Name, numbers(x)); err != nil {
			b.Fatal(err)
		}
	}
	e, err := d.Compile(ctx, p, st)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	var in []plan.Tensor
	for _, x := range p.Inputs {
		in = append(in, numbers(x))
	}
	for range 20 { // until the engine has optimised the code
		if err := e.Run(in...); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := e.Run(in...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.FLOPs())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// window is a pooling that is measured.
type window struct {
	name string
	x    graph.Shape
	a    op.PoolAttrs
}

var windows = []window{
	{"max2x2", graph.Shape{64, 32, 32, 16}, op.PoolAttrs{Window: op.Square(2, 2, 2, 0)}},
	{"max2x2deep", graph.Shape{64, 16, 16, 32}, op.PoolAttrs{Window: op.Square(2, 2, 2, 0)}},
	{"max3x3", graph.Shape{64, 32, 32, 16}, op.PoolAttrs{Window: op.Square(2, 3, 2, 0)}},
	{"max3x3same", graph.Shape{64, 16, 16, 32}, op.PoolAttrs{Window: op.Square(2, 3, 1, 1)}},
	{"max2x2grey", graph.Shape{64, 28, 28, 1}, op.PoolAttrs{Window: op.Square(2, 2, 2, 0)}},
	{"max2x2colour", graph.Shape{64, 32, 32, 3}, op.PoolAttrs{Window: op.Square(2, 2, 2, 0)}},
	{"avg2x2", graph.Shape{64, 32, 32, 16}, op.PoolAttrs{Window: op.Square(2, 2, 2, 0), Kind: op.PoolAvg}},
	{"avg3x3same", graph.Shape{64, 16, 16, 32}, op.PoolAttrs{Window: op.Square(2, 3, 1, 1), Kind: op.PoolAvg}},
	{"global", graph.Shape{64, 8, 8, 64}, op.PoolAttrs{Window: op.Square(2, 8, 1, 0), Kind: op.PoolAvg}},
	{"channels", graph.Shape{64 * 16 * 16, 32, 1}, op.PoolAttrs{Window: op.Square(1, 5, 1, 2), Kind: op.PoolSum}}, // of LRN
}

func BenchmarkPool(b *testing.B) {
	for _, c := range windows {
		b.Run(c.name, func(b *testing.B) {
			g := graph.New()
			out, err := op.Apply(g, op.Pool, c.a, g.State("x", graph.F32, c.x, graph.Init{}))
			if err != nil {
				b.Fatal(err)
			}
			for _, y := range out {
				g.Output("y", y)
			}
			benchmarkOp(b, g, nil)
		})
	}
}

func BenchmarkPoolGrad(b *testing.B) {
	for _, c := range windows {
		b.Run(c.name, func(b *testing.B) {
			g := graph.New()
			out, err := op.Apply(g, op.Pool, c.a, g.Input("x", graph.F32, c.x))
			if err != nil {
				b.Fatal(err)
			}
			c.a.Input = c.x[1:]
			in := []*graph.Value{g.State("dy", graph.F32, out[0].Shape, graph.Init{})}
			given := map[string]*op.Tensor{}
			if len(out) > 1 {
				in = append(in, g.State("winners", graph.I32, out[1].Shape, graph.Init{}))
				x := opcases.F(c.x...).Draw(1)
				given["winners"] = op.Lookup(op.Pool).Ref(out[0].Node, []*op.Tensor{x})[1]
			}
			dx, err := op.Apply(g, op.PoolGrad, c.a, in...)
			if err != nil {
				b.Fatal(err)
			}
			g.Output("dx", dx[0])
			benchmarkOp(b, g, given)
		})
	}
}
