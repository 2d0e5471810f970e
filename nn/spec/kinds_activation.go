package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var activationKinds = []kind{
	{name: "RELU", example: "RELU", build: simply(layer.ReLU)},
	{name: "SIGMOID", example: "SIGMOID", build: simply(layer.Sigmoid)},
	{name: "TANH", example: "TANH", build: simply(layer.Tanh)},
	{name: "LEAKYRELU", example: "LEAKYRELU 0.01", lead: leadNumber("LEAKYRELU", "slope", "its slope below 0, from 0 to 1", 1),
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.LeakyReLU(w.b, x, w.l.number("slope", 0.01))
		}},
	{name: "PRELU", example: "PRELU", options: []option{{name: "perchannel"}},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.PReLU(w.b, x, w.name, w.l.Has("perchannel"))
		}},
	{name: "ELU", example: "ELU 1", lead: leadNumber("ELU", "alpha", "its limit below 0, from 0 to 100", 100),
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.ELU(w.b, x, w.l.number("alpha", 1))
		}},
	{name: "SELU", example: "SELU", build: simply(layer.SELU)},
	{name: "GELU", example: "GELU", options: []option{{name: "tanh"}},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			if w.l.Has("tanh") {
				return layer.GELUTanh(w.b, x), nil
			}
			return layer.GELU(w.b, x), nil
		}},
	{name: "SILU", example: "SILU", build: simply(layer.SiLU)},
	{name: "SOFTPLUS", example: "SOFTPLUS", build: simply(layer.Softplus)},
	{name: "RELU6", example: "RELU6", build: simply(layer.ReLU6)},
	{name: "HARDSIGMOID", example: "HARDSIGMOID", build: simply(layer.HardSigmoid)},
	{name: "HARDSWISH", example: "HARDSWISH", build: simply(layer.HardSwish)},
	{name: "HARDTANH", example: "HARDTANH", build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.HardTanh(w.b, x, -1, 1) }},
	{name: "MAXOUT", size: oneNumber, sizeText: "how many channels become one", example: "MAXOUT 2",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.Maxout(w.b, x, w.l.Size[0].Int()) }},
	{name: "SOFTMAX", example: "SOFTMAX", neverLast: "SOFTMAX is implied, the loss applies it to the last layer: leave it out, as in INPUT 28x28x1 -> FC 10",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.Softmax(w.b, x) }},
}

// leadNumber is a number of 0 or more that may stand behind a word.
func leadNumber(of, name, help string, high float64) *option {
	return &option{name: name, of: of, may: true, count: 1, decimal: true, high: high, help: help, example: of + " 0.1"}
}

// simply builds a layer that takes nothing but its input and always fits.
func simply(f func(*layer.Builder, *graph.Value) *graph.Value) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) { return f(w.b, x), nil }
}
