package graph_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
)

func ExampleBroadcast() {
	fmt.Println(graph.Broadcast(graph.Shape{8, 1, 3}, graph.Shape{4, 1}))
	fmt.Println(graph.Broadcast(graph.Shape{8, 2}, graph.Shape{3}))
	// Output:
	// [8,4,3] true
	// [] false
}
