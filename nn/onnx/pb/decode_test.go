package pb_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

// number is a field with a varint, single one with 32 bits, sub one with the bytes of what it is made of.
func number(num protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), uint64(v))
}

func single(num protowire.Number, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(nil, num, protowire.Fixed32Type), math.Float32bits(v))
}

func double(num protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(nil, num, protowire.Fixed64Type), math.Float64bits(v))
}

func sub(num protowire.Number, parts ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), bytes.Join(parts, nil))
}

func text(num protowire.Number, s string) []byte { return sub(num, []byte(s)) }

// The messages that tests make by hand, with the fields that they must have.
func model(parts ...[]byte) []byte { return sub(7, parts...) }

func node(parts ...[]byte) []byte {
	return sub(1, append([][]byte{text(4, "Op"), text(3, "n")}, parts...)...)
}

func attribute(parts ...[]byte) []byte { return sub(5, append([][]byte{text(1, "a")}, parts...)...) }

// sample has every field that is kept.
func sample() *onnxir.Model {
	float := &onnxir.Type{Kind: onnxir.KindTensor, Elem: onnxir.Float,
		Dims: []onnxir.Dim{{Name: "N", Size: -1}, {Size: 0}, onnxir.UnknownDim}}
	typed := []*onnxir.Tensor{
		{Name: "f", DType: onnxir.Float, Dims: []int64{2}, FloatData: []float32{1, -2}},
		{Name: "i", Doc: "doc", DType: onnxir.Int32, Dims: []int64{1, 2}, Int32Data: []int32{-1, 300}},
		{Name: "s", DType: onnxir.String, Dims: []int64{2}, StringData: [][]byte{{}, []byte("text")}},
		{Name: "l", DType: onnxir.Int64, Int64Data: []int64{-1 << 62}},
		{Name: "d", DType: onnxir.Double, DoubleData: []float64{0.1}},
		{Name: "u", DType: onnxir.Uint32, Dims: []int64{1}, Uint64Data: []uint64{1 << 31}},
		{Name: "e", DType: onnxir.Float, Dims: []int64{0}, Raw: []byte{}},
		{Name: "x", DType: onnxir.Float, Dims: []int64{2}, External: &onnxir.External{Location: "w.bin", Offset: 4096, Length: 8}},
		{Name: "x2", DType: onnxir.Float, External: &onnxir.External{Location: "w.bin", Length: -1}},
	}
	sparse := &onnxir.SparseTensor{Values: onnxir.FloatTensor("v", []int64{1}, []float32{3}),
		Indices: onnxir.Int64Tensor("", []int64{1}, []int64{2}), Dims: []int64{9}}
	branch := &onnxir.Graph{Name: "branch", Outputs: []*onnxir.Value{{Name: "b"}}}
	branch.Nodes = []*onnxir.Node{{OpType: "Identity", Inputs: []string{"x"}, Outputs: []string{"b"}}}
	every := []*onnxir.Attribute{
		onnxir.IntAttribute("int", 0), onnxir.IntAttribute("negative", -3), onnxir.FloatAttribute("float", 0),
		onnxir.TextAttribute("text", "VALID"),
		{Name: "no text", Type: onnxir.AttrString, S: []byte{}}, onnxir.IntsAttribute("ints", 1, 0, -1),
		onnxir.FloatsAttribute("floats", 0, 0.5),
		{Name: "texts", Type: onnxir.AttrStrings, Strings: [][]byte{[]byte("a"), {}}}, onnxir.TensorAttribute("tensor", typed[0]),
		{Name: "tensors", Type: onnxir.AttrTensors, Tensors: typed[:2]}, {Name: "graph", Type: onnxir.AttrGraph, G: branch},
		{Name: "graphs", Type: onnxir.AttrGraphs, Graphs: []*onnxir.Graph{branch, branch}},
		{Name: "type", Type: onnxir.AttrTypeProto, TypeProto: float},
		{Name: "types", Type: onnxir.AttrTypeProtos, TypeProtos: []*onnxir.Type{float, {}}},
		{Name: "sparse", Type: onnxir.AttrSparseTensor, Sparse: sparse},
		{Name: "sparses", Type: onnxir.AttrSparseTensors, SparseTensors: []*onnxir.SparseTensor{sparse}},
		{Name: "none", Type: onnxir.AttrInts, Doc: "doc"},
	}
	reference := &onnxir.Attribute{Name: "axis", RefName: "outer", Type: onnxir.AttrInt}
	return &onnxir.Model{
		IRVersion: 8, Opsets: map[string]int64{"": 17, "com.example": 1}, ProducerName: "fovea", ProducerVersion: "1", Domain: "d",
		Version: 3, Doc: "doc",
		Metadata: map[string]string{"key": "value", "": ""},
		Graph: &onnxir.Graph{
			Name: "g", Doc: "doc", Initializers: typed, SparseInitializers: []*onnxir.SparseTensor{sparse},
			Inputs: []*onnxir.Value{{Name: "x", Doc: "doc", Type: float}, {Name: "no type"},
				{Name: "seq", Type: &onnxir.Type{Kind: onnxir.KindSequence, Of: float}},
				{Name: "scalar", Type: &onnxir.Type{Kind: onnxir.KindTensor, Elem: onnxir.Int64, Dims: []onnxir.Dim{}}}},
			Outputs: []*onnxir.Value{{Name: "y", Type: &onnxir.Type{Kind: onnxir.KindTensor}},
				{Name: "opaque", Type: &onnxir.Type{Kind: onnxir.KindOpaque}}},
			ValueInfo: []*onnxir.Value{{Name: "m", Type: &onnxir.Type{Kind: onnxir.KindMap, Elem: onnxir.Int64, Of: float}},
				{Name: "o", Type: &onnxir.Type{Kind: onnxir.KindOptional,
					Of: &onnxir.Type{Kind: onnxir.KindSparseTensor, Elem: onnxir.Float}}}},
			Nodes: []*onnxir.Node{{Name: "n", OpType: "Op", Domain: "com.example", Overload: "o", Doc: "doc",
				Inputs: []string{"x", "", "w"}, Outputs: []string{"", "y"},
				Attributes: every}},
		},
		Functions: []*onnxir.Function{{Name: "Op", Domain: "com.example", Overload: "o", Doc: "doc", Inputs: []string{"a"},
			Outputs: []string{"b"}, Attributes: []string{"outer"},
			Defaults: []*onnxir.Attribute{onnxir.IntAttribute("k", 1)}, Opsets: map[string]int64{"": 17},
			ValueInfo: []*onnxir.Value{{Name: "a"}},
			Nodes: []*onnxir.Node{{OpType: "Softmax", Inputs: []string{"a"}, Outputs: []string{"b"},
				Attributes: []*onnxir.Attribute{reference}}}}},
	}
}

func TestEncodeDecode(t *testing.T) {
	want := sample()
	b := pb.Encode(want)
	got, err := pb.Decode(b)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Fatalf("%v (-want +got)\n%s", err, d)
	}
	if !bytes.Equal(pb.Encode(got), b) {
		t.Error("the same model has other bytes")
	}
	if m, err := pb.Decode(pb.Encode(&onnxir.Model{Graph: &onnxir.Graph{}})); err != nil || m.Graph == nil {
		t.Errorf("an empty graph: got %v, %v", m, err)
	}
}

// What a caller forgets is left out, and found on reading.
func TestEncodeIncomplete(t *testing.T) {
	for _, a := range []onnxir.AttributeType{onnxir.AttrTensor, onnxir.AttrGraph, onnxir.AttrSparseTensor, onnxir.AttrTypeProto} {
		n := &onnxir.Node{Name: "n", OpType: "Op", Attributes: []*onnxir.Attribute{{Name: "a", Type: a}}}
		_, err := pb.Decode(pb.Encode(&onnxir.Model{Graph: &onnxir.Graph{Nodes: []*onnxir.Node{n}}}))
		if want := `onnx: node "n" (Op): attribute "a": the type is ` + a.String() + ", but there is no value"; err == nil ||
			err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := pb.Decode(pb.Encode(&onnxir.Model{})); !errors.Is(err, onnxir.ErrFormat) {
		t.Errorf("without a graph: got %v", err)
	}
}

func TestRawDataIsNotCopied(t *testing.T) {
	b := pb.Encode(&onnxir.Model{Graph: &onnxir.Graph{Initializers: []*onnxir.Tensor{onnxir.FloatTensor("w", []int64{1},
		[]float32{1.5})}}})
	m, err := pb.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	raw := m.Graph.Initializers[0].Raw
	raw[0]++
	if at := bytes.Index(b, raw); at < 0 || cap(raw) != 4 {
		t.Errorf("the file does not change with the tensor, or the room behind it is %d bytes", cap(raw)-4)
	}
}

// What other writers write otherwise.
func TestDecodeVariants(t *testing.T) {
	g := func(m *onnxir.Model) *onnxir.Graph { return m.Graph }
	attr := func(m *onnxir.Model) any { return m.Graph.Nodes[0].Attributes[0] }
	initializer := func(m *onnxir.Model) any { return m.Graph.Initializers[0] }
	dims := func(m *onnxir.Model) any { return m.Graph.Inputs[0].Type.Dims }
	for _, tt := range []struct {
		name string
		b    []byte
		got  func(m *onnxir.Model) any
		want any
	}{
		{"packed ints", model(node(attribute(number(20, 7), sub(8, []byte{1, 0x80, 1})))), attr, onnxir.IntsAttribute("a", 1, 128)},
		{"packed floats", model(node(attribute(number(20, 6), sub(7, []byte("\x00\x00\x80\x3f"))))), attr,
			onnxir.FloatsAttribute("a", 1)},
		{"packed and not", model(node(attribute(number(20, 7), sub(8, []byte{1, 2}), number(8, 3), sub(8, []byte{4})))), attr,
			onnxir.IntsAttribute("a", 1, 2, 3, 4)},
		{"no type, as in version 1", model(node(attribute(single(2, 0.5)))), attr, onnxir.FloatAttribute("a", 0.5)},
		{"0 left out, as writers of version 3 of the wire format do", model(node(attribute(number(20, 2)))), attr,
			onnxir.IntAttribute("a", 0)},
		{"last one counts", model(node(attribute(number(20, 2), number(3, 1), number(3, 2)))), attr, onnxir.IntAttribute("a", 2)},
		{"unpacked sizes and floats", model(sub(5, number(1, 1), number(1, 2), number(2, 1), single(4, 1), single(4, 2))), initializer,
			&onnxir.Tensor{DType: onnxir.Float, Dims: []int64{1, 2}, FloatData: []float32{1, 2}}},
		{"unpacked doubles", model(sub(5, number(1, 1), number(2, 11), double(10, 2))), initializer,
			&onnxir.Tensor{DType: onnxir.Double, Dims: []int64{1}, DoubleData: []float64{2}}},
		{"data_location 0", model(sub(5, number(2, 1), number(14, 0), sub(13, text(1, "location"), text(2, "f")), single(4, 1))),
			initializer,
			&onnxir.Tensor{DType: onnxir.Float, FloatData: []float32{1}}},
		{"external with a checksum", model(sub(5, number(2, 1), number(14, 1), sub(13, text(1, "location"), text(2, "f")),
			sub(13, text(1, "checksum"), text(2, "00")))),
			initializer, &onnxir.Tensor{DType: onnxir.Float, External: &onnxir.External{Location: "f", Length: -1}}},
		{"size -1", model(sub(11, sub(2, sub(1, sub(2, sub(1, number(1, -1)), sub(1), sub(1, text(2, ""))))))), dims,
			[]onnxir.Dim{onnxir.UnknownDim, onnxir.UnknownDim, onnxir.UnknownDim}},
		{"size and then name", model(sub(11, sub(2, sub(1, sub(2, sub(1, number(1, 5), text(2, "N")),
			sub(1, text(2, "N"), number(1, 5))))))), dims,
			[]onnxir.Dim{{Name: "N", Size: -1}, {Size: 5}}},
		{"type and then another", model(sub(11, sub(2, sub(1, number(1, 1)), sub(4, sub(1))))),
			func(m *onnxir.Model) any { return m.Graph.Inputs[0].Type },
			&onnxir.Type{Kind: onnxir.KindSequence, Of: &onnxir.Type{}}},
		{"domain ai.onnx", append(model(node(text(7, "ai.onnx"))), sub(8, text(1, "ai.onnx"), number(2, 13))...),
			func(m *onnxir.Model) any { return []any{m.Opsets, m.Graph.Nodes[0].Domain} }, []any{map[string]int64{"": 13}, ""}},
		{"higher version counts", bytes.Join([][]byte{model(), sub(8, number(2, 13)), sub(8, number(2, 9))}, nil),
			func(m *onnxir.Model) any { return m.Opsets }, map[string]int64{"": 13}},
		{"graph in two parts", append(model(text(2, "g")), model(text(10, "doc"))...), func(m *onnxir.Model) any { return g(m) },
			&onnxir.Graph{Name: "g", Doc: "doc"}},
		{"unknown fields", model(number(99, 1), single(98, 1), double(97, 1), text(96, "x"), []byte("\xfb\x05\x08\x01\xfc\x05"),
			text(2, "g")),
			func(m *onnxir.Model) any { return g(m) }, &onnxir.Graph{Name: "g"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := pb.Decode(tt.b)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, tt.got(m)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// nested is a model whose branches lie depth deep.
func nested(depth int) []byte {
	g := []byte{}
	for range depth {
		g = node(attribute(number(20, 5), sub(6, g)))
	}
	return model(g)
}

func TestDecodeBad(t *testing.T) {
	long := append(model(), 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)
	tensor := func(parts ...[]byte) []byte { return model(sub(5, append([][]byte{text(8, "w")}, parts...)...)) }
	for _, tt := range []struct {
		name string
		b    []byte
		kind error
		want string
	}{
		{"empty", nil, onnxir.ErrFormat, "onnx: there is no graph in 0 bytes, want a model (ModelProto)"},
		{"text", []byte("version https://git-lfs.github.com/spec/v1"), onnxir.ErrFormat, "onnx: byte 0: "},
		{"HTML", []byte("<!doctype html>"), onnxir.ErrFormat, "onnx: byte 0: "},
		{"a tensor", pb.EncodeTensor(onnxir.FloatTensor("w", []int64{1}, []float32{1})), onnxir.ErrFormat,
			"onnx: byte 0: field 1: got bytes, want a varint: the file is damaged or of another format"},
		{"cut off", pb.Encode(sample())[:200], onnxir.ErrFormat, "unexpected EOF: the file is cut off, damaged or of another format"},
		{"length beyond the file", long, onnxir.ErrFormat, "onnx: byte 2: unexpected EOF"},
		{"length beyond the message", model([]byte{0x12, 9, 'g'}), onnxir.ErrFormat, "onnx: byte 2: unexpected EOF"},
		{"no message", number(7, 1), onnxir.ErrFormat, "onnx: byte 0: field 7: got a varint, want bytes"},
		{"group", []byte{0x3b, 0x3c}, onnxir.ErrFormat, "onnx: byte 0: field 7: got a group, want bytes"},
		{"group not ended", []byte{0x3b}, onnxir.ErrFormat, "onnx: byte 0: unexpected EOF"},
		{"deep", nested(40), onnxir.ErrFormat, "messages within messages are more than 100 deep: want graphs that are less nested"},
		{"empty messages", append(model(), bytes.Repeat(sub(25), 1<<16)...), onnxir.ErrFormat,
			"its structure would take more than 32 times its size in memory"},
		{"no operator", model(sub(1, text(2, "y"))), onnxir.ErrFormat, `onnx: node that makes "y" (): it has no operator (op_type)`},
		{"no operator, no name", model(node(), sub(1)), onnxir.ErrFormat, `onnx: node 1: it has no operator (op_type)`},
		{"attribute without name", model(node(sub(5, number(3, 1)))), onnxir.ErrFormat,
			`onnx: node "n" (Op): attribute 0: it has no name`},
		{"attribute without type", model(node(attribute())), onnxir.ErrFormat, `attribute "a": it has no type`},
		{"attribute of two types", model(node(attribute(number(3, 1), single(2, 1)))), onnxir.ErrFormat,
			`attribute "a": it has no type`},
		{"attribute of a new type", model(node(attribute(number(20, 15)))), onnxir.ErrUnsupported,
			`attribute "a": type: got unknown type 15, want one up to TYPE_PROTOS, the last that is known here`},
		{"attribute of another type", model(node(attribute(number(20, 2), single(2, 1)))), onnxir.ErrFormat,
			`attribute "a": the type is INT, but there is a value of type FLOAT`},
		{"attribute that refers and has a value", model(node(attribute(number(20, 2), number(3, 1), text(21, "b")))), onnxir.ErrFormat,
			`attribute "a": it refers to attribute "b" of a function, and there is a value too: want one of them`},
		{"floats of 3 bytes", model(node(attribute(text(7, "abc")))), onnxir.ErrFormat,
			"field 7: a list of 3 bytes: want a multiple of 4"},
		{"doubles of 3 bytes", tensor(text(10, "abc")), onnxir.ErrFormat, "field 10: a list of 3 bytes: want a multiple of 8"},
		{"ints cut off", model(node(attribute(text(8, "\x80")))), onnxir.ErrFormat, "unexpected EOF"},
		{"int of 11 bytes", model(node(attribute(text(8, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")))), onnxir.ErrFormat,
			"variable length integer overflow"},
		{"ints of 32 bits", model(node(attribute(single(8, 1)))), onnxir.ErrFormat, "field 8: got 32 bits, want bytes"},
		{"floats of 64 bits", model(node(attribute(double(7, 1)))), onnxir.ErrFormat, "field 7: got 64 bits, want bytes"},
		{"doubles of 32 bits", tensor(single(10, 1)), onnxir.ErrFormat, "field 10: got 32 bits, want bytes"},
		{"lying shape", tensor(sub(1, []byte{2, 3}), number(2, 1), text(9, "1234")), onnxir.ErrFormat,
			`onnx: initializer 0: tensor "w": got 4 bytes, want 24 for FLOAT [2,3]`},
		{"giant shape", tensor(number(1, 1<<40), number(1, 1<<40), number(2, 1)), onnxir.ErrFormat,
			`tensor "w": shape [1099511627776,1099511627776]: more elements than`},
		{"tensor in an attribute", model(node(attribute(number(20, 4), sub(5, number(2, 1))))), onnxir.ErrFormat,
			`onnx: node "n" (Op): attribute "a": tensor "": got 0 numbers in float_data, want 1 for FLOAT []`},
		{"segment", tensor(sub(3)), onnxir.ErrUnsupported, `tensor "w": it is a segment of a tensor: want whole tensors`},
		{"data_location", tensor(number(2, 1), number(14, 2)), onnxir.ErrUnsupported,
			`tensor "w": data_location: got 2, want 0 (in the model) or 1 (in another file)`},
		{"offset", tensor(number(2, 1), number(14, 1), sub(13, text(1, "offset"), text(2, "-4"))), onnxir.ErrFormat,
			`tensor "w": external data: offset: got "-4", want a whole number of bytes`},
		{"sparse without indices", model(sub(15, sub(1, number(2, 1), single(4, 1)))), onnxir.ErrFormat,
			"sparse initializer 0: values or indices are missing"},
		{"opset", append(model(), number(8, 1)...), onnxir.ErrFormat, "field 8: got a varint, want bytes"},
		{"opset's field", append(model(), sub(8, number(1, 1))...), onnxir.ErrFormat, "field 1: got a varint, want bytes"},
		{"metadata's field", append(model(), sub(14, number(1, 1))...), onnxir.ErrFormat, "field 1: got a varint, want bytes"},
		{"input's type", model(sub(11, text(1, "x"), number(2, 1))), onnxir.ErrFormat,
			`onnx: input "x": byte 7: field 2: got a varint, want bytes`},
		{"function", append(model(), sub(25, text(1, "F"), sub(7))...), onnxir.ErrFormat,
			`onnx: function "F": node 0: it has no operator`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := pb.Decode(tt.b)
			// Protobuf's texts have a blank that does not break in some builds, so that nobody relies on them.
			if m != nil || !errors.Is(err, tt.kind) || !strings.Contains(strings.ReplaceAll(err.Error(), "\u00a0", " "), tt.want) {
				t.Errorf("got %v, %v\nwant %s", m, err, tt.want)
			}
		})
	}
	if _, err := pb.Decode(nested(30)); err != nil {
		t.Errorf("30 graphs within graphs: %v", err)
	}
}

func TestDecodeTensor(t *testing.T) {
	x := onnxir.FloatTensor("w", []int64{2}, []float32{1, 2})
	b := pb.EncodeTensor(x)
	if got, err := pb.DecodeTensor(b); err != nil || !cmp.Equal(got, x) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := pb.DecodeTensor(b[:len(b)-1]); !errors.Is(err, onnxir.ErrFormat) || errors.Is(err, pb.ErrSequence) {
		t.Errorf("cut off: got %v", err)
	}
	for name, b := range map[string][]byte{
		"named":       append(append(text(1, "seq"), number(2, 1)...), sub(3, b)...),
		"without one": append(number(2, 1), sub(3, b)...),
		"empty":       number(2, 1),
	} {
		_, err := pb.DecodeTensor(b)
		if want := "onnx: a sequence of tensors (SequenceProto), want one tensor (TensorProto)"; !errors.Is(err, pb.ErrSequence) ||
			!errors.Is(err, onnxir.ErrUnsupported) ||
			err.Error() != want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
