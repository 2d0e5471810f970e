package onnx

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// folds reports whether all inputs are known, so that the outputs can be.
func (c *call) folds() bool {
	some := false
	for _, v := range c.in {
		if v != nil && v.known == nil {
			return false
		}
		some = some || v != nil
	}
	return some
}

// maxFold bounds the operations of what is computed while a model is read: the rest is left to the device.
const maxFold = 1 << 27

// fold builds a node on a graph of its own and lets the reference compute it, in float64: shapes are computed as exactly as
// numbers, by the same operators.
func (i *importer) fold(c *call, f func(*call)) {
	bytes := 0
	for _, v := range c.in {
		if v != nil && !v.known.alike {
			bytes += 8 * v.known.len()
		}
	}
	if bytes > *i.budget {
		f(c)
		return
	}
	apart := *i
	apart.g = graph.New()
	apart.b = layer.NewBuilder(apart.g)
	apart.exact = map[string]*array{}
	c.importer = &apart
	f(c)
	trained := false
	for _, v := range c.in {
		trained = trained || v != nil && v.known.trained
	}
	for k, v := range c.out {
		if v == nil || v.known != nil {
			continue
		}
		v.v, v.perm = apart.plain(v), nil
		apart.g.Output(fmt.Sprint(k), v.v)
	}
	if len(apart.g.Outputs) == 0 {
		c.importer = i
		return
	}
	work := 0
	for _, n := range apart.g.Nodes {
		work += op.FLOPs(n)
	}
	for _, v := range apart.g.Values {
		bytes += 8 * min(v.Shape.Elems(), maxElems)
	}
	if work > maxFold || bytes > *i.budget {
		*c = call{importer: i, n: c.n, in: c.in}
		f(c)
		return
	}
	*i.budget -= bytes
	all, err := op.Interpret(apart.g, apart.tensors())
	check(err)
	for k, v := range c.out {
		if v == nil || v.known != nil {
			continue
		}
		data := all[v.v.ID].Data
		for j, x := range data {
			data[j] = fits(v.dtype, x)
		}
		known := knownOf(v.dtype, v.shape, data)
		known.known.name, known.known.trained = c.n.Output(k), trained && isFloat(v.dtype)
		c.out[k] = known
	}
	c.importer = i
}

// placeExact is place for a graph that is computed at once. The numbers follow when it is known that it will be.
func (c *importer) placeExact(a *array, s graph.Shape) *graph.Value {
	name := fmt.Sprint(len(c.exact))
	c.exact[name] = a
	return c.g.State(name, graph.F32, s, graph.Init{})
}

// tensors are the numbers of a graph that is computed at once.
func (c *importer) tensors() map[string]*op.Tensor {
	out := map[string]*op.Tensor{}
	for _, v := range c.g.Values {
		if a := c.exact[v.Name]; v.Role == graph.State && a != nil {
			t := op.NewTensor(v.Shape)
			for k := range t.Data {
				t.Data[k] = a.at(k)
			}
			out[v.Name] = t
		}
	}
	return out
}
