package wasmasm

// Type is the type of a value, by its code in the binary format.
type Type byte

const (
	TypeI32  Type = 0x7f
	TypeI64  Type = 0x7e
	TypeF32  Type = 0x7d
	TypeF64  Type = 0x7c
	TypeV128 Type = 0x7b
)

// String returns the type's name in the text format.
func (t Type) String() string {
	switch t {
	case TypeI32:
		return "i32"
	case TypeI64:
		return "i64"
	case TypeF32:
		return "f32"
	case TypeF64:
		return "f64"
	case TypeV128:
		return "v128"
	}
	return "type " + itoa(int(t))
}

func (t Type) valid() bool { return t >= TypeV128 && t <= TypeI32 }

// typeList is the text of some types for messages: (i32, f32).
func typeList(ts []Type) string {
	s := "("
	for i, t := range ts {
		if i > 0 {
			s += ", "
		}
		s += t.String()
	}
	return s + ")"
}
