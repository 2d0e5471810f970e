package tfjs

import (
	"encoding/json"
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
)

// container is a Sequential or functional model, which other models may contain as a layer.
type container struct {
	name            string
	layers          map[string]*kerasLayer
	inputs, outputs []tensorRef
	sample          graph.Shape // of the first input, without samples, -1 for open sizes; nil if nothing says
}

// kerasLayer is a layer with the calls of it: a layer that is called several times shares its weights.
type kerasLayer struct {
	class, name string
	config      json.RawMessage
	calls       [][]tensorRef // the inputs of each
	firstCall   int           // the number of calls[0] in references
	nested      *container
}

// tensorRef is an output of a call of a layer.
type tensorRef struct {
	layer        string
	call, output int
}

// layerJSON is a layer, or a model, in the file.
type layerJSON struct {
	Class   string          `json:"class_name"`
	Name    string          `json:"name"`
	Config  json.RawMessage `json:"config"`
	Inbound json.RawMessage `json:"inbound_nodes"`
}

// maxNested bounds how deep models lie in models.
const maxNested = 8

// parseKeras reads the topology of the layers format.
func parseKeras(topology json.RawMessage) (n network, err error) {
	defer caught(&err, func() string { return "modelTopology" })
	var model layerJSON
	var outer struct {
		Model *layerJSON `json:"model_config"`
	}
	check(decode(topology, &outer))
	check(decode(topology, &model)) // TensorFlow.js writes the model without a model_config around it
	if outer.Model != nil {
		model = *outer.Model
	}
	if !isContainer(model.Class) {
		unsupported("class_name: got %q, want Sequential, Functional or Model", model.Class)
	}
	c := parseContainer(model, 0)
	if len(c.inputs) != 1 || len(c.outputs) != 1 {
		unsupported("model with %d inputs and %d outputs: want one of each", len(c.inputs), len(c.outputs))
	}
	return c, nil
}

func isContainer(class string) bool {
	return class == "Sequential" || class == "Functional" || class == "Model"
}

// decode reads JSON; what does not fit is of kind graph.ErrFormat.
func decode(b json.RawMessage, to any) error {
	if len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, to); err != nil {
		return fmt.Errorf("%w: %w", graph.ErrFormat, err)
	}
	return nil
}

func parseContainer(m layerJSON, depth int) *container {
	if depth > maxNested {
		unsupported("models lie more than %d deep in models", maxNested)
	}
	var config struct {
		Name    string          `json:"name"`
		Layers  []layerJSON     `json:"layers"`
		Inputs  json.RawMessage `json:"input_layers"`
		Outputs json.RawMessage `json:"output_layers"`
		Shape   []*int          `json:"build_input_shape"`
	}
	if m.Class == "Sequential" && len(m.Config) > 0 && m.Config[0] == '[' { // as old versions write it
		check(decode(m.Config, &config.Layers))
	} else {
		check(decode(m.Config, &config))
	}
	c := &container{name: config.Name, layers: map[string]*kerasLayer{}}
	var sequence []*kerasLayer
	for _, j := range config.Layers {
		l := parseLayer(j, depth)
		if c.layers[l.name] != nil {
			malformed("two layers are called %q", l.name)
		}
		c.layers[l.name] = l
		sequence = append(sequence, l)
	}
	if m.Class != "Sequential" {
		c.inputs, c.outputs = parseRefs(config.Inputs), parseRefs(config.Outputs)
		for _, ref := range c.inputs[:min(1, len(c.inputs))] {
			if l := c.layers[ref.layer]; l != nil {
				c.sample = sampleShape(l.config)
			}
		}
		c.countCalls()
		return c
	}
	if len(sequence) == 0 {
		malformed("model %q has no layers", c.name)
	}
	first := sequence[0]
	c.sample = sampleShape(first.config)
	if c.sample == nil && first.nested != nil {
		c.sample = first.nested.sample
	}
	if c.sample == nil && len(config.Shape) > 0 {
		c.sample = openSizes(config.Shape[1:])
	}
	if first.class != "InputLayer" {
		in := &kerasLayer{class: "InputLayer", name: first.name + " input"}
		c.layers[in.name] = in
		sequence = append([]*kerasLayer{in}, sequence...)
	}
	for k, l := range sequence[1:] {
		l.calls = [][]tensorRef{{{layer: sequence[k].name}}}
	}
	c.inputs = []tensorRef{{layer: sequence[0].name}}
	c.outputs = []tensorRef{{layer: sequence[len(sequence)-1].name}}
	return c
}

// countCalls finds out how the calls of nested models are counted: most writers call 0 what joins the model's own input and
// output, so that calls count from 1.
func (c *container) countCalls() {
	zero := map[string]bool{}
	note := func(refs []tensorRef) {
		for _, r := range refs {
			zero[r.layer] = zero[r.layer] || r.call == 0
		}
	}
	note(c.outputs)
	for _, l := range c.layers {
		for _, call := range l.calls {
			note(call)
		}
	}
	for _, l := range c.layers {
		if l.nested != nil && !zero[l.name] {
			l.firstCall = 1
		}
	}
}

func parseLayer(j layerJSON, depth int) *kerasLayer {
	l := &kerasLayer{class: j.Class, name: j.Name, config: j.Config}
	if l.name == "" && (len(j.Config) == 0 || j.Config[0] != '[') {
		var config struct {
			Name string `json:"name"`
		}
		check(decode(j.Config, &config))
		l.name = config.Name
	}
	var inbound []json.RawMessage
	check(decode(j.Inbound, &inbound))
	for _, n := range inbound {
		if refs := parseRefs(n); len(refs) > 0 {
			l.calls = append(l.calls, refs)
		}
	}
	if isContainer(l.class) {
		l.nested = parseContainer(j, depth+1)
	}
	return l
}

// parseRefs reads one reference ["name", call, output, …] or a list of them. Keras 3 wraps each into an object with a
// keras_history.
func parseRefs(b json.RawMessage) []tensorRef {
	var any any
	check(decode(b, &any))
	return findRefs(any, nil)
}

func findRefs(j any, refs []tensorRef) []tensorRef {
	switch j := j.(type) {
	case []any:
		if len(j) > 2 {
			name, isName := j[0].(string)
			call, isCall := j[1].(float64)
			output, isOutput := j[2].(float64)
			if isName && isCall && isOutput {
				return append(refs, tensorRef{name, small(call), small(output)})
			}
		}
		for _, e := range j {
			refs = findRefs(e, refs)
		}
	case map[string]any:
		for _, key := range []string{"args", "config", "keras_history"} {
			refs = findRefs(j[key], refs)
		}
	}
	return refs
}

// small is a whole number that indexes something, -1 if it can not.
func small(f float64) int {
	if f < 0 || f > 1<<20 {
		return -1
	}
	return int(f)
}

// sampleShape returns the shape of a sample that the config of an InputLayer, or of the first layer of a Sequential, has:
// -1 for open sizes; nil if it has none.
func sampleShape(config json.RawMessage) graph.Shape {
	var c struct {
		Batch  []*int `json:"batch_input_shape"`
		Batch3 []*int `json:"batch_shape"` // Keras 3
	}
	if decode(config, &c) != nil { // a list of layers, for instance
		return nil
	}
	if c.Batch == nil {
		c.Batch = c.Batch3
	}
	if len(c.Batch) == 0 {
		return nil
	}
	return openSizes(c.Batch[1:])
}

// openSizes turns null into -1.
func openSizes(sizes []*int) graph.Shape {
	s := graph.Shape{}
	for _, d := range sizes {
		if d == nil {
			s = append(s, -1)
		} else {
			s = append(s, *d)
		}
	}
	return s
}

func (c *container) inputShape() graph.Shape { return c.sample }
