package train

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Product is a layer with weights: a convolution, or a matrix product one side of which does not come of the sample.
type Product struct {
	Layer string // as its nodes are labelled
	// Parameters are its weights and the bias that is added right behind it; none of one whose weights do not learn, as whole
	// numbers do not.
	Parameters []string
	Reads      graph.Shape // of one sample
	Places     int         // at how many it gives a row of channels; 1 of a matrix product
	// Cut says that the model's outputs come of the sample through what it reads alone, so that the model can be cut in two there;
	// Neck that they do through what it gives.
	Cut, Neck bool
}

// Products lists the layers with weights that the model's outputs come of, in the order in which they compute. In each of its
// graphs they are the same, whatever the number of samples.
func Products(m Model) ([]Product, error) {
	g := graph.New()
	x := g.Input("x", graph.F32, append(graph.Shape{1}, m.InputShape()...))
	logits, err := m.Logits(layer.NewBuilder(g), x)
	if err != nil {
		return nil, err
	}
	var all []Product
	for _, p := range productsOf(g, x, logits) {
		out := p.node.Out[0].Shape
		one := Product{Layer: p.node.Layer, Parameters: p.parameters(g), Reads: p.reads.Shape[1:].Clone(), Places: 1,
			Cut: p.reads == x || !needs(logits, p.reads)[x], Neck: !needs(logits, p.node.Out[0])[x]}
		if _, ok := p.node.Attrs.(op.MatMulAttrs); !ok {
			one.Places = out[1 : len(out)-1].Elems()
		}
		all = append(all, one)
	}
	return all, nil
}

// product is a Product in a graph.
type product struct {
	node           *graph.Node
	reads, weights *graph.Value
}

// productOps are the primitives that multiply a sample by weights.
var productOps = []string{op.Conv, op.ConvGradInput, op.MatMul, op.ConvIntegerOp, op.MatMulIntegerOp}

// productsOf finds the products of samples x that y comes of.
func productsOf(g *graph.Graph, x, y *graph.Value) []product {
	wanted := needs(y)
	ofSample := map[*graph.Value]bool{x: true}
	var all []product
	for _, n := range g.Nodes {
		some := slices.ContainsFunc(n.In, func(v *graph.Value) bool { return ofSample[v] })
		for _, v := range n.Out {
			ofSample[v] = ofSample[v] || some
		}
		if !some || !slices.Contains(productOps, n.Op) || !wanted[n.Out[0]] || ofSample[n.In[0]] == ofSample[n.In[1]] {
			continue
		}
		p := product{n, n.In[0], n.In[1]}
		if ofSample[n.In[1]] {
			p.reads, p.weights = p.weights, p.reads
		}
		all = append(all, p)
	}
	return all
}

// needs returns all values that y comes of, without going behind those of stop.
func needs(y *graph.Value, stop ...*graph.Value) map[*graph.Value]bool {
	seen := map[*graph.Value]bool{y: true}
	for open := []*graph.Value{y}; len(open) > 0; {
		v := open[len(open)-1]
		open = open[:len(open)-1]
		if v.Node == nil || slices.Contains(stop, v) {
			continue
		}
		for _, in := range v.Node.In {
			if !seen[in] {
				seen[in] = true
				open = append(open, in)
			}
		}
	}
	return seen
}

// parameters returns the names of what the product learns.
func (p product) parameters(g *graph.Graph) []string {
	var names []string
	needed := needs(p.weights)
	for _, v := range g.Values {
		if needed[v] && v.Role == graph.Parameter {
			names = append(names, v.Name)
		}
	}
	y := p.node.Out[0]
	for _, n := range g.Nodes { // which are in order
		if !slices.Contains(n.In, y) {
			continue
		}
		if a, ok := n.Attrs.(op.MapAttrs); ok && len(n.In) == 2 && len(a.Exprs) == 1 && a.Exprs[0].Op == expr.Add {
			for _, v := range n.In {
				if v.Role == graph.Parameter {
					names = append(names, v.Name)
				}
			}
		}
		if n.Op != op.ReshapeOp {
			break
		}
		y = n.Out[0]
	}
	return names
}
