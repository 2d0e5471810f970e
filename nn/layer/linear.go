package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Linear is a fully connected layer over the last axis.
//
//	y[…,j] = bias[j] + Σ i x[…,i] · weight[i,j]
//
// Shapes: x […,In], weight [In,Out], bias [Out], y […,Out]. The weights start as in Conv.
func Linear(b *Builder, x *graph.Value, name string, out int, noBias bool) (*graph.Value, error) {
	if out < 1 {
		return nil, b.fail("outputs: got %d, want at least 1", out)
	}
	in := x.Shape[len(x.Shape)-1]
	flat := op.Reshape(b.G, x, graph.Shape{x.Shape[:len(x.Shape)-1].Elems(), in})
	y, err := b.apply(op.MatMul, op.MatMulAttrs{}, flat, b.weight(name, graph.Shape{in, out}, in))
	if err != nil {
		return nil, err
	}
	if !noBias {
		y = b.bias(name, y)
	}
	return op.Reshape(b.G, y, append(x.Shape[:len(x.Shape)-1].Clone(), out)), nil
}

// Flatten makes one axis of all but the first: [N,H,W,C] becomes [N,H·W·C], channels fastest.
func Flatten(b *Builder, x *graph.Value) *graph.Value {
	return op.Reshape(b.G, x, graph.Shape{x.Shape[0], x.Shape[1:].Elems()})
}
