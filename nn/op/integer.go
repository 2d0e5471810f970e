package op

import "github.com/fovea-nn/fovea/nn/graph"

// IntegerDepth is how many products a sum of ConvInteger and MatMulInteger has at most: 255·128 times so many fit 32 bits.
const IntegerDepth = (1<<31 - 1) / (255 * 128)

// ConvIntegerAttrs are the attributes of ConvInteger.
type ConvIntegerAttrs struct {
	ConvAttrs
	Zero int // what stands for 0 in x
}

// ConvIntegerOp is Conv of whole numbers of 8 bits. Its result is f32, so that scales, biases and activations are applied
// to it as to that of Conv.
//
//	y[n,p,q,f] = Σ i,j,c (x[n, p·stride-top+i·dil, q·stride-left+j·dil, c] - zero) · w[i,j,c,f]
//
// Around x lies zero. Sums are exact: every device adds 32-bit integers, and the conversion to f32 is exact below 2²⁴.
// Shapes: as Conv's; x is u8 or i8, w is i8.
//
// It returns a ShapeError where Conv does, if the types are others, if zero is none of x's numbers, or if a window has more
// than IntegerDepth numbers. Cost: as Conv's.
const ConvIntegerOp = "ConvInteger"

var _ = register(Primitive{
	Name: ConvIntegerOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvIntegerAttrs)
		y, err := Lookup(Conv).Shape(a.ConvAttrs, in)
		if err != nil {
			return nil, err
		}
		w := in[1].Shape
		return y, checkIntegers(in, a.Zero, w[:len(w)-1].Elems())
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y, g := NewTensor(n.Out[0].Shape), ConvIntegerGeometry(n)
		zero := float64(n.Attrs.(ConvIntegerAttrs).Zero)
		g.taps(func(x, w, o int) { y.Data[o] += (in[0].Data[x] - zero) * in[1].Data[w] })
		return []*Tensor{y}
	},
	NoGrad: noIntegerGrad,
	FLOPs: func(n *graph.Node) int {
		g := ConvIntegerGeometry(n)
		return 2 * g.N * g.OutPlane() * g.F * g.KernelPlane() * g.C / g.Groups
	},
})

const noIntegerGrad = "whole numbers do not change a little; networks are trained in floats and quantised then"

// ConvIntegerGeometry returns the geometry of n, a ConvInteger or a MatMulInteger, whose rows are pixels of one row of a
// picture.
func ConvIntegerGeometry(n *graph.Node) Geometry {
	x, w := n.In[0].Shape, n.In[1].Shape
	if a, ok := n.Attrs.(ConvIntegerAttrs); ok {
		g, err := a.geometry(x, w)
		if err != nil {
			panic("op: geometry of a checked convolution: " + err.Error())
		}
		return g
	}
	return newGeometry(Square(1, 1, 1, 0), 1, x[1], w[1], 1, []int{x[0]}, []int{x[0]})
}

// IntegerZero returns the zero point of n, a ConvInteger or a MatMulInteger.
func IntegerZero(n *graph.Node) int {
	if a, ok := n.Attrs.(ConvIntegerAttrs); ok {
		return a.Zero
	}
	return n.Attrs.(MatMulIntegerAttrs).Zero
}

// MatMulIntegerAttrs are the attributes of MatMulInteger.
type MatMulIntegerAttrs struct{ Zero int } // what stands for 0 in a

// MatMulIntegerOp multiplies matrices of whole numbers of 8 bits, with the result in f32.
//
//	y[i,j] = Σ k (a[i,k] - zero) · b[k,j]
//
// Shapes: a [M,K] u8 or i8, b [K,N] i8, y [M,N] f32. Sums, failures and cost are as ConvInteger's and MatMul's.
const MatMulIntegerOp = "MatMulInteger"

var _ = register(Primitive{
	Name: MatMulIntegerOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a, b := in[0].Shape, in[1].Shape
		if len(a) != 2 || len(b) != 2 || a[1] != b[0] {
			return nil, graph.Shapef("product of 8-bit matrices %v and %v: want two axes each, the inner sizes equal", a, b)
		}
		y := []graph.Type{{Shape: graph.Shape{a[0], b[1]}}}
		return y, checkIntegers(in, attrs.(MatMulIntegerAttrs).Zero, a[1])
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y, g := NewTensor(n.Out[0].Shape), ConvIntegerGeometry(n)
		zero := float64(IntegerZero(n))
		g.taps(func(x, w, o int) { y.Data[o] += (in[0].Data[x] - zero) * in[1].Data[w] })
		return []*Tensor{y}
	},
	NoGrad: noIntegerGrad,
	FLOPs: func(n *graph.Node) int {
		return 2 * n.Out[0].Shape.Elems() * n.In[0].Shape[1]
	},
})

// checkIntegers checks types, zero point and depth of a product of 8-bit numbers.
func checkIntegers(in []graph.Type, zero, depth int) error {
	if in[1].Type != graph.I8 {
		return graph.Shapef("weights: got type %v, want i8", in[1].Type)
	}
	if depth > IntegerDepth {
		return graph.Shapef("sums of %d products of 8-bit numbers: want %d at most, so that they fit 32 bits", depth, IntegerDepth)
	}
	return checkZero(zero, in[0].Type)
}
