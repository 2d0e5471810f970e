package onnxir

import "math/bits"

// Tensor is a TensorProto. Its elements, row-major, are in Raw, little-endian, or in that one of the typed fields which the
// format names for the element type, or in a file beside the model.
type Tensor struct {
	Name  string
	Doc   string
	DType DataType
	Dims  []int64 // empty for a scalar
	Raw   []byte  // part of the file that was decoded, not a copy

	FloatData  []float32 // FLOAT, COMPLEX64
	Int32Data  []int32   // INT32 and all smaller types; FLOAT16 and BFLOAT16 as their bits
	StringData [][]byte  // STRING
	Int64Data  []int64   // INT64
	DoubleData []float64 // DOUBLE, COMPLEX128
	Uint64Data []uint64  // UINT32, UINT64

	External *External // nil unless the elements are in another file
}

// SparseTensor is a SparseTensorProto: the values that are not 0, called as the tensor is, and where they are.
type SparseTensor struct {
	Values, Indices *Tensor
	Dims            []int64
}

// Len returns the number of elements that Dims says, or an error if that is no number.
func (t *Tensor) Len() (int, error) {
	empty := false
	for _, d := range t.Dims {
		if d < 0 {
			return 0, Formatf("tensor %q: shape %s: got a negative size", t.Name, shapeText(t.Dims))
		}
		empty = empty || d == 0
	}
	if empty {
		return 0, nil
	}
	n := uint64(1)
	for _, d := range t.Dims {
		high, low := bits.Mul64(n, uint64(d))
		if high != 0 || low > maxElements {
			return 0, Formatf("tensor %q: shape %s: more elements than memory can hold", t.Name, shapeText(t.Dims))
		}
		n = low
	}
	return int(n), nil
}

// Shape returns the sizes, or an error if Len does.
func (t *Tensor) Shape() ([]int, error) {
	if _, err := t.Len(); err != nil {
		return nil, err
	}
	shape := make([]int, len(t.Dims))
	for i, d := range t.Dims {
		shape[i] = int(d)
	}
	return shape, nil
}

// maxElements leaves room for 128 bits an element in the range of int, which has 64 bits in WebAssembly too.
const maxElements = 1 << 52

// dataBytes returns how many bytes the elements take in Raw or in another file. Types below a byte are packed there.
func (t *Tensor) dataBytes() (int, error) {
	n, err := t.Len()
	if err != nil {
		return 0, err
	}
	if t.DType == String {
		return 0, Formatf("tensor %q: strings are in the field for bytes, want string_data", t.Name)
	}
	return int((uint64(n)*dataTypes[t.DType].bits + 7) / 8), nil
}

// typedLen returns how many elements the typed field for the element type holds, what the field is called, and how many of
// its entries make an element.
func (t *Tensor) typedLen() (entries int, field string, each int) {
	switch t.DType {
	case Float:
		return len(t.FloatData), "float_data", 1
	case Complex64:
		return len(t.FloatData), "float_data", 2
	case Int64:
		return len(t.Int64Data), "int64_data", 1
	case String:
		return len(t.StringData), "string_data", 1
	case Double:
		return len(t.DoubleData), "double_data", 1
	case Complex128:
		return len(t.DoubleData), "double_data", 2
	case Uint32, Uint64:
		return len(t.Uint64Data), "uint64_data", 1
	}
	return len(t.Int32Data), "int32_data", 1
}

// Check returns an error if the elements are not where the type says, or not as many as the shape says. It costs no time that
// depends on their number. Elements in another file pass: Load checks them.
func (t *Tensor) Check() error {
	n, err := t.Len()
	if err != nil {
		return err
	}
	switch {
	case t.DType == Undefined:
		return Formatf("tensor %q: it has no element type", t.Name)
	case !t.DType.Known():
		return Unsupportedf("tensor %q: element type: got %v, want one up to %v, the last that is known here", t.Name, t.DType,
			DataType(len(dataTypes)-1))
	case t.External != nil && (t.Raw != nil || t.typedEntries() > 0):
		return Formatf("tensor %q: there are elements in the model and in the file %q, want one of them", t.Name, t.External.Location)
	case t.External != nil:
		return nil
	}
	entries, field, each := t.typedLen()
	if total := t.typedEntries(); total != entries {
		return Formatf("tensor %q: %d elements are in a field for other types, want those of %v in %s",
			t.Name, total-entries, t.DType, field)
	}
	if t.Raw != nil {
		want, err := t.dataBytes()
		switch {
		case err != nil:
			return err
		case entries > 0:
			return Formatf("tensor %q: there are elements in raw_data and in %s, want one of them", t.Name, field)
		case len(t.Raw) != want:
			return Formatf("tensor %q: got %d bytes, want %d for %v %s", t.Name, len(t.Raw), want, t.DType, shapeText(t.Dims))
		}
		return nil
	}
	want := n * each
	if b := int(dataTypes[t.DType].bits); b > 0 && b < 8 { // each entry of int32_data is a byte of packed elements
		want = (n*b + 7) / 8
	}
	if entries != want {
		return Formatf("tensor %q: got %d numbers in %s, want %d for %v %s", t.Name, entries, field, want, t.DType, shapeText(t.Dims))
	}
	return nil
}

// typedEntries returns how many entries all typed fields have.
func (t *Tensor) typedEntries() int {
	return len(t.FloatData) + len(t.Int32Data) + len(t.StringData) + len(t.Int64Data) + len(t.DoubleData) + len(t.Uint64Data)
}
