package onnxir

import "fmt"

// Attribute is an AttributeProto. Type says which one of the fields below it holds the value.
type Attribute struct {
	Name    string
	Doc     string
	RefName string // in a function: the attribute of the call that gives the value
	Type    AttributeType

	F             float32
	I             int64
	S             []byte
	T             *Tensor
	G             *Graph
	Sparse        *SparseTensor
	TypeProto     *Type
	Floats        []float32
	Ints          []int64
	Strings       [][]byte
	Tensors       []*Tensor
	Graphs        []*Graph
	SparseTensors []*SparseTensor
	TypeProtos    []*Type
}

// AttributeType is the enumeration of the same name in AttributeProto.
type AttributeType int32

// The types of attributes.
const (
	AttrUndefined AttributeType = iota
	AttrFloat
	AttrInt
	AttrString
	AttrTensor
	AttrGraph
	AttrFloats
	AttrInts
	AttrStrings
	AttrTensors
	AttrGraphs
	AttrSparseTensor
	AttrSparseTensors
	AttrTypeProto
	AttrTypeProtos
)

var attributeTypeNames = [...]string{"UNDEFINED", "FLOAT", "INT", "STRING", "TENSOR", "GRAPH", "FLOATS", "INTS", "STRINGS",
	"TENSORS", "GRAPHS", "SPARSE_TENSOR", "SPARSE_TENSORS", "TYPE_PROTO", "TYPE_PROTOS"}

// Known reports whether the type is one of the format's.
func (t AttributeType) Known() bool { return t >= 0 && int(t) < len(attributeTypeNames) }

// String returns the name that the format gives to the type.
func (t AttributeType) String() string {
	if !t.Known() {
		return fmt.Sprintf("unknown type %d", int32(t))
	}
	return attributeTypeNames[t]
}

// subgraphs returns the graphs that the attribute holds.
func (a *Attribute) subgraphs() []*Graph {
	if a.G != nil {
		return append([]*Graph{a.G}, a.Graphs...)
	}
	return a.Graphs
}

// IntAttribute makes an attribute of type INT.
func IntAttribute(name string, v int64) *Attribute {
	return &Attribute{Name: name, Type: AttrInt, I: v}
}

// IntsAttribute makes an attribute of type INTS.
func IntsAttribute(name string, v ...int64) *Attribute {
	return &Attribute{Name: name, Type: AttrInts, Ints: v}
}

// FloatAttribute makes an attribute of type FLOAT.
func FloatAttribute(name string, v float32) *Attribute {
	return &Attribute{Name: name, Type: AttrFloat, F: v}
}

// FloatsAttribute makes an attribute of type FLOATS.
func FloatsAttribute(name string, v ...float32) *Attribute {
	return &Attribute{Name: name, Type: AttrFloats, Floats: v}
}

// TextAttribute makes an attribute of type STRING.
func TextAttribute(name, v string) *Attribute {
	return &Attribute{Name: name, Type: AttrString, S: []byte(v)}
}

// TensorAttribute makes an attribute of type TENSOR.
func TensorAttribute(name string, v *Tensor) *Attribute {
	return &Attribute{Name: name, Type: AttrTensor, T: v}
}
