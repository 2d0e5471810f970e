package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// RegionPoolAttrs are the attributes of RegionPool and RegionPoolGrad.
type RegionPoolAttrs struct {
	Kind  PoolKind
	Input graph.Shape // [H,W]; only RegionPoolGrad needs it
}

// RegionPool pools over regions whose bounds are given: adaptive pooling with constant bounds, fractional max pooling
// with random ones.
//
//	y[n,p,q,c] = max, mean or sum of x[n,h,w,c],   rows[n,c,p,0] ≤ h < rows[n,c,p,1],   cols[n,c,q,0] ≤ w < cols[n,c,q,1]
//
// Bounds are whole numbers. A region is cut at the input's edges and always holds at least one pixel: the first bound is
// moved to 0…H-1, the second to at least one more. The first of equal elements wins.
// Shapes: x [N,H,W,C], rows f32 [N or 1, C or 1, P, 2], cols f32 [N or 1, C or 1, Q, 2], y [N,P,Q,C]. A maximum has a second
// output, i32 [N,P,Q,C]: the winner's flat position in its plane.
//
// It returns a ShapeError if the bounds do not have these shapes. Gradients: x.
//
// Source: Graham, "Fractional max-pooling", 2014, arXiv:1412.6071.
const RegionPool = "RegionPool"

var _ = register(Primitive{
	Name: RegionPool,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		x := in[0].Shape
		if len(x) != 4 {
			return nil, graph.Shapef("regions: got input %v, want [N,H,W,C]", x)
		}
		y := graph.Type{Shape: graph.Shape{x[0], 0, 0, x[3]}}
		for i, t := range in[1:3] {
			b := t.Shape
			if len(b) != 4 || b[0] != 1 && b[0] != x[0] || b[1] != 1 && b[1] != x[3] || b[2] < 1 || b[3] != 2 {
				return nil, graph.Shapef("regions: got bounds %v, want [%d or 1,%d or 1,regions,2]", b, x[0], x[3])
			}
			y.Shape[1+i] = b[2]
		}
		if attrs.(RegionPoolAttrs).Kind == PoolMax {
			return []graph.Type{y, {Shape: y.Shape.Clone(), Type: graph.I32}}, nil
		}
		return []graph.Type{y}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		kind, x := n.Attrs.(RegionPoolAttrs).Kind, in[0]
		y, index := NewTensor(n.Out[0].Shape), NewTensor(n.Out[0].Shape)
		eachRegion(x.Shape, y.Shape, in[1], in[2], func(o int, pixels []int) {
			best, at, sum := math.Inf(-1), -1, 0.0
			for _, p := range pixels {
				v := x.Data[p]
				sum += v
				if at < 0 || v > best {
					best, at = v, p
				}
			}
			switch kind {
			case PoolMax:
				y.Data[o], index.Data[o] = best, float64(at/x.Shape[3]%(x.Shape[1]*x.Shape[2]))
			case PoolAvg:
				y.Data[o] = sum / float64(len(pixels))
			default:
				y.Data[o] = sum
			}
		})
		if kind == PoolMax {
			return []*Tensor{y, index}
		}
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		a := n.Attrs.(RegionPoolAttrs)
		a.Input = n.In[0].Shape[1:3].Clone()
		in := []*graph.Value{dOut[0], n.In[1], n.In[2]}
		if a.Kind == PoolMax {
			in = append(in, n.Out[1])
		}
		return []*graph.Value{apply(g, RegionPoolGrad, a, in...)[0], nil, nil}
	},
	FLOPs: func(n *graph.Node) int { return n.In[0].Shape.Elems() },
})

// RegionPoolGrad is the gradient of RegionPool with respect to its input; see PoolGrad.
//
// Shapes: dy [N,P,Q,C], rows and cols as in RegionPool, for a maximum the winners i32 [N,P,Q,C], dx [N,H,W,C].
const RegionPoolGrad = "RegionPoolGrad"

var _ = register(Primitive{
	Name: RegionPoolGrad,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a, dy := attrs.(RegionPoolAttrs), in[0].Shape
		if len(dy) != 4 || len(a.Input) != 2 || a.Kind == PoolMax && (len(in) < 4 || !in[3].Shape.Equal(dy)) {
			return nil, graph.Shapef("gradient of regions: got %v, want [N,P,Q,C] and, for a maximum, as many winners", dy)
		}
		return []graph.Type{{Shape: graph.Shape{dy[0], a.Input[0], a.Input[1], dy[3]}}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		kind, dy := n.Attrs.(RegionPoolAttrs).Kind, in[0]
		dx := NewTensor(n.Out[0].Shape)
		plane, c := dx.Shape[1]*dx.Shape[2], dx.Shape[3]
		eachRegion(dx.Shape, dy.Shape, in[1], in[2], func(o int, pixels []int) {
			if kind == PoolMax {
				image := o / (dy.Shape[1] * dy.Shape[2] * c)
				dx.Data[(image*plane+int(in[3].Data[o]))*c+o%c] += dy.Data[o]
				return
			}
			d := dy.Data[o]
			if kind == PoolAvg {
				d /= float64(len(pixels))
			}
			for _, p := range pixels {
				dx.Data[p] += d
			}
		})
		return []*Tensor{dx}
	},
	NoGrad: "second derivatives are not built",
	FLOPs:  func(n *graph.Node) int { return n.Out[0].Shape.Elems() },
})

// eachRegion calls f for every element o of the output with the flat elements of x, of shape x, in its region.
func eachRegion(x, y graph.Shape, rows, cols *Tensor, f func(o int, pixels []int)) {
	var pixels []int
	o := 0
	for n := range y[0] {
		for p := range y[1] {
			for q := range y[2] {
				for c := range y[3] {
					top, bottom := RegionBounds(rows.Data[BoundIndex(rows.Shape, n, c, p):], x[1])
					left, right := RegionBounds(cols.Data[BoundIndex(cols.Shape, n, c, q):], x[2])
					pixels = pixels[:0]
					for h := top; h < bottom; h++ {
						for w := left; w < right; w++ {
							pixels = append(pixels, ((n*x[1]+h)*x[2]+w)*x[3]+c)
						}
					}
					f(o, pixels)
					o++
				}
			}
		}
	}
}

// BoundIndex is where the two bounds of region p for sample n and channel c begin in bounds of shape s.
func BoundIndex(s graph.Shape, n, c, p int) int {
	return ((min(n, s[0]-1)*s[1]+min(c, s[1]-1))*s[2] + p) * 2
}

// RegionBounds cuts two bounds to an axis of a size; hi is at least lo + 1.
func RegionBounds[T float32 | float64](b []T, size int) (lo, hi int) {
	lo = min(max(int(b[0]), 0), size-1)
	return lo, min(max(int(b[1]), lo+1), size)
}
