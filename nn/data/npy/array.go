package npy

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/data"
)

// maxBytes bounds an array in memory.
const maxBytes = 1 << 30

// Array is an array in C order: the last axis is the fastest.
type Array struct {
	Shape []int
	// Data is a []uint8 (of uint8 and bool), []uint16, []int32 (of int8, int16 and int32), []int64 (of uint32 and int64),
	// []float32 or []float64.
	Data any
}

// element is a type of elements, by the name that a header has for it behind the order of bytes.
type element struct {
	bytes int
	read  func(b []byte, n int, order binary.ByteOrder) any
}

// decode reads n elements of size bytes each.
func decode[T any](size int, f func([]byte, binary.ByteOrder) T) element {
	return element{size, func(b []byte, n int, order binary.ByteOrder) any {
		v := make([]T, n)
		for i := range v {
			v[i] = f(b[i*size:(i+1)*size], order)
		}
		return v
	}}
}

var elements = map[string]element{
	"u1": decode(1, func(b []byte, _ binary.ByteOrder) uint8 { return b[0] }),
	"b1": decode(1, func(b []byte, _ binary.ByteOrder) uint8 { return b[0] }),
	"i1": decode(1, func(b []byte, _ binary.ByteOrder) int32 { return int32(int8(b[0])) }),
	"u2": decode(2, func(b []byte, o binary.ByteOrder) uint16 { return o.Uint16(b) }),
	"i2": decode(2, func(b []byte, o binary.ByteOrder) int32 { return int32(int16(o.Uint16(b))) }),
	"i4": decode(4, func(b []byte, o binary.ByteOrder) int32 { return int32(o.Uint32(b)) }),
	"u4": decode(4, func(b []byte, o binary.ByteOrder) int64 { return int64(o.Uint32(b)) }),
	"i8": decode(8, func(b []byte, o binary.ByteOrder) int64 { return int64(o.Uint64(b)) }),
	"f4": decode(4, func(b []byte, o binary.ByteOrder) float32 { return math.Float32frombits(o.Uint32(b)) }),
	"f8": decode(8, func(b []byte, o binary.ByteOrder) float64 { return math.Float64frombits(o.Uint64(b)) }),
}

// Read reads a .npy file, of either order of bytes and of axes. It makes room for what is there, not for what the header
// claims. Errors are of kind data.ErrFormat or data.ErrTooLarge and name the offset.
func Read(b []byte) (*Array, error) {
	h, err := readHeader(b)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	if len(h.descr) < 2 {
		return nil, fmt.Errorf("npy: %w: header: got type %q, want one as <f4", data.ErrFormat, h.descr)
	}
	e, ok := elements[h.descr[1:]]
	var order binary.ByteOrder = binary.LittleEndian
	switch h.descr[0] {
	case '<', '=', '|':
	case '>':
		order = binary.BigEndian
	default:
		ok = false
	}
	if !ok {
		return nil, fmt.Errorf("npy: %w: header: elements of type %.40q are not read: save the array with .astype(\"float32\"), or labels with .astype(\"int64\")", data.ErrFormat, h.descr)
	}
	n, ok := h.elems(maxBytes / e.bytes)
	if !ok {
		return nil, fmt.Errorf("npy: %w: header: %v elements of %d bytes are more than %d bytes: the file is damaged, or use a part of the array", data.ErrTooLarge, h.shape, e.bytes, maxBytes)
	}
	if got := len(b) - h.size; got != n*e.bytes {
		return nil, fmt.Errorf("npy: %w: from byte %d on: got %d bytes, want %d for %v elements of %d: the file is cut off or damaged; write it again", data.ErrFormat, h.size, got, n*e.bytes, h.shape, e.bytes)
	}
	a := &Array{Shape: h.shape, Data: e.read(b[h.size:], n, order)}
	if h.fortran && len(h.shape) > 1 {
		switch v := a.Data.(type) {
		case []uint8:
			a.Data = toC(v, a.Shape)
		case []uint16:
			a.Data = toC(v, a.Shape)
		case []int32:
			a.Data = toC(v, a.Shape)
		case []int64:
			a.Data = toC(v, a.Shape)
		case []float32:
			a.Data = toC(v, a.Shape)
		case []float64:
			a.Data = toC(v, a.Shape)
		}
	}
	return a, nil
}

// toC puts elements whose first axis is the fastest into C order.
func toC[T any](v []T, shape []int) []T {
	out := make([]T, len(v))
	strides := make([]int, len(shape)) // in v
	step := 1
	for i, d := range shape {
		strides[i] = step
		step *= d
	}
	index := make([]int, len(shape))
	from := 0
	for i := range out {
		out[i] = v[from]
		for k := len(shape) - 1; k >= 0; k-- { // count up by one, the last axis first
			from += strides[k]
			if index[k]++; index[k] < shape[k] {
				break
			}
			from -= shape[k] * strides[k]
			index[k] = 0
		}
	}
	return out
}

// Float32s returns the elements as numbers of 32 bits, those of a []float32 without a copy.
func (a *Array) Float32s() []float32 {
	switch v := a.Data.(type) {
	case []float32:
		return v
	case []uint8:
		return convert[float32](v)
	case []uint16:
		return convert[float32](v)
	case []int32:
		return convert[float32](v)
	case []int64:
		return convert[float32](v)
	case []float64:
		return convert[float32](v)
	}
	return nil
}

// Int64s returns the elements as whole numbers; ok is false if they are no integers.
func (a *Array) Int64s() (v []int64, ok bool) {
	switch v := a.Data.(type) {
	case []int64:
		return v, true
	case []uint8:
		return convert[int64](v), true
	case []uint16:
		return convert[int64](v), true
	case []int32:
		return convert[int64](v), true
	}
	return nil, false
}

func convert[T, F uint8 | uint16 | int32 | int64 | float32 | float64](v []F) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}
