package onnxir_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

func Example() {
	g := &onnxir.Graph{
		Inputs:       []*onnxir.Value{{Name: "x"}},
		Outputs:      []*onnxir.Value{{Name: "y"}},
		Initializers: []*onnxir.Tensor{onnxir.FloatTensor("w", []int64{2, 1}, []float32{0.5, -1})},
		Nodes: []*onnxir.Node{
			{Name: "last", OpType: "LeakyRelu", Inputs: []string{"h"}, Outputs: []string{"y"}},
			{Name: "fc", OpType: "Gemm", Inputs: []string{"x", "w"}, Outputs: []string{"h"},
				Attributes: []*onnxir.Attribute{onnxir.FloatAttribute("alpha", 2)}},
		},
	}
	nodes, err := g.Sorted(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range nodes {
		alpha, err := n.Float("alpha", 0.01)
		fmt.Println(n, alpha, err)
	}
	w, err := g.Initializers[0].Float32s()
	fmt.Println(w, err)
	g.Nodes[1].Inputs[1] = "v"
	_, err = g.Sorted(nil)
	fmt.Println(err)
	// Output:
	// node "fc" (Gemm) 2 <nil>
	// node "last" (LeakyRelu) 0.01 <nil>
	// [0.5 -1] <nil>
	// node "fc" (Gemm): input 1 "v": nothing makes it: no node, initializer or input is called so
}
