package pb

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/fovea-nn/fovea/internal/onnxir"
)

// message is the bytes of a message, or of a packed list, and where in the file they begin.
type message struct {
	b  []byte
	at int
}

// field is one field of a message.
type field struct {
	num protowire.Number
	typ protowire.Type
	n   uint64  // of a varint, or a number of fixed size
	b   message // of a field with a length
	at  int     // of its tag

	rest []byte // of the message, behind it
}

// appended puts v behind a list of which a message has one element a field. The first one makes room for those that follow:
// what a growing list leaves behind is up to five times its size.
func appended[T any](f field, out *[]T, v T) {
	if cap(*out) == 0 {
		*out = make([]T, 0, 1+f.following())
	}
	*out = append(*out, v)
}

// following returns how many fields of the same number follow in the message.
func (f field) following() (count int) {
	for rest := f.rest; len(rest) > 0; {
		num, _, n := protowire.ConsumeField(rest)
		if n < 0 {
			break // each will say so
		}
		if num == f.num {
			count++
		}
		rest = rest[n:]
	}
	return count
}

// each calls visit for the fields of a message, in their order.
func each(m message, visit func(f field) error) error {
	for pos := 0; pos < len(m.b); {
		f := field{at: m.at + pos}
		num, typ, n := protowire.ConsumeTag(m.b[pos:])
		if n < 0 {
			return f.broken(n)
		}
		f.num, f.typ = num, typ
		pos += n
		rest := m.b[pos:]
		switch typ {
		case protowire.VarintType:
			f.n, n = protowire.ConsumeVarint(rest)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(rest)
			f.n = uint64(v)
		case protowire.Fixed64Type:
			f.n, n = protowire.ConsumeFixed64(rest)
		case protowire.BytesType:
			var v []byte
			if v, n = protowire.ConsumeBytes(rest); n >= 0 {
				f.b = message{v[:len(v):len(v)], m.at + pos + n - len(v)}
			}
		default: // a group, which no field of the format is
			n = protowire.ConsumeFieldValue(num, typ, rest)
		}
		if n < 0 {
			return f.broken(n)
		}
		pos += n
		f.rest = m.b[pos:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// broken says that the wire format does not allow what is there; code is protowire's.
func (f field) broken(code int) error {
	return onnxir.Formatf("byte %d: %w: the file is cut off, damaged or of another format", f.at, protowire.ParseError(code))
}

var typeNames = map[protowire.Type]string{protowire.VarintType: "a varint", protowire.Fixed32Type: "32 bits",
	protowire.Fixed64Type: "64 bits", protowire.BytesType: "bytes",
	protowire.StartGroupType: "a group", protowire.EndGroupType: "the end of a group"}

// want returns an error if the field does not have the wire type.
func (f field) want(typ protowire.Type) error {
	if f.typ != typ {
		return onnxir.Formatf("byte %d: field %d: got %s, want %s: the file is damaged or of another format",
			f.at, f.num, typeNames[f.typ], typeNames[typ])
	}
	return nil
}

func (f field) message() (message, error) { return f.b, f.want(protowire.BytesType) }

func (f field) bytes(out *[]byte) error {
	*out = f.b.b
	return f.want(protowire.BytesType)
}

func (f field) text(out *string) error {
	*out = string(f.b.b)
	return f.want(protowire.BytesType)
}

// domain reads the domain of an operator set: "ai.onnx" is another name of the default one.
func (f field) domain(out *string) error {
	err := f.text(out)
	if *out == "ai.onnx" {
		*out = ""
	}
	return err
}

func (f field) texts(out *[]string) error {
	appended(f, out, string(f.b.b))
	return f.want(protowire.BytesType)
}

func (f field) byteses(out *[][]byte) error {
	appended(f, out, f.b.b)
	return f.want(protowire.BytesType)
}

func (f field) int(out *int64) error {
	*out = int64(f.n)
	return f.want(protowire.VarintType)
}

// enum reads an enumeration or an int32.
func enum[T ~int32](f field, out *T) error {
	*out = T(f.n)
	return f.want(protowire.VarintType)
}

func (f field) float(out *float32) error {
	*out = math.Float32frombits(uint32(f.n))
	return f.want(protowire.Fixed32Type)
}

// varints reads a number or a packed list of them, behind those that are there.
func varints[T int32 | int64 | uint64](f field, out *[]T) error {
	if f.typ == protowire.VarintType {
		appended(f, out, T(f.n))
		return nil
	}
	if err := f.want(protowire.BytesType); err != nil {
		return err
	}
	count := 0
	for _, b := range f.b.b {
		if b < 0x80 {
			count++
		}
	}
	*out = grow(*out, count)
	for b := f.b.b; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return f.broken(n)
		}
		*out = append(*out, T(v))
		b = b[n:]
	}
	return nil
}

// floats reads a number or a packed list of them, behind those that are there.
func (f field) floats(out *[]float32) error {
	if f.typ == protowire.Fixed32Type {
		appended(f, out, math.Float32frombits(uint32(f.n)))
		return nil
	}
	b := f.b.b
	if err := f.packed(4); err != nil {
		return err
	}
	*out = grow(*out, len(b)/4)
	for ; len(b) > 0; b = b[4:] {
		*out = append(*out, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return nil
}

// doubles reads a number or a packed list of them, behind those that are there.
func (f field) doubles(out *[]float64) error {
	if f.typ == protowire.Fixed64Type {
		appended(f, out, math.Float64frombits(f.n))
		return nil
	}
	b := f.b.b
	if err := f.packed(8); err != nil {
		return err
	}
	*out = grow(*out, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		*out = append(*out, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return nil
}

// packed returns an error if the field is no packed list of numbers of size bytes.
func (f field) packed(size int) error {
	if err := f.want(protowire.BytesType); err != nil {
		return err
	}
	if len(f.b.b)%size != 0 {
		return onnxir.Formatf("byte %d: field %d: a list of %d bytes: want a multiple of %d", f.at, f.num, len(f.b.b), size)
	}
	return nil
}

// grow makes room for exactly n more the first time, which is nearly always the only one.
func grow[T any](s []T, n int) []T {
	if s == nil && n > 0 {
		return make([]T, 0, n)
	}
	return s
}
