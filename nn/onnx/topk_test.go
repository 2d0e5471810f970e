package onnx_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
)

// topOf takes the k largest of what f computes as from, and puts values and places one behind the other along an axis.
func topOf(f *file, from string, k, axis int64, attributes ...*onnxir.Attribute) *file {
	f.ints("k", k).nodes("TopK", in("values", "places"), in(from, "k"), append(attributes, whole("axis", axis))...)
	return f.node("Cast", "numbers", in("places"), whole("to", int64(onnxir.Float))).node("Concat", "y", in("values", "numbers"), whole("axis", axis))
}

func topKCases() []operatorCase {
	var out []operatorCase
	for _, axis := range []int64{0, 1, -1} {
		for _, largest := range []int64{0, 1} {
			name := fmt.Sprintf("TopK along %d, largest %d", axis, largest)
			out = append(out, operatorCase{name, newest, topOf(of(3, 4, 5), "x", 3, axis, whole("largest", largest)), nil})
		}
	}
	// Channels lie last behind a convolution.
	out = append(out,
		operatorCase{"TopK of channels", 17, topOf(of(1, 3, 2, 2).weights("w", 5, 3, 1, 1).node("Conv", "c", in("x", "w")), "c", 2, 1), nil},
		operatorCase{"TopK of all", 11, topOf(of(7), "x", 7, 0), nil},
		operatorCase{"TopK of one", 11, topOf(of(1), "x", 1, 0), nil})
	// Of equal ones the first comes first, whichever way.
	equal := func(largest int64) *file {
		return topOf(of(2, 9).floats("q", []float32{2}).node("Mul", "m", in("x", "q")).node("Round", "r", in("m")), "r", 6, 1, whole("largest", largest))
	}
	out = append(out, operatorCase{"TopK of equal ones", newest, equal(1), nil}, operatorCase{"TopK of equal ones from below", newest, equal(0), nil})
	// What a mask leaves out is as small as can be, and is taken only where nothing else is left.
	masked := of(2, 5).floats("q", []float32{0}).floats("none", []float32{float32(math.Inf(-1))}).node("Greater", "g", in("x", "q")).
		node("Where", "m", in("g", "x", "none"))
	masked.ints("k", 5).nodes("TopK", in("values", "places"), in("m", "k")).node("Cast", "y", in("places"), whole("to", int64(onnxir.Float)))
	out = append(out, operatorCase{"TopK of masked ones", newest, masked, nil})
	// Known numbers, as of anchors, are sorted when the graph is built.
	known := of(1).floats("v", []float32{3, 1, 4, 1, 5, 9, 2, 6}, 8).ints("k", 4).nodes("TopK", in("values", "places"), in("v", "k")).
		node("Mul", "y", in("values", "x"))
	out = append(out, operatorCase{"TopK of known ones", newest, known, nil})
	// Up to version 9 the number is an attribute.
	old := of(2, 6).nodes("TopK", in("values", "places"), in("x"), whole("k", 2)).node("Identity", "y", in("values"))
	return append(out, operatorCase{"TopK 9", 9, old, nil})
}

func TestTopKErrors(t *testing.T) {
	var shape *graph.ShapeError
	for _, c := range []struct {
		name string
		k, n int64
		want string
		is   error
	}{
		{"none", 0, 5, "top 0 of 5: want 1 to that many", nil},
		{"more than there are", 6, 5, "top 6 of 5: want 1 to that many", nil},
		{"a detector's thousand", 1000, 3000, "top 1000 of 3000: at most 256 are taken here", graph.ErrUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := topOf(of(1, c.n), "x", c.k, 1).parse(t, "y").Build(onnx.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) || c.is == nil && !errors.As(err, &shape) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got error %v, want %q", err, c.want)
			}
		})
	}
}
