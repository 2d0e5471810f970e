package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var activationKinds = []kind{
	{name: "RELU", example: "RELU", build: simply(layer.ReLU)},
	{name: "SIGMOID", example: "SIGMOID", build: simply(layer.Sigmoid)},
	{name: "TANH", example: "TANH", build: simply(layer.Tanh)},
	{name: "SOFTMAX", example: "SOFTMAX", neverLast: "SOFTMAX is implied, the loss applies it to the last layer: leave it out, as in INPUT 28x28x1 -> FC 10",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.Softmax(w.b, x) }},
}

// simply builds a layer that takes nothing but its input and always fits.
func simply(f func(*layer.Builder, *graph.Value) *graph.Value) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) { return f(w.b, x), nil }
}
