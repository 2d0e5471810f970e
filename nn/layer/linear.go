package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// LinearOptions describe a fully connected layer.
type LinearOptions struct {
	Name    string // of the parameters: Name.weight, Name.bias
	Outputs int
	NoBias  bool
	Init    Init // of the weights
}

// FullyConnected is a linear map of the last axis.
//
//	y[…,j] = bias[j] + Σ i x[…,i] · weight[i,j]
//
// Shapes: x […,In], weight [In,Out], bias [Out], y […,Out]. The weights start as in Conv.
// It returns a ShapeError if x is a scalar or there are no outputs.
func FullyConnected(b *Builder, x *graph.Value, o LinearOptions) (*graph.Value, error) {
	if o.Outputs < 1 {
		return nil, b.fail("outputs: got %d, want at least 1", o.Outputs)
	}
	if len(x.Shape) == 0 {
		return nil, b.fail("input: got a scalar, want at least one axis")
	}
	in := channels(x)
	w, err := b.weight(o.Name, graph.Shape{in, o.Outputs}, o.Init, in, o.Outputs)
	if err != nil {
		return nil, err
	}
	flat := op.Reshape(b.G, x, graph.Shape{x.Shape[:len(x.Shape)-1].Elems(), in})
	y, err := b.apply(op.MatMul, op.MatMulAttrs{}, flat, w)
	if err != nil {
		return nil, err
	}
	if !o.NoBias {
		if y, err = b.bias(o.Name, y); err != nil {
			return nil, err
		}
	}
	return op.Reshape(b.G, y, append(x.Shape[:len(x.Shape)-1].Clone(), o.Outputs)), nil
}

// Linear is FullyConnected with He's starting values.
func Linear(b *Builder, x *graph.Value, name string, out int, noBias bool) (*graph.Value, error) {
	return FullyConnected(b, x, LinearOptions{Name: name, Outputs: out, NoBias: noBias})
}

// Flatten makes one axis of all but the first: [N,H,W,C] becomes [N,H·W·C], channels fastest.
func Flatten(b *Builder, x *graph.Value) *graph.Value {
	return op.Reshape(b.G, x, graph.Shape{x.Shape[0], x.Shape[1:].Elems()})
}
