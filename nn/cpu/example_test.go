//go:build !js

// An example is checked by what it prints, and a browser has no file to print to.

package cpu_test

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

func Example() {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{3})
	g.Output("y", op.Map(g, expr.ReLU(expr.V(0)), x))
	dev := cpu.New(1)
	store, err := dev.NewStore()
	if err != nil {
		panic(err)
	}
	e, err := dev.Compile(context.Background(), plan.Build(g, plan.Options{Fused: dev.Info().Fused}), store)
	if err != nil {
		panic(err)
	}
	defer e.Close()
	if err := e.Run(plan.Float32s(x.Shape, -1, 0, 2)); err != nil {
		panic(err)
	}
	y, err := e.Fetch("y")(context.Background())
	fmt.Println(y[0].F32, err)
	// Output: [0 0 2] <nil>
}
