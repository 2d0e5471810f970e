package safetensors

import (
	"encoding/binary"
	"math"

	"github.com/fovea-nn/fovea/internal/half"
)

// Float32s returns the elements of an F32, F16, BF16 or F64 tensor; F64 is rounded.
func Float32s(t Tensor) ([]float32, error) {
	size, err := t.check()
	if err != nil {
		return nil, err
	}
	var read func(b []byte) float32
	switch t.DType {
	case "F32":
		read = func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	case "F64":
		read = func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }
	case "BF16":
		read = func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) }
	case "F16":
		read = func(b []byte) float32 { return half.Widen(binary.LittleEndian.Uint16(b)) }
	default:
		return nil, formatError("tensor %q: element type: got %s, want F32, F16, BF16 or F64", t.Name, t.DType)
	}
	out := make([]float32, len(t.Data)/size)
	for i := range out {
		out[i] = read(t.Data[i*size:])
	}
	return out, nil
}

// Int32s returns the elements of an I32, I64, I16, U16, I8 or U8 tensor. An I64 that does not fit is an error.
func Int32s(t Tensor) ([]int32, error) {
	size, err := t.check()
	if err != nil {
		return nil, err
	}
	var read func(b []byte) int64
	switch t.DType {
	case "I32":
		read = func(b []byte) int64 { return int64(int32(binary.LittleEndian.Uint32(b))) }
	case "I64":
		read = func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) }
	case "I16":
		read = func(b []byte) int64 { return int64(int16(binary.LittleEndian.Uint16(b))) }
	case "U16":
		read = func(b []byte) int64 { return int64(binary.LittleEndian.Uint16(b)) }
	case "I8":
		read = func(b []byte) int64 { return int64(int8(b[0])) }
	case "U8":
		read = func(b []byte) int64 { return int64(b[0]) }
	default:
		return nil, formatError("tensor %q: element type: got %s, want I32, I64, I16, U16, I8 or U8", t.Name, t.DType)
	}
	out := make([]int32, len(t.Data)/size)
	for i := range out {
		v := read(t.Data[i*size:])
		if v != int64(int32(v)) {
			return nil, formatError("tensor %q: element %d: got %d, want a number that fits 32 bits", t.Name, i, v)
		}
		out[i] = int32(v)
	}
	return out, nil
}

// check returns the bytes of one element, or an error if Data does not fit type and shape.
func (t Tensor) check() (int, error) {
	want, err := dataBytes(t.DType, t.Shape)
	if err != nil {
		return 0, formatError("tensor %q: %w", t.Name, err)
	}
	if uint64(len(t.Data)) != want {
		return 0, formatError("tensor %q: got %d bytes, want %d for %s %v", t.Name, len(t.Data), want, t.DType, t.Shape)
	}
	return int(elementBytes[t.DType]), nil
}

// FromFloat32s makes an F32 tensor with a copy of data. Encode checks that the shape fits.
func FromFloat32s(name string, shape []int, data []float32) Tensor {
	b := make([]byte, 0, 4*len(data))
	for _, v := range data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return Tensor{Name: name, DType: "F32", Shape: append([]int{}, shape...), Data: b}
}

// FromInt32s makes an I32 tensor with a copy of data. Encode checks that the shape fits.
func FromInt32s(name string, shape []int, data []int32) Tensor {
	b := make([]byte, 0, 4*len(data))
	for _, v := range data {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return Tensor{Name: name, DType: "I32", Shape: append([]int{}, shape...), Data: b}
}
