package pb

import (
	"errors"
	"fmt"
	"strconv"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

// ErrSequence says that a file has a sequence of tensors, not one.
var ErrSequence = errors.New("a sequence of tensors (SequenceProto), want one tensor (TensorProto)")

// DecodeTensor reads a file with one tensor, such as the inputs and outputs of ONNX's test cases. Raw data are part of b. A
// sequence of tensors is ErrSequence.
func DecodeTensor(b []byte) (*onnxir.Tensor, error) {
	t := &onnxir.Tensor{}
	if err := newDecoder(b).tensor(message{b, 0}, t); err != nil {
		if isSequence(b) {
			err = onnxir.Unsupportedf("%w", ErrSequence)
		}
		return nil, fmt.Errorf("onnx: %w", err)
	}
	return t, nil
}

// isSequence tells a SequenceProto from a TensorProto that was not understood. Nothing in a file names its message, but field
// 1 is a name in the first and the sizes in the second, and field 3 has the tensors or is a segment, which no tensor has here.
// An empty sequence has an element type alone, and as a tensor it would be a scalar without its number.
func isSequence(b []byte) bool {
	type fieldOf struct {
		num protowire.Number
		typ protowire.Type
	}
	elem, others := false, false
	err := each(message{b, 0}, func(f field) error {
		switch (fieldOf{f.num, f.typ}) {
		case fieldOf{1, protowire.BytesType}:
		case fieldOf{2, protowire.VarintType}:
			elem = true
		case fieldOf{3, protowire.BytesType}, fieldOf{4, protowire.BytesType}, fieldOf{5, protowire.BytesType}:
		default:
			others = true
		}
		return nil
	})
	return err == nil && elem && !others
}

func (d *decoder) tensor(m message, t *onnxir.Tensor) error {
	var pairs map[string]string
	var location int32
	err := each(m, func(f field) error {
		switch f.num {
		case 1:
			return varints(f, &t.Dims)
		case 2:
			return enum(f, &t.DType)
		case 3:
			return onnxir.Unsupportedf("it is a segment of a tensor: want whole tensors")
		case 4:
			return f.floats(&t.FloatData)
		case 5:
			return varints(f, &t.Int32Data)
		case 6:
			return f.byteses(&t.StringData)
		case 7:
			return varints(f, &t.Int64Data)
		case 8:
			return f.text(&t.Name)
		case 9:
			return f.bytes(&t.Raw)
		case 10:
			return f.doubles(&t.DoubleData)
		case 11:
			return varints(f, &t.Uint64Data)
		case 12:
			return f.text(&t.Doc)
		case 13:
			return d.pair(f, &pairs)
		case 14:
			return enum(f, &location)
		}
		return nil
	})
	if err == nil && location != 0 {
		t.External, err = external(location, pairs)
	}
	if err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	return t.Check()
}

// outside is the data_location of elements in another file.
const outside = 1

// external reads where the elements of a tensor are.
func external(location int32, pairs map[string]string) (*onnxir.External, error) {
	if location != outside {
		return nil, onnxir.Unsupportedf("data_location: got %d, want 0 (in the model) or 1 (in another file)", location)
	}
	e := &onnxir.External{Location: pairs["location"], Length: -1}
	err := byteCount(pairs, "offset", &e.Offset)
	if err == nil {
		err = byteCount(pairs, "length", &e.Length)
	}
	return e, err
}

// byteCount reads the number under key, if there is one.
func byteCount(pairs map[string]string, key string, out *int64) error {
	text, ok := pairs[key]
	if !ok {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 0 {
		return onnxir.Formatf("external data: %s: got %.40q, want a whole number of bytes", key, text)
	}
	*out = v
	return nil
}

func (d *decoder) sparse(m message, s *onnxir.SparseTensor) error {
	err := each(m, func(f field) error {
		switch f.num {
		case 1:
			return single(d, f, &s.Values, (*decoder).tensor)
		case 2:
			return single(d, f, &s.Indices, (*decoder).tensor)
		case 3:
			return varints(f, &s.Dims)
		}
		return nil
	})
	if err == nil && (s.Values == nil || s.Indices == nil) {
		return onnxir.Formatf("values or indices are missing")
	}
	return err
}

func (d *decoder) value(m message, v *onnxir.Value) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return f.text(&v.Name)
		case 2:
			return single(d, f, &v.Type, (*decoder).typ)
		case 3:
			return f.text(&v.Doc)
		}
		return nil
	})
}

// kinds gives the kind of each field of TypeProto, of which one is there.
var kinds = [...]onnxir.Kind{1: onnxir.KindTensor, 4: onnxir.KindSequence, 5: onnxir.KindMap, 7: onnxir.KindOpaque,
	8: onnxir.KindSparseTensor, 9: onnxir.KindOptional}

func (d *decoder) typ(m message, t *onnxir.Type) error {
	return each(m, func(f field) error {
		if int(f.num) >= len(kinds) || kinds[f.num] == onnxir.KindUnknown {
			return nil
		}
		kind := kinds[f.num]
		if kind != t.Kind { // the last one counts
			*t = onnxir.Type{Kind: kind}
		}
		switch kind {
		case onnxir.KindTensor, onnxir.KindSparseTensor:
			return child(d, f, t, (*decoder).tensorType)
		case onnxir.KindSequence, onnxir.KindOptional:
			return child(d, f, t, (*decoder).sequenceType)
		case onnxir.KindMap:
			return child(d, f, t, (*decoder).mapType)
		}
		return nil
	})
}

func (d *decoder) tensorType(m message, t *onnxir.Type) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return enum(f, &t.Elem)
		case 2:
			if t.Dims == nil {
				t.Dims = []onnxir.Dim{}
			}
			return child(d, f, &t.Dims, (*decoder).dims)
		}
		return nil
	})
}

func (d *decoder) sequenceType(m message, t *onnxir.Type) error {
	return each(m, func(f field) error {
		if f.num != 1 {
			return nil
		}
		return single(d, f, &t.Of, (*decoder).typ)
	})
}

func (d *decoder) mapType(m message, t *onnxir.Type) error {
	return each(m, func(f field) error {
		switch f.num {
		case 1:
			return enum(f, &t.Elem)
		case 2:
			return single(d, f, &t.Of, (*decoder).typ)
		}
		return nil
	})
}

// dims reads a TensorShapeProto.
func (d *decoder) dims(m message, out *[]onnxir.Dim) error {
	return each(m, func(f field) error {
		if f.num != 1 {
			return nil
		}
		dim := onnxir.UnknownDim
		err := d.leaf(f, unsafe.Sizeof(dim), func(f field) error {
			switch f.num { // one of them, and the last one counts
			case 1:
				dim.Name = ""
				return f.int(&dim.Size)
			case 2:
				dim = onnxir.UnknownDim
				return f.text(&dim.Name)
			}
			return nil
		})
		dim.Size = max(dim.Size, onnxir.UnknownDim.Size)
		appended(f, out, dim)
		return err
	})
}
