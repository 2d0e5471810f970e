//go:build js && wasm

package main

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// noise is a source of numbers in [0,1): Marsaglia's xorshift, as the large nets have sixty million weights.
type noise struct{ word uint32 }

func newNoise() *noise { return &noise{2463534242} }

func (n *noise) next() float32 {
	n.word ^= n.word << 13
	n.word ^= n.word >> 17
	n.word ^= n.word << 5
	return float32(n.word>>8) / (1 << 24)
}

// weights draws a parameter: a constant where it starts as one, and else uniformly by He et al., so that values neither
// vanish nor overflow on their way.
func (n *noise) weights(v *graph.Value) []float32 {
	values := make([]float32, v.Shape.Elems())
	bound := float32(0)
	if v.Init.Kind != graph.InitConst {
		bound = float32(math.Sqrt(6 / float64(len(values)/v.Shape[len(v.Shape)-1])))
	}
	for i := range values {
		values[i] = float32(v.Init.A)
		if bound != 0 {
			values[i] = bound * (2*n.next() - 1)
		}
	}
	return values
}

// state fills a state with what it starts as; the input x is one where it lies ready.
func (n *noise) state(v, x *graph.Value) []float32 {
	if v == x {
		return n.pixels(v.Shape)
	}
	values := make([]float32, v.Shape.Elems())
	for i := range values {
		values[i] = float32(v.Init.A)
	}
	return values
}

func (n *noise) pixels(s graph.Shape) []float32 {
	values := make([]float32, s.Elems())
	for i := range values {
		values[i] = n.next()
	}
	return values
}
