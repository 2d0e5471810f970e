package safetensors

import (
	"errors"
	"fmt"
	"math/bits"
	"sort"
	"strings"
)

// ErrFormat is the kind of every error about bytes or tensors that the format does not allow.
var ErrFormat = errors.New("not a valid safetensors file")

// MaxHeaderBytes is the longest header that Decode reads.
const MaxHeaderBytes = 100_000_000

// metadataKey is the header's key for texts; no tensor can be called so.
const metadataKey = "__metadata__"

// File is the content of a file.
type File struct {
	Tensors  []Tensor // sorted by name after Decode
	Metadata map[string]string
}

// Tensor is one named array. Data holds the elements little-endian and row-major.
type Tensor struct {
	Name  string
	DType string // F32, I64, …: see the format
	Shape []int  // empty for a scalar
	Data  []byte
}

// Find returns the tensor called name, and whether the file has it.
func (f *File) Find(name string) (Tensor, bool) {
	for _, t := range f.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// elementBytes is the size of one element of each type.
var elementBytes = map[string]uint64{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8, "C64": 8,
}

// knownTypes names the element types for an error.
func knownTypes() string {
	names := make([]string, 0, len(elementBytes))
	for name := range elementBytes {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// dataBytes returns how many bytes a tensor of the type and the shape has.
func dataBytes(dtype string, shape []int) (uint64, error) {
	n, ok := elementBytes[dtype]
	if !ok {
		return 0, fmt.Errorf("element type: got %q, want one of %s", dtype, knownTypes())
	}
	empty := false
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v: got a negative size", shape)
		}
		empty = empty || d == 0
	}
	if empty {
		return 0, nil
	}
	for _, d := range shape {
		high, low := bits.Mul64(n, uint64(d))
		if high != 0 {
			return 0, fmt.Errorf("shape %v: the number of bytes does not fit 64 bits", shape)
		}
		n = low
	}
	return n, nil
}

func formatError(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrFormat, fmt.Errorf(format, args...))
}
