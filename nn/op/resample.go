package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Border says what lies outside a picture that is resampled.
type Border uint8

// The borders: zeros, or the nearest pixel of the edge.
const (
	BorderZero Border = iota
	BorderClamp
)

// String returns zero or clamp.
func (b Border) String() string { return [...]string{"zero", "clamp"}[b] }

// ResampleAttrs are the attributes of ResampleOp and ResampleGrad.
type ResampleAttrs struct {
	Out    []int // [P,Q]
	Linear bool  // bilinear; else the nearest pixel
	Border Border
	Input  []int // [H,W]; only ResampleGrad needs it
}

// ResampleOp reads a picture at the places that an affine map says: up-sampling, and mirroring, shifting, turning and
// scaling for augmentation.
//
//	u = a0·p + a1·q + a2,   v = a3·p + a4·q + a5
//	linear:   y[n,p,q,c] = Σ over the four pixels (h,w) around (u,v) of (1-|u-h|)·(1-|v-w|)·x[n,h,w,c]
//	nearest:  y[n,p,q,c] = x[n,⌊u⌋,⌊v⌋,c]
//
// A place outside is 0, or moved to the edge. Nearest adds 2⁻¹⁰ to u and v, so that a float32 just below a whole number
// does not take the pixel before.
// Shapes: x [N,H,W,C], map f32 [N or 1, 6], y [N,P,Q,C].
//
// It returns a ShapeError if the map does not have this shape or a size is below 1. Gradients: x.
//
// Source: Jaderberg et al., "Spatial transformer networks", NIPS 2015, section 3.3.
const ResampleOp = "Resample"

var _ = register(Primitive{
	Name: ResampleOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a, x := attrs.(ResampleAttrs), in[0].Shape
		if len(x) != 4 || len(a.Out) != 2 || a.Out[0] < 1 || a.Out[1] < 1 {
			return nil, graph.Shapef("resample %v to %v: want [N,H,W,C] and two sizes of 1 or more", x, a.Out)
		}
		if err := checkMap(in[1].Shape, x[0]); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: graph.Shape{x[0], a.Out[0], a.Out[1], x[3]}}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		x, y := in[0], NewTensor(n.Out[0].Shape)
		eachTap(n.Attrs.(ResampleAttrs), x.Shape, y.Shape, in[1], func(from, to, c int, weight float64) {
			for k := range c {
				y.Data[to+k] += weight * x.Data[from+k]
			}
		})
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		a := n.Attrs.(ResampleAttrs)
		a.Input = n.In[0].Shape[1:3]
		return []*graph.Value{apply(g, ResampleGrad, a, dOut[0], n.In[1])[0], nil}
	},
	FLOPs: resampleFLOPs,
})

// ResampleGrad is the gradient of ResampleOp with respect to its picture: what each place read is added where it was read.
//
// Shapes: dy [N,P,Q,C], map f32 [N or 1, 6], dx [N,H,W,C].
const ResampleGrad = "ResampleGrad"

var _ = register(Primitive{
	Name: ResampleGrad,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a, dy := attrs.(ResampleAttrs), in[0].Shape
		if len(dy) != 4 || len(a.Out) != 2 || len(a.Input) != 2 || dy[1] != a.Out[0] || dy[2] != a.Out[1] {
			return nil, graph.Shapef("gradient of resample: got %v, want [N,%v,C]", dy, a.Out)
		}
		if err := checkMap(in[1].Shape, dy[0]); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: graph.Shape{dy[0], a.Input[0], a.Input[1], dy[3]}}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		dy, dx := in[0], NewTensor(n.Out[0].Shape)
		eachTap(n.Attrs.(ResampleAttrs), dx.Shape, dy.Shape, in[1], func(from, to, c int, weight float64) {
			for k := range c {
				dx.Data[from+k] += weight * dy.Data[to+k]
			}
		})
		return []*Tensor{dx}
	},
	NoGrad: "second derivatives are not built",
	FLOPs:  resampleFLOPs,
})

func checkMap(s graph.Shape, samples int) error {
	if len(s) != 2 || s[0] != 1 && s[0] != samples || s[1] != 6 {
		return graph.Shapef("resample: got a map %v, want [%d or 1,6]", s, samples)
	}
	return nil
}

func resampleFLOPs(n *graph.Node) int {
	if n.Attrs.(ResampleAttrs).Linear {
		return 8 * n.Out[0].Shape.Elems()
	}
	return n.Out[0].Shape.Elems()
}

// Taps returns the pixels, one or two, that a place u along an axis of a size reads, with their weights; those with
// weight 0 need not exist.
func (a ResampleAttrs) Taps(u float64, size int) (at [2]int, weight [2]float64) {
	if !a.Linear {
		u = math.Floor(u + 1.0/1024)
	}
	if a.Border == BorderClamp {
		u = min(max(u, 0), float64(size-1))
	}
	if !(u > -1 && u < float64(size)) {
		return at, weight
	}
	low := math.Floor(u)
	at = [2]int{int(low), int(low) + 1}
	weight = [2]float64{1 - (u - low), u - low}
	for i, p := range at {
		if p < 0 || p >= size {
			weight[i] = 0
		}
	}
	return at, weight
}

// eachTap calls f for each pixel that is read: its flat element in x, the place's in y, the number of channels and the weight.
func eachTap(a ResampleAttrs, x, y graph.Shape, maps *Tensor, f func(from, to, c int, weight float64)) {
	c := x[3]
	for n := range y[0] {
		m := maps.Data[min(n, maps.Shape[0]-1)*6:]
		for p := range y[1] {
			for q := range y[2] {
				hs, hw := a.Taps(m[0]*float64(p)+m[1]*float64(q)+m[2], x[1])
				ws, ww := a.Taps(m[3]*float64(p)+m[4]*float64(q)+m[5], x[2])
				for i, h := range hs {
					for j, w := range ws {
						if weight := hw[i] * ww[j]; weight != 0 {
							f(((n*x[1]+h)*x[2]+w)*c, ((n*y[1]+p)*y[2]+q)*c, c, weight)
						}
					}
				}
			}
		}
	}
}

// Resample adds a ResampleOp.
func Resample(g *graph.Graph, x, affine *graph.Value, a ResampleAttrs) (*graph.Value, error) {
	out, err := Apply(g, ResampleOp, a, x, affine)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}
