package onnx

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// call is a node with its inputs, as an operator sees it. Its methods do not return errors but end the operator: see caught.
type call struct {
	*importer
	n   *onnxir.Node
	in  []*value // nil where one is left out
	out []*value
}

// table has what builds the nodes of each type of operator.
type table map[string]func(*call)

// operators makes the table. It is no variable, so that programs that read no models do not carry it.
func operators() table {
	t := table{}
	for _, add := range []func(table){addConv, addMap, addMatrix, addNorm, addQuant, addReduce, addResize, addShape, addQDQ} {
		add(t)
	}
	return t
}

func (c *call) unsupported(format string, args ...any) {
	check(fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), graph.ErrUnsupported))
}

func (c *call) wrong(format string, args ...any) { check(graph.Shapef(format, args...)) }

// input returns input k, which must be there.
func (c *call) input(k int) *value {
	if k >= len(c.in) || c.in[k] == nil {
		check(fmt.Errorf("input %d is missing: %w", k, graph.ErrFormat))
	}
	return c.in[k]
}

// optional returns input k or nil.
func (c *call) optional(k int) *value {
	if k < len(c.in) {
		return c.in[k]
	}
	return nil
}

// Attributes, or what holds where they are missing.

func (c *call) int(name string, missing int) int {
	v, err := c.n.Int(name, int64(missing))
	check(err)
	return int(v)
}

func (c *call) float(name string, missing float64) float64 {
	if c.n.Attribute(name) == nil {
		return missing
	}
	v, err := c.n.Float(name, 0)
	check(err)
	return float64(v)
}

func (c *call) ints(name string) []int {
	v, err := c.n.Ints(name, nil)
	check(err)
	return toInts(v)
}

func (c *call) text(name, missing string) string {
	v, err := c.n.Text(name, missing)
	check(err)
	return v
}

func toInts(v []int64) []int {
	if v == nil {
		return nil
	}
	out := make([]int, len(v))
	for i, x := range v {
		out[i] = int(max(-1<<50, min(1<<50, x))) // ends of slices are as large as int64 goes
	}
	return out
}

// static returns the whole numbers of an input, which must be known: they decide on shapes.
func (c *call) static(k int) []int {
	f := c.staticFloats(c.input(k))
	out := make([]int, len(f))
	for i, x := range f {
		out[i] = int(max(-1<<50, min(1<<50, x)))
	}
	return out
}

func (c *call) staticFloats(v *value) []float64 {
	if v.known == nil {
		if name, ok := c.inputs[v.v]; ok {
			check(&NeedsValue{Input: name})
		}
		if names := c.origins(v.v); len(names) > 0 {
			check(&NeedsValue{Input: names[0]})
		}
		c.unsupported("a shape depends on what is computed")
	}
	out := make([]float64, v.known.len())
	for i := range out {
		out[i] = v.known.at(i)
	}
	return out
}

// origins lists the inputs that a value is computed from.
func (c *call) origins(v *graph.Value) (names []string) {
	seen := map[*graph.Value]bool{}
	var visit func(*graph.Value)
	visit = func(v *graph.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if name, ok := c.inputs[v]; ok {
			names = append(names, name)
		}
		if v.Node != nil {
			for _, in := range v.Node.In {
				visit(in)
			}
		}
	}
	visit(v)
	return names
}

// fromInputOrAttribute returns whole numbers that newer versions of an operator take as an input and older ones as an attribute.
func (c *call) fromInputOrAttribute(k int, name string) []int {
	if c.optional(k) != nil {
		return c.static(k)
	}
	return c.ints(name)
}

// axis makes a negative axis count from the end.
func (c *call) axis(a, rank int) int {
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= max(rank, 1) {
		c.wrong("axis %d of a value with %d axes", a, rank)
	}
	return a
}

// apply adds a primitive.
func (c *importer) apply(kind string, attrs any, in ...*graph.Value) *graph.Value {
	out, err := op.Apply(c.g, kind, attrs, in...)
	check(err)
	return out[0]
}

// Orders of elements.

// plain returns v with its elements in ONNX's order.
func (c *importer) plain(v *value) *graph.Value { return c.arranged(v, identity(len(v.shape))) }

// last returns v [N,C,D…] as [N,D…,C].
func (c *importer) last(v *value) *graph.Value { return c.arranged(v, channelsLast(len(v.shape))) }

// arranged returns v with axis i at place perm[i].
func (c *importer) arranged(v *value, perm []int) *graph.Value {
	if v.known != nil {
		return c.place(v.known.transpose(v.shape, perm), v.known, permuted([]int(v.shape), perm), fmt.Sprint(perm))
	}
	c.solid(v)
	have := v.order()
	move := make([]int, len(perm)) // axis j of the result is axis move[j] of v.v
	for i := range perm {
		move[perm[i]] = have[i]
	}
	to := graph.Shape(permuted([]int(v.shape), perm))
	if isIdentity(invert(move), v.v.Shape) {
		return op.Reshape(c.g, v.v, to)
	}
	y, err := op.Transpose(c.g, v.v, move...)
	check(err)
	return y
}

// asItLies returns v in the order that moves nothing, and where its axes then are.
func (c *importer) asItLies(v *value) (*graph.Value, []int) {
	perm := identity(len(v.shape))
	if v.known == nil {
		c.solid(v)
		perm = v.order()
	}
	return c.arranged(v, perm), perm
}

// computed makes a value of a graph's value that has axis i at place perm[i]; nil is ONNX's order.
func computed(d onnxir.DataType, v *graph.Value, perm []int) *value {
	if perm == nil {
		return &value{dtype: d, shape: v.Shape, v: v}
	}
	return &value{dtype: d, shape: permuted([]int(v.Shape), invert(perm)), v: v, perm: perm}
}

// set gives output k a value.
func (c *call) set(k int, v *value) {
	for len(c.out) <= k {
		c.out = append(c.out, nil)
	}
	c.out[k] = v
}

// setLast gives output 0 a value [N,D…,C] of the type of input 0.
func (c *call) setLast(v *graph.Value) {
	c.set(0, computed(c.in[0].dtype, v, channelsLast(len(v.Shape))))
}

// reserved reports whether a session has values of its own under such names: mean and scale of the input, which a net that was
// written by Fovea has in its graph and which are not trained, and data.
func reserved(name string) bool {
	return strings.HasPrefix(name, "input.") || strings.HasPrefix(name, "data.")
}

// place puts known numbers into the graph, once for each order: numbers of initializers as a parameter, which training may
// change, others as a state. from is the array as the model has it.
func (c *importer) place(a, from *array, s graph.Shape, order string) *graph.Value {
	if c.exact != nil {
		return c.placeExact(a, s)
	}
	key := placement{from, fmt.Sprint(order, s)}
	if v := c.placed[key]; v != nil {
		return v
	}
	if s.Elems() < 1 {
		check(fmt.Errorf("a value without elements is used in computing: %w", graph.ErrUnsupported))
	}
	base := cmp.Or(from.name, "constant")
	if reserved(base) {
		base = "onnx." + base
	}
	name := base
	for k := 1; c.names[name] || from.name == "" && k == 1; k++ {
		name = fmt.Sprintf("%s.%d", base, k)
	}
	v := c.g.State
	if from.trained {
		v = func(name string, _ graph.DType, s graph.Shape, init graph.Init) *graph.Value {
			return c.g.Param(name, s, init)
		}
	}
	c.names[name] = true
	if !a.alike {
		c.weights[name] = Weight{Shape: s, F32: a.floats(), exact: a.f64}
	}
	c.placed[key] = v(name, graph.F32, s, graph.Init{A: a.fill})
	return c.placed[key]
}
