package onnxir

import (
	"fmt"
	"strings"
)

// DataType is the type of a tensor's elements, the enumeration of the same name in TensorProto.
type DataType int32

// The element types.
const (
	Undefined DataType = iota
	Float
	Uint8
	Int8
	Uint16
	Int16
	Int32
	Int64
	String
	Bool
	Float16
	Double
	Uint32
	Uint64
	Complex64
	Complex128
	BFloat16
	Float8E4M3FN
	Float8E4M3FNUZ
	Float8E5M2
	Float8E5M2FNUZ
	Uint4
	Int4
	Float4E2M1
	Float8E8M0
	Uint2
	Int2
)

// dataTypes gives the name and the bits of an element; strings have no fixed size.
var dataTypes = [...]struct {
	name string
	bits uint64
}{
	{"UNDEFINED", 0}, {"FLOAT", 32}, {"UINT8", 8}, {"INT8", 8}, {"UINT16", 16}, {"INT16", 16}, {"INT32", 32}, {"INT64", 64},
	{"STRING", 0}, {"BOOL", 8}, {"FLOAT16", 16}, {"DOUBLE", 64}, {"UINT32", 32}, {"UINT64", 64}, {"COMPLEX64", 64},
	{"COMPLEX128", 128}, {"BFLOAT16", 16}, {"FLOAT8E4M3FN", 8}, {"FLOAT8E4M3FNUZ", 8}, {"FLOAT8E5M2", 8}, {"FLOAT8E5M2FNUZ", 8},
	{"UINT4", 4}, {"INT4", 4}, {"FLOAT4E2M1", 4}, {"FLOAT8E8M0", 8}, {"UINT2", 2}, {"INT2", 2},
}

// Known reports whether the type is one of the format's.
func (t DataType) Known() bool { return t > 0 && int(t) < len(dataTypes) }

// String returns the name that the format gives to the type.
func (t DataType) String() string {
	if t < 0 || int(t) >= len(dataTypes) {
		return fmt.Sprintf("unknown type %d", int32(t))
	}
	return dataTypes[t].name
}

// Kind says what sort of value a Type describes.
type Kind int

// The kinds of values.
const (
	KindUnknown Kind = iota
	KindTensor
	KindSparseTensor
	KindSequence
	KindOptional
	KindMap
	KindOpaque
)

var kindNames = [...]string{"value of unknown kind", "tensor", "sparse tensor", "sequence", "optional", "map", "opaque value"}

// String returns the kind as a noun.
func (k Kind) String() string { return kindNames[k] }

// Type is a TypeProto.
type Type struct {
	Kind Kind
	Elem DataType // of a tensor; of a map's keys
	Dims []Dim    // of a tensor: nil if even their number is unknown, empty for a scalar
	Of   *Type    // what a sequence, an optional or a map holds; may be nil
}

// Dim is one size of a tensor's type: a name, a number, or unknown.
type Dim struct {
	Name string // such as "batch": equal names are equal sizes
	Size int64  // if Name is empty; -1 if unknown
}

// UnknownDim is a size of which nothing is known.
var UnknownDim = Dim{Size: -1}

// Known reports whether the size is a number.
func (d Dim) Known() bool { return d.Name == "" && d.Size >= 0 }

// String returns the size, the name or "?".
func (d Dim) String() string {
	switch {
	case d.Name != "":
		return d.Name
	case d.Size < 0:
		return "?"
	}
	return fmt.Sprint(d.Size)
}

// String writes the type for an error: "FLOAT [N,3,224,224]", "sequence of FLOAT [?]".
func (t *Type) String() string {
	if t == nil {
		return kindNames[KindUnknown]
	}
	switch t.Kind {
	case KindTensor, KindSparseTensor:
		text := t.Elem.String()
		if t.Kind == KindSparseTensor {
			text = "sparse " + text
		}
		if t.Dims == nil {
			return text + " of unknown shape"
		}
		return text + " " + strings.ReplaceAll(fmt.Sprint(t.Dims), " ", ",")
	case KindSequence, KindOptional:
		return fmt.Sprintf("%v of %v", t.Kind, t.Of)
	case KindMap:
		return fmt.Sprintf("map from %v to %v", t.Elem, t.Of)
	}
	return t.Kind.String()
}
