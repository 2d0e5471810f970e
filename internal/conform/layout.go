package conform

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// layout says how a tensor of the reference lies in a graph.
type layout uint8

const (
	plain    layout = iota // as it is
	channels               // [N,C,…] lies as [N,…,C]
	filters                // [F,C/groups,…] lies as […,C/groups,F]
	matrix                 // [out,in] lies as [in,out]
)

// perm returns which axis of the reference each axis in the graph is, for tensors of a rank. Tensors without spatial
// axes have their channels last already.
func (l layout) perm(rank int) []int {
	p := make([]int, rank)
	for i := range p {
		p[i] = i
	}
	switch {
	case l == channels && rank > 2:
		return append(append(p[:1:1], p[2:]...), 1)
	case l == filters && rank > 2:
		return append(p[2:], 1, 0)
	case l == matrix && rank == 2:
		return []int{1, 0}
	}
	return p
}

// shape converts a shape of the reference.
func (l layout) shape(s graph.Shape) graph.Shape { return permuted(s, l.perm(len(s))) }

// back converts a shape of the graph.
func (l layout) back(s graph.Shape) graph.Shape { return permuted(s, inverse(l.perm(len(s)))) }

// to converts a tensor of the reference, from one of the graph.
func (l layout) to(t plan.Tensor) plan.Tensor   { return transpose(t, l.perm(len(t.Shape))) }
func (l layout) from(t plan.Tensor) plan.Tensor { return transpose(t, inverse(l.perm(len(t.Shape)))) }

func permuted(s graph.Shape, perm []int) graph.Shape {
	out := make(graph.Shape, len(s))
	for i, p := range perm {
		out[i] = s[p]
	}
	return out
}

func inverse(perm []int) []int {
	inv := make([]int, len(perm))
	for i, p := range perm {
		inv[p] = i
	}
	return inv
}

// transpose returns t with axis perm[i] as axis i; where nothing moves, it is t.
func transpose(t plan.Tensor, perm []int) plan.Tensor {
	if slices.IsSorted(perm) {
		return t
	}
	out := plan.Tensor{Shape: permuted(t.Shape, perm), Type: t.Type}
	if t.Type == graph.I32 {
		out.I32 = transposed(t.I32, t.Shape, perm)
	} else {
		out.F32 = transposed(t.F32, t.Shape, perm)
	}
	return out
}

func transposed[T any](data []T, s graph.Shape, perm []int) []T {
	from, to := s.Strides(), permuted(s, perm)
	out := make([]T, 0, len(data))
	at := make([]int, len(to)) // the index of the next element
	for range data {
		i := 0
		for k, p := range perm {
			i += at[k] * from[p]
		}
		out = append(out, data[i])
		for k := len(at) - 1; k >= 0; k-- {
			if at[k]++; at[k] < to[k] {
				break
			}
			at[k] = 0
		}
	}
	return out
}

// index returns the position of flat element i in a tensor of shape s.
func index(s graph.Shape, i int) []int {
	at := make([]int, len(s))
	for k, st := range s.Strides() {
		at[k] = i / st % s[k]
	}
	return at
}
