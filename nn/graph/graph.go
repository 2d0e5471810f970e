package graph

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
)

// Role says where a value comes from.
type Role uint8

// The roles. Parameters are trained; States persist between runs without being trained (momenta, running statistics,
// data sets); both live in a device's store under their names.
const (
	Intermediate Role = iota
	Input
	Parameter
	State
	Constant
)

// String returns the role's name.
func (r Role) String() string {
	return [...]string{"intermediate", "input", "parameter", "state", "constant"}[r]
}

// InitKind is a distribution of starting values.
type InitKind uint8

// The distributions: InitConst is A everywhere, InitUniform is in [A, B), InitNormal has mean A and deviation B.
// InitTruncated is InitNormal without what lies more than two deviations from the mean. InitOrthogonal takes the values
// for a matrix with B columns and makes its columns, or, if these are more, its rows, orthogonal vectors of length A.
const (
	InitConst InitKind = iota
	InitUniform
	InitNormal
	InitTruncated
	InitOrthogonal
)

// Init says how a parameter or state starts.
type Init struct {
	Kind InitKind
	A, B float64
}

// Value is the result of an operation, or something given.
type Value struct {
	ID    int // position in Graph.Values
	Name  string
	Shape Shape
	Type  DType
	Role  Role
	Node  *Node     // what computes it; nil unless Intermediate
	Init  Init      // of a Parameter or State
	Data  []float32 // of a Constant
}

// String prints the value as `name f32[…]`.
func (v *Value) String() string {
	name := v.Name
	if name == "" {
		name = fmt.Sprintf("v%d", v.ID)
	}
	return fmt.Sprintf("%s %v%v", name, v.Type, v.Shape)
}

// Node is one operation.
type Node struct {
	Op    string // name of a primitive
	Attrs any    // its attributes, a struct of package op
	In    []*Value
	Out   []*Value
	// Epilogue, where not nil, is applied to each element of Out[0] before it is stored. Its variable 0 is that
	// element; variable k is In[Arity+k-1], broadcast to Out[0]'s shape, behind the primitive's own Arity inputs.
	Epilogue *expr.Expr
	Arity    int
	Layer    string // which layer it belongs to, for messages and labels
}

// Update says that a parameter or state takes a new value when a run ends.
type Update struct{ Target, Value *Value }

// Output names a value that can be read after a run.
type Output struct {
	Name  string
	Value *Value
}

// Graph is a list of operations in an order in which they can be computed.
type Graph struct {
	Values  []*Value
	Nodes   []*Node
	Updates []Update
	Outputs []Output
	// Layer is the label that new nodes carry.
	Layer string

	named map[string]*Value // parameters and states
	err   error
}

// New returns an empty graph.
func New() *Graph { return &Graph{} }

func (g *Graph) value(v *Value) *Value {
	v.ID = len(g.Values)
	g.Values = append(g.Values, v)
	return v
}

// Input adds a value that is given with each run.
func (g *Graph) Input(name string, t DType, s Shape) *Value {
	return g.value(&Value{Name: name, Shape: s.Clone(), Type: t, Role: Input})
}

// Param adds a trained f32 value that persists under its name. Asked again for a name, it returns the value that is
// there, which so gets the sum of the gradients of its uses; a difference in shape is the graph's Err.
func (g *Graph) Param(name string, s Shape, init Init) *Value {
	return g.persistent(&Value{Name: name, Shape: s.Clone(), Role: Parameter, Init: init})
}

// State adds a value that persists under its name without being trained, or returns the one that is there, as Param.
func (g *Graph) State(name string, t DType, s Shape, init Init) *Value {
	return g.persistent(&Value{Name: name, Shape: s.Clone(), Type: t, Role: State, Init: init})
}

// typed prints v's type where it is not the usual one.
func (v *Value) typed() string {
	if v.Type == F32 {
		return v.Shape.String()
	}
	return v.Type.String() + v.Shape.String()
}

func (g *Graph) persistent(v *Value) *Value {
	old := g.named[v.Name]
	if old == nil {
		if g.named == nil {
			g.named = map[string]*Value{}
		}
		if v.Name != "" {
			g.named[v.Name] = v
		}
		return g.value(v)
	}
	if old.Role == v.Role && old.Type == v.Type && old.Shape.Equal(v.Shape) {
		return old
	}
	if g.err == nil {
		msg := fmt.Sprintf("%s %s: got %v, want %v as in the layer that it is shared with", v.Role, v.Name, v.typed(), old.typed())
		if old.Role != v.Role {
			msg = fmt.Sprintf("%s %s: the name is that of a %s already; give one of the two another", v.Role, v.Name, old.Role)
		}
		g.err = &ShapeError{Where: g.Layer, Msg: msg}
	}
	return g.value(v) // of the shape that was asked for, so that building can go on until somebody looks at Err
}

// Err returns the first error of Param and State. op.Apply and op.Gradients return it too.
func (g *Graph) Err() error { return g.err }

// Const adds a constant; data has s.Elems() elements and is kept.
func (g *Graph) Const(s Shape, data ...float32) *Value {
	if len(data) != s.Elems() {
		panic(fmt.Sprintf("graph: constant %v has %d elements", s, len(data)))
	}
	return g.value(&Value{Shape: s.Clone(), Role: Constant, Data: data})
}

// Find returns the input, parameter or state of this name, or nil.
func (g *Graph) Find(name string) *Value {
	for _, v := range g.Values {
		if v.Role != Intermediate && v.Name == name && name != "" {
			return v
		}
	}
	return nil
}

// Type is what a shape rule yields for an output.
type Type struct {
	Shape Shape
	Type  DType
}

// Append adds a node whose output types are known to fit. Package op checks them; use op.Apply.
func (g *Graph) Append(n *Node, out []Type) *Node {
	if n.Layer == "" {
		n.Layer = g.Layer
	}
	for _, t := range out {
		n.Out = append(n.Out, g.value(&Value{Shape: t.Shape, Type: t.Type, Node: n}))
	}
	g.Nodes = append(g.Nodes, n)
	return n
}

// Assign lets target, a parameter or state, take v's value when a run ends. A target has one; see Move.
func (g *Graph) Assign(target, v *Value) {
	if !target.Shape.Equal(v.Shape) || target.Type != v.Type {
		panic(fmt.Sprintf("graph: assign %v to %v", v, target))
	}
	g.Updates = append(g.Updates, Update{target, v})
}

// Move lets target take what next makes of it when a run ends: of its present value or, where target has been assigned
// to already, of what it was to become, which is then replaced.
func (g *Graph) Move(target *Value, next func(from *Value) *Value) {
	for i, u := range g.Updates {
		if u.Target == target {
			g.Updates = slices.Delete(g.Updates, i, i+1)
			g.Assign(target, next(u.Value))
			return
		}
	}
	g.Assign(target, next(target))
}

// Output makes v readable under name after a run.
func (g *Graph) Output(name string, v *Value) { g.Outputs = append(g.Outputs, Output{name, v}) }

// Params returns the parameters in the order in which they were added.
func (g *Graph) Params() []*Value {
	var ps []*Value
	for _, v := range g.Values {
		if v.Role == Parameter {
			ps = append(ps, v)
		}
	}
	return ps
}
