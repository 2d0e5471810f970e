package pb

import (
	"maps"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

// Encode writes a model: the same bytes for the same model. It takes the model as it is; decoding the bytes says whether a
// tensor's data fit its shape. Messages beyond 2 GiB, which most readers refuse, are the caller's to avoid.
func Encode(m *onnxir.Model) []byte {
	size := 0
	for t := range m.Tensors() {
		size += len(t.Raw)
	}
	b := make(buffer, 0, size+size/64+1024) // near enough that tensors are not copied as the buffer grows
	b.int(1, m.IRVersion)
	b.text(2, m.ProducerName)
	b.text(3, m.ProducerVersion)
	b.text(4, m.Domain)
	b.int(5, m.Version)
	b.text(6, m.Doc)
	optional(&b, 7, m.Graph, (*buffer).graph)
	b.opsets(8, m.Opsets)
	for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
		b.pair(14, key, m.Metadata[key])
	}
	list(&b, 25, m.Functions, (*buffer).function)
	return b
}

// EncodeTensor writes a file with one tensor.
func EncodeTensor(t *onnxir.Tensor) []byte {
	var b buffer
	b.tensor(t)
	return b
}

func (b *buffer) opsets(num protowire.Number, opsets map[string]int64) {
	for _, domain := range slices.Sorted(maps.Keys(opsets)) {
		b.message(num, func() {
			b.always(1, domain)
			b.varint(2, uint64(opsets[domain]))
		})
	}
}

func (b *buffer) pair(num protowire.Number, key, value string) {
	b.message(num, func() {
		b.always(1, key)
		b.always(2, value)
	})
}

func (b *buffer) graph(g *onnxir.Graph) {
	list(b, 1, g.Nodes, (*buffer).node)
	b.text(2, g.Name)
	list(b, 5, g.Initializers, (*buffer).tensor)
	b.text(10, g.Doc)
	list(b, 11, g.Inputs, (*buffer).value)
	list(b, 12, g.Outputs, (*buffer).value)
	list(b, 13, g.ValueInfo, (*buffer).value)
	list(b, 15, g.SparseInitializers, (*buffer).sparse)
}

func (b *buffer) function(f *onnxir.Function) {
	b.text(1, f.Name)
	b.texts(4, f.Inputs)
	b.texts(5, f.Outputs)
	b.texts(6, f.Attributes)
	list(b, 7, f.Nodes, (*buffer).node)
	b.text(8, f.Doc)
	b.opsets(9, f.Opsets)
	b.text(10, f.Domain)
	list(b, 11, f.Defaults, (*buffer).attribute)
	list(b, 12, f.ValueInfo, (*buffer).value)
	b.text(13, f.Overload)
}

func (b *buffer) node(n *onnxir.Node) {
	b.texts(1, n.Inputs)
	b.texts(2, n.Outputs)
	b.text(3, n.Name)
	b.text(4, n.OpType)
	list(b, 5, n.Attributes, (*buffer).attribute)
	b.text(6, n.Doc)
	b.text(7, n.Domain)
	b.text(8, n.Overload)
}

// attribute writes the one value that the type says.
func (b *buffer) attribute(a *onnxir.Attribute) {
	b.text(1, a.Name)
	b.text(13, a.Doc)
	b.int(20, int64(a.Type))
	b.text(21, a.RefName)
	if a.RefName != "" {
		return
	}
	switch a.Type {
	case onnxir.AttrFloat:
		b.float(2, a.F)
	case onnxir.AttrInt:
		b.varint(3, uint64(a.I))
	case onnxir.AttrString:
		if a.S != nil {
			b.bytes(4, a.S)
		}
	case onnxir.AttrTensor:
		optional(b, 5, a.T, (*buffer).tensor)
	case onnxir.AttrGraph:
		optional(b, 6, a.G, (*buffer).graph)
	case onnxir.AttrFloats:
		for _, v := range a.Floats { // unpacked, as the schema has it
			b.float(7, v)
		}
	case onnxir.AttrInts:
		for _, v := range a.Ints {
			b.varint(8, uint64(v))
		}
	case onnxir.AttrStrings:
		for _, v := range a.Strings {
			b.bytes(9, v)
		}
	case onnxir.AttrTensors:
		list(b, 10, a.Tensors, (*buffer).tensor)
	case onnxir.AttrGraphs:
		list(b, 11, a.Graphs, (*buffer).graph)
	case onnxir.AttrTypeProto:
		optional(b, 14, a.TypeProto, (*buffer).typ)
	case onnxir.AttrTypeProtos:
		list(b, 15, a.TypeProtos, (*buffer).typ)
	case onnxir.AttrSparseTensor:
		optional(b, 22, a.Sparse, (*buffer).sparse)
	case onnxir.AttrSparseTensors:
		list(b, 23, a.SparseTensors, (*buffer).sparse)
	}
}

func (b *buffer) tensor(t *onnxir.Tensor) {
	packed(b, 1, t.Dims)
	b.int(2, int64(t.DType))
	b.floats(4, t.FloatData)
	packed(b, 5, t.Int32Data)
	for _, s := range t.StringData {
		b.bytes(6, s)
	}
	packed(b, 7, t.Int64Data)
	b.text(8, t.Name)
	if t.Raw != nil {
		b.bytes(9, t.Raw)
	}
	b.doubles(10, t.DoubleData)
	packed(b, 11, t.Uint64Data)
	b.text(12, t.Doc)
	if e := t.External; e != nil {
		b.pair(13, "location", e.Location)
		b.pair(13, "offset", strconv.FormatInt(e.Offset, 10))
		if e.Length >= 0 {
			b.pair(13, "length", strconv.FormatInt(e.Length, 10))
		}
		b.varint(14, outside)
	}
}

func (b *buffer) sparse(s *onnxir.SparseTensor) {
	optional(b, 1, s.Values, (*buffer).tensor)
	optional(b, 2, s.Indices, (*buffer).tensor)
	packed(b, 3, s.Dims)
}

func (b *buffer) value(v *onnxir.Value) {
	b.text(1, v.Name)
	optional(b, 2, v.Type, (*buffer).typ)
	b.text(3, v.Doc)
}

func (b *buffer) typ(t *onnxir.Type) {
	num := slices.Index(kinds[1:], t.Kind) + 1
	if num == 0 || t.Kind == onnxir.KindUnknown {
		return
	}
	b.message(protowire.Number(num), func() {
		switch t.Kind {
		case onnxir.KindTensor, onnxir.KindSparseTensor:
			b.tensorType(t)
		case onnxir.KindSequence, onnxir.KindOptional:
			optional(b, 1, t.Of, (*buffer).typ)
		case onnxir.KindMap:
			b.int(1, int64(t.Elem))
			optional(b, 2, t.Of, (*buffer).typ)
		}
	})
}

func (b *buffer) tensorType(t *onnxir.Type) {
	b.int(1, int64(t.Elem))
	if t.Dims == nil {
		return
	}
	b.message(2, func() {
		for _, dim := range t.Dims {
			b.message(1, func() {
				if dim.Known() {
					b.varint(1, uint64(dim.Size))
				}
				b.text(2, dim.Name)
			})
		}
	})
}
