package onnxir

import (
	"encoding/binary"
	"math"

	"github.com/fovea-nn/fovea/internal/half"
)

// Float32s returns a copy of the elements of a FLOAT, FLOAT16, BFLOAT16 or DOUBLE tensor; DOUBLE is rounded.
func (t *Tensor) Float32s() ([]float32, error) {
	n, err := t.ready("FLOAT, FLOAT16, BFLOAT16 or DOUBLE", Float, Float16, BFloat16, Double)
	if err != nil {
		return nil, err
	}
	out := make([]float32, n)
	if t.DType == Float && t.Raw != nil { // nearly always, and large
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Raw[4*i:]))
		}
		return out, nil
	}
	read := t.floats()
	for i := range out {
		out[i] = float32(read(i))
	}
	return out, nil
}

// Float64s returns a copy of the elements of a tensor of any type of numbers up to 64 bits, or BOOL as 0 and 1, but floats of
// 8 bits and less. Integers beyond 2⁵³ are rounded.
func (t *Tensor) Float64s() ([]float64, error) {
	n, err := t.ready("a type of real numbers from 4 to 64 bits, or BOOL", Float, Float16, BFloat16, Double,
		Int4, Uint4, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64, Bool)
	if err != nil {
		return nil, err
	}
	out := make([]float64, n)
	switch t.DType {
	case Float, Float16, BFloat16, Double:
		read := t.floats()
		for i := range out {
			out[i] = read(i)
		}
	case Uint64:
		read := t.integers()
		for i := range out {
			out[i] = float64(uint64(read(i)))
		}
	default:
		read := t.integers()
		for i := range out {
			out[i] = float64(read(i))
		}
	}
	return out, nil
}

// Int64s returns a copy of the elements of a tensor of integers, or of BOOL as 0 and 1. A UINT64 beyond the range of an int64
// is an error.
func (t *Tensor) Int64s() ([]int64, error) {
	n, err := t.ready("a type of integers from 4 to 64 bits, or BOOL",
		Int4, Uint4, Int64, Int32, Int16, Int8, Uint64, Uint32, Uint16, Uint8, Bool)
	if err != nil {
		return nil, err
	}
	out := make([]int64, n)
	read := t.integers()
	for i := range out {
		if out[i] = read(i); out[i] < 0 && t.DType == Uint64 {
			return nil, Unsupportedf("tensor %q: element %d: got %d, want at most %d", t.Name, i, uint64(out[i]), int64(math.MaxInt64))
		}
	}
	return out, nil
}

// Texts returns a copy of the elements of a STRING tensor.
func (t *Tensor) Texts() ([]string, error) {
	n, err := t.ready("STRING", String)
	if err != nil {
		return nil, err
	}
	out := make([]string, n)
	for i, s := range t.StringData {
		out[i] = string(s)
	}
	return out, nil
}

// ready returns the number of elements if all is there and of one of the types, which want describes.
func (t *Tensor) ready(want string, types ...DataType) (int, error) {
	if err := t.Check(); err != nil {
		return 0, err
	}
	if t.External != nil {
		return 0, Formatf("tensor %q: its elements are in the file %q, which is not loaded: give that file too",
			t.Name, t.External.Location)
	}
	for _, d := range types {
		if d == t.DType {
			return t.Len()
		}
	}
	switch t.DType {
	case Uint2, Int2, Float4E2M1, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Float8E8M0,
		Complex64, Complex128:
		return 0, Unsupportedf("tensor %q: element type %v is not read here: save the model with FLOAT or FLOAT16 weights",
			t.Name, t.DType)
	}
	return 0, Formatf("tensor %q: element type: got %v, want %s", t.Name, t.DType, want)
}

// floats returns what reads element i of a checked tensor of floating-point type.
func (t *Tensor) floats() func(i int) float64 {
	raw, le := t.Raw, binary.LittleEndian
	switch t.DType {
	case Float:
		if raw == nil {
			return func(i int) float64 { return float64(t.FloatData[i]) }
		}
		return func(i int) float64 { return float64(math.Float32frombits(le.Uint32(raw[4*i:]))) }
	case Double:
		if raw == nil {
			return func(i int) float64 { return t.DoubleData[i] }
		}
		return func(i int) float64 { return math.Float64frombits(le.Uint64(raw[8*i:])) }
	}
	bits := func(i int) uint16 { return uint16(t.Int32Data[i]) }
	if raw != nil {
		bits = func(i int) uint16 { return le.Uint16(raw[2*i:]) }
	}
	if t.DType == BFloat16 {
		return func(i int) float64 { return float64(math.Float32frombits(uint32(bits(i)) << 16)) }
	}
	return func(i int) float64 { return float64(half.Widen(bits(i))) }
}

// integers returns what reads element i of a checked tensor of integers or BOOL; a UINT64 comes as its bits. Those in
// int32_data that are out of their type's range are cut, as the format's own tools do.
func (t *Tensor) integers() func(i int) int64 {
	raw, le := t.Raw, binary.LittleEndian
	var read func(i int) uint64
	switch {
	case dataTypes[t.DType].bits == 4: // two in a byte, the first one in its lower half; an entry of int32_data is a byte
		packed := func(i int) byte { return byte(t.Int32Data[i]) }
		if raw != nil {
			packed = func(i int) byte { return raw[i] }
		}
		read = func(i int) uint64 { return uint64(packed(i/2)>>(4*(i%2))) & 15 }
	case raw == nil && t.DType == Int64:
		return func(i int) int64 { return t.Int64Data[i] }
	case raw == nil && (t.DType == Uint32 || t.DType == Uint64):
		read = func(i int) uint64 { return t.Uint64Data[i] }
	case raw == nil:
		read = func(i int) uint64 { return uint64(t.Int32Data[i]) }
	default:
		switch dataTypes[t.DType].bits {
		case 8:
			read = func(i int) uint64 { return uint64(raw[i]) }
		case 16:
			read = func(i int) uint64 { return uint64(le.Uint16(raw[2*i:])) }
		case 32:
			read = func(i int) uint64 { return uint64(le.Uint32(raw[4*i:])) }
		case 64:
			read = func(i int) uint64 { return le.Uint64(raw[8*i:]) }
		}
	}
	switch t.DType {
	case Int4:
		return func(i int) int64 { return int64(int8(read(i)<<4) >> 4) }
	case Int8:
		return func(i int) int64 { return int64(int8(read(i))) }
	case Int16:
		return func(i int) int64 { return int64(int16(read(i))) }
	case Int32:
		return func(i int) int64 { return int64(int32(read(i))) }
	case Uint8:
		return func(i int) int64 { return int64(uint8(read(i))) }
	case Uint16:
		return func(i int) int64 { return int64(uint16(read(i))) }
	case Uint32:
		return func(i int) int64 { return int64(uint32(read(i))) }
	case Bool:
		return func(i int) int64 {
			if read(i) != 0 {
				return 1
			}
			return 0
		}
	}
	return func(i int) int64 { return int64(read(i)) }
}

// FloatTensor makes a FLOAT tensor with a copy of data. It must have as many elements as dims say: Check tells.
func FloatTensor(name string, dims []int64, data []float32) *Tensor {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return &Tensor{Name: name, DType: Float, Dims: append([]int64(nil), dims...), Raw: raw}
}

// Int64Tensor makes an INT64 tensor with a copy of data. It must have as many elements as dims say: Check tells.
func Int64Tensor(name string, dims []int64, data []int64) *Tensor {
	raw := make([]byte, 0, 8*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return &Tensor{Name: name, DType: Int64, Dims: append([]int64(nil), dims...), Raw: raw}
}
