package onnx

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/nn/graph"
)

// TestFollow: for any order and any regrouping of axes, following gives the elements where ONNX has them.
func TestFollow(t *testing.T) {
	followed := 0
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.SampledFrom([]int{1, 1, 2, 3, 4}), 0, 5)
		from := graph.Shape(sizes.Draw(t, "from"))
		perm := rapid.Permutation(identity(len(from))).Draw(t, "perm")
		// Split and join axes at random.
		to := graph.Shape{}
		left := 1
		for _, n := range from {
			left *= n
			for left > 1 && rapid.Bool().Draw(t, "cut") {
				d := rapid.SampledFrom(divisors(left)).Draw(t, "size")
				to = append(to, d)
				left /= d
			}
		}
		to = append(to, left)
		data := make([]int, from.Elems())
		for i := range data {
			data[i] = i
		}
		lies := transposed(data, from, perm) // what the graph's value holds
		toPerm, shape, ok := follow(perm, from, to)
		if !ok {
			perm = gathered(perm, from, to)
			lies = transposed(data, from, perm)
			if toPerm, shape, ok = follow(perm, from, to); !ok {
				t.Fatalf("%v in order %v to %v does not follow, though gathered", from, perm, to)
			}
		} else {
			followed++
		}
		if got := graph.Shape(permuted([]int(to), toPerm)); !got.Equal(shape) {
			t.Fatalf("sizes %v, want %v", shape, got)
		}
		back := transposed(lies, shape, invert(toPerm))
		for i, v := range back {
			if v != i {
				t.Fatalf("%v in order %v to %v: followed to %v %v, element %d is %d", from, perm, to, toPerm, shape, i, v)
			}
		}
	})
	if followed == 0 {
		t.Error("nothing was followed")
	}
	// Splitting channels that lie last moves nothing.
	if _, sizes, ok := follow([]int{0, 3, 1, 2}, graph.Shape{2, 6, 4, 5}, graph.Shape{2, 3, 2, 4, 5}); !ok || !sizes.Equal(graph.Shape{2, 4, 5, 3, 2}) {
		t.Errorf("split of channels: got %v %v", sizes, ok)
	}
	if _, _, ok := follow([]int{0, 3, 1, 2}, graph.Shape{2, 6, 4, 5}, graph.Shape{2, 120}); ok {
		t.Error("channels that lie last were joined with the places before them")
	}
}

func divisors(n int) (out []int) {
	for d := 1; d <= n; d++ {
		if n%d == 0 {
			out = append(out, d)
		}
	}
	return out
}
