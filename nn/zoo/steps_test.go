package zoo_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// model is a text as train wants it.
type model struct{ *spec.Net }

func (m model) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

// TestSteps predicts with each net at its smallest size, and takes a training step.
func TestSteps(t *testing.T) {
	each(t, func(t *testing.T, e zoo.Entry) {
		skipHuge(t, e)
		const batch, classes = 2, 3
		n := smallest(t, e, classes)
		sgd, err := train.Optimizer{Kind: "sgd"}.Defaults()
		if err != nil {
			t.Fatal(err)
		}
		g, err := train.TrainingGraph(model{n}, batch, sgd, train.Table{Place: "train", Count: batch})
		if err != nil {
			t.Fatal(err)
		}
		state, first := fresh(g), g.Params()[0].Name
		forward, err := train.PredictionGraph(model{n}, batch)
		if err != nil {
			t.Fatal(err)
		}
		x := append(graph.Shape{batch}, n.InputShape()...)
		gray := map[string]plan.Tensor{"x": plan.Float32s(x, slices.Repeat([]float32{100}, x.Elems())...)}
		probs := run(t, forward, state, gray, "probs")[0].F32
		for i := range batch {
			if sum := probs[classes*i] + probs[classes*i+1] + probs[classes*i+2]; !(math.Abs(float64(sum)-1) < 1e-5) {
				t.Errorf("probabilities: got %v, want %d for each of %d samples", probs, classes, batch)
			}
		}
		inputs := map[string]plan.Tensor{"index": plan.Int32s(graph.Shape{batch}, 0, 1), "rng": plan.Int32s(graph.Shape{2}, 1, 1)}
		for i, name := range train.Hypers {
			inputs[name] = plan.Float32s(graph.Shape{}, sgd.At(1, 1e-3)[i])
		}
		after := run(t, g, state, inputs, "loss", first)
		if loss := float64(after[0].F32[0]); !(loss > 0 && loss < 100) {
			t.Errorf("loss: got %g, want that of guesses, some times ln 3", loss)
		}
		if slices.Equal(after[1].F32, state[first].F32) || slices.ContainsFunc(after[1].F32, func(v float32) bool { return v != v }) {
			t.Errorf("%s: want other numbers after the step: no gradient came there", first)
		}
	})
}

// smallest is the net for the smallest pictures.
func smallest(t *testing.T, e zoo.Entry, classes int) *spec.Net {
	t.Helper()
	o := zoo.Options{Classes: classes, Size: e.MinSize}
	if e.Name != "inception_v3" {
		return parse(t, e, o)
	}
	text, err := e.Text(o) // its side head needs 299 pixels, with which a step takes half a minute
	if err != nil {
		t.Fatal(err)
	}
	n, err := spec.Parse(strings.NewReplacer("$side = 1", "$side = 0", "$size = 299", "$size = 75").Replace(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fresh is what persists: numbers as spread as those with which training starts, and noise for pictures.
func fresh(g *graph.Graph) map[string]plan.Tensor {
	state := map[string]plan.Tensor{}
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		numbers := value(v.Name, v.Shape.Elems())
		switch {
		case v.Type == graph.U8:
			pixels := make([]byte, len(numbers))
			for i, x := range numbers {
				pixels[i] = byte(127 + 127*x)
			}
			state[v.Name] = plan.Bytes(v.Shape, pixels)
		case v.Type == graph.I32:
			state[v.Name] = plan.Int32s(v.Shape, 0, 1) // labels
		default:
			for i, x := range numbers {
				switch v.Init.Kind {
				case graph.InitConst:
					numbers[i] = float32(v.Init.A)
				case graph.InitNormal:
					numbers[i] = x * float32(v.Init.B*math.Sqrt(3))
				}
			}
			state[v.Name] = plan.Float32s(v.Shape, numbers...)
		}
	}
	return state
}

// skipHuge leaves out nets of which the weights alone take long.
func skipHuge(t *testing.T, e zoo.Entry) {
	t.Helper()
	if e.Name == "vgg13" || e.Name == "vgg16" {
		t.Skip("the text is that of vgg11 and vgg19, with numbers between theirs; each takes seven seconds")
	}
	if testing.Short() && e.Parameters > 10_000_000 {
		t.Skipf("its %d million parameters take seconds", e.Parameters/1_000_000)
	}
}

// run computes g once and returns outputs, and what became of values of state.
func run(t *testing.T, g *graph.Graph, state, inputs map[string]plan.Tensor, names ...string) []plan.Tensor {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, dev := context.Background(), cpu.New(0)
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	st, err := dev.NewStore()
	must(err)
	defer st.Close()
	for _, b := range p.Persistent {
		must(st.Write(b.Name, state[b.Name]))
	}
	e, err := dev.Compile(ctx, p, st)
	must(err)
	defer e.Close()
	var in []plan.Tensor
	for _, b := range p.Inputs {
		in = append(in, inputs[b.Name])
	}
	must(e.Run(in...))
	var out []plan.Tensor
	for _, name := range names {
		fetch := e.Fetch
		if _, ok := state[name]; ok {
			fetch = st.Fetch
		}
		v, err := fetch(name)(ctx)
		must(err)
		out = append(out, v...)
	}
	return out
}
