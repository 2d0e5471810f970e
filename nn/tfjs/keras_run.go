package tfjs

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// call is one call of a layer, as its builder sees it. Its methods do not return errors but end the layer: see caught.
type call struct {
	*importer
	l      *kerasLayer
	within []string // the names of the models around it
	in     []*value
	x      *graph.Value // in[0]
	prefix string       // of the weights in the file and in the graph, once one was found
}

// kerasLayers build the layers of each class, all with one output.
var kerasLayers = map[string]func(*call) *value{}

// maxCalls bounds the layers of a model, those of nested ones counted for each call; the largest of Keras has 1,041.
const maxCalls = 1 << 12

func (c *container) build(i *importer, x *graph.Value) *value {
	calls := 0
	return c.run(i, &calls, nil, []*value{of(x)})[0]
}

// run builds a call of the model.
func (c *container) run(i *importer, calls *int, within []string, in []*value) []*value {
	if len(in) != len(c.inputs) {
		wrong("got %d inputs, want %d", len(in), len(c.inputs))
	}
	values := map[tensorRef]*value{}
	for k, ref := range c.inputs {
		values[ref] = in[k]
	}
	roots := make([]tensorRef, len(c.outputs))
	for k, ref := range c.outputs {
		roots[k] = ref.node()
	}
	sorted, err := order(roots, func(ref tensorRef) ([]tensorRef, error) {
		if values[ref] != nil {
			return nil, nil
		}
		in, err := c.inputsOf(ref)
		needs := make([]tensorRef, len(in))
		for k, r := range in {
			needs[k] = r.node()
		}
		return needs, err
	})
	check(err)
	for _, ref := range sorted {
		if values[ref] != nil {
			continue
		}
		if *calls++; *calls > maxCalls {
			unsupported("more than %d layers", maxCalls)
		}
		var in []*value
		for _, r := range checked(c.inputsOf(ref)) {
			in = append(in, c.get(values, r))
		}
		for k, v := range c.layers[ref.layer].run(i, calls, within, in) {
			values[tensorRef{ref.layer, ref.call, k}] = v
		}
	}
	var out []*value
	for _, ref := range c.outputs {
		out = append(out, c.get(values, ref))
	}
	return out
}

// node is the first output of the call.
func (r tensorRef) node() tensorRef { return tensorRef{r.layer, r.call, 0} }

// String names the layer.
func (r tensorRef) String() string { return fmt.Sprintf("layer %q", r.layer) }

func (c *container) get(values map[tensorRef]*value, r tensorRef) *value {
	v := values[r]
	if v == nil {
		malformed("%v has no output %d", r, r.output)
	}
	return v
}

func (c *container) inputsOf(ref tensorRef) ([]tensorRef, error) {
	l := c.layers[ref.layer]
	if l == nil {
		return nil, fmt.Errorf("there is no layer %q: %w", ref.layer, graph.ErrFormat)
	}
	k := ref.call - l.firstCall
	if k < 0 || k >= len(l.calls) {
		return nil, fmt.Errorf("%v has no call %d: %w", ref, ref.call, graph.ErrFormat)
	}
	return l.calls[k], nil
}

// run builds a call of the layer.
func (l *kerasLayer) run(i *importer, calls *int, within []string, in []*value) (out []*value) {
	var err error
	defer func() { check(err) }()
	defer caught(&err, func() string { return fmt.Sprintf("layer %q (%s)", l.name, l.class) })
	if l.nested != nil {
		return l.nested.run(i, calls, append(within[:len(within):len(within)], l.name), in)
	}
	f := kerasLayers[l.class]
	if f == nil {
		unsupported("the class %s is not known here", l.class)
	}
	if len(in) == 0 {
		malformed("it reads nothing")
	}
	c := &call{importer: i, l: l, within: within, in: in}
	var common struct {
		DataFormat string `json:"data_format"`
	}
	c.config(&common)
	if f := common.DataFormat; f != "" && f != "channels_last" {
		unsupported("data_format: got %q, want channels_last", f)
	}
	i.b.Begin(strings.ToLower(l.class), l.name, l.class)
	if !passes[l.class] {
		c.x = i.data(in[0])
	}
	return []*value{f(c)}
}

// passes are the classes that may leave a softmax to be added later.
var passes = map[string]bool{}

// config reads the layer's numbers; what is missing keeps its value.
func (c *call) config(to any) { check(decode(c.l.config, to)) }

// weight finds a weight of the layer, such as kernel. It is called NAME/kernel or, behind names of models, ends so.
func (c *call) weight(kind string) *array {
	if a := c.arrays[c.l.name+"/"+kind]; a != nil {
		c.prefix = c.l.name
		return a
	}
	var found []*array
	full := append(c.within[:len(c.within):len(c.within)], c.l.name)
	for _, names := range [][]string{full, {c.l.name}} { // the models around it need not be named
		for name, a := range c.arrays {
			if before, ok := strings.CutSuffix(name, "/"+kind); ok && contains(before, names) {
				found = append(found, a)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) != 1 {
		malformed("%d weights are called %s/%s or end so, want one", len(found), c.l.name, kind)
	}
	c.prefix = path.Dir(found[0].name)
	return found[0]
}

// contains reports whether all names occur in a path, in this order.
func contains(p string, names []string) bool {
	for more := true; more && len(names) > 0; {
		var part string
		if part, p, more = strings.Cut(p, "/"); part == names[0] {
			names = names[1:]
		}
	}
	return len(names) == 0
}

// bind gives the parameter or state PREFIX.name the weight of a kind, which must have the shape that Keras gives it; own
// is Fovea's.
func (c *call) bind(kind, name string, keras, own graph.Shape) {
	a := c.weight(kind)
	if !a.shape.Equal(keras) {
		wrong("weight %q: got %v, want %v", a.name, a.shape, keras)
	}
	c.weights[c.prefix+name] = Weight{Shape: own, F32: a.floats()}
}

// fill gives a parameter that Keras does not have, here, the same number everywhere.
func (c *call) fill(name string, s graph.Shape, v float32) {
	c.spend(s.Elems())
	f := make([]float32, s.Elems())
	for k := range f {
		f[k] = v
	}
	c.weights[c.prefix+name] = Weight{Shape: s, F32: f}
}

// pixels returns the input, which must be [N,H,W,C].
func (c *call) pixels() *graph.Value {
	if len(c.x.Shape) != 4 {
		wrong("input: got %v, want [N,H,W,C]", c.x.Shape)
	}
	return c.x
}

// channels is the size of the input's last axis.
func (c *call) channels() int { return c.x.Shape[len(c.x.Shape)-1] }

// each applies an expression to each element of the input.
func (c *call) each(e *expr.Expr) *value { return of(c.mapped(e, c.x)) }

// ints is a whole number or a list of them.
type ints []int

// UnmarshalJSON reads either.
func (n *ints) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' || string(b) == "null" {
		return json.Unmarshal(b, (*[]int)(n))
	}
	*n = ints{0}
	return json.Unmarshal(b, &(*n)[0])
}

// two returns the numbers for height and width: both the same if there is one, and missing if there is none.
func (n ints) two(missing ints) ints {
	switch len(n) {
	case 0:
		return missing
	case 1:
		return ints{n[0], n[0]}
	case 2:
		return n
	}
	wrong("got %v, want one number or one each for height and width", n)
	return nil
}
