package pb

import (
	"fmt"
	"math/bits"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

func (d *decoder) graph(m message, out *onnxir.Graph) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return repeated(d, f, &out.Nodes, (*decoder).node, nodeName)
		case 2:
			return f.text(&out.Name)
		case 5:
			return repeated(d, f, &out.Initializers, (*decoder).tensor, listed[onnxir.Tensor]("initializer"))
		case 10:
			return f.text(&out.Doc)
		case 11:
			return repeated(d, f, &out.Inputs, (*decoder).value, valueName("input"))
		case 12:
			return repeated(d, f, &out.Outputs, (*decoder).value, valueName("output"))
		case 13:
			return repeated(d, f, &out.ValueInfo, (*decoder).value, valueName("value"))
		case 15:
			return repeated(d, f, &out.SparseInitializers, (*decoder).sparse, listed[onnxir.SparseTensor]("sparse initializer"))
		}
		return nil
	})
}

func (d *decoder) function(m message, out *onnxir.Function) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return f.text(&out.Name)
		case 4:
			return f.texts(&out.Inputs)
		case 5:
			return f.texts(&out.Outputs)
		case 6:
			return f.texts(&out.Attributes)
		case 7:
			return repeated(d, f, &out.Nodes, (*decoder).node, nodeName)
		case 8:
			return f.text(&out.Doc)
		case 9:
			return d.opset(f, &out.Opsets)
		case 10:
			return f.domain(&out.Domain)
		case 11:
			return repeated(d, f, &out.Defaults, (*decoder).attribute, attributeName)
		case 12:
			return repeated(d, f, &out.ValueInfo, (*decoder).value, valueName("value"))
		case 13:
			return f.text(&out.Overload)
		}
		return nil
	})
}

func (d *decoder) node(m message, out *onnxir.Node) error {
	err := each(m, func(f field) error {
		switch f.num {
		case 1:
			return f.texts(&out.Inputs)
		case 2:
			return f.texts(&out.Outputs)
		case 3:
			return f.text(&out.Name)
		case 4:
			return f.text(&out.OpType)
		case 5:
			return repeated(d, f, &out.Attributes, (*decoder).attribute, attributeName)
		case 6:
			return f.text(&out.Doc)
		case 7:
			return f.domain(&out.Domain)
		case 8:
			return f.text(&out.Overload)
		}
		return nil
	})
	if err == nil && out.OpType == "" {
		return onnxir.Formatf("it has no operator (op_type)")
	}
	return err
}

func nodeName(i int, n *onnxir.Node) string {
	if n.Name == "" && len(n.Outputs) == 0 {
		return fmt.Sprintf("node %d", i)
	}
	return n.String()
}

func attributeName(i int, a *onnxir.Attribute) string { return indexed("attribute", i, a.Name) }

func valueName(what string) func(i int, v *onnxir.Value) string {
	return func(i int, v *onnxir.Value) string { return indexed(what, i, v.Name) }
}

// listed names what says its own name in an error.
func listed[T any](what string) func(i int, t *T) string {
	return func(i int, _ *T) string { return fmt.Sprintf("%s %d", what, i) }
}

func (d *decoder) attribute(m message, a *onnxir.Attribute) error {
	var values uint // the types of which there are values, as bits
	err := each(m, func(f field) error {
		has := func(t onnxir.AttributeType) { values |= 1 << t }
		switch f.num {
		case 1:
			return f.text(&a.Name)
		case 2:
			has(onnxir.AttrFloat)
			return f.float(&a.F)
		case 3:
			has(onnxir.AttrInt)
			return f.int(&a.I)
		case 4:
			has(onnxir.AttrString)
			return f.bytes(&a.S)
		case 5:
			has(onnxir.AttrTensor)
			return single(d, f, &a.T, (*decoder).tensor)
		case 6:
			has(onnxir.AttrGraph)
			return single(d, f, &a.G, (*decoder).graph)
		case 7:
			has(onnxir.AttrFloats)
			return f.floats(&a.Floats)
		case 8:
			has(onnxir.AttrInts)
			return varints(f, &a.Ints)
		case 9:
			has(onnxir.AttrStrings)
			return f.byteses(&a.Strings)
		case 10:
			has(onnxir.AttrTensors)
			return repeated(d, f, &a.Tensors, (*decoder).tensor, listed[onnxir.Tensor]("element"))
		case 11:
			has(onnxir.AttrGraphs)
			return repeated(d, f, &a.Graphs, (*decoder).graph, listed[onnxir.Graph]("element"))
		case 13:
			return f.text(&a.Doc)
		case 14:
			has(onnxir.AttrTypeProto)
			return single(d, f, &a.TypeProto, (*decoder).typ)
		case 15:
			has(onnxir.AttrTypeProtos)
			return repeated(d, f, &a.TypeProtos, (*decoder).typ, listed[onnxir.Type]("element"))
		case 20:
			return enum(f, &a.Type)
		case 21:
			return f.text(&a.RefName)
		case 22:
			has(onnxir.AttrSparseTensor)
			return single(d, f, &a.Sparse, (*decoder).sparse)
		case 23:
			has(onnxir.AttrSparseTensors)
			return repeated(d, f, &a.SparseTensors, (*decoder).sparse, listed[onnxir.SparseTensor]("element"))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return checkAttribute(a, values)
}

// single values that a message must have: an empty list and a number that is 0 may be left out.
const needed = 1<<onnxir.AttrTensor | 1<<onnxir.AttrGraph | 1<<onnxir.AttrSparseTensor | 1<<onnxir.AttrTypeProto

// checkAttribute compares an attribute's type with the types that it has values of, as bits.
func checkAttribute(a *onnxir.Attribute, values uint) error {
	if a.Type == onnxir.AttrUndefined && bits.OnesCount(values) == 1 {
		// Before version 2 of the representation nothing but the value said what the type is.
		a.Type = onnxir.AttributeType(bits.TrailingZeros(values))
	}
	switch {
	case a.Name == "":
		return onnxir.Formatf("it has no name")
	case !a.Type.Known():
		return onnxir.Unsupportedf("type: got %v, want one up to %v, the last that is known here", a.Type, onnxir.AttrTypeProtos)
	case a.Type == onnxir.AttrUndefined && a.RefName == "":
		return onnxir.Formatf("it has no type")
	}
	if a.RefName != "" && values != 0 {
		return onnxir.Formatf("it refers to attribute %q of a function, and there is a value too: want one of them",
			a.RefName)
	}
	if other := values &^ (1 << a.Type); other != 0 {
		return onnxir.Formatf("the type is %v, but there is a value of type %v",
			a.Type, onnxir.AttributeType(bits.TrailingZeros(other)))
	}
	if values == 0 && needed>>a.Type&1 == 1 && a.RefName == "" {
		return onnxir.Formatf("the type is %v, but there is no value", a.Type)
	}
	return nil
}
