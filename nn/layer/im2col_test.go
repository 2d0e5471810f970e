package layer_test

import (
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestIm2ColOfTheTextbook pins the sizes that the textbook names: the first layer of AlexNet.
func TestIm2ColOfTheTextbook(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{1, 227, 227, 3})
	v, err := layer.Im2Col(layer.NewBuilder(g), x, layer.ConvOptions{Name: "c", Filters: 96, Window: op.Square(2, 11, 4, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		v    *graph.Value
		want graph.Shape
	}{{"W", v.W, graph.Shape{96, 363}}, {"X", v.X, graph.Shape{363, 3025}}, {"Y", v.Y, graph.Shape{1, 55, 55, 96}}} {
		if !c.v.Shape.Equal(c.want) {
			t.Errorf("%s: got %v, want %v", c.what, c.v.Shape, c.want)
		}
	}
	want := "W [96,363] times X [363,3025]: each of the 96 filters is a row of 11·11·3 = 363 weights, " +
		"each of the 55·55 = 3025 places of the window a column of as many pixels."
	if v.Explanation != want {
		t.Errorf("got  %s\nwant %s", v.Explanation, want)
	}
}

func TestIm2ColEqualsConv(t *testing.T) {
	odd := op.Window{Kernel: []int{3, 2}, Stride: []int{1, 2}, Dilation: []int{2, 1}, Pads: [][2]int{{2, 1}, {0, 1}}}
	for _, c := range []struct {
		name string
		x    graph.Shape
		o    layer.ConvOptions
	}{
		{"plain", graph.Shape{1, 5, 6, 2}, layer.ConvOptions{Filters: 3, Window: op.Square(2, 3, 1, 0)}},
		{"large stride", graph.Shape{1, 11, 11, 3}, layer.ConvOptions{Filters: 4, Window: op.Square(2, 5, 3, 0)}},
		{"several pictures, padding, dilation", graph.Shape{3, 7, 6, 2}, layer.ConvOptions{Filters: 5, Window: odd, NoBias: true}},
		{"one pixel", graph.Shape{2, 4, 4, 3}, layer.ConvOptions{Filters: 2, Window: op.Square(2, 1, 1, 0)}},
	} {
		n := newBuilt(c.x)
		c.o.Name = "c"
		direct, err := layer.Conv(n.b, n.x, c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		v, err := layer.Im2Col(n.b, n.x, c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		n.fill()
		if got, want := n.value(t, v.Y), n.value(t, direct); !v.Y.Shape.Equal(direct.Shape) || !slices.EqualFunc(got, want, near) {
			t.Errorf("%s: the matrix product differs from the convolution", c.name)
		}
	}
}
