package tfjs

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// fold computes a node whose inputs are all known, as in the chains of Shape, StridedSlice and Pack before a Reshape: it
// builds the node on a graph of its own, by the same functions, and lets the reference compute that. What takes too much is
// left to the device.
func (c *nodeCall) fold(f func(*nodeCall) []*value) []*value {
	apart := *c.importer
	apart.b, apart.apart, apart.placed = layer.NewBuilder(graph.New()), true, map[*array]*graph.Value{}
	out := f(&nodeCall{importer: &apart, n: c.n, in: c.in})
	if !slices.ContainsFunc(out, func(v *value) bool { return v.known == nil }) {
		c.budget = apart.budget
		return out
	}
	for _, v := range out {
		if v.known == nil {
			v.v = apart.data(v)
		}
	}
	cost := 0
	for _, v := range apart.b.G.Values {
		cost = min(maxElems, cost+v.Shape.Elems())
	}
	for _, n := range apart.b.G.Nodes {
		cost = min(maxElems, cost+min(maxElems, op.FLOPs(n)))
	}
	if cost > apart.budget {
		return c.compute(f)
	}
	c.budget = apart.budget - cost
	all := checked(op.Interpret(apart.b.G, nil))
	whole := !slices.ContainsFunc(c.in, func(v *value) bool { return v.known.i32 == nil })
	for k, v := range out {
		if v.known != nil {
			continue
		}
		a := &array{name: c.n.Name, shape: v.v.Shape}
		if k > 0 {
			a.name = fmt.Sprintf("%s:%d", c.n.Name, k)
		}
		if data := all[v.v.ID].Data; whole {
			a.i32 = make([]int32, len(data))
			for j, x := range data {
				a.i32[j] = int32(max(math.MinInt32, min(math.MaxInt32, x)))
			}
		} else {
			a.f32 = make([]float32, len(data))
			for j, x := range data {
				a.f32[j] = float32(x)
			}
		}
		out[k] = &value{known: a}
	}
	return out
}
