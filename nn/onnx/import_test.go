package onnx_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// small is a net as exporters write it, with a batch normalisation, a residual sum, a shuffle of channels, and the sizes of the
// flattening computed from the input's.
func small() *file {
	return new(file).input("x", -1, 3, 8, 8).
		weights("w1", 6, 3, 3, 3).weights("b1", 6).
		weights("scale", 6).weights("shift", 6).weights("mean", 6).floats("variance", []float32{1, 2, 3, 0.5, 0.1, 1}, 6).
		weights("w2", 6, 6, 1, 1).weights("fc", 96, 5).weights("fcb", 5).
		ints("zero", 0).ints("minus", -1).ints("parts", 0, 2, 3, 8, 8).ints("whole", 0, 6, 8, 8).
		node("Conv", "c1", in("x", "w1", "b1"), ints("pads", 1, 1, 1, 1)).
		node("BatchNormalization", "n1", in("c1", "scale", "shift", "mean", "variance")).
		node("Relu", "r1", in("n1")).
		node("Conv", "c2", in("r1", "w2")).
		node("Add", "sum", in("c2", "r1")).
		node("Reshape", "split", in("sum", "parts")).
		node("Transpose", "turned", in("split"), ints("perm", 0, 2, 1, 3, 4)).
		node("Reshape", "shuffled", in("turned", "whole")).
		node("MaxPool", "p", in("shuffled"), ints("kernel_shape", 2, 2), ints("strides", 2, 2)).
		node("Shape", "sizes", in("p")).
		node("Gather", "n", in("sizes", "zero")).
		node("Concat", "flat_sizes", in("n", "minus"), onnxir.IntAttribute("axis", 0)).
		node("Reshape", "flat", in("p", "flat_sizes")).
		node("Gemm", "logits", in("flat", "fc", "fcb")).
		node("Softmax", "y", in("logits"))
}

// interpreted builds a model for its input and computes it by the reference.
func interpreted(t *testing.T, m *onnx.Model, x onnx.Tensor, name string) (*onnx.Built, onnx.Tensor) {
	t.Helper()
	b, err := m.Build(onnx.Options{Shapes: map[string]graph.Shape{"x": x.Shape}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.Interpret(map[string]onnx.Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	return b, out[name]
}

// TestChannelsStayLast: between the input, which has channels first, and the scores nothing is moved; what shuffles channels
// moves once.
func TestChannelsStayLast(t *testing.T) {
	b, y := interpreted(t, small().parse(t, "y"), filled(1, 2, 3, 8, 8), "y")
	n := counted(b.Graph)
	if n[op.CopyOp] != 2 {
		t.Errorf("%d copies, want 2: of the input, and of the shuffle", n[op.CopyOp])
	}
	if n[op.Conv] != 2 || n[op.MatMul] != 1 || n[op.GatherOp] != 0 || n[op.ConcatOp] != 0 {
		t.Errorf("primitives %v: want two convolutions, one product, and nothing of the shapes", n)
	}
	if !y.Shape.Equal(graph.Shape{2, 5}) {
		t.Fatalf("got %v, want [2,5]", y.Shape)
	}
	for row := range 2 {
		sum := 0.0
		for _, p := range y.Float64s()[5*row : 5*row+5] {
			sum += p
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("row %d: probabilities add up to %g", row, sum)
		}
	}
}

// TestFoldedNormalisation: a normalisation goes into the filters before it, unless these are read as they are.
func TestFoldedNormalisation(t *testing.T) {
	x := filled(2, 1, 3, 8, 8)
	folded, a := interpreted(t, small().parse(t, "y"), x, "y")
	apart, b := interpreted(t, small().parse(t, "y", "c1"), x, "y")
	if n, m := counted(folded.Graph)[op.MapOp], counted(apart.Graph)[op.MapOp]; n >= m {
		t.Errorf("%d maps with the normalisation folded, %d without", n, m)
	}
	for i, v := range a.Float64s() {
		if w := b.Float64s()[i]; math.Abs(v-w) > 1e-5 {
			t.Errorf("class %d: folded %g, apart %g", i, v, w)
		}
	}
	if folded.Weights["scale"].F32 != nil || apart.Weights["scale"].F32 == nil {
		t.Error("the factors of a folded normalisation are still weights, or those of another are not")
	}
}

// TestFlattenKeepsOrder: rows of a matrix go to where the flattened elements lie, which is what flattening in ONNX's order gives.
func TestFlattenKeepsOrder(t *testing.T) {
	f := func(flat *file) *onnx.Model { return flat.node("MatMul", "y", in("flat", "m")).parse(t, "y") }
	base := func() *file {
		return new(file).input("x", 1, 3, 4, 2).weights("w", 5, 3, 1, 1).weights("m", 40, 3).node("Conv", "c", in("x", "w"))
	}
	x := filled(3, 1, 3, 4, 2)
	b, y := interpreted(t, f(base().node("Flatten", "flat", in("c"))), x, "y")
	// Twice transposed, the elements are where ONNX has them.
	_, want := interpreted(t, f(base().ints("s", 1, 40).node("Neg", "n", in("c")).node("Neg", "c2", in("n")).
		node("Transpose", "t", in("c2"), ints("perm", 0, 2, 3, 1)).node("Transpose", "u", in("t"), ints("perm", 0, 3, 1, 2)).
		node("Reshape", "flat", in("u", "s"))), x, "y")
	for i, v := range y.Float64s() {
		if math.Abs(v-want.Float64s()[i]) > 1e-6 {
			t.Errorf("y[%d]: got %g, want %g", i, v, want.Float64s()[i])
		}
	}
	if n := counted(b.Graph)[op.CopyOp]; n != 1 {
		t.Errorf("%d copies, want one, of the input", n)
	}
}

// TestErrors: what cannot be built says which node, and is of a kind.
func TestErrors(t *testing.T) {
	var shape *graph.ShapeError
	for _, c := range []struct {
		name string
		f    *file
		want string
		is   error
	}{
		{"unknown operator", new(file).input("x", 1, 3).node("Fancy", "y", in("x")), `"make_y" (Fancy): the operator Fancy of version 17 is not known here`, graph.ErrUnsupported},
		{"missing input", new(file).input("x", 1, 3).node("Add", "y", in("x", "z")), `z`, graph.ErrFormat},
		{"a cycle", new(file).input("x", 1, 3).node("Add", "y", in("x", "z")).node("Relu", "z", in("y")), `make_`, graph.ErrFormat},
		{"open size", new(file).input("x", -1, 3).node("Relu", "y", in("x")), `input "x" is FLOAT [?,3]: give its sizes`, graph.ErrUnsupported},
		{"sizes that clash", new(file).input("x", 1, 3).weights("w", 4, 2).node("MatMul", "y", in("x", "w")), `"make_y" (MatMul): product of [1,3] and [4,2]`, nil},
		{"giant", new(file).input("x", 1, 3).ints("s", 1<<30, 1<<30).node("Expand", "y", in("x", "s")), `make_y`, nil},
		{"a giant constant", new(file).input("x", 1, 3).ints("s", 1<<40, 1<<40).node("ConstantOfShape", "c", in("s")).node("Add", "y", in("x", "c")), `make_c`, nil},
		{"filters of other channels", new(file).input("x", 1, 3, 8, 8).weights("w", 4, 5, 3, 3).node("Conv", "y", in("x", "w")), `make_y`, nil},
		{"wrong attribute", new(file).input("x", 1, 3, 8, 8).weights("w", 4, 3, 3, 3).node("Conv", "y", in("x", "w"), onnxir.FloatAttribute("group", 1)), `attribute "group"`, graph.ErrFormat},
		{"shape that is computed", new(file).input("x", 2, 3).node("Relu", "s", in("x")).node("Reshape", "y", in("x", "s")), `make_y`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := onnx.Parse(c.f.bytes("y"), nil)
			if err == nil {
				_, err = m.Build(onnx.Options{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
			var needs *onnx.NeedsValue
			if c.is != nil && !errors.Is(err, c.is) || c.is == nil && !errors.As(err, &shape) && !errors.As(err, &needs) {
				t.Errorf("%v is of no kind, or another", err)
			}
		})
	}
}

// TestNeedsValue: an input that decides on a shape is asked for, and then is part of the graph.
func TestNeedsValue(t *testing.T) {
	m := new(file).input("x", 2, 6).open("s", onnxir.Int64, 2).ints("one", 1).
		node("Mul", "twice", in("s", "one")).node("Reshape", "y", in("x", "twice")).parse(t, "y")
	_, err := m.Build(onnx.Options{})
	var needs *onnx.NeedsValue
	if !errors.As(err, &needs) || needs.Input != "s" || !strings.Contains(needs.Node, "make_y") {
		t.Fatalf("got %v, want that input s is needed by make_y", err)
	}
	b, err := m.Build(onnx.Options{Fixed: map[string]onnx.Tensor{"s": {Type: onnxir.Int64, Shape: graph.Shape{2}, F64: []float64{3, 4}}}})
	if err != nil {
		t.Fatal(err)
	}
	if !b.Outputs[0].Shape.Equal(graph.Shape{3, 4}) {
		t.Errorf("got %v, want [3,4]", b.Outputs[0].Shape)
	}
}

// TestLargeConstants: numbers that are alike take no memory while a model is built.
func TestLargeConstants(t *testing.T) {
	m := new(file).input("x", 1, 8).ints("s", 8, 1<<24).node("ConstantOfShape", "c", in("s")).node("MatMul", "y", in("x", "c")).parse(t, "y")
	allocated := testing.AllocsPerRun(1, func() {})
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := m.Build(onnx.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	if r.AllocedBytesPerOp() > 1<<16 {
		t.Errorf("building allocates %d bytes (%g)", r.AllocedBytesPerOp(), allocated)
	}
}

// TestFineTuning: a model that was read is trained as any other, batch by batch, though its file says nothing of batches.
func TestFineTuning(t *testing.T) {
	c, err := small().parse(t, "y").Classifier(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := train.NewSession(cpu.New(1), c, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := map[string]plan.Tensor{}
	for name, x := range c.Weights() {
		w[name] = plan.Float32s(x.Shape, x.F32...)
	}
	if err := s.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
	set := &data.Set{Shape: []int{8, 8, 3}, Classes: []string{"a", "b", "c", "d", "e"}}
	for i := range 40 {
		p := make([]byte, 8*8*3)
		for k := range p {
			p[k] = byte(40*(i%5) + k%13)
		}
		set.Images, set.Labels = append(set.Images, p...), append(set.Labels, int32(i%5))
	}
	var losses []float64
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 12, Batch: 8, LearningRate: 0.01, Seed: 1,
		Observe: func(e train.Event) {
			if e.Step != nil {
				losses = append(losses, e.Step.Loss)
			}
		}}
	if err := s.Train(context.Background(), set, cfg); err != nil {
		t.Fatal(err)
	}
	if first, last := losses[0], losses[len(losses)-1]; last > first/3 {
		t.Errorf("the loss went from %g to %g, want less than a third", first, last)
	}
}

// TestEvenResponseNorm: of an even window ONNX has one more channel behind: y[c] = x[c]/(1 + x[c]² + x[c+1]²) here.
func TestEvenResponseNorm(t *testing.T) {
	m := new(file).input("x", 1, 3, 1, 1).node("LRN", "y", in("x"), onnxir.IntAttribute("size", 2), onnxir.FloatAttribute("alpha", 2),
		onnxir.FloatAttribute("beta", 1), onnxir.FloatAttribute("bias", 1)).parse(t, "y")
	x := onnx.Float32s(graph.Shape{1, 3, 1, 1})
	copy(x.F32, []float32{1, 2, 3})
	_, y := interpreted(t, m, x, "y")
	for k, want := range []float64{1.0 / 6, 2.0 / 14, 3.0 / 10} {
		if got := y.Float64s()[k]; math.Abs(got-want) > 1e-6 {
			t.Errorf("channel %d: got %g, want %g", k, got, want)
		}
	}
}

// TestConcatOfIntegers: known whole numbers stand beside those of an input.
func TestConcatOfIntegers(t *testing.T) {
	m := new(file).open("i", onnxir.Int64, 2).ints("k", 7, 8).node("Concat", "y", in("k", "i"), onnxir.IntAttribute("axis", 0)).parse(t, "y")
	b, err := m.Build(onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := b.Interpret(map[string]onnx.Tensor{"i": {Type: onnxir.Int64, Shape: graph.Shape{2}, F64: []float64{3, 4}}})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{7, 8, 3, 4} {
		if got := out["y"].Float64s()[k]; got != want {
			t.Errorf("element %d: got %g, want %g", k, got, want)
		}
	}
}

// TestCircle: nodes in a circle are refused, as a classifier too, which looks from the output back for its softmax.
func TestCircle(t *testing.T) {
	m := new(file).input("x", 1, 3, 4, 4).node("Identity", "y", in("z")).node("Identity", "z", in("y")).parse(t, "y")
	if _, err := m.Classifier(nil); !errors.Is(err, graph.ErrFormat) {
		t.Errorf("got %v, want an error that is graph.ErrFormat", err)
	}
}
