package layer_test

import (
	"errors"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func values(t *testing.T, g *graph.Graph, given map[string]*op.Tensor) []*op.Tensor {
	t.Helper()
	v, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSoftmaxRowsSumToOne(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{2, 3})
	y, err := layer.Softmax(layer.NewBuilder(g), x)
	if err != nil {
		t.Fatal(err)
	}
	v := values(t, g, map[string]*op.Tensor{"x": {Shape: graph.Shape{2, 3}, Data: []float64{1, 2, 3, 1000, 1000, -1000}}})[y.ID].Data
	if math.Abs(v[0]+v[1]+v[2]-1) > 1e-12 || v[3] != 0.5 || v[5] != 0 {
		t.Errorf("got %v", v)
	}
}

func TestDropoutKeepsTheMean(t *testing.T) {
	g := graph.New()
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	x := g.Input("x", graph.F32, graph.Shape{10000})
	y, err := layer.Dropout(b, x, 0.25)
	if err != nil {
		t.Fatal(err)
	}
	ones := op.NewTensor(x.Shape)
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	v := values(t, g, map[string]*op.Tensor{"x": ones, "rng": {Shape: graph.Shape{2}, Data: []float64{1, 2}}})[y.ID].Data
	sum, zeros := 0.0, 0
	for _, e := range v {
		sum += e
		if e == 0 {
			zeros++
		}
	}
	if math.Abs(sum/10000-1) > 0.02 || math.Abs(float64(zeros)/10000-0.25) > 0.02 {
		t.Errorf("mean %g, dropped %d of 10000, want 1 and about 2500", sum/10000, zeros)
	}
	b.Training = false
	if same, _ := layer.Dropout(b, x, 0.25); same != x {
		t.Error("outside training dropout is not the identity")
	}
}

func TestErrorsNameTheLayer(t *testing.T) {
	g := graph.New()
	b := layer.NewBuilder(g)
	name := b.Begin("conv", "stem", "conv 3x3 groups 2")
	_, err := layer.Conv(b, g.Input("x", graph.F32, graph.Shape{1, 8, 8, 3}), layer.ConvOptions{Name: name, Filters: 4, Window: op.Square(2, 3, 1, 0), Groups: 2})
	var se *graph.ShapeError
	if want := `layer 1 "stem" (conv 3x3 groups 2): input channels: got 3, want a multiple of groups 2`; !errors.As(err, &se) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
