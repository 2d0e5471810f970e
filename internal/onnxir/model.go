package onnxir

import "iter"

// Model is a ModelProto: a graph and what it was written for.
type Model struct {
	IRVersion       int64
	Opsets          map[string]int64 // domain → version; the default domain is ""
	ProducerName    string
	ProducerVersion string
	Domain          string
	Version         int64 // of the model
	Doc             string
	Graph           *Graph // never nil after decoding
	Metadata        map[string]string
	Functions       []*Function
}

// Graph is a GraphProto. Nodes need not be in order: see Sorted.
type Graph struct {
	Name               string
	Doc                string
	Nodes              []*Node
	Initializers       []*Tensor
	SparseInitializers []*SparseTensor
	Inputs             []*Value // initializers are among them up to version 3 of the representation
	Outputs            []*Value
	ValueInfo          []*Value // types of values in between
}

// Function is a FunctionProto: an operator made of others.
type Function struct {
	Name, Domain, Overload string
	Doc                    string
	Inputs, Outputs        []string
	Attributes             []string     // names of those that a call must give
	Defaults               []*Attribute // those that a call may give
	Nodes                  []*Node
	Opsets                 map[string]int64
	ValueInfo              []*Value
}

// Value is a ValueInfoProto: the name and the type of a value.
type Value struct {
	Name string
	Doc  string
	Type *Type // nil if unknown
}

// Tensors yields every tensor of the model, those in attributes, subgraphs and functions included.
func (m *Model) Tensors() iter.Seq[*Tensor] {
	return func(yield func(*Tensor) bool) {
		if !m.Graph.eachTensor(yield) {
			return
		}
		for _, f := range m.Functions {
			if !eachTensor(f.Nodes, f.Defaults, yield) {
				return
			}
		}
	}
}

func (g *Graph) eachTensor(yield func(*Tensor) bool) bool {
	if g == nil {
		return true
	}
	for _, t := range g.Initializers {
		if !yield(t) {
			return false
		}
	}
	for _, s := range g.SparseInitializers {
		if !s.eachTensor(yield) {
			return false
		}
	}
	return eachTensor(g.Nodes, nil, yield)
}

func (s *SparseTensor) eachTensor(yield func(*Tensor) bool) bool {
	return s == nil || (s.Values == nil || yield(s.Values)) && (s.Indices == nil || yield(s.Indices))
}

// eachTensor goes through the attributes of nodes, and through attrs.
func eachTensor(nodes []*Node, attrs []*Attribute, yield func(*Tensor) bool) bool {
	for _, a := range attrs {
		ok := (a.T == nil || yield(a.T)) && a.G.eachTensor(yield) && a.Sparse.eachTensor(yield)
		for i := 0; ok && i < len(a.Tensors); i++ {
			ok = yield(a.Tensors[i])
		}
		for i := 0; ok && i < len(a.Graphs); i++ {
			ok = a.Graphs[i].eachTensor(yield)
		}
		for i := 0; ok && i < len(a.SparseTensors); i++ {
			ok = a.SparseTensors[i].eachTensor(yield)
		}
		if !ok {
			return false
		}
	}
	for _, n := range nodes {
		if !eachTensor(nil, n.Attributes, yield) {
			return false
		}
	}
	return true
}
