package op

import (
	"errors"
	"fmt"
	"sort"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Primitive is one registered operation.
type Primitive struct {
	Name string
	// Shape checks attributes and inputs and yields the outputs' types.
	Shape func(attrs any, in []graph.Type) ([]graph.Type, error)
	// Ref computes the outputs by plain loops in float64. It is the truth that devices are compared with.
	Ref func(n *graph.Node, in []*Tensor) []*Tensor
	// Grad builds, from the gradients of the outputs (nil where nothing arrives), those of the inputs (nil where none is
	// defined). need tells which inputs are worth the work.
	Grad func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value
	// NoGrad says why there is no gradient, where Grad is nil.
	NoGrad string
	// FLOPs counts floating-point operations, a multiply-add as 2; nil means one for each element of the first output.
	FLOPs func(n *graph.Node) int
}

var primitives = map[string]*Primitive{}

func register(p Primitive) string {
	if p.Shape == nil || p.Ref == nil || (p.Grad == nil) == (p.NoGrad == "") || primitives[p.Name] != nil {
		panic("op: incomplete registration of " + p.Name)
	}
	primitives[p.Name] = &p
	return p.Name
}

// Lookup returns the primitive of this name, or nil.
func Lookup(name string) *Primitive { return primitives[name] }

// Names lists the registered primitives alphabetically.
func Names() []string {
	names := make([]string, 0, len(primitives))
	for n := range primitives {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Apply adds a primitive to g. It returns a *graph.ShapeError, with g's current layer in it, if the inputs do not fit.
// It returns g's own error if there is one.
func Apply(g *graph.Graph, name string, attrs any, in ...*graph.Value) ([]*graph.Value, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	return checked(g, name, attrs, in...)
}

func checked(g *graph.Graph, name string, attrs any, in ...*graph.Value) ([]*graph.Value, error) {
	p := primitives[name]
	types := make([]graph.Type, len(in))
	for i, v := range in {
		types[i] = graph.Type{Shape: v.Shape, Type: v.Type}
	}
	out, err := p.Shape(attrs, types)
	if err != nil {
		var se *graph.ShapeError
		if errors.As(err, &se) && se.Where == "" {
			return nil, &graph.ShapeError{Where: g.Layer, Msg: se.Msg}
		}
		return nil, fmt.Errorf("%s: %w", g.Layer, err)
	}
	for _, t := range append(types, out...) { // gradients have the inputs' shapes: they fit then, too
		if t.Shape.Elems() > maxElems {
			return nil, &graph.ShapeError{Where: g.Layer, Msg: fmt.Sprintf("a value of %v has more than %d elements", t.Shape, maxElems)}
		}
	}
	return g.Append(&graph.Node{Op: name, Attrs: attrs, In: in, Arity: len(in)}, out).Out, nil
}

// maxElems bounds one value: an index must fit 31 bits on every device.
const maxElems = 1<<31 - 1

// apply is Apply where a failure would be a bug: in gradients and compositions of checked parts.
func apply(g *graph.Graph, name string, attrs any, in ...*graph.Value) []*graph.Value {
	out, err := checked(g, name, attrs, in...)
	if err != nil {
		panic(fmt.Sprintf("op: %s: %v", name, err))
	}
	return out
}

// FLOPs counts n's floating-point operations, its epilogue's too.
func FLOPs(n *graph.Node) int {
	elems := n.Out[0].Shape.Elems()
	f := elems
	if p := primitives[n.Op]; p != nil && p.FLOPs != nil {
		f = p.FLOPs(n)
	}
	if n.Epilogue != nil {
		f += elems * n.Epilogue.Cost()
	}
	return f
}

// withEpilogue applies the epilogue of n to out in place.
func withEpilogue(n *graph.Node, in []*Tensor, out *Tensor) {
	extra := in[n.Arity:]
	offsets := make([]func(int) int, len(extra))
	for k, t := range extra {
		offsets[k] = broadcastIndex(t.Shape, out.Shape)
	}
	vars := make([]float64, 1+len(extra))
	for i := range out.Data {
		vars[0] = out.Data[i]
		for k, t := range extra {
			vars[1+k] = t.Data[offsets[k](i)]
		}
		out.Data[i] = expr.Eval(n.Epilogue, vars)
	}
}
