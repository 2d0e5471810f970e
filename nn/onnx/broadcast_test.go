package onnx_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestConstantsAreFinite: numbers that WGSL has no constant for, such as those of masks, are read from memory, and give the same.
func TestConstantsAreFinite(t *testing.T) {
	var finite func(e *expr.Expr) bool
	finite = func(e *expr.Expr) bool {
		ok := e.Op != expr.Const || math.Abs(e.Value) <= math.MaxFloat32
		for _, a := range e.Args {
			ok = ok && finite(a)
		}
		return ok
	}
	lowest := float32(math.Inf(-1))
	f := of(2, 5).floats("q", []float32{0.25}).floats("none", []float32{lowest}).node("Greater", "g", in("x", "q")).
		node("Where", "m", in("g", "x", "none")).node("Clip", "c", in("m"), number("min", lowest), number("max", 0.5)).node("Exp", "y", in("c"))
	f.opset = 6
	x := filled(7, 2, 5)
	b, y := interpreted(t, f.parse(t, "y"), x, "y")
	for _, n := range b.Graph.Nodes {
		if a, ok := n.Attrs.(op.MapAttrs); ok && !finite(a.Exprs[0]) {
			t.Errorf("%s: %v has a constant beyond float32", n.Layer, a.Exprs[0])
		}
	}
	for i, v := range y.Float64s() {
		want := 0.0
		if x.F32[i] > 0.25 {
			want = math.Exp(min(float64(x.F32[i]), 0.5))
		}
		if math.Abs(v-want) > 1e-6 {
			t.Errorf("y[%d]: got %g, want %g", i, v, want)
		}
	}
}
