package spec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/spec"
)

// TestBranchValues computes a net without parameters whose result is known.
func TestBranchValues(t *testing.T) {
	for text, want := range map[string][]float64{ // for x = -1, 2
		"{ RELU | } add":                       {-1, 4},
		"{ | RELU } mul":                       {0, 4},
		"{ RELU | | { RELU | } add } add":      {-2, 8},
		"{ | RELU | } concat":                  {-1, 2, 0, 2, -1, 2},
		"{ side { GAP } weight 1 | RELU } add": {-1, 4},
	} {
		n, err := spec.Parse("INPUT 1x1x2 -> " + text + " -> GAP")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		g := graph.New()
		x := g.Input("x", graph.F32, graph.Shape{1, 1, 1, 2})
		y, _, err := n.Build(layer.NewBuilder(g), x)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		v, err := op.Interpret(g, map[string]*op.Tensor{"x": {Shape: x.Shape, Data: []float64{-1, 2}}})
		if err != nil || !slices.Equal(v[y.ID].Data, want) {
			t.Errorf("%s: got %v, want %v (%v)", text, v[y.ID].Data, want, err)
		}
	}
}

func names(g *graph.Graph) []string {
	var names []string
	for _, p := range g.Params() {
		names = append(names, p.Name)
	}
	return names
}

// TestSideHeads builds a head in training alone, with the same names of the other parameters either way.
func TestSideHeads(t *testing.T) {
	n, err := spec.Parse("INPUT 4x4x2 -> CONV 3x3x2 -> side { CONV 1x1x3 -> DROPOUT 0.5 -> FC 5 } weight 0.3 -> RELU -> side { FC 5 } weight 0.2 -> CONV 1x1x4 -> FC 5")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "conv3.weight", "conv3.bias", "fc3.weight", "fc3.bias"}
	main := []string{"conv1.weight", "conv1.bias", "conv3.weight", "conv3.bias", "fc3.weight", "fc3.bias"}
	const parameters = (9*2*2 + 2) + (2*3 + 3) + (2*2*3*5 + 5) + (2*2*2*5 + 5) + (2*4 + 4) + (2*2*4*5 + 5)
	for _, training := range []bool{true, false} {
		g := graph.New()
		b := layer.NewBuilder(g)
		want, heads := main, 0
		if b.Training = training; training {
			b.Random = g.Input("rng", graph.I32, graph.Shape{2})
			want, heads = all, 2
		}
		_, built, err := n.Build(b, g.Input("x", graph.F32, graph.Shape{2, 4, 4, 2}))
		if err != nil {
			t.Fatal(err)
		}
		if got := names(g); !slices.Equal(got, want) || len(b.Aux) != heads {
			t.Errorf("training %v: got %v and %d heads, want %v and %d", training, got, len(b.Aux), want, heads)
		}
		count, sides := 0, 0
		for _, l := range built {
			count += l.Parameters
			if l.Side {
				sides++
			}
		}
		if count != parameters || sides != 4 || len(built) != 8 {
			t.Errorf("training %v: got %d parameters, %d of %d layers aside, want %d, 4 of 8", training, count, sides, len(built), parameters)
		}
		if training && (b.Aux[0].Weight != 0.3 || !b.Aux[1].Logits.Shape.Equal(graph.Shape{2, 5})) {
			t.Errorf("heads: got %+v", b.Aux)
		}
		for _, node := range g.Nodes {
			if !training && strings.Contains(node.Layer, "conv 1x1x3") {
				t.Errorf("%s is in a graph for prediction", node.Layer)
			}
		}
	}
}

// TestNamesAreUnique pins the names of parameters where layers are repeated.
func TestNamesAreUnique(t *testing.T) {
	g, _, _, err := build(`r($f) = { CONV "in" 3x3x$f pad 1 nobias -> CONV 3x3x$f pad 1 nobias | } add
		INPUT 4x4x2 -> r(2)*2 -> [CONV "c" 1x1x2 nobias]*2 -> CONV "conv3" 1x1x2 nobias -> CONV 1x1x2 nobias -> CONV "c.2" 1x1x2 nobias -> FC "input" 3 nobias`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"in.weight", "conv2.weight", "in.2.weight", "conv4.weight", "c.weight", "c.2.weight", "conv3.weight", "conv8.weight", "c.2.2.weight", "input.weight"}
	if got := names(g); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// TestShare uses weights three times: they are there once, and their gradient is the sum of three.
func TestShare(t *testing.T) {
	g, logits, built, err := build(`INPUT 4x4x2 -> CONV "a" 3x3x2 pad 1 -> RELU -> CONV share "a" -> CONV share "a" stride 2 -> FC "b" 8 -> FC share "b"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(g), []string{"a.weight", "a.bias", "b.weight", "b.bias"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var counts []int
	for _, l := range built {
		counts = append(counts, l.Parameters)
	}
	if want := []int{38, 0, 0, 0, 72, 0}; !slices.Equal(counts, want) {
		t.Errorf("got %v parameters, want %v", counts, want)
	}
	for i, v := range g.Values {
		if v.ID != i {
			t.Fatalf("value %d has the number %d", i, v.ID)
		}
	}
	uses := 0
	for _, n := range g.Nodes {
		if n.Op == op.Conv && n.In[1] == g.Find("a.weight") {
			uses++
		}
	}
	if uses != 3 {
		t.Errorf("the weights are used %d times, want 3", uses)
	}
	if _, err := op.Gradients(g, op.Mean(g, logits), g.Params()); err != nil {
		t.Error(err)
	}
}

func TestSidesOfPadding(t *testing.T) {
	for text, want := range map[string]graph.Shape{
		"INPUT 8x8x1 -> CONV 3x3x2 pad 0,1,2,3 -> PIXELS":                 {2, 8, 10, 2},
		"INPUT 8x8x1 -> CONV 3x3x2 pad 1x2 -> PIXELS":                     {2, 8, 10, 2},
		"INPUT 8x8x1 -> CONV 3x3x2 pad valid -> PIXELS":                   {2, 6, 6, 2},
		"INPUT 9x8x1 -> CONV 3x5x2 pad same stride 2x3 -> PIXELS":         {2, 5, 3, 2},
		"INPUT 9x8x1 -> CONV 3x3x2 dilation 1x2 -> PIXELS":                {2, 7, 4, 2},
		"INPUT 9x2 series -> CONV 3x4 pad 0,2 stride 2 -> PIXELS":         {2, 5, 4},
		"INPUT 4x5x6x1 -> CONV 1x2x3x4 pad 0,0,0,1,1,1 -> PIXELS":         {2, 5, 5, 5, 4},
		"INPUT 4x5x6x1 -> POOL 2 stride 1 pad same -> PIXELS":             {2, 4, 5, 6, 1},
		"INPUT 4x5x6x1 -> AVGPOOL 2x1x3 -> GAP":                           {2, 1},
		"INPUT 6x6 -> { POOL 2 stride 1 pad 0,0,1,1 | } concat -> PIXELS": {2, 6, 6, 2},
	} {
		_, logits, _, err := build(text)
		if err != nil || !logits.Shape.Equal(want) {
			t.Errorf("%s: got %v, want %v (%v)", text, logits, want, err)
		}
	}
}
