package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// Model is an ONNX model as it was read.
type Model struct {
	ir   *onnxir.Model
	size int // of the file
}

// budget is how many bytes may be spent on computing while a graph is built: what exporters write needs a few kB, but a few bytes
// can ask for a lot. What goes beyond is left to the device.
func (m *Model) budget() int { return 1<<24 + 10*m.size }

// Tensor is numbers in ONNX's order: F32 of the types that hold fractions, but double, and F64 of all others.
type Tensor struct {
	Type  onnxir.DataType
	Shape graph.Shape
	F32   []float32
	F64   []float64
}

// Options say what a graph is built for.
type Options struct {
	// Shapes are the sizes of inputs, for those that the model leaves open.
	Shapes map[string]graph.Shape
	// Fixed are inputs that are the same in every run; what depends on them alone is computed once, and they may decide on
	// shapes.
	Fixed map[string]Tensor
	// All makes every value an output that is computed as a float, to look inside.
	All bool
}

// Port is an input or output of a built graph.
type Port struct {
	Name  string
	Type  onnxir.DataType
	Shape graph.Shape // in ONNX's order, which is that of the elements too
	// Fixed, of an output, holds the numbers that are the same in every run; the graph then has no output of this name.
	Fixed *Tensor
}

// Built is a model as a graph, for inputs of certain sizes.
type Built struct {
	*graph.Graph
	// Inputs are f32, but i32 where the model has integers of 32 bits or more. The graph's inputs and outputs have the same
	// names.
	Inputs, Outputs []Port
	// Double says that the model computes with numbers of 64 bits, of which backends keep 32: Interpret keeps all.
	Double bool
	// Weights are the values of the graph's parameters and states; one that is missing starts as the graph says.
	Weights map[string]Weight
}

// Weight is the value of a parameter or state in Fovea's order.
type Weight struct {
	Shape graph.Shape
	F32   []float32
	exact []float64 // of double
}

// NeedsValue is the error of an input that must be Fixed, as it decides on a shape.
type NeedsValue struct {
	Input string
	Node  string // that needs it
}

// Error says which.
func (e *NeedsValue) Error() string {
	return fmt.Sprintf("onnx: %s: input %q decides on a shape: its value is needed when the graph is built", e.Node, e.Input)
}

// importer builds one graph.
type importer struct {
	m         *Model
	g         *graph.Graph
	b         *layer.Builder
	o         Options
	operators table
	opset     int
	values    map[string]*value
	users     map[string][]*onnxir.Node
	makers    map[string]*onnxir.Node
	inputs    map[*graph.Value]string // of ONNX
	merged    map[*onnxir.Node]bool   // nodes that are part of an earlier one
	passes    map[*onnxir.Node]bool   // nodes whose output is their input
	given     map[string]*value       // inputs that the graph has already
	samples   int                     // of a run, where the model was perhaps written for one
	// weights by name; arrays that several nodes read in the same order are one. Those of equal numbers are in the graph alone,
	// as what a parameter starts with.
	weights map[string]Weight
	names   map[string]bool
	placed  map[placement]*graph.Value
	budget  *int // bytes that may still be spent on computing while building
	// exact, where not nil, gets the arrays instead, in float64: the graph is computed at once; see fold.
	exact map[string]*array
}

// placement is an array in the graph in an order.
type placement struct {
	a     *array
	order string
}

// Build makes the model a graph of Fovea's primitives, channels last inside. Every shape is fixed by then: those of the inputs
// come from the model or Options. Float initializers become parameters, under their names, so the graph can be trained.
//
// An error is a *NeedsValue, or of kind graph.ErrUnsupported, graph.ErrFormat or *graph.ShapeError, and names the node.
func (m *Model) Build(o Options) (*Built, error) {
	i := newImporter(m, layer.NewBuilder(graph.New()))
	i.o = o
	built := &Built{Graph: i.g, Weights: i.weights}
	if err := i.run(built); err != nil {
		return nil, err
	}
	return built, i.g.Err()
}

func newImporter(m *Model, b *layer.Builder) *importer {
	makers := map[string]*onnxir.Node{}
	for _, n := range m.ir.Graph.Nodes {
		for _, out := range n.Outputs {
			makers[out] = n
		}
	}
	return &importer{m: m, makers: makers, g: b.G, b: b, operators: operators(), opset: int(m.ir.Opsets[""]),
		values: map[string]*value{}, users: map[string][]*onnxir.Node{}, inputs: map[*graph.Value]string{}, merged: map[*onnxir.Node]bool{},
		passes: map[*onnxir.Node]bool{}, weights: map[string]Weight{}, names: map[string]bool{}, budget: new(m.budget()), placed: map[placement]*graph.Value{}}
}

func (i *importer) run(built *Built) error {
	if len(i.m.ir.Graph.Outputs) == 0 {
		return fmt.Errorf("onnx: the model has no outputs: %w", graph.ErrFormat)
	}
	if err := i.compute(built); err != nil {
		return err
	}
	names := i.m.Outputs()
	if i.o.All {
		for _, name := range i.m.Values() {
			if v := i.values[name]; v != nil && v.known == nil && !slices.Contains(names, name) && i.inputs[v.v] == "" {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		port, err := i.output(name)
		if err != nil {
			return err
		}
		built.Outputs = append(built.Outputs, port)
		built.Double = built.Double || port.Type == onnxir.Double && port.Fixed == nil
	}
	return nil
}

// compute builds all nodes.
func (i *importer) compute(built *Built) error {
	graph := i.m.ir.Graph
	nodes, err := graph.Sorted(nil)
	if err != nil {
		return kind(err)
	}
	for _, n := range nodes {
		for _, name := range n.Inputs {
			i.users[name] = append(i.users[name], n)
		}
	}
	for _, t := range graph.Initializers {
		v, err := tensorOf(t)
		if err != nil {
			return kind(err)
		}
		v.known.name, v.known.trained = t.Name, isFloat(v.dtype) && !reserved(t.Name)
		i.values[t.Name] = v
	}
	for _, in := range graph.Inputs {
		if i.values[in.Name] != nil {
			continue // up to version 3 of the format initializers are inputs too
		}
		if v := i.given[in.Name]; v != nil {
			i.values[in.Name] = v
			continue
		}
		port, err := i.input(in)
		if err != nil {
			return err
		}
		built.Inputs = append(built.Inputs, port)
	}
	for _, n := range nodes {
		if i.merged[n] {
			continue
		}
		if err := i.add(n); err != nil {
			return err
		}
	}
	return nil
}

// input adds one input of the model.
func (i *importer) input(in *onnxir.Value) (Port, error) {
	if f, ok := i.o.Fixed[in.Name]; ok {
		i.values[in.Name] = &value{dtype: f.Type, shape: f.Shape, known: &array{f32: f.F32, f64: f.F64}}
		return Port{Name: in.Name, Type: f.Type, Shape: f.Shape, Fixed: &f}, nil
	}
	if in.Type == nil || in.Type.Kind != onnxir.KindTensor {
		return Port{}, fmt.Errorf("onnx: input %q is %v: only tensors are read: %w", in.Name, in.Type, graph.ErrUnsupported)
	}
	v := &value{dtype: in.Type.Elem, shape: i.o.Shapes[in.Name]}
	if v.shape == nil {
		v.shape = graph.Shape{}
		for axis, d := range in.Type.Dims {
			if !d.Known() {
				return Port{}, fmt.Errorf("onnx: input %q is %v: give its sizes, as axis %d is open: %w", in.Name, in.Type, axis, graph.ErrUnsupported)
			}
			v.shape = append(v.shape, int(d.Size))
		}
		if in.Type.Dims == nil {
			return Port{}, fmt.Errorf("onnx: input %q has an open shape: give its sizes: %w", in.Name, graph.ErrUnsupported)
		}
	} else if err := fitsType(in, v.shape); err != nil {
		return Port{}, err
	}
	if e := v.shape.Elems(); e < 1 || e > maxElems || slices.ContainsFunc(v.shape, func(n int) bool { return n < 1 }) {
		return Port{}, graph.Shapef("onnx: input %q: got sizes %v, want 1 or more and %d elements at most", in.Name, v.shape, maxElems)
	}
	t := graph.F32
	switch v.dtype {
	case onnxir.Int32, onnxir.Int64, onnxir.Uint32, onnxir.Uint64:
		t = graph.I32
	case onnxir.String, onnxir.Complex64, onnxir.Complex128:
		return Port{}, fmt.Errorf("onnx: input %q has elements of type %v, which no network computes with: %w", in.Name, v.dtype, graph.ErrUnsupported)
	}
	v.v = i.g.Input(in.Name, t, v.shape)
	i.inputs[v.v] = in.Name
	i.values[in.Name] = v
	return Port{Name: in.Name, Type: v.dtype, Shape: v.shape}, nil
}

// fitsType reports whether given sizes are those of the model, where it has them.
func fitsType(in *onnxir.Value, s graph.Shape) error {
	if in.Type.Dims == nil {
		return nil
	}
	if len(in.Type.Dims) != len(s) {
		return graph.Shapef("onnx: input %q: got sizes %v, the model has %v", in.Name, s, in.Type)
	}
	for axis, d := range in.Type.Dims {
		if d.Known() && int(d.Size) != s[axis] {
			return graph.Shapef("onnx: input %q: got size %d at axis %d, the model has %v", in.Name, s[axis], axis, in.Type)
		}
	}
	return nil
}

// output makes a value readable after a run, in ONNX's order.
func (i *importer) output(name string) (port Port, err error) {
	defer i.caught(&err, func() string { return fmt.Sprintf("output %q", name) })
	v := i.values[name]
	if v == nil {
		return Port{}, fmt.Errorf("onnx: output %q: nothing makes it: %w", name, graph.ErrFormat)
	}
	port = Port{Name: name, Type: v.dtype, Shape: v.shape}
	if v.known != nil {
		fixed := v.tensor()
		port.Fixed = &fixed
		return port, nil
	}
	i.g.Output(name, i.plain(v))
	return port, nil
}

// add builds one node.
func (i *importer) add(n *onnxir.Node) (err error) {
	defer i.caught(&err, n.String)
	f := i.operators[n.OpType]
	if i.passes[n] {
		f = i.operators["Identity"]
	}
	if f == nil || n.Domain != "" {
		return fmt.Errorf("onnx: %v: the operator %s of version %d is not known here: %w", n, qualified(n), i.m.ir.Opsets[n.Domain], graph.ErrUnsupported)
	}
	i.g.Layer = n.OpType
	if n.Name != "" {
		i.g.Layer = n.Name
	}
	c := &call{importer: i, n: n}
	for _, name := range n.Inputs {
		v := i.values[name]
		if name != "" && v == nil {
			return fmt.Errorf("onnx: %v: nothing makes its input %q: %w", n, name, graph.ErrFormat)
		}
		c.in = append(c.in, v)
	}
	if c.folds() {
		i.fold(c, f)
	} else {
		f(c)
	}
	for k, v := range c.out {
		if name := c.n.Output(k); name != "" && v != nil {
			i.values[name] = v
		}
	}
	for _, name := range c.n.Outputs {
		if name != "" && i.values[name] == nil {
			return fmt.Errorf("onnx: %v: its output %q is not computed here: %w", n, name, graph.ErrUnsupported)
		}
	}
	return nil
}

func qualified(n *onnxir.Node) string {
	if n.Domain == "" {
		return n.OpType
	}
	return n.Domain + "." + n.OpType
}

// failure carries an error out of the operators, which are many and short, to caught.
type failure struct{ err error }

func check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// caught turns a failure into the error of who was at work.
func (i *importer) caught(err *error, who func() string) {
	switch r := recover().(type) {
	case nil:
	case failure:
		var needs *NeedsValue
		var shape *graph.ShapeError
		switch {
		case errors.As(r.err, &needs):
			needs.Node = who()
			*err = needs
		case errors.As(r.err, &shape):
			*err = &graph.ShapeError{Where: "onnx: " + who(), Msg: shape.Msg}
		default:
			*err = fmt.Errorf("onnx: %s: %w", who(), kind(r.err))
		}
	default:
		panic(r)
	}
}

// kind gives an error of the format the kind that graph has for it.
func kind(err error) error {
	switch {
	case errors.Is(err, onnxir.ErrFormat):
		return fmt.Errorf("%w: %w", graph.ErrFormat, err)
	case errors.Is(err, onnxir.ErrUnsupported):
		return fmt.Errorf("%w: %w", graph.ErrUnsupported, err)
	}
	return err
}
