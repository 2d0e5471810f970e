package onnx

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
)

// value is one of ONNX: numbers that are known when the model is read, or what the graph computes.
type value struct {
	dtype onnxir.DataType
	shape graph.Shape // as ONNX has it, channels first

	known *array
	// v holds the elements where they are not known. Axis i of the value is axis perm[i] of v; nil is the same order. So a
	// transposition costs nothing until something needs the elements in another order.
	v    *graph.Value
	perm []int
	// flat, where not nil, says that the value is that one with its axes from the second on put together: a matrix that follows
	// can take its rows in the order in which they lie there.
	flat *value
}

// array is known numbers, row-major.
type array struct {
	name    string    // of the initializer that they come from; "" for others
	trained bool      // they come from initializers, so training may change them
	f32     []float32 // of the types of 32 bits and less that hold fractions
	f64     []float64 // of the others
	// alike says that there are n times the number fill, which takes no memory: a few bytes of a file can ask for any number.
	alike bool
	n     int
	fill  float64
}

func isFloat(d onnxir.DataType) bool {
	return d == onnxir.Float || d == onnxir.Float16 || d == onnxir.BFloat16 || d == onnxir.Double
}

// isWhole reports whether the type holds whole numbers, or truth values.
func isWhole(d onnxir.DataType) bool {
	switch d {
	case onnxir.Bool, onnxir.Int8, onnxir.Int16, onnxir.Int32, onnxir.Int64, onnxir.Uint8, onnxir.Uint16, onnxir.Uint32, onnxir.Uint64,
		onnxir.Int4, onnxir.Uint4:
		return true
	}
	return false
}

// narrow reports whether f32 holds every number of the type.
func narrow(d onnxir.DataType) bool { return isFloat(d) && d != onnxir.Double }

func (a *array) len() int { return max(len(a.f32), len(a.f64), a.n) }

func (a *array) at(i int) float64 {
	switch {
	case a.alike:
		return a.fill
	case a.f32 != nil:
		return float64(a.f32[i])
	}
	return a.f64[i]
}

// alikeOf makes a value of equal numbers.
func alikeOf(d onnxir.DataType, s graph.Shape, fill float64) *value {
	return &value{dtype: d, shape: s, known: &array{alike: true, n: s.Elems(), fill: fits(d, fill)}}
}

// tensor returns a known value's numbers for outside.
func (v *value) tensor() Tensor {
	t := Tensor{Type: v.dtype, Shape: v.shape, F32: v.known.f32, F64: v.known.f64}
	switch {
	case !v.known.alike:
	case narrow(v.dtype):
		t.F32 = v.known.floats()
	default:
		t.F64 = slices.Repeat([]float64{v.known.fill}, v.known.n)
	}
	return t
}

// floats returns the numbers as f32; they belong to the array.
func (a *array) floats() []float32 {
	if a.alike {
		return slices.Repeat([]float32{float32(a.fill)}, a.n)
	}
	if a.f32 == nil && a.f64 != nil {
		out := make([]float32, len(a.f64))
		for i, v := range a.f64 {
			out[i] = float32(v)
		}
		return out
	}
	return a.f32
}

// knownOf makes a value of numbers, rounded to what the type holds.
func knownOf(d onnxir.DataType, s graph.Shape, data []float64) *value {
	a := &array{}
	if narrow(d) {
		a.f32 = make([]float32, len(data))
		for i, v := range data {
			a.f32[i] = float32(v)
		}
	} else {
		a.f64 = data
	}
	return &value{dtype: d, shape: s, known: a}
}

// intsOf makes a value of whole numbers in a row.
func intsOf(data ...int) *value {
	f := make([]float64, len(data))
	for i, v := range data {
		f[i] = float64(v)
	}
	return knownOf(onnxir.Int64, graph.Shape{len(data)}, f)
}

// tensorOf reads a tensor of the model.
func tensorOf(t *onnxir.Tensor) (*value, error) {
	n, err := t.Len()
	if err != nil {
		return nil, err
	}
	if n > maxElems {
		return nil, fmt.Errorf("onnx: tensor %q has %d elements, at most %d are read: %w", t.Name, n, maxElems, graph.ErrOutOfMemory)
	}
	v := &value{dtype: t.DType, known: &array{}}
	for _, d := range t.Dims {
		v.shape = append(v.shape, int(d))
	}
	if narrow(t.DType) {
		v.known.f32, err = t.Float32s()
	} else {
		v.known.f64, err = t.Float64s()
	}
	return v, err
}

// maxElems bounds one tensor: memory in browsers ends at 4 GiB.
const maxElems = 1 << 29

// fits rounds a number to one that the type holds, as a conversion in C does.
func fits(d onnxir.DataType, v float64) float64 {
	switch d {
	case onnxir.Bool:
		if v != 0 {
			return 1
		}
		return 0
	case onnxir.Float, onnxir.Float16, onnxir.BFloat16:
		return float64(float32(v))
	case onnxir.Double:
		return v
	}
	return math.Trunc(v)
}

// identity returns 0, 1, 2, …
func identity(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}

// order returns where the axes of the value are in v.
func (v *value) order() []int {
	if v.perm == nil {
		return identity(len(v.shape))
	}
	return v.perm
}

func invert(perm []int) []int {
	inv := make([]int, len(perm))
	for i, p := range perm {
		inv[p] = i
	}
	return inv
}

// permuted returns the sizes in the order of v: size i goes to place perm[i].
func permuted[T any](s []T, perm []int) []T {
	out := make([]T, len(s))
	for i, p := range perm {
		out[p] = s[i]
	}
	return out
}

// isIdentity reports whether perm moves no axis of more than one element past another such: the elements then lie as they did.
func isIdentity(perm []int, s graph.Shape) bool {
	last := -1
	for i, p := range perm {
		if s[i] == 1 {
			continue
		}
		if p < last {
			return false
		}
		last = p
	}
	return true
}

// channelsLast is where the axes of [N,C,D…] are in [N,D…,C].
func channelsLast(rank int) []int {
	perm := identity(rank)
	for i := 2; i < rank; i++ {
		perm[i] = i - 1
	}
	if rank > 1 {
		perm[1] = rank - 1
	}
	return perm
}

// transposed moves axis i of a row-major array to place perm[i].
func transposed[T any](data []T, s graph.Shape, perm []int) []T {
	if isIdentity(perm, s) {
		return data
	}
	out := make([]T, len(data))
	to := permuted(graph.Shape(permuted([]int(s), perm)).Strides(), invert(perm)) // of axis i in the result
	index := make([]int, len(s))
	at := 0
	last := len(s) - 1
	for i := 0; i < len(data); {
		for range s[last] {
			out[at] = data[i]
			at += to[last]
			i++
		}
		at -= to[last] * s[last]
		for k := last - 1; k >= 0; k-- {
			if index[k]++; index[k] < s[k] {
				at += to[k]
				break
			}
			index[k] = 0
			at -= to[k] * (s[k] - 1)
		}
	}
	return out
}

// transpose returns the array with axis i at place perm[i].
func (a *array) transpose(s graph.Shape, perm []int) *array {
	b := *a
	switch {
	case a.alike:
	case a.f32 != nil:
		b.f32 = transposed(a.f32, s, perm)
	default:
		b.f64 = transposed(a.f64, s, perm)
	}
	return &b
}
