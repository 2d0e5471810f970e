package op

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// IntegerStageAttrs are the attributes of a product of 8-bit numbers whose result becomes one.
type IntegerStageAttrs struct {
	Product  any // ConvIntegerAttrs or MatMulIntegerAttrs
	Epilogue *expr.Expr
	Quantize QuantizeAttrs
}

// IntegerStage is a product of 8-bit numbers, its epilogue and a quantisation in one step: numbers of 32 bits stay in
// registers. The planner makes it, for devices that have it.
//
//	y = quantise(epilogue(product(x, w)))
//
// Shapes: x and w as the product's, the epilogue's inputs, which broadcast to its result; y as the product's, u8 or i8.
const IntegerStage = "IntegerStage"

var _ = register(Primitive{
	Name: IntegerStage,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(IntegerStageAttrs)
		y, err := Lookup(a.product()).Shape(a.Product, in[:2])
		if err != nil {
			return nil, err
		}
		return Lookup(QuantizeOp).Shape(a.Quantize, y)
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		product, quantize := SplitIntegerStage(n)
		y := Lookup(product.Op).Ref(product, in[:2])
		if product.Epilogue != nil {
			withEpilogue(product, in, y[0])
		}
		return Lookup(QuantizeOp).Ref(quantize, y)
	},
	NoGrad: "made by the planner",
	FLOPs: func(n *graph.Node) int {
		product, quantize := SplitIntegerStage(n)
		return FLOPs(product) + FLOPs(quantize)
	},
})

func (a IntegerStageAttrs) product() string {
	if _, ok := a.Product.(ConvIntegerAttrs); ok {
		return ConvIntegerOp
	}
	return MatMulIntegerOp
}

// SplitIntegerStage returns the product, with its epilogue, and the quantisation that an IntegerStage stands for.
func SplitIntegerStage(n *graph.Node) (product, quantize *graph.Node) {
	a := n.Attrs.(IntegerStageAttrs)
	g := graph.New()
	g.Layer = n.Layer
	y := apply(g, a.product(), a.Product, n.In[0], n.In[1])[0]
	product = y.Node
	product.In = append(product.In, n.In[2:]...)
	product.Epilogue = a.Epilogue
	return product, apply(g, QuantizeOp, a.Quantize, y)[0].Node
}
