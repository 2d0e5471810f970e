package nn_test

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

func Example() {
	ctx := context.Background()
	// Pictures of 2x2 pixels, with a bright left or right half.
	set := &data.Set{Shape: []int{2, 2, 1}, Classes: []string{"left", "right"}}
	for i := range 64 {
		picture := []byte{10, 10, 10, 10}
		picture[i%2], picture[2+i%2] = byte(150+i), 200
		set.Images, set.Labels = append(set.Images, picture...), append(set.Labels, int32(i%2))
	}
	net, err := nn.New(cpu.New(1), "INPUT 2x2x1 -> FC 8 -> RELU -> FC 2", set.Classes, 1)
	if err != nil {
		panic(err)
	}
	defer net.Close()
	fmt.Println(net.Summary.Parameters, "parameters")
	err = net.Train(ctx, set, train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 5, Batch: 16, LearningRate: 0.02})
	if err != nil {
		panic(err)
	}
	probs, err := net.Predict(ctx, []byte{0, 255, 0, 255})
	if err != nil {
		panic(err)
	}
	fmt.Println(net.Classes[1], probs[1] > 0.9)
	// Output:
	// 58 parameters
	// right true
}

func ExampleDescribe() {
	s, err := nn.Describe("INPUT 32x32x3 -> CONV 3x3x16 pad 1 -> RELU -> POOL 2 -> FC 10", 64)
	if err != nil {
		panic(err)
	}
	for _, l := range s.Layers {
		fmt.Println(l.Name, l.Shape, l.Parameters)
	}
	_, err = nn.Describe("INPUT 32x32x3 -> POOL 33 -> FC 10", 64)
	fmt.Println(err)
	// Output:
	// CONV 3x3x16 pad 1 [32 32 16] 448
	// RELU [32 32 16] 0
	// POOL 2 [16 16 16] 0
	// FC 10 [10] 40970
	// line 1, column 18: layer 1 (pool 33): height does not fit: input 32 with padding 0+0 is smaller than the window 33; pad by 1 more or use a smaller kernel
}
