package onnxir

import "fmt"

// Node is a NodeProto: one operator with the names of what it takes and makes.
type Node struct {
	Name       string // may be empty
	OpType     string
	Domain     string // of the operator set; the default one is ""
	Overload   string // of a function
	Doc        string
	Inputs     []string // an empty name is an input that is left out
	Outputs    []string // an empty name is an output that nobody asks for
	Attributes []*Attribute
}

// String names the node for an error: by its own name, or by what it makes.
func (n *Node) String() string {
	op := n.OpType
	if n.Domain != "" {
		op = n.Domain + "." + op
	}
	if n.Name != "" {
		return fmt.Sprintf("node %q (%s)", n.Name, op)
	}
	for _, o := range n.Outputs {
		if o != "" {
			return fmt.Sprintf("node that makes %q (%s)", o, op)
		}
	}
	return fmt.Sprintf("node without name or outputs (%s)", op)
}

// Input returns the name of input i, or "" if the node leaves it out.
func (n *Node) Input(i int) string {
	if i < len(n.Inputs) {
		return n.Inputs[i]
	}
	return ""
}

// Output returns the name of output i, or "" if nobody asks for it.
func (n *Node) Output(i int) string {
	if i < len(n.Outputs) {
		return n.Outputs[i]
	}
	return ""
}

// Attribute returns the attribute called name, or nil.
func (n *Node) Attribute(name string) *Attribute {
	for _, a := range n.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// attribute returns the attribute called name, nil if the node has none, or an error if it is of another type.
func (n *Node) attribute(name string, want AttributeType) (*Attribute, error) {
	a := n.Attribute(name)
	switch {
	case a == nil:
		return nil, nil
	case a.RefName != "":
		return nil, Formatf("%v: attribute %q refers to attribute %q of a function, but the node is in none", n, name, a.RefName)
	case a.Type != want:
		return nil, Formatf("%v: attribute %q: got type %v, want %v", n, name, a.Type, want)
	}
	return a, nil
}

// Int returns the attribute called name, or missing if the node has none.
func (n *Node) Int(name string, missing int64) (int64, error) {
	a, err := n.attribute(name, AttrInt)
	if a == nil || err != nil {
		return missing, err
	}
	return a.I, nil
}

// Float returns the attribute called name, or missing if the node has none.
func (n *Node) Float(name string, missing float32) (float32, error) {
	a, err := n.attribute(name, AttrFloat)
	if a == nil || err != nil {
		return missing, err
	}
	return a.F, nil
}

// Text returns the attribute of type STRING called name, or missing if the node has none.
func (n *Node) Text(name, missing string) (string, error) {
	a, err := n.attribute(name, AttrString)
	if a == nil || err != nil {
		return missing, err
	}
	return string(a.S), nil
}

// Ints returns the attribute called name, or missing if the node has none. The slice belongs to the model.
func (n *Node) Ints(name string, missing []int64) ([]int64, error) {
	a, err := n.attribute(name, AttrInts)
	if a == nil || err != nil {
		return missing, err
	}
	return a.Ints, nil
}

// Floats returns the attribute called name, or missing if the node has none. The slice belongs to the model.
func (n *Node) Floats(name string, missing []float32) ([]float32, error) {
	a, err := n.attribute(name, AttrFloats)
	if a == nil || err != nil {
		return missing, err
	}
	return a.Floats, nil
}

// Texts returns the attribute of type STRINGS called name, or missing if the node has none.
func (n *Node) Texts(name string, missing []string) ([]string, error) {
	a, err := n.attribute(name, AttrStrings)
	if a == nil || err != nil {
		return missing, err
	}
	out := make([]string, len(a.Strings))
	for i, s := range a.Strings {
		out[i] = string(s)
	}
	return out, nil
}

// Tensor returns the attribute called name, or nil if the node has none.
func (n *Node) Tensor(name string) (*Tensor, error) {
	a, err := n.attribute(name, AttrTensor)
	if a == nil || err != nil {
		return nil, err
	}
	return a.T, nil
}

// Graph returns the attribute called name, or nil if the node has none.
func (n *Node) Graph(name string) (*Graph, error) {
	a, err := n.attribute(name, AttrGraph)
	if a == nil || err != nil {
		return nil, err
	}
	return a.G, nil
}
