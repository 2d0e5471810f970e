package layer_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// A residual block: two convolutions, each followed by batch normalisation, and a short way around them.
func Example() {
	g := graph.New()
	b := layer.NewBuilder(g)
	x := g.Input("x", graph.F32, graph.Shape{1, 32, 32, 16})
	y := x
	for i := range 2 {
		name := b.Begin("conv", "", "conv 3x3")
		var err error
		if y, err = layer.Conv(b, y, layer.ConvOptions{Name: name, Filters: 16, Window: layer.Same(y, op.Square(2, 3, 1, 0)), NoBias: true}); err != nil {
			fmt.Println(err)
			return
		}
		if y, err = layer.BatchNorm(b, y, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: b.Begin("bn", "", "bn")}}); err != nil {
			fmt.Println(err)
			return
		}
		if i == 0 {
			y = layer.ReLU(b, y)
		}
	}
	y, err := layer.Add(b, x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(layer.ReLU(b, y).Shape)
	for _, p := range g.Params() {
		fmt.Println(p)
	}
	// Output:
	// [1,32,32,16]
	// conv1.weight f32[3,3,16,16]
	// bn1.weight f32[16]
	// bn1.bias f32[16]
	// conv2.weight f32[3,3,16,16]
	// bn2.weight f32[16]
	// bn2.bias f32[16]
}
