//go:build !js

package webgpu

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

func stepOf(build func(b *builder)) plan.Step {
	b := &builder{graph.New()}
	build(b)
	g := b.Graph
	for _, v := range g.Nodes[len(g.Nodes)-1].Out {
		g.Output("y", v)
	}
	return plan.Build(g, plan.Options{}).Steps[0]
}

func product3(m, k, n int) plan.Step {
	return stepOf(func(b *builder) { b.apply(op.MatMul, op.MatMulAttrs{}, b.in(m, k), b.in(k, n)) })
}

// TestVariants: large products try large tiles first, small ones small tiles; what is no product, or too small, has one way.
func TestVariants(t *testing.T) {
	gpu := DefaultTuning(false, 32<<10)
	first := func(s plan.Step) Tile { return variants(s, gpu)[0].tuning.Tiles[0] }
	large, small := first(product3(4096, 4096, 4096)), first(product3(64, 256, 64))
	if large.TM*large.TN*large.WX*large.WY <= small.TM*small.TN*small.WX*small.WY {
		t.Errorf("the first tile of a product of 4096 is %v, of 64 %v: want a larger one", large, small)
	}
	for _, c := range []struct {
		name   string
		step   plan.Step
		tuning Tuning
		want   int
	}{
		{"product", product3(512, 512, 512), gpu, maxVariants + 1},
		{"on a processor", product3(512, 512, 512), DefaultTuning(true, 32<<10), 1},
		{"narrow product", product3(512, 512, 3), gpu, 1},
		{"map", stepOf(func(b *builder) { b.mapped(expr.ReLU(expr.V(0)), b.in(9, 9)) }), gpu, 1},
		{"convolution", stepOf(func(b *builder) {
			b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, b.in(8, 14, 14, 64), b.in(3, 3, 64, 64))
		}), gpu, maxVariants + 1},
		{"depthwise", stepOf(func(b *builder) {
			b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 64}, b.in(8, 14, 14, 64), b.in(3, 3, 1, 64))
		}), gpu, 1},
	} {
		all := variants(c.step, c.tuning)
		if len(all) != c.want || all[len(all)-1].name != registers {
			t.Errorf("%s: got %d variants, the last %q, want %d and registers", c.name, len(all), all[len(all)-1].name, c.want)
		}
		names := map[string]bool{}
		for _, v := range all {
			names[v.name] = true
		}
		if len(names) != len(all) {
			t.Errorf("%s: variants share a name: %v", c.name, names)
		}
	}
}

// TestShapeClass: equal steps share a measurement, others do not.
func TestShapeClass(t *testing.T) {
	a, b, c := shapeClass(product3(64, 32, 16)), shapeClass(product3(64, 32, 16)), shapeClass(product3(64, 16, 32))
	if a != b || a == c {
		t.Errorf("classes %q, %q and %q: want the first two equal", a, b, c)
	}
}
