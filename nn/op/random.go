package op

import (
	"math/bits"

	"github.com/fovea-nn/fovea/nn/graph"
)

// RandomAttrs are the attributes of RandomOp.
type RandomAttrs struct {
	Shape  graph.Shape
	Stream int // tells draws of one run apart
}

// RandomOp draws uniform numbers in [0,1) by a counter-based generator: the same for the same seed, step and element on
// every backend, in any order.
//
//	y[i] = (Philox4x32-10(counter = (i/4, step, stream, 0), key = (seed, 0))[i mod 4] >> 8) · 2⁻²⁴
//
// Shapes: state i32 [2] = (seed, step), y f32 of the attributes' shape.
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
const RandomOp = "Random"

var _ = register(Primitive{
	Name: RandomOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		if !in[0].Shape.Equal(graph.Shape{2}) || in[0].Type != graph.I32 {
			return nil, graph.Shapef("random state: got %v %v, want i32 [2]", in[0].Type, in[0].Shape)
		}
		return []graph.Type{{Shape: attrs.(RandomAttrs).Shape.Clone()}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		seed, step := uint32(int32(in[0].Data[0])), uint32(int32(in[0].Data[1]))
		for i := range y.Data {
			y.Data[i] = float64(Uniform(seed, step, n.Attrs.(RandomAttrs).Stream, i))
		}
		return []*Tensor{y}
	},
	NoGrad: "a random number depends on nothing",
})

// Random adds a RandomOp.
func Random(g *graph.Graph, state *graph.Value, stream int, s graph.Shape) *graph.Value {
	return apply(g, RandomOp, RandomAttrs{Shape: s, Stream: stream}, state)[0]
}

// Philox is the Philox4x32-10 generator: four random words of a counter under a key.
func Philox(counter [4]uint32, key [2]uint32) [4]uint32 {
	for range 10 {
		hi0, lo0 := bits.Mul32(0xD2511F53, counter[0])
		hi1, lo1 := bits.Mul32(0xCD9E8D57, counter[2])
		counter = [4]uint32{hi1 ^ counter[1] ^ key[0], lo1, hi0 ^ counter[3] ^ key[1], lo0}
		key[0] += 0x9E3779B9
		key[1] += 0xBB67AE85
	}
	return counter
}

// Uniform is element i of a RandomOp.
func Uniform(seed, step uint32, stream, i int) float32 {
	w := Philox([4]uint32{uint32(i / 4), step, uint32(stream), 0}, [2]uint32{seed, 0})
	return float32(w[i%4]>>8) * (1.0 / (1 << 24))
}
