package op

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// The primitives in this file are made by the planner alone, for backends that say they have them. Each does in one
// step what two plain ones do, without the map between them ever existing.

// ConvPoolAttrs are the attributes of the primitives that join a convolution to the max-pooling behind it.
type ConvPoolAttrs struct {
	Conv ConvAttrs
	Pool PoolAttrs
	// Epilogue is applied between the two; its variables are as in graph.Node, the extra inputs behind x and w.
	Epilogue *expr.Expr
}

// ConvPool is max-pooling of epilogue(Conv(x, w)).
//
// Shapes: x [N,H,W,C], w [KH,KW,C/groups,F], the epilogue's inputs, which broadcast to one image of Conv's output;
// outputs as of Pool.
const ConvPool = "ConvPool"

var _ = register(Primitive{
	Name: ConvPool,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		conv, err := Lookup(Conv).Shape(attrs.(ConvPoolAttrs).Conv, in[:2])
		if err != nil {
			return nil, err
		}
		return Lookup(Pool).Shape(attrs.(ConvPoolAttrs).Pool, conv)
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		conv, pool := SplitConvPool(n)
		y := Lookup(Conv).Ref(conv, in[:2])
		withEpilogue(conv, in, y[0])
		return Lookup(Pool).Ref(pool, y)
	},
	NoGrad: "made by the planner",
	FLOPs: func(n *graph.Node) int {
		conv, pool := SplitConvPool(n)
		return FLOPs(conv) + FLOPs(pool)
	},
})

// SplitConvPool returns the convolution, with its epilogue, and the pooling that a ConvPool stands for.
func SplitConvPool(n *graph.Node) (conv, pool *graph.Node) {
	a := n.Attrs.(ConvPoolAttrs)
	g := graph.New()
	g.Layer = n.Layer
	x, w := n.In[0], n.In[1]
	y := apply(g, Conv, a.Conv, x, w)[0]
	conv = y.Node
	conv.In = append(conv.In, n.In[2:]...)
	conv.Epilogue = a.Epilogue
	return conv, apply(g, Pool, a.Pool, y)[0].Node
}

// ConvGradWeightPooled is ConvGradWeight of PoolGrad: a sum over the pooling's winners alone.
//
// Shapes: x [N,H,W,C], dy [N,P',Q',F] and winners i32 of the pooled map, dw [KH,KW,C/groups,F].
const ConvGradWeightPooled = "ConvGradWeightPooled"

var _ = register(Primitive{
	Name: ConvGradWeightPooled,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvPoolAttrs)
		d, err := Lookup(PoolGrad).Shape(a.Pool, in[1:3])
		if err != nil {
			return nil, err
		}
		return Lookup(ConvGradWeight).Shape(a.Conv, []graph.Type{in[0], d[0]})
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		pool, conv := splitGradPooled(n, n.In[1], n.In[2])
		d := Lookup(PoolGrad).Ref(pool, in[1:3])
		return Lookup(ConvGradWeight).Ref(conv(ConvGradWeight, n.In[0], pool.Out[0]), []*Tensor{in[0], d[0]})
	},
	NoGrad: "made by the planner",
	FLOPs: func(n *graph.Node) int {
		g := ConvGeometry(ConvOfPooled(n))
		return 2 * n.In[1].Shape.Elems() * g.KernelPlane() * g.C / g.Groups
	},
})

// ConvGradInputPooled is ConvGradInput of PoolGrad.
//
// Shapes: dy [N,P',Q',F] and winners i32 of the pooled map, w [KH,KW,C/groups,F], dx [N,Input…].
const ConvGradInputPooled = "ConvGradInputPooled"

var _ = register(Primitive{
	Name: ConvGradInputPooled,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		a := attrs.(ConvPoolAttrs)
		d, err := Lookup(PoolGrad).Shape(a.Pool, in[0:2])
		if err != nil {
			return nil, err
		}
		return Lookup(ConvGradInput).Shape(a.Conv, []graph.Type{d[0], in[2]})
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		pool, conv := splitGradPooled(n, n.In[0], n.In[1])
		d := Lookup(PoolGrad).Ref(pool, in[0:2])
		return Lookup(ConvGradInput).Ref(conv(ConvGradInput, pool.Out[0], n.In[2]), []*Tensor{d[0], in[2]})
	},
	NoGrad: "made by the planner",
	FLOPs: func(n *graph.Node) int {
		g := ConvGeometry(ConvOfPooled(n))
		return 2 * n.In[0].Shape.Elems() * g.KernelPlane() * g.C / g.Groups
	},
})

// ConvOfPooled returns the plain gradient of the convolution that a …Pooled node stands for, for its geometry.
func ConvOfPooled(n *graph.Node) *graph.Node {
	if n.Op == ConvGradWeightPooled {
		pool, conv := splitGradPooled(n, n.In[1], n.In[2])
		return conv(ConvGradWeight, n.In[0], pool.Out[0])
	}
	pool, conv := splitGradPooled(n, n.In[0], n.In[1])
	return conv(ConvGradInput, pool.Out[0], n.In[2])
}

func splitGradPooled(n *graph.Node, dy, index *graph.Value) (pool *graph.Node, conv func(op string, in ...*graph.Value) *graph.Node) {
	a := n.Attrs.(ConvPoolAttrs)
	g := graph.New()
	pool = apply(g, PoolGrad, a.Pool, dy, index)[0].Node
	return pool, func(op string, in ...*graph.Value) *graph.Node { return apply(g, op, a.Conv, in...)[0].Node }
}
