package graph_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
)

func TestBroadcast(t *testing.T) {
	for _, c := range []struct {
		name    string
		a, b    graph.Shape
		want    graph.Shape
		strides []int // of a in want
	}{
		{"same", graph.Shape{2, 3}, graph.Shape{2, 3}, graph.Shape{2, 3}, []int{3, 1}},
		{"channels", graph.Shape{4}, graph.Shape{2, 3, 4}, graph.Shape{2, 3, 4}, []int{0, 0, 1}},
		{"scalar", graph.Shape{}, graph.Shape{5}, graph.Shape{5}, []int{0}},
		{"both stretch", graph.Shape{3, 1}, graph.Shape{1, 4}, graph.Shape{3, 4}, []int{1, 0}},
	} {
		got, ok := graph.Broadcast(c.a, c.b)
		if !ok || !got.Equal(c.want) {
			t.Errorf("%s: got %v %v, want %v", c.name, got, ok, c.want)
			continue
		}
		for i, s := range graph.BroadcastStrides(c.a, c.want) {
			if s != c.strides[i] {
				t.Errorf("%s: stride %d: got %d, want %d", c.name, i, s, c.strides[i])
			}
		}
	}
	if _, ok := graph.Broadcast(graph.Shape{2}, graph.Shape{3}); ok {
		t.Error("[2] and [3] broadcast")
	}
}

func TestElemsSaturates(t *testing.T) {
	if got := (graph.Shape{1 << 40, 1 << 40}).Elems(); got != math.MaxInt {
		t.Errorf("got %d, want MaxInt", got)
	}
}

func TestShapeErrorIsFound(t *testing.T) {
	var se *graph.ShapeError
	if !errors.As(graph.Shapef("got %d, want %d", 1, 2), &se) || se.Error() != "got 1, want 2" {
		t.Errorf("got %v", se)
	}
}

func TestPeriod(t *testing.T) {
	for _, c := range []struct {
		from, to graph.Shape
		want     int
	}{
		{graph.Shape{2, 3, 4}, graph.Shape{2, 3, 4}, 24},
		{graph.Shape{4}, graph.Shape{2, 3, 4}, 4},
		{graph.Shape{3, 4}, graph.Shape{2, 3, 4}, 12},
		{graph.Shape{3, 1}, graph.Shape{2, 3, 1}, 3},
		{graph.Shape{}, graph.Shape{2, 3, 4}, 1},
		{graph.Shape{1, 1}, graph.Shape{2, 3, 4}, 1},
		{graph.Shape{2, 1, 1}, graph.Shape{2, 3, 4}, 0},
		{graph.Shape{3, 1}, graph.Shape{2, 3, 4}, 0},
		{graph.Shape{2, 1, 4}, graph.Shape{2, 3, 4}, 0},
		{graph.Shape{2, 1, 4}, graph.Shape{2, 1, 4}, 8},
		{graph.Shape{1}, graph.Shape{1}, 1},
	} {
		if got := graph.Period(c.from, c.to); got != c.want {
			t.Errorf("%v in %v: got %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestNamesThatAreAskedForAgain(t *testing.T) {
	g := graph.New()
	g.Layer = "layer 1 (fc 3)"
	w := g.Param("w", graph.Shape{2, 3}, graph.Init{})
	s := g.State("s", graph.I32, graph.Shape{4}, graph.Init{})
	if g.Param("w", graph.Shape{2, 3}, graph.Init{A: 1}) != w || g.State("s", graph.I32, graph.Shape{4}, graph.Init{}) != s || len(g.Values) != 2 {
		t.Errorf("a name that is asked for again made another value: %v", g.Values)
	}
	if a, b := g.Param("", graph.Shape{1}, graph.Init{}), g.Param("", graph.Shape{1}, graph.Init{}); a == b {
		t.Error("two values without a name are one")
	}
	if err := g.Err(); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	for want, add := range map[string]func(g *graph.Graph) *graph.Value{
		"layer 2: parameter w: got [3,2], want [2,3] as in":         func(g *graph.Graph) *graph.Value { return g.Param("w", graph.Shape{3, 2}, graph.Init{}) },
		"layer 2: state w: the name is that of a parameter already": func(g *graph.Graph) *graph.Value { return g.State("w", graph.F32, graph.Shape{2, 3}, graph.Init{}) },
	} {
		g := graph.New()
		g.Param("w", graph.Shape{2, 3}, graph.Init{})
		g.Layer = "layer 2"
		v := add(g)
		var se *graph.ShapeError
		if err := g.Err(); !errors.As(err, &se) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if v == nil || v == g.Values[0] {
			t.Errorf("%s: got %v, want a value of the shape asked for", want, v)
		}
	}
}
