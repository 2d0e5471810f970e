package op_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// The gradient of a graph is more graph.
func ExampleGradients() {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{3})
	y := op.Sum(g, op.Map(g, expr.New(expr.Mul, expr.V(0), expr.V(0)), x), 0) // Σ x²
	d, err := op.Gradients(g, y, []*graph.Value{x})
	if err != nil {
		panic(err)
	}
	values, err := op.Interpret(g, map[string]*op.Tensor{"x": {Shape: x.Shape, Data: []float64{1, 2, 3}}})
	if err != nil {
		panic(err)
	}
	fmt.Println(values[y.ID].Data, values[d[0].ID].Data)
	// Output: [14] [2 4 6]
}
