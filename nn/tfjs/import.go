package tfjs

import (
	"errors"
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// value is a tensor of the model: known numbers or a value of the graph.
type value struct {
	known *array
	v     *graph.Value
	// softmax says that the tensor is the softmax of v over the last axis, which is added when something but the end of
	// the model reads it; see importer.data.
	softmax bool
}

func (v *value) shape() graph.Shape {
	if v.known != nil {
		return v.known.shape
	}
	return v.v.Shape
}

func of(v *graph.Value) *value { return &value{v: v} }

// importer builds one graph. Its methods do not return errors but end the layer or node: see caught.
type importer struct {
	b       *layer.Builder
	arrays  map[string]*array // the weights of the file
	weights map[string]Weight // those used, by their names in the graph
	placed  map[*array]*graph.Value
	budget  int  // numbers that may still be computed while building
	apart   bool // the graph is computed at once: known numbers are constants; see nodeCall.fold
}

// failure carries an error out of the operators, which are many and short, to caught.
type failure struct{ err error }

func check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

func checked[T any](v T, err error) T {
	check(err)
	return v
}

func wrong(format string, args ...any) { check(graph.Shapef(format, args...)) }

func malformed(format string, args ...any) {
	check(fmt.Errorf("%w: %w", graph.ErrFormat, fmt.Errorf(format, args...)))
}

func unsupported(format string, args ...any) {
	check(fmt.Errorf("%w: %w", graph.ErrUnsupported, fmt.Errorf(format, args...)))
}

// named is an error that says already where it arose.
type named struct{ error }

func (n named) Unwrap() error { return n.error }

// caught turns a failure into the error of who was at work.
func caught(err *error, who func() string) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = at(who(), r.err)
	default:
		panic(r)
	}
}

// at names who was at work when an error arose, unless it says so already.
func at(who string, err error) error {
	if errors.As(err, new(named)) {
		return err
	}
	var shape *graph.ShapeError
	if errors.As(err, &shape) {
		return named{&graph.ShapeError{Where: "tfjs: " + who, Msg: shape.Msg}}
	}
	return named{fmt.Errorf("tfjs: %s: %w", who, err)}
}

// spend counts numbers that are computed while building.
func (i *importer) spend(n int) {
	if i.budget -= min(n, maxComputed+1); i.budget < 0 {
		unsupported("more than %d numbers would be computed while the model is built", maxComputed)
	}
}

// apply adds a primitive.
func (i *importer) apply(kind string, attrs any, in ...*graph.Value) *graph.Value {
	return checked(op.Apply(i.b.G, kind, attrs, in...))[0]
}

// mapped adds an elementwise expression.
func (i *importer) mapped(e *expr.Expr, in ...*graph.Value) *graph.Value {
	return i.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}}, in...)
}

func (i *importer) reshape(x *graph.Value, s graph.Shape) *graph.Value {
	return checked(layer.Reshape(i.b, x, s))
}

// data returns the tensor as a value of the graph; known numbers become a parameter.
func (i *importer) data(v *value) *graph.Value {
	switch {
	case v.known != nil:
		return i.param(v.known, v.known.shape)
	case v.softmax:
		v.v, v.softmax = checked(layer.Softmax(i.b, v.v)), false
	}
	return v.v
}

// param puts known numbers into the graph as a parameter, in a shape of as many elements.
func (i *importer) param(a *array, s graph.Shape) *graph.Value {
	return i.place(a, s, func() *graph.Value { return i.b.G.Param(a.name, s, graph.Init{}) })
}

// state puts known numbers into the graph as a state.
func (i *importer) state(a *array, s graph.Shape) *graph.Value {
	return i.place(a, s, func() *graph.Value { return i.b.G.State(a.name, graph.F32, s, graph.Init{}) })
}

func (i *importer) place(a *array, s graph.Shape, add func() *graph.Value) *graph.Value {
	if a.len() != s.Elems() || a.len() < 1 {
		wrong("weight %q: got %v, want %v", a.name, a.shape, s)
	}
	v := i.placed[a]
	switch {
	case v != nil:
		return i.reshape(v, s)
	case i.apart:
		v = i.b.G.Const(s, a.floats()...)
	default:
		i.weights[a.name] = Weight{Shape: s, F32: a.floats()}
		v = add()
	}
	i.placed[a] = v
	return v
}
