package op

import "github.com/fovea-nn/fovea/nn/graph"

// GatherOp picks rows of a table that lies on the device: a batch of a data set.
//
//	y[i…,k…] = table[index[i…], k…]
//
// An index outside the table is moved to its nearest row. Bytes become numbers 0 to 255.
// Shapes: table [R,K…], index i32 [I…], y [I…,K…] f32 where the table is u8 or f32, else of the table's type.
const GatherOp = "Gather"

var _ = register(Primitive{
	Name: GatherOp,
	Shape: func(_ any, in []graph.Type) ([]graph.Type, error) {
		table, index := in[0], in[1]
		if len(table.Shape) < 1 || table.Shape[0] < 1 || index.Type != graph.I32 {
			return nil, graph.Shapef("gather: table %v, index %v: want a table with rows and an i32 index", table.Shape, index.Type)
		}
		out := graph.Type{Shape: append(index.Shape.Clone(), table.Shape[1:]...), Type: table.Type}
		if out.Type == graph.U8 {
			out.Type = graph.F32
		}
		return []graph.Type{out}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		row := in[0].Shape[1:].Elems()
		for i, r := range in[1].Data {
			k := min(max(int(r), 0), in[0].Shape[0]-1)
			copy(y.Data[i*row:(i+1)*row], in[0].Data[k*row:])
		}
		return []*Tensor{y}
	},
	NoGrad: "tables are data, not trained",
})

// Gather adds a GatherOp.
func Gather(g *graph.Graph, table, index *graph.Value) *graph.Value {
	return apply(g, GatherOp, nil, table, index)[0]
}
