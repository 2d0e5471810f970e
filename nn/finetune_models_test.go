package nn_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// TestFineTuneTexts: what the new net is called in the pattern language, and which new parameters it has.
func TestFineTuneTexts(t *testing.T) {
	for _, c := range []struct{ name, text, want, head string }{
		{"variables", "$classes = 3; $f = 4\nINPUT 12x12x1 -> CONV 3x3x$f -> RELU -> FC \"scores\" $classes nobias",
			"$f = 4\nINPUT 12x12x1 -> CONV 3x3x$f -> RELU -> FC \"scores\" 2", "scores"},
		{"blocks stay", "unit($f) = CONV 3x3x$f pad 1 -> RELU\nINPUT 12x12x1 -> [unit(4)]*2 -> POOL 2 -> FC 5 -> SOFTPLUS",
			"unit($f) = CONV 3x3x$f pad 1 -> RELU\nINPUT 12x12x1 -> [unit(4)]*2 -> POOL 2 -> FC 2", "fc1"},
		{"scores at several places", "INPUT 12x12x1 -> CONV 3x3x4 -> RELU -> DROPOUT 0.5 -> CONV 1x1x3 -> RELU -> GAP",
			"INPUT 12x12x1 -> CONV 3x3x4 -> RELU -> DROPOUT 0.5 -> GAP -> FC 2", "fc1"},
		{"a convolution of all", "INPUT 12x12x1 -> CONV 3x3x4 stride 3 -> RELU -> CONV 4x4x3",
			"INPUT 12x12x1 -> CONV 3x3x4 stride 3 -> RELU -> FC 2", "fc1"},
		{"inside a block", "unit($f, $g) = CONV \"a\" 3x3x$f -> RELU -> CONV 1x1x$g -> RELU\nINPUT 12x12x1 -> unit(4, 5) -> unit(6, 3) -> GAP",
			"INPUT 12x12x1 -> CONV \"a\" 3x3x4 -> RELU -> CONV 1x1x5 -> RELU -> CONV \"a.2\" 3x3x6 -> RELU -> GAP -> FC 2", "fc1"},
		{"side heads", "INPUT 12x12x1 -> CONV 3x3x4 -> RELU -> side { GAP -> FC 5 -> FC 3 } weight 0.3 -> { CONV 1x1x2 | } concat -> FC 6 -> RELU -> FC 3",
			"INPUT 12x12x1 -> CONV \"conv1\" 3x3x4 -> RELU -> { CONV \"conv2\" 1x1x2 | } concat -> FC \"fc3\" 6 -> RELU -> FC 2", "fc2"},
		{"shared weights", "INPUT 12x12x1 -> CONV 3x3x4 pad 1 -> RELU -> [CONV \"w\" 3x3x4 pad 1 -> RELU -> CONV share \"w\" -> FC 3]*1",
			"INPUT 12x12x1 -> CONV 3x3x4 pad 1 -> RELU -> CONV \"w\" 3x3x4 pad 1 -> RELU -> CONV share \"w\" -> FC 2", "fc1"},
		{"a series", "$l = 24; INPUT ($l)x2 series -> CONV 5x6 -> RELU -> [GAP -> FC 3]*1", "INPUT 24x2 series -> CONV 5x6 -> RELU -> GAP -> FC 2", "fc1"},
		{"one layer", "INPUT 12x12x1 -> FC 3", "INPUT 12x12x1 -> FC 2", "fc1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := nn.New(cpu.New(1), c.text, nil, 3)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			set := noise(4, n.Summary.Input, 2)
			tuned, _, err := n.FineTune(context.Background(), cpu.New(1), set, nn.FineTuneOptions{Epochs: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer tuned.Close()
			if oneLine(tuned.Summary.Text) != oneLine(c.want) {
				t.Errorf("got\n%s\nwant\n%s", tuned.Summary.Text, c.want)
			}
			before, after := inUse(t, n), inUse(t, tuned)
			for name := range after {
				if _, ok := before[name]; !ok && !strings.HasPrefix(name, c.head+".") {
					t.Errorf("%s is new", name)
				}
			}
			delete(before, c.head+".weight")
			delete(before, c.head+".bias")
			if other := changed(before, after); other != nil {
				t.Errorf("%q changed", other)
			}
			if after[c.head+".weight"] == nil || len(after[c.head+".bias"]) != 2 {
				t.Errorf("the head is not called %s: %d values", c.head, len(after))
			}
		})
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// noise makes samples without any sense.
func noise(count int, shape []int, classes int) *data.Set {
	s := &data.Set{Shape: shape}
	for i := range count {
		for k := range graph.Shape(shape).Elems() {
			s.Images = append(s.Images, byte(256*op.Uniform(9, uint32(i), 1, k)))
		}
		s.Labels = append(s.Labels, int32(i%classes))
	}
	for k := range classes {
		s.Classes = append(s.Classes, string(rune('a'+k)))
	}
	return s
}

// TestFineTuneModels: nets without a text learn, are saved and opened, give the same numbers again, and learn once more.
func TestFineTuneModels(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"resnet20", "squeezenet1_1"} {
		t.Run(name, func(t *testing.T) {
			e, err := zoo.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			text, err := e.Text(zoo.Options{Size: 32})
			if err != nil {
				t.Fatal(err)
			}
			n, err := nn.New(device(t), text, nil, 3)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			b, err := n.ONNX(ctx)
			if err != nil {
				t.Fatal(err)
			}
			imported, err := nn.Open(device(t), b, nn.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer imported.Close()
			set, validation := colours(18, 1), colours(15, 2)
			before := inUse(t, imported)
			for layers, learns := range []int{0, 1} {
				tuned, score, err := imported.FineTune(ctx, device(t), set, nn.FineTuneOptions{Layers: layers, Epochs: 10, Validation: validation})
				if err != nil {
					t.Fatal(err)
				}
				defer tuned.Close()
				if score.Accuracy < 0.8 {
					t.Errorf("%d layers: accuracy %.3f, want 0.8 of three classes", layers, score.Accuracy)
				}
				after := inUse(t, tuned)
				if got := changed(before, after); len(got) < learns || len(got) > 2*learns {
					t.Errorf("%d layers: %q changed", layers, got)
				}
				file, err := tuned.Save(ctx)
				if err != nil {
					t.Fatal(err)
				}
				back, err := nn.Open(device(t), file, nn.OpenOptions{})
				if err != nil {
					t.Fatal(err)
				}
				defer back.Close()
				sample := set.Image(5)
				want, err := tuned.Predict(ctx, sample)
				if err != nil {
					t.Fatal(err)
				}
				got, err := back.Predict(ctx, sample)
				if err != nil {
					t.Fatal(err)
				}
				for k := range want {
					if math.Abs(float64(got[k]-want[k])) > 1e-6 {
						t.Errorf("%d layers: opened again: got %v, want %v", layers, got, want)
						break
					}
				}
				if !slices.Equal(back.Classes, set.Classes) {
					t.Errorf("%d layers: opened again: classes %q", layers, back.Classes)
				}
				if layers > 0 {
					continue
				}
				again, _, err := back.FineTune(ctx, device(t), set, nn.FineTuneOptions{Epochs: 1})
				if err != nil {
					t.Fatalf("once more: %v", err)
				}
				again.Close()
			}
		})
	}
}

func device(t *testing.T) plan.Device {
	t.Helper()
	d, err := simd.Open(context.Background(), simd.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// colours makes pictures of 32x32 that are mostly red, green or blue.
func colours(n int, seed uint32) *data.Set {
	s := &data.Set{Shape: []int{32, 32, 3}, Classes: []string{"red", "green", "blue"}}
	for i := range n {
		for k := range 32 * 32 * 3 {
			v := 150 * op.Uniform(seed, uint32(i), 1, k)
			if k%3 == i%3 {
				v += 80
			}
			s.Images = append(s.Images, byte(v))
		}
		s.Labels = append(s.Labels, int32(i%3))
	}
	return s
}

// TestFineTuneTensorFlow: models of TensorFlow.js, each of a layer or a few, that classify learn other classes on what their last
// layer with weights reads, which stays; the others say why not.
func TestFineTuneTensorFlow(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("tfjs", "testdata", "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name    string
		Model   json.RawMessage
		Weights []byte
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	ctx, learned := context.Background(), 0
	for _, c := range cases {
		n, err := nn.Open(cpu.New(1), c.Model, nn.OpenOptions{Read: func(string) ([]byte, error) { return c.Weights, nil }})
		if err != nil {
			continue // package tfjs tests what it reads
		}
		tuned, _, err := n.FineTune(ctx, cpu.New(1), noise(4, n.Summary.Input, 2), nn.FineTuneOptions{Epochs: 1})
		if err != nil {
			if !errors.Is(err, graph.ErrUnsupported) {
				t.Errorf("%s: %v", c.Name, err)
			}
			n.Close()
			continue
		}
		learned++
		if other := changed(inUse(t, n), inUse(t, tuned)); other != nil {
			t.Errorf("%s: %q changed", c.Name, other)
		}
		if file, err := tuned.Save(ctx); err != nil {
			t.Errorf("%s: save: %v", c.Name, err)
		} else if back, err := nn.Open(cpu.New(1), file, nn.OpenOptions{}); err != nil && !errors.Is(err, graph.ErrUnsupported) {
			t.Errorf("%s: open again: %v", c.Name, err)
		} else if err == nil {
			back.Close()
		}
		tuned.Close()
		n.Close()
	}
	if learned < 5 {
		t.Errorf("%d of %d models learned, want 5", learned, len(cases))
	}
}
