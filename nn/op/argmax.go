package op

import "github.com/fovea-nn/fovea/nn/graph"

// ArgMaxOp is the place of the first maximum along the last axis.
//
// Shapes: x [N…,C], y i32 [N…].
const ArgMaxOp = "ArgMax"

var _ = register(Primitive{
	Name: ArgMaxOp,
	Shape: func(_ any, in []graph.Type) ([]graph.Type, error) {
		s := in[0].Shape
		if len(s) < 1 {
			return nil, graph.Shapef("arg max of a scalar: want at least one axis")
		}
		return []graph.Type{{Shape: s[:len(s)-1].Clone(), Type: graph.I32}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		c := in[0].Shape[len(in[0].Shape)-1]
		for i := range y.Data {
			row := in[0].Data[i*c : (i+1)*c]
			best := 0
			for k, v := range row {
				if v > row[best] {
					best = k
				}
			}
			y.Data[i] = float64(best)
		}
		return []*Tensor{y}
	},
	NoGrad: "an index has no derivative",
})

// ArgMax adds an ArgMaxOp.
func ArgMax(g *graph.Graph, x *graph.Value) *graph.Value { return apply(g, ArgMaxOp, nil, x)[0] }
