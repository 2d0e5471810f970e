package quant_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/quant"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// model is a text as train wants it.
type model struct{ *spec.Net }

func (m model) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

func parsed(t testing.TB, text string) model {
	t.Helper()
	n, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return model{n}
}

func predicting(t testing.TB, m train.Model, batch int) *graph.Graph {
	t.Helper()
	g, err := train.PredictionGraph(m, batch)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// fresh draws the parameters and states of a graph.
func fresh(g *graph.Graph) map[string]plan.Tensor {
	w := map[string]plan.Tensor{}
	for i, v := range g.Values {
		if v.Role == graph.Parameter || v.Role == graph.State {
			w[v.Name] = plan.Float32s(v.Shape, op.InitialValues(v.Init, 1, i, v.Shape.Elems())...)
		}
	}
	return w
}

// runner runs g on dev with its weights.
func runner(t testing.TB, dev plan.Device, g *graph.Graph, weights ...map[string]plan.Tensor) plan.Executable {
	t.Helper()
	st, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	for _, b := range p.Persistent {
		for _, w := range weights {
			if x, ok := w[b.Name]; ok {
				if err := st.Write(b.Name, x); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
	e, err := dev.Compile(context.Background(), p, st)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(); st.Close() })
	return e
}

func probs(t testing.TB, e plan.Executable, x plan.Tensor) []float32 {
	t.Helper()
	if err := e.Run(x); err != nil {
		t.Fatal(err)
	}
	out, err := e.Fetch("probs")(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return out[0].F32
}

// pictures draws n of them, of bytes.
func pictures(seed uint32, shape ...int) plan.Tensor {
	x := make([]float32, graph.Shape(shape).Elems())
	for i := range x {
		x[i] = float32(math.Floor(256 * float64(op.Uniform(seed, 5, 0, i))))
	}
	return plan.Float32s(shape, x...)
}

// given are samples to calibrate with.
func given(batches ...plan.Tensor) iter.Seq2[[]plan.Tensor, error] {
	return func(yield func([]plan.Tensor, error) bool) {
		for _, x := range batches {
			if !yield([]plan.Tensor{x}, nil) {
				return
			}
		}
	}
}

const small = `INPUT 9x7x3
-> CONV 3x3x8 pad 1 -> BN -> RELU
-> CONV 3x3x8 pad 1 groups 8 -> RELU -> CONV 1x1x12 -> TANH -> POOL 2
-> FC 20 -> RELU -> FC 5`

func devices(t *testing.T) map[string]plan.Device {
	s, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	all := map[string]plan.Device{"cpu": cpu.New(2), "simd": s}
	for name, open := range backends {
		if all[name] == nil {
			all[name] = open(t)
		}
	}
	return all
}

// TestNearFloats quantises a net of every kind of product and compares its probabilities with those in floats.
func TestNearFloats(t *testing.T) {
	ctx, m := context.Background(), parsed(t, small)
	g := predicting(t, m, 4)
	w, x := fresh(g), pictures(1, 4, 9, 7, 3)
	for name, dev := range devices(t) {
		ranges, err := quant.Calibrate(ctx, dev, g, w, given(x, pictures(2, 4, 9, 7, 3)), quant.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := quant.New(g, w, ranges)
		if err != nil {
			t.Fatal(err)
		}
		if len(n) != 4 {
			t.Errorf("%d products, want 4, all but the depthwise convolution", len(n))
		}
		whole, err := n.Rewrite(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range whole.Nodes {
			if a, ok := v.Attrs.(op.ConvAttrs); v.Op == op.MatMul || ok && a.Groups == 1 {
				t.Errorf("%s is left in floats", v.Layer)
			}
		}
		want, got := probs(t, runner(t, dev, g, w), x), probs(t, runner(t, dev, whole, n.Tensors(), w), x)
		for i := range want {
			if math.Abs(float64(want[i]-got[i])) > 0.02 {
				t.Errorf("%s: got %v, want about %v", name, got, want)
				break
			}
		}
		one, err := n.Rewrite(predicting(t, m, 1)) // any other batch size
		if err != nil {
			t.Fatal(err)
		}
		first := probs(t, runner(t, dev, one, n.Tensors(), w), plan.Float32s(graph.Shape{1, 9, 7, 3}, x.F32[:9*7*3]...))
		for i := range first {
			if math.Abs(float64(first[i]-got[i])) > 1e-6 {
				t.Errorf("%s: one picture: got %v, want %v", name, first, got[:5])
				break
			}
		}
	}
}

func TestWeights(t *testing.T) {
	q, s := quant.Weights([]float32{1.27, 0, 5, -0.635, 0, -2.5}, 3)
	if want := []int8{127, 0, 127, -64, 0, -64}; !slices.Equal(q, want) {
		t.Errorf("got %v, want %v", q, want)
	}
	if math.Abs(float64(s[0])-0.01) > 1e-8 || s[1] != 1 {
		t.Errorf("scales: got %v, want 0.01, 1 for zeros, 5/127", s)
	}
}

func TestLeftInFloats(t *testing.T) {
	ctx, g := context.Background(), predicting(t, parsed(t, small), 1)
	w := fresh(g)
	var names []string
	for _, p := range g.Params() {
		if n := len(p.Shape); n > 1 && p.Shape[n-2] > 1 {
			names = append(names, p.Name)
		}
	}
	ranges, err := quant.Calibrate(ctx, cpu.New(1), g, w, given(pictures(1, 1, 9, 7, 3)), quant.Options{Outliers: 0.01, Float: names[:1]})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := ranges[names[0]]; ok || len(ranges) != len(names)-1 {
		t.Errorf("ranges %v, want all of %v but the first", ranges, names)
	}
}

func TestErrors(t *testing.T) {
	ctx, g := context.Background(), predicting(t, parsed(t, small), 1)
	w := fresh(g)
	if _, err := quant.Calibrate(ctx, cpu.New(1), g, w, given(), quant.Options{}); !errors.Is(err, graph.ErrFormat) {
		t.Errorf("without samples: got %v", err)
	}
	if _, err := quant.Calibrate(ctx, cpu.New(1), g, w, given(), quant.Options{Outliers: 0.5}); !errors.Is(err, graph.ErrFormat) {
		t.Errorf("half of the numbers are outliers: got %v", err)
	}
	x := pictures(1, 1, 9, 7, 3)
	x.F32[0] = float32(math.NaN())
	if _, err := quant.Calibrate(ctx, cpu.New(1), g, w, given(x), quant.Options{}); !errors.Is(err, graph.ErrFormat) || !strings.Contains(err.Error(), "finite") {
		t.Errorf("not a number: got %v", err)
	}
	var shape *graph.ShapeError
	good := quant.Product{Shape: graph.Shape{2, 1}, Weights: []int8{1, 2}, Scales: []float32{1}, Input: op.QuantizeAttrs{Scale: 1, Type: graph.U8}}
	if _, err := (quant.Net{"nothing": good}).Rewrite(g); !errors.As(err, &shape) {
		t.Errorf("unknown weights: got %v", err)
	}
	if _, err := (quant.Net{g.Params()[0].Name: good}).Rewrite(g); !errors.As(err, &shape) {
		t.Errorf("weights of another shape: got %v", err)
	}
	bad := good
	bad.Scales = []float32{0}
	if _, err := (quant.Net{"x": bad}).Rewrite(g); !errors.Is(err, graph.ErrFormat) {
		t.Errorf("a scale of 0: got %v", err)
	}
}
