package graph

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Shape lists the sizes of a value's axes, the slowest first. An empty shape is a scalar.
type Shape []int

// Elems returns the number of elements, 1 for a scalar. It saturates at math.MaxInt instead of overflowing.
func (s Shape) Elems() int {
	n := 1
	for _, d := range s {
		if d > 0 && n > math.MaxInt/d {
			return math.MaxInt
		}
		n *= d
	}
	return n
}

// Equal reports whether both shapes have the same axes.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy that shares nothing.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// String prints s as [1,32,32,3].
func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// Strides returns the row-major distance in elements between neighbours along each axis.
func (s Shape) Strides() []int {
	st := make([]int, len(s))
	n := 1
	for i := len(s) - 1; i >= 0; i-- {
		st[i] = n
		n *= s[i]
	}
	return st
}

// Broadcast returns the shape that a and b combine to by numpy's rule: axes are matched from the last, and a size of 1
// (or a missing axis) stretches. ok is false if two sizes clash.
func Broadcast(a, b Shape) (s Shape, ok bool) {
	s = make(Shape, max(len(a), len(b)))
	for i := range s {
		x, y := 1, 1
		if k := i - (len(s) - len(a)); k >= 0 {
			x = a[k]
		}
		if k := i - (len(s) - len(b)); k >= 0 {
			y = b[k]
		}
		if x != y && x != 1 && y != 1 {
			return nil, false
		}
		s[i] = x * y / min(x, y)
	}
	return s, true
}

// BroadcastStrides returns, for each axis of to, how far one steps in a row-major value of shape from: 0 along
// stretched axes.
func BroadcastStrides(from, to Shape) []int {
	st := make([]int, len(to))
	own := from.Strides()
	for i := range from {
		if from[i] != 1 {
			st[i+len(to)-len(from)] = own[i]
		}
	}
	return st
}

// Period returns after how many elements of shape to a row-major value of shape from repeats when it is stretched: the
// size of the last axes, if it has those in full and none before; 1 for a scalar; 0 if it does not repeat so.
func Period(from, to Shape) int {
	st, own := BroadcastStrides(from, to), to.Strides()
	n, ended := 1, false
	for a := len(to) - 1; a >= 0; a-- {
		switch {
		case to[a] == 1:
		case st[a] == own[a] && !ended:
			n *= to[a]
		case st[a] == 0:
			ended = true
		default:
			return 0
		}
	}
	return n
}

// DType is an element type.
type DType uint8

// The element types. U8 is that of data sets that lie on a device, which Gather turns into F32; U8 and I8 are those of
// quantised values, which op.Quantize makes.
const (
	F32 DType = iota
	I32
	U32
	U8
	I8
)

// Bytes returns the size of one element.
func (d DType) Bytes() int {
	if d == U8 || d == I8 {
		return 1
	}
	return 4
}

// Range returns the smallest and the largest number of an 8-bit type.
func (d DType) Range() (lo, hi int) {
	if d == I8 {
		return -128, 127
	}
	return 0, 255
}

// String returns f32, i32, u32, u8 or i8.
func (d DType) String() string { return [...]string{"f32", "i32", "u32", "u8", "i8"}[d] }
