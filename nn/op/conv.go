package op

import (
	"github.com/fovea-nn/fovea/nn/graph"
)

// ConvAttrs are the attributes of Conv and its gradients.
type ConvAttrs struct {
	Window
	Groups int
	// Input is the spatial shape and channels of x, [H,W,C]; only ConvGradInput needs it, as several sizes give one y.
	Input graph.Shape
}

// Conv cross-correlates x with w over a zero-padded window, over one to three spatial axes.
//
//	y[n,p,q,f] = Σ i,j,c x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] · w[i,j,c,f]
//
// where c runs over the input channels of f's group.
// Shapes: x [N,H,W,C], w [KH,KW,C/groups,F], y [N,P,Q,F] with P = ⌊(H + top + bottom - dil·(KH-1) - 1) / stride⌋ + 1.
//
// It returns a ShapeError if C or F is not divisible by groups, a number of the window is out of range, or the window
// is larger than the padded input. Cost: 2·N·P·Q·F·KH·KW·C/groups flop.
//
// Source: Dumoulin & Visin, "A guide to convolution arithmetic", 2016, arXiv:1603.07285.
const Conv = "Conv"

var _ = register(Primitive{
	Name: Conv,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvAttrs)
		g, err := a.geometry(in[0].Shape, in[1].Shape)
		if err != nil {
			return nil, err
		}
		axes := len(a.Kernel)
		s := append(graph.Shape{g.N}, g.Out[3-axes:]...)
		return []graph.Type{{Shape: append(s, g.F)}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		g := ConvGeometry(n)
		g.taps(func(x, w, o int) { y.Data[o] += in[0].Data[x] * in[1].Data[w] })
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		a := n.Attrs.(ConvAttrs)
		d := make([]*graph.Value, 2)
		if need[1] {
			d[1] = apply(g, ConvGradWeight, a, n.In[0], dOut[0])[0]
		}
		if need[0] {
			a.Input = n.In[0].Shape[1:].Clone()
			d[0] = apply(g, ConvGradInput, a, dOut[0], n.In[1])[0]
		}
		return d
	},
	FLOPs: convFLOPs,
})

// ConvGradInput is the gradient of Conv with respect to its input, and so the transposed convolution.
//
//	dx[n,h,w,c] = Σ i,j,f dy[n,p,q,f] · w[i,j,c,f]   over all p,q,i,j with p·stride-top+i·dil = h, q·stride-left+j·dil = w
//
// Shapes: dy [N,P,Q,F], w [KH,KW,C/groups,F], dx [N,Input…].
const ConvGradInput = "ConvGradInput"

var _ = register(Primitive{
	Name: ConvGradInput,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvAttrs)
		if len(in[0].Shape) != len(a.Input)+1 {
			return nil, graph.Shapef("gradient: got %v, want %d axes", in[0].Shape, len(a.Input)+1)
		}
		x := append(graph.Shape{in[0].Shape[0]}, a.Input...)
		if err := a.checkGradient(x, in[1].Shape, in[0].Shape); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: x}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		dx := NewTensor(n.Out[0].Shape)
		g := ConvGeometry(n)
		g.taps(func(x, w, o int) { dx.Data[x] += in[0].Data[o] * in[1].Data[w] })
		return []*Tensor{dx}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		a := n.Attrs.(ConvAttrs)
		d := make([]*graph.Value, 2)
		if need[0] {
			d[0] = apply(g, Conv, a, dOut[0], n.In[1])[0]
		}
		if need[1] {
			d[1] = apply(g, ConvGradWeight, a, dOut[0], n.In[0])[0]
		}
		return d
	},
	FLOPs: convFLOPs,
})

// ConvGradWeight is the gradient of Conv with respect to its filters.
//
//	dw[i,j,c,f] = Σ n,p,q x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] · dy[n,p,q,f]
//
// Shapes: x [N,H,W,C], dy [N,P,Q,F], dw [KH,KW,C/groups,F].
const ConvGradWeight = "ConvGradWeight"

var _ = register(Primitive{
	Name: ConvGradWeight,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvAttrs)
		x, dy := in[0].Shape, in[1].Shape
		if len(x) != len(dy) || len(x) != len(a.Kernel)+2 || a.Groups < 1 {
			return nil, graph.Shapef("gradient: got %v for an input %v", dy, x)
		}
		w := append(graph.Shape(nil), a.Kernel...)
		w = append(w, x[len(x)-1]/a.Groups, dy[len(dy)-1])
		if err := a.checkGradient(x, w, dy); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: w}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		dw := NewTensor(n.Out[0].Shape)
		g := ConvGeometry(n)
		g.taps(func(x, w, o int) { dw.Data[w] += in[0].Data[x] * in[1].Data[o] })
		return []*Tensor{dw}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		a := n.Attrs.(ConvAttrs)
		d := make([]*graph.Value, 2)
		if need[0] {
			a := a
			a.Input = n.In[0].Shape[1:].Clone()
			d[0] = apply(g, ConvGradInput, a, n.In[1], dOut[0])[0]
		}
		if need[1] {
			d[1] = apply(g, Conv, a, n.In[0], dOut[0])[0]
		}
		return d
	},
	FLOPs: convFLOPs,
})

// ConvGeometry returns the geometry of a Conv or one of its gradients: always that of the forward convolution.
func ConvGeometry(n *graph.Node) Geometry {
	a := n.Attrs.(ConvAttrs)
	x, w := n.In[0], n.In[1]
	switch n.Op {
	case ConvGradInput:
		x = n.Out[0]
	case ConvGradWeight:
		w = n.Out[0]
	}
	g, err := a.geometry(x.Shape, w.Shape)
	if err != nil {
		panic("op: geometry of a checked convolution: " + err.Error())
	}
	return g
}

func (a ConvAttrs) geometry(x, w graph.Shape) (Geometry, error) {
	axes := len(a.Kernel)
	if axes < 1 || axes > 3 || len(x) != axes+2 {
		return Geometry{}, graph.Shapef("input: got %v, want %d axes (samples, 1 to 3 spatial, channels)", x, axes+2)
	}
	if err := a.check(axes); err != nil {
		return Geometry{}, err
	}
	if len(w) != axes+2 || !w[:axes].Equal(a.Kernel) {
		return Geometry{}, graph.Shapef("filters: got %v, want %v and two axes more", w, graph.Shape(a.Kernel))
	}
	c, f := x[axes+1], w[axes+1]
	if a.Groups < 1 || c%a.Groups != 0 {
		return Geometry{}, graph.Shapef("input channels: got %d, want a multiple of groups %d", c, a.Groups)
	}
	if f%a.Groups != 0 {
		return Geometry{}, graph.Shapef("filters: got %d, want a multiple of groups %d", f, a.Groups)
	}
	if w[axes] != c/a.Groups {
		return Geometry{}, graph.Shapef("filters see %d channels, want %d (input channels %d / groups %d)", w[axes], c/a.Groups, c, a.Groups)
	}
	out := make([]int, axes)
	for i := range out {
		var err error
		if out[i], err = a.outSize(i, x[1+i], false); err != nil {
			return Geometry{}, err
		}
	}
	return newGeometry(a.Window, x[0], c, f, a.Groups, x[1:1+axes], out), nil
}

func (a ConvAttrs) checkGradient(x, w, dy graph.Shape) error {
	g, err := a.geometry(x, w)
	if err != nil {
		return err
	}
	want := append(graph.Shape{g.N}, g.Out[3-len(a.Kernel):]...)
	if want = append(want, g.F); !dy.Equal(want) {
		return graph.Shapef("gradient: got %v, want %v", dy, want)
	}
	return nil
}

// taps calls f with the flat positions in x, w and y of every product that the convolution sums.
func (g *Geometry) taps(f func(x, w, y int)) {
	cg, fg := g.C/g.Groups, g.F/g.Groups
	for n := range g.N {
		g.windows(func(out, od, oh, ow int) {
			g.each(od, oh, ow, func(in, k int) {
				for ff := range g.F {
					for c := range cg {
						f((n*g.InPlane()+in)*g.C+ff/fg*cg+c, (k*cg+c)*g.F+ff, (n*g.OutPlane()+out)*g.F+ff)
					}
				}
			})
		})
	}
}

func convFLOPs(n *graph.Node) int {
	g := ConvGeometry(n)
	return 2 * g.N * g.OutPlane() * g.F * g.KernelPlane() * g.C / g.Groups
}
