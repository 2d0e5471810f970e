package quant

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Rewrite returns a copy of g, a prediction graph for any batch size, in which the products of n are of 8-bit numbers. The
// store of the copy holds Tensors and what else g needs.
//
// It returns a *graph.ShapeError if a product is not in g or its weights have another shape there, and graph.ErrUnsupported
// if g changes parameters.
func (n Net) Rewrite(g *graph.Graph) (*graph.Graph, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if len(g.Updates) > 0 {
		return nil, fmt.Errorf("quant: the graph trains: quantise one that predicts: %w", graph.ErrUnsupported)
	}
	whole := map[*graph.Node]Product{}
	for name := range n {
		if g.Find(name) == nil {
			return nil, graph.Shapef("quantise: the net has no weights %s", name)
		}
	}
	for _, p := range products(g) {
		q, ok := n[p.In[1].Name]
		if !ok {
			continue
		}
		if !q.Shape.Equal(p.In[1].Shape) {
			return nil, graph.Shapef("quantise: %s: got weights %v, want %v", p.In[1].Name, q.Shape, p.In[1].Shape)
		}
		whole[p] = q
	}
	c := copier{from: g, to: graph.New(), values: map[*graph.Value]*graph.Value{}}
	for _, node := range g.Nodes {
		c.to.Layer = node.Layer
		if q, ok := whole[node]; ok {
			if err := c.product(node, q); err != nil {
				return nil, err
			}
		} else {
			c.node(node)
		}
	}
	for _, o := range g.Outputs {
		c.to.Output(o.Name, c.value(o.Value))
	}
	return c.to, c.to.Err()
}

// copier copies a graph node by node.
type copier struct {
	from, to *graph.Graph
	values   map[*graph.Value]*graph.Value
}

// value is the copy of v.
func (c *copier) value(v *graph.Value) *graph.Value {
	if c.values[v] == nil {
		switch v.Role {
		case graph.Input:
			c.values[v] = c.to.Input(v.Name, v.Type, v.Shape)
		case graph.Parameter:
			c.values[v] = c.to.Param(v.Name, v.Shape, v.Init)
		case graph.State:
			c.values[v] = c.to.State(v.Name, v.Type, v.Shape, v.Init)
		case graph.Constant:
			c.values[v] = c.to.Const(v.Shape, v.Data...)
		}
	}
	return c.values[v]
}

func (c *copier) node(n *graph.Node) {
	m := &graph.Node{Op: n.Op, Attrs: n.Attrs, Epilogue: n.Epilogue, Arity: n.Arity, Layer: n.Layer}
	for _, v := range n.In {
		m.In = append(m.In, c.value(v))
	}
	var types []graph.Type
	for _, v := range n.Out {
		types = append(types, graph.Type{Shape: v.Shape, Type: v.Type})
	}
	c.to.Append(m, types)
	for i, v := range n.Out {
		c.values[v] = m.Out[i]
	}
}

// product puts a quantised product in the place of n.
//
//	y = (Σ (quantised x - zero)·w)·scales
func (c *copier) product(n *graph.Node, q Product) error {
	w := n.In[1]
	x, err := op.Apply(c.to, op.QuantizeOp, q.Input, c.value(n.In[0]))
	if err != nil {
		return err
	}
	weights := c.to.State(w.Name, graph.I8, w.Shape, graph.Init{})
	scales := c.to.State(scaleName(w.Name), graph.F32, graph.Shape{len(q.Scales)}, graph.Init{})
	kind, attrs := op.MatMulIntegerOp, any(op.MatMulIntegerAttrs{Zero: q.Input.Zero})
	if a, ok := n.Attrs.(op.ConvAttrs); ok {
		kind, attrs = op.ConvIntegerOp, op.ConvIntegerAttrs{ConvAttrs: a, Zero: q.Input.Zero}
	}
	y, err := op.Apply(c.to, kind, attrs, x[0], weights)
	if err != nil {
		return err
	}
	c.values[n.Out[0]] = op.Map(c.to, expr.New(expr.Mul, expr.V(0), expr.V(1)), y[0], scales)
	return nil
}
