package tfjs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// graphDef is a graph of TensorFlow.
type graphDef struct {
	nodes         map[string]*node
	input, output string // the latter with the number of the output behind a colon, where it is not the first
}

// node is an operation of TensorFlow.
type node struct {
	Name  string          `json:"name"`
	Op    string          `json:"op"`
	Input []string        `json:"input"`
	Attr  map[string]attr `json:"attr"`
}

// signature names the inputs and outputs of a model.
type signature struct {
	Inputs  map[string]tensorInfo `json:"inputs"`
	Outputs map[string]tensorInfo `json:"outputs"`
}

// tensorInfo is an input or output in a signature.
type tensorInfo struct {
	Name string `json:"name"`
}

// parseGraph reads the topology of the graph format.
func parseGraph(topology json.RawMessage, s *signature) (n network, err error) {
	defer caught(&err, func() string { return "modelTopology" })
	var def struct {
		Nodes []*node `json:"node"`
	}
	check(decode(topology, &def))
	g := &graphDef{nodes: map[string]*node{}}
	read := map[string]bool{}
	for _, n := range def.Nodes {
		if n == nil || n.Name == "" || g.nodes[n.Name] != nil {
			malformed("a node without a name, or one that comes twice: %v", n)
		}
		g.nodes[n.Name] = n
		for _, in := range n.Input {
			name, _ := splitOutput(strings.TrimPrefix(in, "^"))
			read[name] = true
		}
	}
	var inputs, outputs []string
	for _, n := range def.Nodes {
		switch {
		case n.Op == "Placeholder":
			inputs = append(inputs, n.Name)
		case !read[n.Name] && n.Op != "NoOp" && n.Op != "Const":
			outputs = append(outputs, n.Name)
		}
	}
	if s != nil && len(s.Inputs) > 0 {
		inputs = namesOf(s.Inputs)
	}
	if s != nil && len(s.Outputs) > 0 {
		outputs = namesOf(s.Outputs)
	}
	if len(inputs) != 1 || len(outputs) != 1 {
		unsupported("model with the inputs %q and the outputs %q: want one of each", inputs, outputs)
	}
	g.input, _ = splitOutput(inputs[0])
	g.output = outputs[0]
	if in := g.nodes[g.input]; in == nil || in.Op != "Placeholder" {
		malformed("the input %q is no Placeholder", g.input)
	}
	return g, nil
}

// namesOf lists the tensors of a signature.
func namesOf(infos map[string]tensorInfo) (names []string) {
	for _, i := range infos {
		names = append(names, i.Name)
	}
	slices.Sort(names)
	return names
}

// splitOutput parts "name:1" into the node and the number of its output.
func splitOutput(s string) (name string, output int) {
	if name, number, ok := strings.Cut(s, ":"); ok {
		if k, err := strconv.Atoi(number); err == nil && k >= 0 {
			return name, k
		}
		return name, 0
	}
	return s, 0
}

// String names the node.
func (n *node) String() string { return fmt.Sprintf("node %q (%s)", n.Name, n.Op) }

func (g *graphDef) inputShape() (s graph.Shape) {
	shape := g.nodes[g.input].Attr["shape"].Shape
	if shape == nil || shape.Unknown || len(shape.Dim) == 0 {
		return nil
	}
	for _, d := range shape.Dim[1:] {
		s = append(s, max(-1, int(d.Size)))
	}
	return s
}

func (g *graphDef) build(i *importer, x *graph.Value) *value {
	values := map[string][]*value{g.input: {of(x)}}
	root, k := splitOutput(g.output)
	sorted, err := order([]string{root}, func(name string) ([]string, error) {
		n := g.nodes[name]
		if n == nil {
			return nil, fmt.Errorf("there is no node %q: %w", name, graph.ErrFormat)
		}
		var needs []string
		for _, in := range n.Input {
			if in, _ := splitOutput(in); !strings.HasPrefix(in, "^") {
				needs = append(needs, in)
			}
		}
		return needs, nil
	})
	check(err)
	for _, name := range sorted {
		if values[name] == nil {
			values[name] = g.nodes[name].run(i, values)
		}
	}
	if k >= len(values[root]) {
		malformed("%v has no output %d", g.nodes[root], k)
	}
	return values[root][k]
}

// nodeCall is a node with its inputs, as its builder sees it. Its methods do not return errors but end the node: see caught.
type nodeCall struct {
	*importer
	n  *node
	in []*value
}

// nodeOps build the nodes of each operation; most have one output.
var nodeOps = map[string]func(*nodeCall) []*value{}

// one registers an operation with one output.
func one(name string, f func(*nodeCall) *value) {
	nodeOps[name] = func(c *nodeCall) []*value { return []*value{f(c)} }
}

// run builds the node.
func (n *node) run(i *importer, values map[string][]*value) (out []*value) {
	var err error
	defer func() { check(err) }()
	defer caught(&err, n.String)
	f := nodeOps[n.Op]
	if f == nil {
		unsupported("the operation %s is not known here", n.Op)
	}
	c := &nodeCall{importer: i, n: n}
	for _, in := range n.Input {
		if strings.HasPrefix(in, "^") {
			continue
		}
		name, k := splitOutput(in)
		if k >= len(values[name]) {
			malformed("node %q has no output %d", name, k)
		}
		c.in = append(c.in, values[name][k])
	}
	if format := c.text("data_format", "NHWC"); format != "NHWC" {
		unsupported("data_format: got %q, want NHWC", format)
	}
	switch {
	case len(c.in) == 0:
		return f(c)
	case !slices.ContainsFunc(c.in, func(v *value) bool { return v.known == nil }):
		return c.fold(f)
	}
	return c.compute(f)
}

// compute adds the node to the graph.
func (c *nodeCall) compute(f func(*nodeCall) []*value) []*value {
	c.b.Begin(strings.ToLower(c.n.Op), c.n.Name, c.n.Op)
	return f(c)
}
