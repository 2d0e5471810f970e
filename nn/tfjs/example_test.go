package tfjs_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/tfjs"
)

func Example() {
	model := []byte(`{
		"modelTopology": {"class_name": "Sequential", "config": {"name": "net", "layers": [
			{"class_name": "Dense", "config": {"name": "fc", "units": 3, "activation": "softmax", "batch_input_shape": [null, 2]}}]}},
		"weightsManifest": [{"paths": ["shard1of1"], "weights": [
			{"name": "fc/kernel", "shape": [2, 3], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1}},
			{"name": "fc/bias", "shape": [3], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 1, "min": 0}}]}]}`)
	shards := map[string][]byte{"shard1of1": {0, 1, 2, 3, 4, 5, 7, 8, 9}}
	m, err := tfjs.Parse(model, func(path string) ([]byte, error) { return shards[path], nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	g := graph.New()
	logits, err := m.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, graph.Shape{8, 2}))
	fmt.Println(logits.Shape, m.Softmax(), err)
	for _, p := range g.Params() {
		fmt.Println(p, m.Weights()[p.Name].F32)
	}
	// Output:
	// [8,3] true <nil>
	// fc.weight f32[2,3] [-1 -0.5 0 0.5 1 1.5]
	// fc.bias f32[3] [7 8 9]
}
