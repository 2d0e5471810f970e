package webgpu

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// TestEncodeHalf: an odd count fills whole words, what 16 bits hold comes back, and what they do not hold is refused.
func TestEncodeHalf(t *testing.T) {
	want := []float32{1, -0.5, 65504}
	b, err := encodeHalf("w", plan.Float32s(graph.Shape{1, 3}, want...))
	if err != nil || len(b) != 8 {
		t.Fatalf("got %d bytes and %v, want 8", len(b), err)
	}
	for i, v := range decodeHalf(b, graph.Type{Shape: graph.Shape{1, 3}}).F32 {
		if v != want[i] {
			t.Errorf("%d: got %g, want %g", i, v, want[i])
		}
	}
	for _, v := range []float32{65505, float32(math.Inf(-1))} {
		if _, err := encodeHalf("w", plan.Float32s(graph.Shape{1, 1}, v)); err == nil {
			t.Errorf("%g was taken", v)
		}
	}
}
