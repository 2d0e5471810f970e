package export_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

func Example() {
	g := graph.New()
	b := layer.NewBuilder(g)
	x := g.Input("x", graph.F32, graph.Shape{1, 2, 2, 3}) // [N,H,W,C]
	y, err := layer.Linear(b, layer.Flatten(b, layer.ReLU(b, x)), "fc", 2, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	g.Output("y", y)
	m, err := export.Model(g, map[string]export.Weight{
		"fc.weight": {Shape: graph.Shape{12, 2}, F32: make([]float32, 24)},
		"fc.bias":   {Shape: graph.Shape{2}, F32: []float32{1, -1}},
	}, export.Options{Name: "example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Graph.Inputs[0].Name, m.Graph.Inputs[0].Type)
	for _, n := range m.Graph.Nodes {
		fmt.Println(n.OpType, n.Inputs, n.Outputs)
	}
	fmt.Println(m.Graph.Outputs[0].Name, m.Graph.Outputs[0].Type)
	_ = pb.Encode(m) // the file
	// Output:
	// x FLOAT [N,3,2,2]
	// Relu [x] [Relu_1]
	// Flatten [Relu_1] [Flatten_1]
	// Gemm [Flatten_1 fc.weight fc.bias] [y]
	// y FLOAT [N,2]
}
