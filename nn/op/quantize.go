package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// QuantizeAttrs say which numbers the whole ones of 8 bits stand for: q is (q - Zero)·Scale.
type QuantizeAttrs struct {
	Scale float32
	Zero  int
	Type  graph.DType // U8 or I8
}

// QuantizeOp makes 8-bit whole numbers.
//
//	y[i] = clamp(roundEven(x[i] / scale) + zero, lo, hi)
//
// where lo and hi are the bounds of the type. What is no number gives any. It returns a ShapeError if x is not f32, the
// scale is not above 0 and finite, the type is not one of 8 bits, or zero is none of its numbers.
// Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference",
// CVPR 2018, arXiv:1712.05877.
const QuantizeOp = "Quantize"

var _ = register(Primitive{
	Name: QuantizeOp,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(QuantizeAttrs)
		if in[0].Type != graph.F32 {
			return nil, graph.Shapef("quantize: got an input of type %v, want f32", in[0].Type)
		}
		if !(a.Scale > 0) || math.IsInf(float64(a.Scale), 1) {
			return nil, graph.Shapef("quantize: scale: got %g, want a number above 0", a.Scale)
		}
		if err := checkZero(a.Zero, a.Type); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: in[0].Shape.Clone(), Type: a.Type}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		a, y := n.Attrs.(QuantizeAttrs), NewTensor(n.Out[0].Shape)
		lo, hi := a.Type.Range()
		for i, x := range in[0].Data {
			y.Data[i] = max(float64(lo), min(float64(hi), math.RoundToEven(x/float64(a.Scale))+float64(a.Zero)))
		}
		return []*Tensor{y}
	},
	NoGrad: "a staircase: its derivative is 0 or none; networks are trained in floats and quantised then",
})

// checkZero reports whether zero is a number of an 8-bit type.
func checkZero(zero int, t graph.DType) error {
	if t != graph.U8 && t != graph.I8 {
		return graph.Shapef("whole numbers of 8 bits: got type %v, want u8 or i8", t)
	}
	if lo, hi := t.Range(); zero < lo || zero > hi {
		return graph.Shapef("zero point: got %d, want %d to %d, as the type is %v", zero, lo, hi, t)
	}
	return nil
}

// Dequantize adds a map that gives f32 numbers back: (q - zero)·scale.
func Dequantize(g *graph.Graph, q *graph.Value, a QuantizeAttrs) *graph.Value {
	centred := expr.New(expr.Sub, expr.V(0), expr.C(float64(a.Zero)))
	return Map(g, expr.New(expr.Mul, centred, expr.C(float64(a.Scale))), q)
}
