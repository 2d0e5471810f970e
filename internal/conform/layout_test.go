package conform

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

func TestLayoutsMoveElements(t *testing.T) {
	for _, c := range []struct {
		layout
		shape, want graph.Shape
	}{
		{channels, graph.Shape{2, 3}, graph.Shape{2, 3}},
		{channels, graph.Shape{2, 3, 4}, graph.Shape{2, 4, 3}},
		{channels, graph.Shape{2, 3, 4, 5}, graph.Shape{2, 4, 5, 3}},
		{channels, graph.Shape{2, 3, 4, 5, 6}, graph.Shape{2, 4, 5, 6, 3}},
		{filters, graph.Shape{7, 3, 5}, graph.Shape{5, 3, 7}},
		{filters, graph.Shape{7, 3, 5, 4}, graph.Shape{5, 4, 3, 7}},
		{filters, graph.Shape{7, 3, 2, 5, 4}, graph.Shape{2, 5, 4, 3, 7}},
		{matrix, graph.Shape{4, 6}, graph.Shape{6, 4}},
		{plain, graph.Shape{2, 3, 4}, graph.Shape{2, 3, 4}},
		{channels, graph.Shape{}, graph.Shape{}},
	} {
		if got := c.layout.shape(c.shape); !got.Equal(c.want) || !c.back(got).Equal(c.shape) {
			t.Errorf("layout %d of %v: got %v and back %v, want %v", c.layout, c.shape, got, c.back(got), c.want)
		}
	}
}

// Every element is found at the permuted index, and the way back is the inverse.
func TestLayoutsAreBijections(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		l := layout(r.IntN(4))
		s := make(graph.Shape, r.IntN(6))
		for i := range s {
			s[i] = 1 + r.IntN(4)
		}
		x := plan.Tensor{Shape: s, F32: make([]float32, s.Elems())}
		for i := range x.F32 {
			x.F32[i] = float32(i)
		}
		y := l.to(x)
		what := fmt.Sprintf("seed %d, layout %d of %v", seed, l, s)
		if !y.Shape.Equal(l.shape(s)) {
			t.Fatalf("%s: got shape %v", what, y.Shape)
		}
		st := y.Shape.Strides()
		for i, v := range x.F32 {
			j := 0
			for k, p := range l.perm(len(s)) {
				j += index(s, i)[p] * st[k]
			}
			if y.F32[j] != v {
				t.Fatalf("%s: element %v: got %g, want %g", what, index(s, i), y.F32[j], v)
			}
		}
		if back := l.from(y); !slices.Equal(back.F32, x.F32) || !back.Shape.Equal(s) {
			t.Fatalf("%s: there and back: got %v %v", what, back.Shape, back.F32)
		}
	}
}
