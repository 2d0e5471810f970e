package cpu_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/train"
)

// run measures runs of g on so many goroutines, 0 for one a processor, with random numbers where nothing is given.
func run(b *testing.B, threads int, g *graph.Graph, given map[string]plan.Tensor) {
	ctx, dev := context.Background(), cpu.New(threads)
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	numbers := func(x plan.Binding) plan.Tensor {
		if t, ok := given[x.Name]; ok {
			return t
		}
		return plantest.Tensor(opcases.Input{Shape: x.Shape, Lo: -0.1, Hi: 0.1}.Draw(uint32(x.Slot)), x.Type)
	}
	st, err := dev.NewStore()
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range p.Persistent {
		if err := st.Write(x.Name, numbers(x)); err != nil {
			b.Fatal(err)
		}
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		b.Fatal(err)
	}
	var in []plan.Tensor
	for _, x := range p.Inputs {
		in = append(in, numbers(x))
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Run(in...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(p.FLOPs())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	b.ReportMetric(float64(e.Stats().MemoryBytes)/(1<<20), "MiB")
}

// BenchmarkGEMM512 multiplies two matrices that lie in the store, so that nothing is copied.
func BenchmarkGEMM512(b *testing.B) {
	g := graph.New()
	x, y := g.Param("x", graph.Shape{512, 512}, graph.Init{}), g.Param("y", graph.Shape{512, 512}, graph.Init{})
	out, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, x, y)
	if err != nil {
		b.Fatal(err)
	}
	g.Output("z", out[0])
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) { run(b, threads, g, nil) })
	}
}

// BenchmarkTrainStepMNIST is one step on 64 pictures of 28x28 of the net of ConvNetJS's MNIST page: conv 5x5 to 8, ReLU,
// max-pool 2, conv 5x5 to 16, ReLU, max-pool 3, 10 classes; momentum.
func BenchmarkTrainStepMNIST(b *testing.B) {
	g := graph.New()
	l := layer.NewBuilder(g)
	x := g.Input("x", graph.F32, graph.Shape{64, 28, 28, 1})
	labels := g.Input("labels", graph.I32, graph.Shape{64})
	must := func(v *graph.Value, err error) *graph.Value {
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
	h := layer.ReLU(l, must(layer.Conv(l, x, layer.ConvOptions{Name: "conv1", Filters: 8, Window: op.Square(2, 5, 1, 2)})))
	h = must(layer.MaxPool(l, h, layer.PoolOptions{Window: op.Square(2, 2, 2, 0)}))
	h = layer.ReLU(l, must(layer.Conv(l, h, layer.ConvOptions{Name: "conv2", Filters: 16, Window: op.Square(2, 5, 1, 2)})))
	h = must(layer.MaxPool(l, h, layer.PoolOptions{Window: op.Square(2, 3, 3, 0)}))
	logits := must(layer.Linear(l, layer.Flatten(l, h), "linear", 10, false))
	loss := must(layer.CrossEntropy(l, logits, labels))
	g.Output("loss", loss)
	grads, err := op.Gradients(g, loss, g.Params())
	if err != nil {
		b.Fatal(err)
	}
	o, err := train.Optimizer{Kind: "momentum", Momentum: 0.9}.Defaults()
	if err != nil {
		b.Fatal(err)
	}
	o.Update(g, g.Params(), grads, train.HyperInputs(g))
	classes := make([]int32, 64)
	for i := range classes {
		classes[i] = int32(i % 10)
	}
	run(b, 0, g, map[string]plan.Tensor{"labels": plan.Int32s(graph.Shape{64}, classes...), "step": plan.Float32s(graph.Shape{}, 0.01)})
}
