package nn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
)

// All that a prediction's graph reads comes with it, and what has several axes with fewer bits.
func TestPrediction(t *testing.T) {
	n, err := nn.New(cpu.New(1), "INPUT 6x6x2 -> CONV 3x3x4 -> BN -> RELU -> FC 3", nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	for w, want := range map[nn.Width]string{nn.Float: "F32", nn.Half: "F16", nn.Int8: "I8"} {
		g, tensors, err := n.Prediction(context.Background(), 2, w)
		if err != nil {
			t.Fatal(err)
		}
		types := map[string]string{}
		for _, x := range tensors {
			types[x.Name] = x.DType
			if x.DType != "F32" && len(x.Shape) < 2 {
				t.Errorf("%d bits: %s %v is %s", w, x.Name, x.Shape, x.DType)
			}
		}
		for _, v := range g.Values {
			if v.Role != graph.Parameter && v.Role != graph.State {
				continue
			}
			if got := types[v.Name]; got == "" || len(v.Shape) > 1 && got != want {
				t.Errorf("%d bits: %s %v is %q", w, v.Name, v.Shape, got)
			}
			if _, ok := types[v.Name+".scale8"]; ok != (types[v.Name] == "I8") {
				t.Errorf("%d bits: %s is %s, with scales: %v", w, v.Name, types[v.Name], ok)
			}
		}
	}
	if _, _, err := n.Prediction(context.Background(), 1, 4); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("4 bits: got %v, want graph.ErrUnsupported", err)
	}
}
