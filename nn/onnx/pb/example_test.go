package pb_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

func Example() {
	image := &onnxir.Type{Kind: onnxir.KindTensor, Elem: onnxir.Float, Dims: []onnxir.Dim{{Name: "N"}, {Size: 2}}}
	b := pb.Encode(&onnxir.Model{
		IRVersion: 8,
		Opsets:    map[string]int64{"": 17},
		Graph: &onnxir.Graph{
			Name:         "example",
			Inputs:       []*onnxir.Value{{Name: "x", Type: image}},
			Outputs:      []*onnxir.Value{{Name: "y", Type: image}},
			Initializers: []*onnxir.Tensor{onnxir.FloatTensor("b", []int64{2}, []float32{0.5, -1})},
			Nodes:        []*onnxir.Node{{Name: "shift", OpType: "Add", Inputs: []string{"x", "b"}, Outputs: []string{"y"}}},
		},
	})
	m, err := pb.Decode(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Opsets[""], m.Graph.Inputs[0].Type, m.Graph.Nodes[0])
	fmt.Println(m.Graph.Initializers[0].Float32s())
	_, err = pb.Decode(b[:20])
	fmt.Println(err != nil)
	// Output:
	// 17 FLOAT [N,2] node "shift" (Add)
	// [0.5 -1] <nil>
	// true
}
