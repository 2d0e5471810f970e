package conform

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// model is a graph that is being built for a case, and which of the graph's given values stands for which tensor.
type model struct {
	*layer.Builder
	given  func(key string) (plan.Tensor, error) // the tensors that the graph may bind
	values map[string]bound                      // inputs, parameters and states by their names in the graph
}

// bound is a value of the graph that stands for a tensor of the case.
type bound struct {
	value *graph.Value
	key   string
	layout
}

// tensorValue is a value of the graph with the layout in which it lies.
type tensorValue struct {
	*graph.Value
	layout
}

// node is what a builder sees: an operation with its inputs.
type node struct {
	*model
	name    string // of the layer; its parameters are called name.weight, …
	op      string
	attrs   json.RawMessage
	inputs  []operand
	params  map[string]string // the operation's names → keys
	buffers map[string]string
}

// operand is an input of a node: a key of the case, whose value is made in the layout that the builder asks for, or a
// value that is there.
type operand struct {
	key   string
	value *tensorValue
}

// builder adds an operation to the graph of a node and returns its result.
type builder func(n *node) (tensorValue, error)

// table holds builders by the names that operations have in cases.
type table map[string]builder

var operations = table{}

// register adds a table to the operations; each file of builders has one.
func register(t table) bool {
	for name, b := range t {
		if operations[name] != nil {
			panic("conform: two builders of " + name)
		}
		operations[name] = b
	}
	return true
}

// notSupported is the error of an operation, optimizer or schedule, or a variant of one, that does not exist yet.
func notSupported(format string, args ...any) error {
	return fmt.Errorf("not supported: %s%w", fmt.Sprintf(format, args...), hidden{graph.ErrUnsupported})
}

// hidden is an error's kind without its text.
type hidden struct{ error }

func (hidden) Error() string   { return "" }
func (h hidden) Unwrap() error { return h.error }

func newModel(given func(key string) (plan.Tensor, error)) *model {
	return &model{Builder: layer.NewBuilder(graph.New()), given: given, values: map[string]bound{}}
}

// add builds a node.
func (m *model) add(n *node) (tensorValue, error) {
	build := operations[n.op]
	if build == nil {
		return tensorValue{}, notSupported("%s", n.op)
	}
	n.model = m
	m.Begin(n.op, n.name, n.op)
	y, err := build(n)
	if err == nil && y.Value == nil {
		err = fmt.Errorf("%s: the builder made nothing", n.op)
	}
	return y, err
}

// input adds, or finds, the graph's input that stands for a key.
func (m *model) input(key string, l layout) (tensorValue, error) {
	if b, ok := m.values[key]; ok {
		return m.as(tensorValue{b.value, b.layout}, l)
	}
	t, err := m.given(key)
	if err != nil {
		return tensorValue{}, err
	}
	v := m.G.Input(key, t.Type, l.shape(t.Shape))
	m.values[key] = bound{v, key, l}
	return tensorValue{v, l}, nil
}

// as brings x into another layout, by a transposition in the graph.
func (m *model) as(x tensorValue, l layout) (tensorValue, error) {
	perm := permuted(inverse(x.perm(len(x.Shape))), l.perm(len(x.Shape)))
	if slices.IsSorted(perm) {
		return tensorValue{x.Value, l}, nil
	}
	v, err := op.Transpose(m.G, x.Value, perm...)
	return tensorValue{v, l}, err
}

// in returns input i in a layout.
func (n *node) in(i int, l layout) (tensorValue, error) {
	if i >= len(n.inputs) {
		return tensorValue{}, fmt.Errorf("%s: got %d inputs, want %d", n.op, len(n.inputs), i+1)
	}
	if x := n.inputs[i]; x.value != nil {
		return n.as(*x.value, l)
	}
	return n.input(n.inputs[i].key, l)
}

// rank returns the number of axes of input i, or 0 where there is none.
func (n *node) rank(i int) int {
	if i >= len(n.inputs) {
		return 0
	}
	if x := n.inputs[i]; x.value != nil {
		return len(x.value.Shape)
	}
	t, _ := n.given(n.inputs[i].key)
	return len(t.Shape)
}

// buffer returns a given tensor that has no gradient, by the operation's name of it, as an input of the graph.
func (n *node) buffer(name string, l layout) (tensorValue, error) {
	key, ok := n.buffers[name]
	if !ok {
		return tensorValue{}, fmt.Errorf("%s: the buffer %q is missing", n.op, name)
	}
	return n.input(key, l)
}

// shapeOf returns the shape of a parameter by the operation's name of it.
func (n *node) shapeOf(name string) (graph.Shape, error) {
	key, ok := n.params[name]
	if !ok {
		return nil, fmt.Errorf("%s: the parameter %q is missing", n.op, name)
	}
	t, err := n.given(key)
	return t.Shape, err
}

// bind says that the parameter or state that the layer just added as n.name.name stands for the tensor that the case
// has for the operation's name.
func (n *node) bind(name string, l layout) error {
	v := n.G.Find(n.name + "." + name)
	if v == nil {
		return fmt.Errorf("%s: the layer has no %s", n.op, name)
	}
	keys := n.params
	if v.Role == graph.State {
		keys = n.buffers
	}
	key, ok := keys[name]
	if !ok {
		return fmt.Errorf("%s: the layer has %s %s, the case does not", n.op, v.Role, name)
	}
	t, err := n.given(key)
	if err != nil {
		return err
	}
	if got := l.shape(t.Shape); !got.Equal(v.Shape) || t.Type != v.Type {
		return graph.Shapef("%s: got %v %v, want %v %v", key, t.Type, t.Shape, v.Type, l.back(v.Shape))
	}
	for _, b := range n.values {
		if b.key == key {
			return notSupported("%s is used twice", key)
		}
	}
	n.values[v.Name] = bound{v, key, l}
	return nil
}

// of finds the value that stands for a key.
func (m *model) of(key string) (bound, error) {
	for _, b := range m.values {
		if b.key == key {
			return b, nil
		}
	}
	return bound{}, fmt.Errorf("nothing in the graph stands for %s", key)
}
