package nn

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/zoo"
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
	rows := func(which op.CopyAxis) op.CopyAttrs { // eight of them
		axes := []op.CopyAxis{{From: 0, Step: 1}, which, {From: 2, Step: 1}, {From: 3, Step: 1}}
		return op.CopyAttrs{Shape: graph.Shape{1, 8, 12, 2}, Axes: axes}
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
			return conv(b, apply(b, op.CopyOp, rows(op.CopyAxis{From: 1, Step: 1, Start: 4}), b.x), 3, 1, 1)
		}, 3, 1, 3, 0},
		{"every second row", func(b builder) *graph.Value {
			return apply(b, op.CopyOp, rows(op.CopyAxis{From: 1, Step: 2}), b.x)
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
			y := op.Reshape(b.Graph, conv(b, b.x, 2, 2, 0), graph.Shape{8 * 6, 2})
			y = apply(b, op.MatMul, op.MatMulAttrs{}, y, b.Param("m", graph.Shape{2, 8}, graph.Init{}))
			return op.Reshape(b.Graph, y, graph.Shape{1, 16, 12, 2})
		}, 2, 1, 0, 0},
		{"regions", func(b builder) *graph.Value {
			bounds := func(n int) *graph.Value { return b.Const(graph.Shape{1, 1, n, 2}, make([]float32, 2*n)...) }
			return apply(b, op.RegionPool, op.RegionPoolAttrs{Kind: op.PoolMax}, b.x, bounds(4), bounds(4))
		}, 4, 4, 0, 3},
		{"enlarged", func(b builder) *graph.Value {
			half := b.Const(graph.Shape{1, 6}, .5, 0, 0, 0, .5, 0)
			return apply(b, op.ResampleOp, op.ResampleAttrs{Out: []int{32, 24}, Linear: true}, conv(b, b.x, 3, 1, 1), half)
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

// TestFieldsOfNormalisations: what is computed over the channels of one position sees nothing new, though a reshape lends these
// channels the axis of positions; what is computed over all positions sees all. The lengths that equal the number of channels
// are there to be mistaken for it.
func TestFieldsOfNormalisations(t *testing.T) {
	local := func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.LocalResponseNorm(b, x, layer.LRNOptions{Size: 5, Alpha: 1e-4, Beta: 0.75, K: 2})
	}
	group := func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.GroupNorm(b, x, 4, layer.NormOptions{})
	}
	every := func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.LayerNorm(b, x, 1, layer.NormOptions{})
	}
	for _, c := range []struct {
		name  string
		norm  func(b *layer.Builder, x *graph.Value) (*graph.Value, error)
		input graph.Shape
		all   bool // it sees every position
	}{
		{"local, of maps", local, graph.Shape{1, 16, 12, 8}, false},
		{"local, of series", local, graph.Shape{1, 16, 8}, false},
		{"local, of as many places as channels", local, graph.Shape{1, 8, 8}, false},
		{"local, of volumes", local, graph.Shape{1, 8, 8, 8, 8}, false},
		{"of groups, of maps", group, graph.Shape{1, 16, 12, 8}, true},
		{"of groups, of series", group, graph.Shape{1, 16, 8}, true},
		{"of layers, of maps", every, graph.Shape{1, 16, 12, 8}, false},
	} {
		g := graph.New()
		x := g.Input("x", graph.F32, c.input)
		b := layer.NewBuilder(g)
		window := func(x *graph.Value) *graph.Value { // that keeps sizes
			out, err := op.Apply(g, op.Pool, op.PoolAttrs{Window: op.Square(len(c.input)-2, 3, 1, 1), Kind: op.PoolMax}, x)
			if err != nil {
				t.Fatal(err)
			}
			return out[0]
		}
		y, err := c.norm(b, window(x))
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range fieldsOf(g, x)[window(y)] {
			want := axis{-2, 5, 1, c.input[1+i]} // of a window of 3 before it, and one behind
			if c.all {
				want.size = float64(c.input[1+i] + 4) // with the padding of both
			}
			if a != want {
				t.Errorf("%s: axis %d: got %+v, want %+v", c.name, i, a, want)
			}
		}
	}
}

// TestPublishedFields: of Inception-v3 that of Araujo, Norris, Sim, table 1; of GoogLeNet 11 up to its second pooling, 19 and 27
// to the third, 91 behind two blocks with windows of 5 at jump 8, 107, 427 behind five at 16, 459, 715 behind two at 32.
func TestPublishedFields(t *testing.T) {
	for name, want := range map[string]int{"inception_v3": 1311, "googlenet": 715} {
		entry, err := zoo.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := entry.Text(zoo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Describe(text, 1)
		if err != nil {
			t.Fatal(err)
		}
		got := 0 // of the last map
		for _, l := range s.Layers {
			if len(l.Shape) == 3 && l.Shape[0] > 1 && !l.Side {
				got = l.ReceptiveField[0]
			}
		}
		if got != want {
			t.Errorf("%s: the last map sees %d pixels, want %d", name, got, want)
		}
	}
}
