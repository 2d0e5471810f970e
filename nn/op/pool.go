package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// PoolKind is what a pooling makes of its window.
type PoolKind uint8

// The kinds of pooling.
const (
	PoolMax PoolKind = iota
	PoolAvg
	PoolSum // an average that divides by 1
)

// String returns max, avg or sum.
func (k PoolKind) String() string { return [...]string{"max", "avg", "sum"}[k] }

// PoolAttrs are the attributes of Pool and PoolGrad.
type PoolAttrs struct {
	Window
	Kind PoolKind
	Ceil bool // output sizes round up
	// CountPad lets an average divide by the window's size with padding, but not with what Ceil adds beyond it.
	CountPad bool
	Input    graph.Shape // [H,W,C]; only PoolGrad needs it
}

// Pool takes the maximum, mean or sum of each channel over a window.
//
//	y[n,p,q,c] = max i,j x[n, p·stride-top+i·dil, q·stride-left+j·dil, c]        or the sum over i,j / count
//
// Padding never wins a maximum; the first of equal elements does.
// Shapes: x [N,H,W,C], y [N,P,Q,C]. A maximum has a second output, i32 [N,P,Q,C]: the winner's flat spatial position in
// its input plane.
//
// It returns a ShapeError if a number of the window is out of range, a window could lie in the padding altogether, or
// the window is larger than the padded input.
const Pool = "Pool"

var _ = register(Primitive{
	Name: Pool,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(PoolAttrs)
		g, err := a.geometry(in[0].Shape)
		if err != nil {
			return nil, err
		}
		s := append(graph.Shape{g.N}, g.Out[3-len(a.Kernel):]...)
		s = append(s, g.C)
		if a.Kind == PoolMax {
			return []graph.Type{{Shape: s}, {Shape: s.Clone(), Type: graph.I32}}, nil
		}
		return []graph.Type{{Shape: s}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a, g, x := n.Attrs.(PoolAttrs), PoolGeometry(n), in[0].Data
		y, index := NewTensor(n.Out[0].Shape), NewTensor(n.Out[0].Shape)
		for i := range g.N {
			g.windows(func(out, od, oh, ow int) {
				for c := range g.C {
					o := (i*g.OutPlane()+out)*g.C + c
					if a.Kind != PoolMax {
						g.each(od, oh, ow, func(p, _ int) { y.Data[o] += x[(i*g.InPlane()+p)*g.C+c] })
						y.Data[o] /= float64(a.Count(&g, od, oh, ow))
						continue
					}
					best, at := math.Inf(-1), -1
					g.each(od, oh, ow, func(p, _ int) {
						if v := x[(i*g.InPlane()+p)*g.C+c]; at < 0 || v > best {
							best, at = v, p
						}
					})
					y.Data[o], index.Data[o] = best, float64(at)
				}
			})
		}
		if a.Kind == PoolMax {
			return []*Tensor{y, index}
		}
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		a := n.Attrs.(PoolAttrs)
		a.Input = n.In[0].Shape[1:].Clone()
		if a.Kind == PoolMax {
			return apply(g, PoolGrad, a, dOut[0], n.Out[1])
		}
		return apply(g, PoolGrad, a, dOut[0])
	},
	FLOPs: poolFLOPs,
})

// PoolGrad is the gradient of Pool with respect to its input: that of a maximum goes to the winner, that of a mean to
// all elements of the window alike.
//
//	dx[n,h,w,c] = Σ dy[n,p,q,c] over the windows whose winner is (h,w),   or Σ dy[n,p,q,c]/count over those that hold it
//
// Shapes: dy [N,P,Q,C], for a maximum the winners i32 [N,P,Q,C], dx [N,Input…].
const PoolGrad = "PoolGrad"

var _ = register(Primitive{
	Name: PoolGrad,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(PoolAttrs)
		if len(in[0].Shape) != len(a.Input)+1 {
			return nil, graph.Shapef("gradient: got %v, want %d axes", in[0].Shape, len(a.Input)+1)
		}
		x := append(graph.Shape{in[0].Shape[0]}, a.Input...)
		g, err := a.geometry(x)
		if err != nil {
			return nil, err
		}
		want := append(append(graph.Shape{g.N}, g.Out[3-len(a.Kernel):]...), g.C)
		if !in[0].Shape.Equal(want) || a.Kind == PoolMax && !in[1].Shape.Equal(want) {
			return nil, graph.Shapef("gradient: got %v, want %v", in[0].Shape, want)
		}
		return []graph.Type{{Shape: x}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a, g, dy := n.Attrs.(PoolAttrs), PoolGeometry(n), in[0].Data
		dx := NewTensor(n.Out[0].Shape)
		for i := range g.N {
			g.windows(func(out, od, oh, ow int) {
				for c := range g.C {
					o := (i*g.OutPlane()+out)*g.C + c
					if a.Kind == PoolMax {
						dx.Data[(i*g.InPlane()+int(in[1].Data[o]))*g.C+c] += dy[o]
						continue
					}
					d := dy[o] / float64(a.Count(&g, od, oh, ow))
					g.each(od, oh, ow, func(p, _ int) { dx.Data[(i*g.InPlane()+p)*g.C+c] += d })
				}
			})
		}
		return []*Tensor{dx}
	},
	NoGrad: "second derivatives are not built",
	FLOPs:  poolFLOPs,
})

// PoolGeometry returns the geometry of a Pool or PoolGrad: always that of the forward pooling.
func PoolGeometry(n *graph.Node) Geometry {
	x := n.In[0].Shape
	if n.Op == PoolGrad {
		x = n.Out[0].Shape
	}
	g, err := n.Attrs.(PoolAttrs).geometry(x)
	if err != nil {
		panic("op: geometry of a checked pooling: " + err.Error())
	}
	return g
}

func (a PoolAttrs) geometry(x graph.Shape) (Geometry, error) {
	axes := len(a.Kernel)
	if axes < 1 || axes > 3 || len(x) != axes+2 {
		return Geometry{}, graph.Shapef("input: got %v, want %d axes (samples, 1 to 3 spatial, channels)", x, axes+2)
	}
	if err := a.check(axes); err != nil {
		return Geometry{}, err
	}
	out := make([]int, axes)
	for i := range out {
		span := a.Dilation[i]*(a.Kernel[i]-1) + 1
		if p := max(a.Pads[i][0], a.Pads[i][1]); p >= span {
			return Geometry{}, graph.Shapef("padding: got %d, want less than the window %d, or some windows see nothing else", p, span)
		}
		if a.Dilation[i] > 1 && a.Pads[i][0] > 0 && x[1+i] < a.Dilation[i] {
			return Geometry{}, graph.Shapef("dilation %d steps over the whole input of size %d", a.Dilation[i], x[1+i])
		}
		var err error
		if out[i], err = a.outSize(i, x[1+i], a.Ceil); err != nil {
			return Geometry{}, err
		}
	}
	c := x[axes+1]
	return newGeometry(a.Window, x[0], c, c, 1, x[1:1+axes], out), nil
}

// Count returns by what an average at an output position divides.
func (a PoolAttrs) Count(g *Geometry, od, oh, ow int) int {
	n := 1
	for i, o := range [3]int{od, oh, ow} {
		n *= a.CountAxis(g, i, o)
	}
	return n
}

// CountAxis is Count along one axis.
func (a PoolAttrs) CountAxis(g *Geometry, i, o int) int {
	if a.Kind == PoolSum {
		return 1
	}
	lo, hi := 0, g.In[i]
	if a.CountPad {
		lo, hi = -g.Before[i], g.In[i]+g.After[i]
	}
	n := 0
	for k := range g.K[i] {
		if p := o*g.S[i] - g.Before[i] + k*g.D[i]; p >= lo && p < hi {
			n++
		}
	}
	return n
}

func poolFLOPs(n *graph.Node) int {
	g := PoolGeometry(n)
	return g.N * g.OutPlane() * g.C * g.KernelPlane()
}
