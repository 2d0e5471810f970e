package plan_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// A product, a bias and a ReLU become one step.
func ExampleBuild() {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{4, 3})
	w := g.Param("w", graph.Shape{3, 2}, graph.Init{})
	b := g.Param("b", graph.Shape{2}, graph.Init{})
	y, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, x, w)
	if err != nil {
		panic(err)
	}
	sum := op.Map(g, expr.New(expr.Add, expr.V(0), expr.V(1)), y[0], b)
	g.Output("y", op.Map(g, expr.ReLU(expr.V(0)), sum))
	fmt.Print(plan.Build(g, plan.Options{}))
	// Output:
	// slot 0   f32[12]
	// slot 1   f32[6] w
	// slot 2   f32[2] b
	// slot 3   f32[8]
	//   0  3 = MatMul (0 1 2) → [4,2] | max(($0 + $1), 0)
	// output y = 3 f32[4,2]
}
