package op

import "github.com/fovea-nn/fovea/nn/graph"

// ReshapeAttrs are the attributes of ReshapeOp.
type ReshapeAttrs struct{ Shape graph.Shape }

// ReshapeOp gives the same elements another shape. The planner turns it into a second name for one slot: it costs
// nothing. It returns a ShapeError if the numbers of elements differ.
const ReshapeOp = "Reshape"

var _ = register(Primitive{
	Name: ReshapeOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		s := attrs.(ReshapeAttrs).Shape
		if s.Elems() != in[0].Shape.Elems() {
			return nil, graph.Shapef("reshape %v to %v: got %d elements, want %d", in[0].Shape, s, in[0].Shape.Elems(), s.Elems())
		}
		return []graph.Type{{Shape: s.Clone(), Type: in[0].Type}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		return []*Tensor{{n.Out[0].Shape, in[0].Data}}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		return []*graph.Value{Reshape(g, dOut[0], n.In[0].Shape)}
	},
	FLOPs: func(*graph.Node) int { return 0 },
})

// Reshape adds a ReshapeOp, or returns x where it has that shape already.
func Reshape(g *graph.Graph, x *graph.Value, s graph.Shape) *graph.Value {
	if x.Shape.Equal(s) {
		return x
	}
	return apply(g, ReshapeOp, ReshapeAttrs{s}, x)[0]
}
