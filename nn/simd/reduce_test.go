package simd_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// TestEqualColumns: equal columns have the same sums, to the bit, wherever they stand. A softmax of large equal numbers tells.
func TestEqualColumns(t *testing.T) {
	d, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, width := range []int{3, 10, 36, 264, 1000, 20000} {
		g := graph.New()
		x := g.Input("x", graph.F32, graph.Shape{169, width})
		g.Output("y", op.Sum(g, x, 0))
		st, err := d.NewStore()
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
		if err != nil {
			t.Fatal(err)
		}
		data := make([]float32, 169*width)
		for i := range data {
			data[i] = 1e9 * op.Uniform(1, 1, 0, i/width)
		}
		if err := e.Run(plan.Float32s(x.Shape, data...)); err != nil {
			t.Fatal(err)
		}
		got, err := e.Fetch("y")(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range got[0].F32 {
			if v != got[0].F32[0] {
				t.Errorf("%d columns: column %d has %g, the first %g", width, k, v, got[0].F32[0])
				break
			}
		}
		e.Close()
		st.Close()
	}
}
