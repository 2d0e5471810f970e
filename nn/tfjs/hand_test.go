package tfjs_test

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/tfjs"
	"github.com/fovea-nn/fovea/nn/train"
)

var _ train.Model = (*tfjs.Model)(nil)

func f32(v ...float32) (b []byte) {
	for _, f := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

// TestByHand is what TensorFlow.js does not do or write, with numbers worked out by hand for x = [-2, 3].
func TestByHand(t *testing.T) {
	layer := func(class, config string) string {
		return functional(fmt.Sprintf(`{"class_name":%q,"name":"l","config":%s,"inbound_nodes":[[["x",0,0]]]}`, class, config), "l", none)
	}
	kernel := func(name string) string {
		return fmt.Sprintf(`[{"paths":["w"],"weights":[{"name":%q,"shape":[2,1],"dtype":"float32"}]}]`, name)
	}
	noBias := `{"class_name":"Dense","name":"d","config":{"units":1,"use_bias":false},"inbound_nodes":[[["x",0,0]]]}`
	for _, c := range []struct {
		name, model string
		weights     []byte
		want        []float64
	}{
		{"relu with a slope", layer("ReLU", `{"negative_slope":0.25}`), nil, []float64{-0.5, 3}},
		{"relu with a threshold", layer("ReLU", `{"threshold":1,"negative_slope":0.5,"max_value":2.5}`), nil, []float64{-1.5, 2.5}},
		{"elu", layer("ELU", `{"alpha":0.5}`), nil, []float64{0.5 * (math.Exp(-2) - 1), 3}},
		{"slope as Keras 3 calls it", layer("LeakyReLU", `{"negative_slope":0.125}`), nil, []float64{-0.25, 3}},
		{"activation in an object", layer("Activation", `{"activation":{"class_name":"relu","config":{}}}`), nil, []float64{0, 3}},
		{"subtract", functional(`{"class_name":"Activation","name":"a","config":{"activation":"relu"},"inbound_nodes":[[["x",0,0]]]},
			{"class_name":"Subtract","name":"s","config":{},"inbound_nodes":[[["x",0,0],["a",0,0]]]}`, "s", none), nil, []float64{-2, 0}},
		{"normalization", functional(`{"class_name":"Normalization","name":"n","config":{"axis":[-1]},"inbound_nodes":[[["x",0,0]]]}`, "n",
			`[{"paths":["w"],"weights":[{"name":"n/mean","shape":[2],"dtype":"float32"},{"name":"n/variance","shape":[2],"dtype":"float32"},
			{"name":"n/count","shape":[],"dtype":"int32"}]}]`), f32(1, 2, 4, 0.25, 0), []float64{-1.5, 2}},
		{"references of Keras 3", functional(`{"class_name":"ReLU","name":"r","config":{},
			"inbound_nodes":[{"args":[{"class_name":"__keras_tensor__","config":{
			"shape":[null,2],"dtype":"float32","keras_history":["x",0,0]}}],"kwargs":{}}]}`, "r", none), nil, []float64{0, 3}},
		{"old sequential", `{"modelTopology":{"class_name":"Sequential","config":[{"class_name":"Dense",
			"config":{"name":"d","units":1,"use_bias":false,"batch_input_shape":[null,2]}}]},"weightsManifest":` + kernel("d/kernel") + `}`, f32(1, 2), []float64{4}},
		{"weights below names of models", functional(noBias, "d", kernel("outer/d/inner/kernel")), f32(1, 2), []float64{4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := tfjs.Parse([]byte(c.model), one(c.weights))
			if err != nil {
				t.Fatal(err)
			}
			y := interpret(t, m, &op.Tensor{Shape: graph.Shape{1, 2}, Data: []float64{-2, 3}})
			if r := approx.Compare(y.Data, c.want, 1e-6, 1e-6); !r.OK() {
				t.Error(r)
			}
		})
	}
}

// find returns a case of testdata.
func find(t testing.TB, name string) (testCase, *tfjs.Model) {
	t.Helper()
	all := cases(t)
	k := slices.IndexFunc(all, func(c testCase) bool { return c.Name == name })
	if k < 0 {
		t.Fatalf("there is no case %q", name)
	}
	m, err := tfjs.Parse(all[k].Model, one(all[k].Weights))
	if err != nil {
		t.Fatal(err)
	}
	return all[k], m
}

func TestSoftmax(t *testing.T) {
	for name, want := range map[string]bool{
		"classifier": true, "graph: classifier": true, "softmax behind which shapes change": true, "sequential of models": true,
		"activation softmax": true, "softmax within": false, "activation sigmoid": false,
	} {
		if _, m := find(t, name); m.Softmax() != want {
			t.Errorf("%s: got %v, want %v", name, m.Softmax(), want)
		}
	}
}

// TestCanBeTrained builds a step of training: what is trained is a parameter, what only moves a state.
func TestCanBeTrained(t *testing.T) {
	for name, want := range map[string][2]int{"classifier": {7, 2}, "graph: classifier": {3, 0}, "graph: batch norm": {2, 2}} {
		_, m := find(t, name)
		g := built(t, m, append(graph.Shape{2}, m.InputShape()...))
		states := 0
		for _, v := range g.Values {
			if v.Role == graph.State {
				states++
			}
		}
		if got := [2]int{len(g.Params()), states}; got != want {
			t.Errorf("%s: got %d parameters and %d states, want %v", name, got[0], got[1], want)
		}
	}
	_, m := find(t, "classifier")
	o, err := train.Optimizer{Kind: "sgd"}.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	g, err := train.TrainingGraph(m, 2, o, train.Table{Place: "train", Count: 2, Floats: true})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range g.Updates {
		names = append(names, u.Target.Name)
	}
	for name := range maps.Keys(m.Weights()) {
		if !slices.Contains(names, name) {
			t.Errorf("a step does not update %s; it does %q", name, names)
		}
	}
}

// TestOpenSizes gives a fully convolutional model its size.
func TestOpenSizes(t *testing.T) {
	model := `{"modelTopology":{"class_name":"Sequential","config":{"layers":[{"class_name":"GlobalMaxPooling2D","config":{"name":"p",
		"batch_input_shape":[null,null,null,2]}}]}},"weightsManifest":[]}`
	m, err := tfjs.ParseSize([]byte(model), nil, graph.Shape{3, 5, 2})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.InputShape(); !got.Equal(graph.Shape{3, 5, 2}) {
		t.Errorf("got %v", got)
	}
	if _, err := tfjs.ParseSize([]byte(model), nil, graph.Shape{3, 5, 1}); err == nil {
		t.Error("another number of channels: got no error")
	}
}
