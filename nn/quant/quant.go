package quant

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Net is what a quantised net knows beside its text: its products by the names of their weights. Parameters that are not
// here are as they were.
type Net map[string]Product

// Product is a convolution or matrix product of 8-bit numbers. Weight k of filter f stands for Weights[k·F+f]·Scales[f].
type Product struct {
	Shape   graph.Shape // […,F]
	Weights []int8
	Scales  []float32        // one a filter
	Input   op.QuantizeAttrs // how what it reads is quantised
}

// New quantises the weights of every product whose input has a range.
//
// It returns a *graph.ShapeError if a weight is missing or has another size than in g.
func New(g *graph.Graph, weights map[string]plan.Tensor, ranges map[string]Range) (Net, error) {
	n := Net{}
	for _, p := range products(g) {
		r, ok := ranges[p.In[1].Name]
		if !ok {
			continue
		}
		w := weights[p.In[1].Name]
		if len(w.F32) != p.In[1].Shape.Elems() {
			return nil, graph.Shapef("quantise: %s: got %d numbers, want those of %v", p.In[1].Name, len(w.F32), p.In[1].Shape)
		}
		q := Product{Shape: p.In[1].Shape.Clone(), Input: r.attrs()}
		q.Weights, q.Scales = Weights(w.F32, q.Shape[len(q.Shape)-1])
		n[p.In[1].Name] = q
	}
	return n, nil
}

// Weights quantises numbers of which each filters-th belongs to one filter, without zero points: the largest of a filter
// becomes 127.
func Weights(w []float32, filters int) (q []int8, scales []float32) {
	q, scales = make([]int8, len(w)), make([]float32, filters)
	for i, v := range w {
		scales[i%filters] = max(scales[i%filters], float32(math.Abs(float64(v)))/127)
	}
	for f, s := range scales {
		if s == 0 {
			scales[f] = 1 // of nothing but zeros
		}
	}
	for i, v := range w {
		q[i] = int8(max(-127, min(127, math.RoundToEven(float64(v)/float64(scales[i%filters])))))
	}
	return q, scales
}

// Tensors returns what the store of a rewritten graph holds in the place of the weights, by name.
func (n Net) Tensors() map[string]plan.Tensor {
	out := map[string]plan.Tensor{}
	for name, p := range n {
		out[name] = plan.Int8s(p.Shape, p.Weights...)
		scales := make([]float32, len(p.Scales)) // of sums: those of the weights times that of the input
		for f, s := range p.Scales {
			scales[f] = s * p.Input.Scale
		}
		out[scaleName(name)] = plan.Float32s(graph.Shape{len(scales)}, scales...)
	}
	return out
}

func scaleName(weight string) string { return weight + ".scale" }

// Check reports whether the net's numbers fit each other; those of a file may not.
func (n Net) Check() error {
	for name, p := range n {
		if len(p.Shape) < 2 || len(p.Weights) != p.Shape.Elems() || len(p.Scales) != p.Shape[len(p.Shape)-1] {
			return fmt.Errorf("quant: %s: %d weights and %d scales do not fit the shape %v: %w",
				name, len(p.Weights), len(p.Scales), p.Shape, graph.ErrFormat)
		}
		if slices.ContainsFunc(p.Scales, func(s float32) bool { return !(s > 0) || math.IsInf(float64(s), 1) }) {
			return fmt.Errorf("quant: %s: a scale is not above 0 and finite: %w", name, graph.ErrFormat)
		}
	}
	return nil
}

// products are the nodes of g that Rewrite can replace: convolutions, and products of a matrix with one of weights. A
// depthwise convolution stays in floats: it has few weights, little precision to lose, and is no faster in bytes, as each of
// them is used but a few times.
func products(g *graph.Graph) []*graph.Node {
	var out []*graph.Node
	for _, n := range g.Nodes {
		if n.Op != op.Conv && n.Op != op.MatMul {
			continue
		}
		x, w := n.In[0], n.In[1]
		if w.Role != graph.Parameter && w.Role != graph.State || w.Shape[:len(w.Shape)-1].Elems() > op.IntegerDepth {
			continue
		}
		if a, ok := n.Attrs.(op.ConvAttrs); ok && a.Groups > 1 && w.Shape[len(w.Shape)-2] == 1 {
			continue
		}
		if a, ok := n.Attrs.(op.MatMulAttrs); ok && (len(x.Shape) != 2 || a != op.MatMulAttrs{}) {
			continue
		}
		out = append(out, n)
	}
	return out
}
