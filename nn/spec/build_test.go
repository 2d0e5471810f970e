package spec_test

import (
	"errors"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/spec"
)

func build(text string) (*graph.Graph, *graph.Value, []spec.Built, error) {
	n, err := spec.Parse(text)
	if err != nil {
		return nil, nil, nil, err
	}
	g := graph.New()
	x := g.Input("x", graph.F32, append(graph.Shape{2}, n.InputShape()...))
	logits, built, err := n.Build(layer.NewBuilder(g), x)
	return g, logits, built, err
}

func TestBuildShapesAndParameters(t *testing.T) {
	for _, c := range []struct {
		text       string
		parameters int // published or counted by hand
		logits     graph.Shape
	}{
		{"INPUT 24x24x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10", 5994, graph.Shape{2, 10}},
		{"INPUT 32x32x3 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> [CONV 5x5x20 pad 2 -> RELU -> POOL 2]*2 -> FC 10", 22466, graph.Shape{2, 10}},
		{"INPUT 32x32x1 -> CONV 5x5x6 -> TANH -> AVGPOOL 2 -> CONV 5x5x16 -> TANH -> AVGPOOL 2 -> CONV 5x5x120 -> TANH -> FC 84 -> TANH -> FC 10", 61706, graph.Shape{2, 10}},
		{"INPUT 8x8x4 -> CONV 3x3x8 groups 2 nobias pad same stride 2 -> RELU -> DROPOUT 0.5 -> CONV 1x1x10 -> GAP", 8*9*2 + 8*10 + 10, graph.Shape{2, 10}},
	} {
		_, logits, built, err := build(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		n := 0
		for _, b := range built {
			n += b.Parameters
		}
		if n != c.parameters || !logits.Shape.Equal(c.logits) {
			t.Errorf("%s: got %d parameters, logits %v, want %d, %v", c.text, n, logits.Shape, c.parameters, c.logits)
		}
	}
}

func TestBuildErrorsPointAtTheLayer(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   string
	}{
		{"INPUT 4x4x1 -> CONV 5x5x8 -> FC 10", 16, "line 1, column 16: layer 1 (conv 5x5x8): height does not fit: input 4 with padding 0+0 is smaller than the window 5; pad by 1 more or use a smaller kernel"},
		{"INPUT 8x8x3 -> CONV 3x3x8 groups 2 -> FC 10", 16, "line 1, column 16: layer 1 (conv 3x3x8 groups 2): input channels: got 3, want a multiple of groups 2"},
		{"INPUT 8x8x3 -> FC 5 -> POOL 2", 24, "line 1, column 24: layer 2 (pool 2): pool needs a map, but its input is a vector of 5 numbers; put it before FC or FLATTEN"},
		{"INPUT 8x8x3 -> CONV 3x3x8", 16, "line 1, column 16: the net ends with a map of [6,6,8] for each sample; end it with one number a class, for example FC 10 or GAP, or with PIXELS for classes of pixels"},
		{"INPUT 8x8x3 -> { CONV 3x3x4 -> RELU | } add -> GAP", 41, "line 1, column 41: layer 3 (add): the paths differ: path 1 gives [6,6,4], path 2 [8,8,3]; a CONV 1x1xF, with a stride if the sizes differ, can match them"},
		{"INPUT 8x8x3 -> { CONV 3x3x4 | TANH } concat -> GAP", 38, "line 1, column 38: layer 3 (concat): the paths differ in more than their channels: path 1 gives [6,6,4], path 2 [8,8,3]; pad or stride them alike"},
		{"INPUT 8x8x3 -> CONV \"a\" 3x3x4 -> CONV share \"a\" -> GAP", 34, "line 1, column 34: layer 2 (conv share \"a\"): share \"a\": parameter a.weight: got [3,3,4,4], want [3,3,3,4] as in the layer that it is shared with; the inputs must have as many channels"},
		{"INPUT 8x8x3 -> side { FC 5 } weight 1 -> FC 4", 23, "line 1, column 23: the side head gives [5] for each sample, but the net [4]: they tell the same classes apart"},
		{"INPUT 8x8x3 -> side { POOL 9 -> GAP } weight 1 -> FC 4", 23, "line 1, column 23: layer 1 (pool 9): height does not fit: input 8 with padding 0+0 is smaller than the window 9; pad by 1 more or use a smaller kernel"},
		{"INPUT 8x8x3 -> GAP -> FC 3 -> PIXELS", 31, "line 1, column 31: layer 3 (pixels): pixels needs a map, but its input is a vector of 3 numbers; put it before FC or FLATTEN"},
		{"b($f) = CONV 9x9x$f\nINPUT 8x8x3 -> b(4) -> GAP", 9, "line 1, column 9: layer 1 (conv 9x9x4): height does not fit: input 8 with padding 0+0 is smaller than the window 9; pad by 1 more or use a smaller kernel"},
	} {
		_, _, _, err := build(c.text)
		var e *spec.Error
		if !errors.As(err, &e) || e.Column != c.column || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestBuildWarnsOfUnseenPixels(t *testing.T) {
	_, _, built, err := build("INPUT 10x10x1 -> CONV 3x3x4 stride 2 -> FC 10")
	if err != nil {
		t.Fatal(err)
	}
	want := "layer 1 (conv 3x3x4 stride 2): (10 - 3)/2 + 1 = 4.5 rounds to 4, the last row is never seen; an input of 9 or of 11 would fit"
	if built[0].Warning != want {
		t.Errorf("got  %s\nwant %s", built[0].Warning, want)
	}
}
