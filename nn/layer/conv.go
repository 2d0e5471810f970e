package layer

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// ConvOptions describe a convolution.
type ConvOptions struct {
	Name    string // of the parameters: Name.weight, Name.bias
	Filters int
	op.Window
	Groups int // 0 means 1
	NoBias bool
}

// Conv is a convolution over one to three spatial axes with a bias for each filter.
//
//	y[n,p,q,f] = bias[f] + Σ i,j,c x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] · weight[i,j,c,f]
//
// Shapes: x [N,H,W,C], weight [KH,KW,C/groups,F], bias [F], y [N,P,Q,F].
// The weights start as He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, propose: normal with deviation
// √(2 / (KH·KW·C/groups)); the biases at 0. Errors: those of op.Conv.
func Conv(b *Builder, x *graph.Value, o ConvOptions) (*graph.Value, error) {
	groups := max(1, o.Groups)
	c := x.Shape[len(x.Shape)-1]
	if c%groups != 0 {
		return nil, b.fail("input channels: got %d, want a multiple of groups %d", c, groups)
	}
	shape := append(graph.Shape(nil), o.Kernel...)
	shape = append(shape, c/groups, o.Filters)
	y, err := b.apply(op.Conv, op.ConvAttrs{Window: o.Window, Groups: groups}, x, b.weight(o.Name, shape, shape[:len(shape)-1].Elems()))
	if err != nil || o.NoBias {
		return y, err
	}
	return b.bias(o.Name, y), nil
}

// weight adds Name.weight with He's starting values for a fan-in.
func (b *Builder) weight(name string, s graph.Shape, fanIn int) *graph.Value {
	return b.G.Param(name+".weight", s, graph.Init{Kind: graph.InitNormal, B: math.Sqrt(2 / float64(max(1, fanIn)))})
}

// bias adds Name.bias to the last axis of y.
func (b *Builder) bias(name string, y *graph.Value) *graph.Value {
	bias := b.G.Param(name+".bias", y.Shape[len(y.Shape)-1:], graph.Init{})
	return op.Map(b.G, expr.New(expr.Add, expr.V(0), expr.V(1)), y, bias)
}
