package nn

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestFieldsOfGraphs: receptive fields follow the graph, also where layers branch, stretch, cut and enlarge.
func TestFieldsOfGraphs(t *testing.T) {
	add := expr.New(expr.Add, expr.V(0), expr.V(1))
	type builder struct {
		*graph.Graph
		x *graph.Value
	}
	apply := func(b builder, name string, attrs any, in ...*graph.Value) *graph.Value {
		t.Helper()
		out, err := op.Apply(b.Graph, name, attrs, in...)
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	conv := func(b builder, x *graph.Value, kernel, stride, pad int) *graph.Value {
		c := x.Shape[len(x.Shape)-1]
		w := b.Param(fmt.Sprint("w", len(b.Nodes)), graph.Shape{kernel, kernel, c, c}, graph.Init{})
		return apply(b, op.Conv, op.ConvAttrs{Window: op.Square(2, kernel, stride, pad), Groups: 1}, x, w)
	}
	for _, c := range []struct {
		name           string
		build          func(b builder) *graph.Value
		size, jump, lo float64 // of rows
		columns        float64 // size of columns, where it differs
	}{
		{"residual", func(b builder) *graph.Value {
			return op.Map(b.Graph, add, conv(b, conv(b, b.x, 3, 1, 1), 3, 1, 1), b.x)
		}, 5, 1, -2, 0},
		{"branches", func(b builder) *graph.Value {
			return op.Map(b.Graph, add, conv(b, b.x, 5, 2, 2), conv(b, b.x, 1, 2, 0))
		}, 5, 2, -2, 0},
		{"gate by the mean", func(b builder) *graph.Value {
			mean := apply(b, op.ReduceOp, op.ReduceAttrs{Axes: []int{1, 2}, Keep: true, Expr: expr.V(0)}, b.x)
			return op.Map(b.Graph, add, conv(b, b.x, 3, 1, 1), mean)
		}, 17, 1, -1, 13},
		{"mean over rows", func(b builder) *graph.Value {
			return apply(b, op.ReduceOp, op.ReduceAttrs{Axes: []int{1}, Keep: true, Expr: expr.V(0)}, b.x)
		}, 16, 16, 0, 1},
		{"turned convolution", func(b builder) *graph.Value {
			y := conv(b, b.x, 3, 2, 1) // jump 2 from -1, size 3
			w := b.Param("w", graph.Shape{4, 4, 2, 2}, graph.Init{})
			a := op.ConvAttrs{Window: op.Square(2, 4, 2, 1), Groups: 1, Input: graph.Shape{16, 12, 2}}
			return apply(b, op.ConvGradInput, a, y, w)
		}, 5, 1, -3, 0},
		{"cut", func(b builder) *graph.Value {
			a := op.CopyAttrs{Shape: graph.Shape{1, 8, 12, 2}, Axes: []op.CopyAxis{{From: 0, Step: 1}, {From: 1, Step: 1, Start: 4}, {From: 2, Step: 1}, {From: 3, Step: 1}}}
			return conv(b, apply(b, op.CopyOp, a, b.x), 3, 1, 1)
		}, 3, 1, 3, 0},
		{"every second row", func(b builder) *graph.Value {
			a := op.CopyAttrs{Shape: graph.Shape{1, 8, 12, 2}, Axes: []op.CopyAxis{{From: 0, Step: 1}, {From: 1, Step: 2}, {From: 2, Step: 1}, {From: 3, Step: 1}}}
			return apply(b, op.CopyOp, a, b.x)
		}, 1, 2, 0, 0},
		{"each position's channels", func(b builder) *graph.Value {
			y := op.Reshape(b.Graph, conv(b, b.x, 3, 1, 1), graph.Shape{16 * 12, 2})
			y = apply(b, op.MatMul, op.MatMulAttrs{}, y, b.Param("m", graph.Shape{2, 5}, graph.Init{}))
			return op.Reshape(b.Graph, y, graph.Shape{1, 16, 12, 5})
		}, 3, 1, -1, 0},
		{"all positions", func(b builder) *graph.Value {
			y := op.Reshape(b.Graph, conv(b, b.x, 3, 1, 1), graph.Shape{1, 16 * 12 * 2})
			return apply(b, op.MatMul, op.MatMulAttrs{}, y, b.Param("m", graph.Shape{16 * 12 * 2, 5}, graph.Init{}))
		}, 16, 16, 0, 12},
		{"twice as many rows and columns", func(b builder) *graph.Value {
			y := conv(b, b.x, 2, 2, 0)
			return op.Reshape(b.Graph, apply(b, op.MatMul, op.MatMulAttrs{}, op.Reshape(b.Graph, y, graph.Shape{8 * 6, 2}), b.Param("m", graph.Shape{2, 8}, graph.Init{})),
				graph.Shape{1, 16, 12, 2})
		}, 2, 1, 0, 0},
		{"regions", func(b builder) *graph.Value {
			bounds := func(n int) *graph.Value { return b.Const(graph.Shape{1, 1, n, 2}, make([]float32, 2*n)...) }
			return apply(b, op.RegionPool, op.RegionPoolAttrs{Kind: op.PoolMax}, b.x, bounds(4), bounds(4))
		}, 4, 4, 0, 3},
		{"enlarged", func(b builder) *graph.Value {
			y := conv(b, b.x, 3, 1, 1)
			return apply(b, op.ResampleOp, op.ResampleAttrs{Out: []int{32, 24}, Linear: true}, y, b.Const(graph.Shape{1, 6}, .5, 0, 0, 0, .5, 0))
		}, 4, 0.5, -1, 0},
	} {
		b := builder{Graph: graph.New()}
		b.x = b.Input("x", graph.F32, graph.Shape{1, 16, 12, 2})
		y := c.build(b)
		f := fieldsOf(b.Graph, b.x)[y]
		if c.columns == 0 {
			c.columns = c.size
		}
		if len(f) != 2 || f[0].size != c.size || f[0].jump != c.jump || f[0].lo != c.lo || f[1].size != c.columns {
			t.Errorf("%s: got %+v, want %g and %g pixels, %g apart from %g on", c.name, f, c.size, c.columns, c.jump, c.lo)
		}
	}
}
