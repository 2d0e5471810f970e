package nn_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/simd"
)

// manyKinds has every kind of product, and products that read what was flattened, pooled to one place, and summed.
const manyKinds = `INPUT 12x10x3 -> CONV 3x3x8 pad 1 -> BN -> RELU -> { CONV 3x3x8 pad 1 groups 2 -> BN | } add -> RELU
	-> CONV 3x3x8 pad 1 groups 8 -> RELU -> POOL 2 -> CONV 3x3x12 stride 2 pad 1 -> TANH
	-> { FC 10 -> RELU | GAP -> FC 10 -> RELU } concat -> FC 5`

// drawnPictures are count pictures of bytes.
func drawnPictures(seed uint32, count, size int) [][]float32 {
	out := make([][]float32, count)
	for k := range out {
		out[k] = make([]float32, size)
		for i := range out[k] {
			out[k][i] = float32(math.Floor(256 * float64(op.Uniform(seed, uint32(k), 0, i))))
		}
	}
	return out
}

func eachOf(samples [][]float32) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		for _, x := range samples {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func opened(t *testing.T, dev plan.Device, file []byte) *nn.Net {
	t.Helper()
	n, err := nn.Open(dev, file, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func fourLanes(t *testing.T) plan.Device {
	t.Helper()
	d, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func quantised(t *testing.T, text string) (floats, whole *nn.Net) {
	t.Helper()
	floats, err := nn.New(cpu.New(1), text, nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { floats.Close() })
	size := graph.Shape(floats.Summary.Input).Elems()
	if whole, err = floats.Quantised(context.Background(), cpu.New(1), eachOf(drawnPictures(1, 64, size))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { whole.Close() })
	return floats, whole
}

// TestQuantised: the net comes near the one in floats, and its files give the same net on every backend.
func TestQuantised(t *testing.T) {
	ctx := context.Background()
	floats, whole := quantised(t, manyKinds)
	saved, err := whole.Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	exported, err := whole.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	reopened := opened(t, fourLanes(t), saved)
	again, err := reopened.Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(again) > len(saved) {
		t.Errorf("saved again the file has %d bytes, before it had %d", len(again), len(saved))
	}
	moved := opened(t, cpu.New(1), again)
	if err := moved.Move(ctx, fourLanes(t)); err != nil {
		t.Fatal(err)
	}
	others := map[string]*nn.Net{"file": reopened, "file of the file, moved": moved, "ONNX": opened(t, cpu.New(1), exported)}
	for _, x := range drawnPictures(2, 4, 12*10*3) {
		f, err := floats.PredictValues(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		want, err := whole.PredictValues(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.Abs(float64(want[i]-f[i])) > 0.02 {
				t.Errorf("got %v, want about %v", want, f)
				break
			}
		}
		for name, n := range others {
			got, err := n.PredictValues(ctx, x)
			if err != nil {
				t.Fatal(err)
			}
			// What lies between two numbers of 8 bits may become either of them: a step of the last layer's input.
			if r := approx.Compare(widened(got), widened(want), 2e-3, 0); !r.OK() {
				t.Errorf("%s: %v", name, r)
			}
		}
	}
}

func widened(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// TestQuantisedFile: weights have 8 bits in both files, and become the same primitives again, which read them as they lie.
func TestQuantisedFile(t *testing.T) {
	ctx := context.Background()
	_, whole := quantised(t, manyKinds)
	b, err := whole.Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	bytes := 0
	for _, x := range f.Tensors {
		if len(x.Shape) > 1 && x.DType == "I8" {
			bytes++
		}
	}
	if bytes != 6 {
		t.Errorf("the file has %d tensors of 8 bits, want 6, one for each product", bytes)
	}
	if b, err = whole.ONNX(ctx); err != nil {
		t.Fatal(err)
	}
	m, err := onnx.Parse(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	built, err := m.Build(onnx.Options{Shapes: map[string]graph.Shape{"x": {2, 3, 12, 10}}})
	if err != nil {
		t.Fatal(err)
	}
	count, states := map[string]int{}, 0
	for _, n := range built.Nodes {
		count[n.Op]++
		if a, ok := n.Attrs.(op.CopyAttrs); ok && n.In[0].Type != graph.F32 {
			t.Errorf("%s moves bytes: %v", n.Layer, a)
		}
	}
	for _, v := range built.Values {
		if v.Role == graph.State && v.Type == graph.I8 {
			states++
		}
	}
	for name, want := range map[string]int{op.ConvIntegerOp: 3, op.MatMulIntegerOp: 3, op.QuantizeOp: 6, op.Conv: 1, op.MatMul: 0} {
		if count[name] != want {
			t.Errorf("%d nodes %s, want %d", count[name], name, want)
		}
	}
	if states != 6 {
		t.Errorf("%d weights of 8 bits, want 6", states)
	}
	for _, dev := range []plan.Device{cpu.New(1), fourLanes(t)} { // any inputs and outputs
		g := nn.NewGraph(dev, m)
		x := onnx.Float32s(graph.Shape{2, 3, 12, 10})
		copy(x.F32, drawnPictures(5, 1, len(x.F32))[0])
		got, err := g.Run(ctx, map[string]onnx.Tensor{"x": x})
		if err != nil {
			t.Fatal(err)
		}
		want, err := built.Interpret(map[string]onnx.Tensor{"x": x})
		if err != nil {
			t.Fatal(err)
		}
		if r := approx.Compare(got["probs"].Float64s(), want["probs"].Float64s(), 2e-3, 0); !r.OK() {
			t.Errorf("%s: %v", dev.Info().Backend, r)
		}
		g.Close()
		dev.Close()
	}
}

// TestQuantisedImported: a net without a text, with preprocessing, keeps it.
func TestQuantisedImported(t *testing.T) {
	ctx := context.Background()
	floats, err := nn.New(cpu.New(1), "INPUT 16x16x3 -> CONV 3x3x4 -> RELU -> GAP -> FC 3", []string{"a", "b", "c"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer floats.Close()
	b, err := floats.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := preprocess.Named("torchvision")
	if err != nil {
		t.Fatal(err)
	}
	p = p.Sized(16, 16)
	n, err := nn.Open(cpu.New(1), b, nn.OpenOptions{Preprocess: &p})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	whole, err := n.Quantised(ctx, cpu.New(1), eachOf(drawnPictures(1, 3, 16*16*3)))
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	if b, err = whole.Save(ctx); err != nil {
		t.Fatal(err)
	}
	saved := opened(t, cpu.New(1), b)
	if saved.Preprocess == nil || saved.Preprocess.Scale != p.Scale || strings.Join(saved.Classes, "") != "abc" {
		t.Errorf("got preprocessing %+v and classes %v, want %+v and a, b, c", saved.Preprocess, saved.Classes, p)
	}
	x := drawnPictures(7, 1, 16*16*3)[0]
	want, err := n.PredictValues(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := saved.PredictValues(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	if r := approx.Compare(widened(got), widened(want), 0.02, 0); !r.OK() {
		t.Error(r)
	}
}

func TestQuantisedErrors(t *testing.T) {
	ctx := context.Background()
	floats, whole := quantised(t, "INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> FC 3")
	samples := drawnPictures(1, 2, 36)
	var shape *graph.ShapeError
	if _, err := floats.Quantised(ctx, cpu.New(1), eachOf(drawnPictures(1, 1, 35))); !errors.As(err, &shape) {
		t.Errorf("a sample of another size: got %v", err)
	}
	if _, err := floats.Quantised(ctx, cpu.New(1), eachOf(nil)); !errors.Is(err, graph.ErrFormat) {
		t.Errorf("no sample: got %v", err)
	}
	if _, err := whole.Quantised(ctx, cpu.New(1), eachOf(samples)); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("a net of 8-bit numbers: got %v", err)
	}
	broken := func(yield func([]float32, error) bool) {
		if yield(samples[0], nil) {
			yield(nil, io.ErrUnexpectedEOF)
		}
	}
	if _, err := floats.Quantised(ctx, cpu.New(1), broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a sample that cannot be read: got %v", err)
	}
}
