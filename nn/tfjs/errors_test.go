package tfjs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/tfjs"
)

// dense is a layers model of one Dense layer, 2 to 1, with a manifest.
func dense(manifest string) string {
	return functional(`{"class_name":"Dense","name":"d","config":{"units":1},"inbound_nodes":[[["x",0,0]]]}`, "d", manifest)
}

// functional is a layers model with an input x [2] and more layers; its output is that of one.
func functional(layers, output, manifest string) string {
	return fmt.Sprintf(`{"modelTopology":{"model_config":{"class_name":"Model","config":{"name":"m","layers":[
		{"class_name":"InputLayer","name":"x","config":{"batch_input_shape":[null,2]},"inbound_nodes":[]},%s],
		"input_layers":[["x",0,0]],"output_layers":[[%q,0,0]]}}},"weightsManifest":%s}`, layers, output, manifest)
}

// graphModel is a graph model with a placeholder x [N,4,4,2] and more nodes, the last of which is the output y.
func graphModel(nodes, manifest string) string {
	return fmt.Sprintf(`{"modelTopology":{"node":[{"name":"x","op":"Placeholder","attr":{"shape":{"shape":{"dim":
		[{"size":"-1"},{"size":"4"},{"size":"4"},{"size":"2"}]}}}},%s]},"weightsManifest":%s,
		"signature":{"inputs":{"a":{"name":"x"}},"outputs":{"b":{"name":"y"}}}}`, nodes, manifest)
}

const (
	good = `[{"paths":["w"],"weights":[{"name":"d/kernel","shape":[2,1],"dtype":"float32"},
		{"name":"d/bias","shape":[1],"dtype":"float32"}]}]`
	none = `[]`
)

// manifest has one weight, d/kernel, written as given.
func manifest(path, weight string) string {
	return fmt.Sprintf(`[{"paths":[%q],"weights":[{"name":"d/kernel",%s}]}]`, path, weight)
}

func TestErrors(t *testing.T) {
	var shape *graph.ShapeError
	deep := `{"class_name":"Dropout","name":"l","config":{},"inbound_nodes":[[["x",0,0]]]}`
	for range 20 {
		deep = fmt.Sprintf(`{"class_name":"Model","name":"l","config":{"layers":[{"class_name":"InputLayer","name":"x","config":{}},%s],
			"input_layers":[["x",0,0]],"output_layers":[["l",0,0]]},"inbound_nodes":[[["x",0,0]]]}`, deep)
	}
	for _, c := range []struct {
		name, model string
		bytes       int // of the shard
		is          error
		as          any
		says        string
	}{
		{"no JSON", `{`, 0, graph.ErrFormat, nil, "model.json"},
		{"nothing", `{}`, 0, graph.ErrFormat, nil, "want modelTopology and weightsManifest"},
		{"short shard", dense(good), 8, graph.ErrFormat, nil, `weight "d/bias" [1]: got 0 bytes`},
		{"long shard", dense(good), 16, graph.ErrFormat, nil, "its shards have 16 bytes, its weights 12"},
		{"weight of another shape", dense(strings.Replace(good, "[2,1]", "[1,2]", 1)),
			12, nil, &shape, `layer "d" (Dense): weight "d/kernel": got [1,2], want [2,1]`},
		{"missing weight", dense(manifest("w", `"shape":[2,1],"dtype":"float32"`)), 8, graph.ErrFormat, nil, `layer "d" (Dense)`},
		{"shape that lies", dense(manifest("w", `"shape":[1000000,1000000],"dtype":"float32"`)),
			8, graph.ErrFormat, nil, `weight "d/kernel": shape [1000000 1000000]`},
		{"negative size", dense(manifest("w", `"shape":[-2,-1],"dtype":"float32"`)), 8, graph.ErrFormat, nil, "negative size"},
		{"strings", dense(manifest("w", `"shape":[2,1],"dtype":"string"`)), 8, graph.ErrUnsupported, nil, `"string"`},
		{"no scale", dense(manifest("w", `"shape":[2,1],"dtype":"float32","quantization":{"dtype":"uint8"}`)),
			2, graph.ErrFormat, nil, "want scale and min"},
		{"folder above", dense(manifest("a/../../w", `"shape":[2,1],"dtype":"float32"`)),
			8, graph.ErrFormat, nil, `shard "a/../../w": want a path inside`},
		{"root", dense(manifest("/etc/passwd", `"shape":[2,1],"dtype":"float32"`)), 8, graph.ErrFormat, nil, "want a path inside"},
		{"address", dense(manifest("http://a/w", `"shape":[2,1],"dtype":"float32"`)),
			8, graph.ErrFormat, nil, "want a path inside"},
		{"backslash", dense(manifest(`..\w`, `"shape":[2,1],"dtype":"float32"`)), 8, graph.ErrFormat, nil, "want a path inside"},
		{"shard twice", dense(`[{"paths":["w","./w"],"weights":[]}]`), 0, graph.ErrFormat, nil, "comes twice"},
		{"unknown class", functional(`{"class_name":"LSTM","name":"l","config":{},"inbound_nodes":[[["x",0,0]]]}`, "l", none), 0,
			graph.ErrUnsupported, nil, `layer "l" (LSTM)`},
		{"channels first", functional(`{"class_name":"Flatten","name":"f","config":{"data_format":"channels_first"},
			"inbound_nodes":[[["x",0,0]]]}`, "f", none), 0,
			graph.ErrUnsupported, nil, `layer "f" (Flatten): unsupported: data_format: got "channels_first"`},
		{"unknown activation", functional(`{"class_name":"Activation","name":"a","config":{"activation":"sin"},
			"inbound_nodes":[[["x",0,0]]]}`, "a", none), 0,
			graph.ErrUnsupported, nil, `the activation "sin"`},
		{"cycle", functional(`{"class_name":"Dropout","name":"a","config":{},"inbound_nodes":[[["b",0,0]]]},
			{"class_name":"Dropout","name":"b","config":{},"inbound_nodes":[[["a",0,0]]]}`, "b", none), 0, graph.ErrFormat, nil, `layer "b" needs its own output`},
		{"missing layer", functional(`{"class_name":"Dropout","name":"a","config":{},"inbound_nodes":[[["c",0,0]]]}`, "a", none), 0,
			graph.ErrFormat, nil, `no layer "c"`},
		{"missing call", functional(`{"class_name":"Dropout","name":"a","config":{},"inbound_nodes":[[["x",0,0]]]},
			{"class_name":"Dropout","name":"b","config":{},"inbound_nodes":[[["a",1,0]]]}`, "b", none), 0, graph.ErrFormat, nil, `layer "a" has no call 1`},
		{"pictures wanted", functional(`{"class_name":"GlobalMaxPooling2D","name":"p","config":{},
			"inbound_nodes":[[["x",0,0]]]}`, "p", none), 0,
			nil, &shape, "got [1,2], want [N,H,W,C]"},
		{"deep nesting", functional(deep, "l", none), 0, graph.ErrUnsupported, nil, "more than 8 deep"},
		{"open input", strings.Replace(dense(good), "[null,2]", "[null,null]", 1), 12, nil, &shape, "give ParseSize some"},
		{"unknown operation", graphModel(`{"name":"y","op":"Sin","input":["x"]}`, none),
			0, graph.ErrUnsupported, nil, `node "y" (Sin)`},
		{"graph with a cycle", graphModel(`{"name":"a","op":"Relu","input":["y"]},{"name":"y","op":"Relu","input":["a"]}`, none),
			0, graph.ErrFormat, nil, "y needs its own output"},
		{"node that is missing", graphModel(`{"name":"y","op":"Relu","input":["a"]}`, none),
			0, graph.ErrFormat, nil, `no node "a"`},
		{"channels first in a graph", graphModel(`{"name":"y","op":"MaxPool","input":["x"],"attr":{"data_format":{"s":"TkNIVw=="}}}`, none), 0,
			graph.ErrUnsupported, nil, `node "y" (MaxPool): unsupported: data_format: got "NCHW"`},
		{"constant without weight", graphModel(`{"name":"c","op":"Const"},{"name":"y","op":"AddV2","input":["x","c"]}`, none),
			0, graph.ErrFormat, nil, `node "c" (Const)`},
		{"shape out of the picture", graphModel(`{"name":"y","op":"Reshape","input":["x","x"]}`, none),
			0, graph.ErrUnsupported, nil, "depends on the picture"},
		{"nothing to join", graphModel(`{"name":"y","op":"ConcatV2","input":["x"]}`, none),
			0, graph.ErrFormat, nil, "input 1 is missing"},
		{"order out of the picture", graphModel(`{"name":"z","op":"Relu","input":["x"]},{"name":"y","op":"Transpose","input":["x","z"]}`, none), 0,
			graph.ErrUnsupported, nil, `node "y" (Transpose)`},
		{"constant output", graphModel(`{"name":"y","op":"Shape","input":["x"]}`, none),
			0, graph.ErrUnsupported, nil, "does not depend on the input"},
		{"two inputs", strings.Replace(graphModel(`{"name":"y","op":"Relu","input":["x"]}`, none), `{"a":`, `{"z":{"name":"y"},"a":`, 1), 0,
			graph.ErrUnsupported, nil, "want one of each"},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			_, err := tfjs.Parse([]byte(c.model), one(make([]byte, c.bytes)))
			switch {
			case err == nil:
				t.Fatal("got no error")
			case c.is != nil && !errors.Is(err, c.is), c.as != nil && !errors.As(err, c.as), !strings.Contains(err.Error(), c.says):
				t.Errorf("got %v, want %q of kind %v", err, c.says, c.is)
			}
		})
	}
}

// TestManyCalls refuses models that call each other so often that they would be huge.
func TestManyCalls(t *testing.T) {
	layer := `{"class_name":"Dropout","name":"l0","config":{},"inbound_nodes":[[["i",0,0]]]}`
	out := `["l0",0,0]`
	for k := range 8 { // eight calls each
		name, calls := fmt.Sprintf("l%d", k+1), `[["i",0,0]]`
		for c := 1; c < 8; c++ {
			calls += fmt.Sprintf(`,[[%q,%d,0]]`, name, c)
		}
		if k == 7 {
			calls = strings.Replace(calls, `"i"`, `"x"`, 1)
		}
		layer = fmt.Sprintf(`{"class_name":"Model","name":%q,"config":{"layers":[{"class_name":"InputLayer","name":"i","config":{}},%s],
			"input_layers":[["i",0,0]],"output_layers":[%s]},"inbound_nodes":[%s]}`, name, layer, out, calls)
		out = fmt.Sprintf(`[%q,8,0]`, name)
	}
	model := strings.Replace(functional(layer, "l8", none), `[["l8",0,0]]`, `[["l8",8,0]]`, 1)
	_, err := tfjs.Parse([]byte(model), nil)
	if !errors.Is(err, graph.ErrUnsupported) || !strings.Contains(err.Error(), "more than 4096 layers") {
		t.Errorf("got %v", err)
	}
}

func TestLogitsChecksInput(t *testing.T) {
	m, err := tfjs.Parse([]byte(dense(good)), one(make([]byte, 12)))
	if err != nil {
		t.Fatal(err)
	}
	g := graph.New()
	_, err = m.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, graph.Shape{1, 3}))
	var shape *graph.ShapeError
	if !errors.As(err, &shape) {
		t.Errorf("got %v", err)
	}
}
