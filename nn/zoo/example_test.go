package zoo_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/zoo"
)

func Example() {
	e, err := zoo.Lookup("convnetjs_cifar")
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := e.Text(zoo.Options{Classes: 2, Size: 48})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	_, err = zoo.Lookup("resnet-50")
	fmt.Println(err)
	// Output:
	// # ConvNetJS's net for CIFAR-10
	// # Karpathy, "ConvNetJS: deep learning in your browser", 2014, cs.stanford.edu/people/karpathy/convnetjs/demo/cifar10.html
	// #
	// # The net of the demonstration on ten kinds of things.
	// $classes = 2
	// $size = 48
	// INPUT ($size)x($size)x3
	// -> CONV 5x5x16 pad 2 -> RELU -> POOL 2
	// -> [CONV 5x5x20 pad 2 -> RELU -> POOL 2]*2
	// -> FC $classes
	// zoo: there is no net "resnet-50": did you mean resnet50?
}

func ExampleEntry_TorchWeights() {
	e, err := zoo.Lookup("squeezenet1_1")
	if err != nil {
		fmt.Println(err)
		return
	}
	ws, err := e.TorchWeights(zoo.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range ws[:4] {
		fmt.Println(w.Torch, w.TorchShape, "is", w.Name, w.Shape)
	}
	// Output:
	// features.0.weight [64,3,3,3] is conv1.weight [3,3,3,64]
	// features.0.bias [64] is conv1.bias [64]
	// features.3.squeeze.weight [16,64,1,1] is conv2.weight [1,1,64,16]
	// features.3.squeeze.bias [16] is conv2.bias [16]
}
