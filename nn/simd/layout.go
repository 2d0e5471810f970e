package simd

import "github.com/fovea-nn/fovea/nn/graph"

// nest is the loops over a shape together with values that are broadcast to it: value k's element [i0,i1,…] lies at
// Σ a i_a·stride[k][a]. Axes that can be walked through as one in all values are merged, those of size 1 left out; one at
// least remains. Along the last axis strides are 1 or 0.
type nest struct {
	size   []int
	stride [][]int // of each value
}

func newNest(shape graph.Shape, values []graph.Type) nest {
	n := nest{stride: make([][]int, len(values))}
	all := make([][]int, len(values))
	for k, v := range values {
		all[k] = graph.BroadcastStrides(v.Shape, shape)
	}
	for a, size := range shape {
		if size == 1 {
			continue
		}
		last, merge := len(n.size)-1, len(n.size) > 0
		for k := range values {
			merge = merge && n.stride[k][last] == size*all[k][a]
		}
		if merge {
			n.size[last] *= size
		} else {
			n.size = append(n.size, size)
		}
		for k := range values {
			if merge {
				n.stride[k][last] = all[k][a]
			} else {
				n.stride[k] = append(n.stride[k], all[k][a])
			}
		}
	}
	if len(n.size) == 0 {
		n.size = []int{1}
		for k := range values {
			n.stride[k] = []int{0}
		}
	}
	return n
}

// rows is the number of runs along the last axis.
func (n *nest) rows() int { return graph.Shape(n.size[:len(n.size)-1]).Elems() }

// width is the length of the last axis.
func (n *nest) width() int { return n.size[len(n.size)-1] }
