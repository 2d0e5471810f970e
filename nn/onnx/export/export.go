package export

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Versions of ONNX's operators and of its format that models are written for.
const (
	opset     = 17
	irVersion = 8
)

// Weight is the value of a parameter or state in Fovea's order; one of F32 and I32 is set, for whole numbers either of them.
type Weight struct {
	Shape graph.Shape
	F32   []float32
	I32   []int32
}

// Options say how a model is written.
type Options struct {
	Name     string // of the graph; "net" if empty
	Doc      string // what the model is, in words
	Version  string // of the program that writes it
	Metadata map[string]string
	// ChannelsLast keeps inputs and outputs in Fovea's order, [N,H,W,C].
	ChannelsLast bool
	// FixedBatch writes the batch for which the graph was built as a number.
	FixedBatch bool
}

// Model writes g, which must be a forward graph as train.PredictionGraph makes it, with the values of its parameters and states.
// The same graph gives the same model.
//
// An error names the layer. It is of kind graph.ErrUnsupported where ONNX has no way to say what the layer does,
// graph.ErrFormat where a weight is missing, or a *graph.ShapeError where one is of another shape.
func Model(g *graph.Graph, weights map[string]Weight, o Options) (*onnxir.Model, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	if len(g.Updates) > 0 || len(g.Outputs) == 0 {
		return nil, fmt.Errorf("export: the graph has %d updates and %d outputs: want one for prediction, with no updates: %w",
			len(g.Updates), len(g.Outputs), graph.ErrUnsupported)
	}
	written, err := write(g, weights, o)
	if errors.Is(err, errBatch) {
		o.FixedBatch = true
		written, err = write(g, weights, o)
	}
	if err != nil {
		return nil, err
	}
	return &onnxir.Model{IRVersion: irVersion, Opsets: map[string]int64{"": opset}, ProducerName: "fovea",
		ProducerVersion: o.Version, Doc: o.Doc, Graph: written, Metadata: maps.Clone(o.Metadata)}, nil
}

// errBatch says that something depends on the size of the batch.
var errBatch = errors.New("the size of the batch is fixed")

// exporter writes one graph.
type exporter struct {
	g       *graph.Graph
	weights map[string]Weight
	o       Options
	out     *onnxir.Graph
	values  map[*graph.Value]*value
	users   map[*graph.Value][]*graph.Node // that an output needs
	outputs map[*graph.Value]bool
	merged  map[*graph.Node]bool // those that are part of an earlier operator
	layer   string
	taken   map[string]bool // names
	// moves are the names of rearranged tensors, and of small numbers, by what they are.
	moves        map[string]string
	initializers map[placement]string
}

// call is a node that is to be written, with its inputs.
type call struct {
	*exporter
	n  *graph.Node
	in []*value
}

// writers write the nodes of each primitive. Those that are not here occur in training alone, or are random.
var writers = map[string]func(*call){
	op.ArgMaxOp:        argMax,
	op.ConcatOp:        concat,
	op.Conv:            conv,
	op.ConvIntegerOp:   convInteger,
	op.ConvGradInput:   convTranspose,
	op.CopyOp:          copyAxes,
	op.GatherOp:        gather,
	op.MapOp:           mapOp,
	op.MatMul:          matMul,
	op.MatMulIntegerOp: matMulInteger,
	op.Pool:            pool,
	op.QuantizeOp:      quantize,
	op.ReduceOp:        reduce,
	op.RegionPool:      regionPool,
	op.ResampleOp:      resample,
	op.ReshapeOp:       reshape,
}

func write(g *graph.Graph, weights map[string]Weight, o Options) (out *onnxir.Graph, err error) {
	x := &exporter{g: g, weights: weights, o: o, out: &onnxir.Graph{Name: o.Name, Doc: o.Doc}, values: map[*graph.Value]*value{},
		users: map[*graph.Value][]*graph.Node{}, outputs: map[*graph.Value]bool{}, merged: map[*graph.Node]bool{},
		taken: map[string]bool{}, moves: map[string]string{}, initializers: map[placement]string{}}
	if o.Name == "" {
		x.out.Name = "net"
	}
	defer x.caught(&err)
	nodes := x.needed()
	x.inputs(nodes)
	for _, n := range nodes {
		if !x.merged[n] {
			x.write(n)
		}
	}
	x.layer = "outputs"
	for _, out := range g.Outputs {
		x.output(out)
	}
	return x.out, nil
}

// needed returns the nodes that an output depends on, and notes who reads what, and which names are given.
func (x *exporter) needed() []*graph.Node {
	wanted := map[*graph.Node]bool{}
	for _, o := range x.g.Outputs {
		x.outputs[o.Value] = true
		x.taken[o.Name] = true
		if o.Value.Node != nil {
			wanted[o.Value.Node] = true
		}
	}
	for i := len(x.g.Nodes) - 1; i >= 0; i-- {
		n := x.g.Nodes[i]
		for _, in := range n.In {
			if wanted[n] && in.Node != nil {
				wanted[in.Node] = true
			}
		}
	}
	var nodes []*graph.Node
	for _, n := range x.g.Nodes {
		if !wanted[n] {
			continue
		}
		nodes = append(nodes, n)
		for _, in := range n.In {
			x.users[in] = append(x.users[in], n)
		}
	}
	return nodes
}

// inputs declares the inputs that nodes read. Their first axis is the batch where all have the same size there.
func (x *exporter) inputs(nodes []*graph.Node) {
	var used []*graph.Value
	same := true
	for _, v := range x.g.Values {
		if v.Role != graph.Input || len(x.users[v]) == 0 && !x.outputs[v] {
			continue
		}
		used = append(used, v)
		same = same && len(v.Shape) > 0 && v.Shape[0] == used[0].Shape[0]
	}
	for _, v := range used {
		if v.Type == graph.U32 {
			x.unsupported("input %q has elements of type %v", v.Name, v.Type)
		}
		y := computed(v.Name, elemOf(v.Type), v.Shape, x.outside(v.Shape), same && !x.o.FixedBatch)
		x.taken[v.Name] = true
		x.values[v] = y
		x.out.Inputs = append(x.out.Inputs, &onnxir.Value{Name: v.Name, Doc: "in Fovea " + v.Shape.String(), Type: y.tensorType()})
	}
}

// outside is the order that inputs and outputs have in the model.
func (x *exporter) outside(s graph.Shape) []int {
	if x.o.ChannelsLast || len(s) < 3 || len(s) > 5 {
		return identity(len(s))
	}
	return channelsFirst(len(s))
}

// output declares a value as an output of the model, under its name.
func (x *exporter) output(o graph.Output) {
	v := x.moved(x.made(x.valueOf(o.Value)), x.outside(o.Value.Shape))
	from, renamed := v.name, false
	if !slices.ContainsFunc(x.out.Outputs, func(v *onnxir.Value) bool { return v.Name == from }) {
		renamed = x.rename(from, o.Name)
	}
	if !renamed { // an input, an initializer, or an output under another name already
		x.out.Nodes = append(x.out.Nodes, &onnxir.Node{Name: x.unique("Identity"), OpType: "Identity", Inputs: []string{from},
			Outputs: []string{o.Name}})
	}
	x.out.Outputs = append(x.out.Outputs, &onnxir.Value{Name: o.Name, Doc: "in Fovea " + v.shape.String(), Type: v.tensorType()})
}

// write writes one node. What depends on known numbers alone is computed.
func (x *exporter) write(n *graph.Node) {
	x.layer = n.Layer
	if n.Epilogue != nil {
		x.unsupported("%s was fused by the planner: export the graph that the plan was made of", n.Op)
	}
	c := &call{exporter: x, n: n}
	all := true
	for _, in := range n.In {
		v := x.valueOf(in)
		c.in = append(c.in, v)
		all = all && v.known != nil
	}
	if all && len(c.in) > 0 {
		c.fold()
		return
	}
	w := writers[n.Op]
	if w == nil {
		x.unsupported("ONNX has no operator for the primitive %s", n.Op)
	}
	w(c)
}

// valueOf returns the value of an earlier node, an input, or known numbers.
func (x *exporter) valueOf(v *graph.Value) *value {
	if y := x.values[v]; y != nil {
		return y
	}
	y := &value{shape: v.Shape, elem: elemOf(v.Type)}
	switch v.Role {
	case graph.Constant:
		y.known = &array{name: v.Name, f32: v.Data}
	case graph.Parameter, graph.State:
		w, ok := x.weights[v.Name]
		switch {
		case !ok:
			x.fail(fmt.Errorf("the weights have no %q: %w", v.Name, graph.ErrFormat))
		case !w.Shape.Equal(v.Shape), max(len(w.F32), len(w.I32)) != v.Shape.Elems(), v.Type == graph.F32 && w.F32 == nil:
			x.fail(graph.Shapef("%s %s: got %d f32 and %d i32 numbers of %v, want %v%v", v.Role, v.Name, len(w.F32), len(w.I32),
				w.Shape, v.Type, v.Shape))
		}
		y.known = &array{name: v.Name, f32: w.F32, i32: w.I32, fixed: v.Role == graph.State}
		if v.Type != graph.F32 && w.I32 == nil {
			y.known = &array{name: v.Name, i32: x.whole32(v, w.F32)}
		}
	default:
		x.unsupported("%v is an output of a node that the model does not have", v)
	}
	x.values[v] = y
	return y
}

// set gives output 0 of the node its value.
func (c *call) set(v *value) { c.values[c.n.Out[0]] = v }

// only returns the node that alone reads v, or nil if there are others or v is an output.
func (x *exporter) only(v *graph.Value) *graph.Node {
	if len(x.users[v]) != 1 || x.outputs[v] {
		return nil
	}
	return x.users[v][0]
}

// failure carries an error out of the writers, which are many and short, to caught.
type failure struct{ err error }

func (x *exporter) fail(err error) { panic(failure{err}) }

func (x *exporter) unsupported(format string, args ...any) {
	x.fail(fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), graph.ErrUnsupported))
}

// caught turns a failure into an error that names the layer.
func (x *exporter) caught(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		var shape *graph.ShapeError
		if errors.As(r.err, &shape) {
			*err = &graph.ShapeError{Where: "export: " + x.layer, Msg: shape.Msg}
			return
		}
		*err = fmt.Errorf("export: %s: %w", x.layer, r.err)
	default:
		panic(r)
	}
}
