package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
)

// value is one of the graph: numbers that are known, or a tensor that the model computes.
type value struct {
	shape graph.Shape // Fovea's
	elem  onnxir.DataType
	known *array

	name string // of the tensor
	// The tensor's axes are those of fine, sizes into which the axes of shape are split where they stand: fine axis f is a part
	// of axis group[f]. Axis k of the tensor is fine axis order[k].
	fine, group, order []int
	// open says that fine axis 0 grows with the batch, which the model leaves open.
	open bool
}

// array is known numbers, row-major in Fovea's order.
type array struct {
	name string // of the parameter that they come from; "" for others
	f32  []float32
	i32  []int32
	// fixed says that training does not change them.
	fixed bool
}

// same returns the number that all of v's are, where they are known and stay as they are.
func (v *value) same() (k float64, ok bool) {
	if v.known == nil || !v.known.fixed || len(v.known.f32) == 0 {
		return 0, false
	}
	first := v.known.f32[0]
	return float64(first), !slices.ContainsFunc(v.known.f32, func(k float32) bool { return k != first })
}

// computed makes a value of a tensor whose axis k is axis perm[k] of s.
func computed(name string, elem onnxir.DataType, s graph.Shape, perm []int, open bool) *value {
	return &value{shape: s, name: name, elem: elem, fine: s, group: identity(len(s)), order: perm, open: open}
}

// elemOf is the type that elements have in the model: indices are INT64 there.
func elemOf(t graph.DType) onnxir.DataType {
	switch t {
	case graph.F32:
		return onnxir.Float
	case graph.U8:
		return onnxir.Uint8
	case graph.I8:
		return onnxir.Int8
	}
	return onnxir.Int64
}

// tensorType is how the model declares v.
func (v *value) tensorType() *onnxir.Type {
	t := &onnxir.Type{Kind: onnxir.KindTensor, Elem: v.elem, Dims: []onnxir.Dim{}}
	for k, d := range pick(v.fine, v.order) {
		if v.open && v.order[k] == 0 {
			t.Dims = append(t.Dims, onnxir.Dim{Name: "N"})
		} else {
			t.Dims = append(t.Dims, onnxir.Dim{Size: int64(d)})
		}
	}
	return t
}

// one reports whether fine axis f has a single element, whatever the batch, so that it does not matter where it stands.
func (v *value) one(f int) bool { return v.fine[f] == 1 && !(v.open && f == 0) }

// moved returns v as a tensor whose axis k is axis perm[k] of v.
func (x *exporter) moved(v *value, perm []int) *value {
	var want, dims []int
	for _, p := range perm {
		for f, g := range v.group {
			if g == p {
				want = append(want, f)
			}
		}
		dims = append(dims, v.shape[p])
	}
	name, order := v.name, v.order
	matters := func(f int) bool { return !v.one(f) }
	if !slices.Equal(filter(order, matters), filter(want, matters)) {
		p := make([]int, len(want))
		for k, f := range want {
			p[k] = slices.Index(order, f)
		}
		name, order = x.transpose(name, p), want
	}
	if have := pick(v.fine, order); !slices.Equal(have, dims) {
		name = x.reshape(name, have, dims, v.open && x.leads(order))
	}
	return computed(name, v.elem, v.shape, slices.Clone(perm), v.open)
}

// arranged is the name of moved's tensor, or of an initializer.
func (x *exporter) arranged(v *value, perm []int) string {
	if v.known != nil {
		return x.initializer(v, perm)
	}
	return x.moved(v, perm).name
}

// whole returns v with one axis of the tensor for each of v's, in the order in which they lie.
func (x *exporter) whole(v *value) *value {
	var perm []int
	for _, f := range v.order {
		stray := v.one(f) && v.shape[v.group[f]] != 1 // it tells nothing of where the axis lies
		if !stray && !slices.Contains(perm, v.group[f]) {
			perm = append(perm, v.group[f])
		}
	}
	for i := range v.shape {
		if !slices.Contains(perm, i) {
			perm = append(perm, i)
		}
	}
	return x.moved(v, perm)
}

// relabelled returns v with its axes in another order, axis i of the result being axis perm[i]: nothing moves.
func (x *exporter) relabelled(v *value, perm []int) *value {
	if v.open && perm[0] != 0 {
		x.fail(errBatch)
	}
	y := &value{shape: pick(v.shape, perm), name: v.name, elem: v.elem, open: v.open}
	place := make([]int, len(v.fine)) // of v's fine axes among those of the result
	for i, p := range perm {
		for f, g := range v.group {
			if g == p {
				place[f] = len(y.fine)
				y.fine, y.group = append(y.fine, v.fine[f]), append(y.group, i)
			}
		}
	}
	y.order = pick(place, v.order)
	return y
}

// leads checks that the open batch stands first, as a Reshape can leave open one size alone.
func (x *exporter) leads(order []int) bool {
	if len(order) == 0 || order[0] != 0 {
		x.fail(errBatch)
	}
	return true
}

// regrouped gives v another shape of as many elements. Where both shapes are groups of the same finer axes, nothing moves.
func (x *exporter) regrouped(v *value, to graph.Shape) *value {
	if v.known != nil {
		return &value{shape: to, elem: v.elem, known: v.known}
	}
	parts, group, ok := refine(v.fine, to, v.open)
	if !ok {
		plain := x.moved(v, identity(len(v.shape)))
		name := x.reshape(plain.name, v.shape, to, v.open)
		return computed(name, v.elem, to, identity(len(to)), v.open)
	}
	y := &value{shape: to, name: v.name, elem: v.elem, group: group, open: v.open}
	first := make([]int, len(v.fine)) // part of each axis
	for f, p := range parts {
		first[f] = len(y.fine)
		y.fine = append(y.fine, p...)
	}
	for _, f := range v.order {
		for k := range parts[f] {
			y.order = append(y.order, first[f]+k)
		}
	}
	if len(y.fine) > len(v.fine) {
		y.name = x.reshape(v.name, pick(v.fine, v.order), pick(y.fine, y.order), v.open && x.leads(v.order))
	}
	return y
}

// batchFactor stands for the open size in refine: a prime above what sizes there are in one sample.
const batchFactor = 1<<31 - 1

// refine splits each axis of fine so that the parts, one behind the other, can be grouped to the axes of another shape with as
// many elements: part i belongs to axis group[i] of to. An axis of to with one element may have no part. With open, the
// first axes are multiples of the same unknown number.
func refine(fine, to []int, open bool) (parts [][]int, group []int, ok bool) {
	if len(to) == 0 {
		return nil, nil, len(fine) == 0
	}
	size := func(s []int, i int) int {
		if open && i == 0 {
			return s[0] * batchFactor
		}
		return s[i]
	}
	parts = make([][]int, len(fine))
	at, left := 0, size(to, 0)
	for f := range fine {
		rest, first := size(fine, f), true
		for ; first || rest > 1; first = false {
			for rest > 1 && left == 1 {
				at++
				left = to[at]
			}
			part := rest
			switch {
			case left%rest == 0:
			case rest%left == 0:
				part = left
			default:
				return nil, nil, false
			}
			rest, left = rest/part, left/part
			if part%batchFactor == 0 {
				part /= batchFactor
			}
			parts[f], group = append(parts[f], part), append(group, at)
		}
	}
	return parts, group, true
}

// transposed moves the elements of row-major data so that axis k of the result is axis perm[k].
func transposed[T any](data []T, s graph.Shape, perm []int) []T {
	if slices.IsSorted(perm) || len(data) == 0 {
		return data
	}
	out, stride := make([]T, 0, len(data)), pick(s.Strides(), perm)
	var walk func(axis, at int)
	walk = func(axis, at int) {
		for range s[perm[axis]] {
			if axis == len(perm)-1 {
				out = append(out, data[at])
			} else {
				walk(axis+1, at)
			}
			at += stride[axis]
		}
	}
	walk(0, 0)
	return out
}

// channelsFirst is the order [N,C,D…] of [N,D…,C].
func channelsFirst(rank int) []int {
	return append([]int{0, rank - 1}, identity(rank)[1:rank-1]...)
}

// identity returns 0, 1, 2, …
func identity(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}

// pick returns s[at[0]], s[at[1]], …
func pick(s, at []int) []int {
	out := make([]int, len(at))
	for i, k := range at {
		out[i] = s[k]
	}
	return out
}

func filter(s []int, keep func(int) bool) []int {
	return slices.DeleteFunc(slices.Clone(s), func(i int) bool { return !keep(i) })
}

func int64s(s []int) []int64 {
	out := make([]int64, len(s))
	for i, v := range s {
		out[i] = int64(v)
	}
	return out
}
