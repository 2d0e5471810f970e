package standalone

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// site is the net that the site begins with.
const site = "INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10"

// nets have, between them, every kind of step that predictions have.
var nets = map[string]string{
	"site":      site,
	"residual":  "INPUT 12x12x3 -> CONV 3x3x16 pad 1 -> BN -> RELU -> { CONV 3x3x16 pad 1 -> BN | } add -> RELU -> GAP -> FC 5",
	"series":    "INPUT 64x3 series -> CONV 7x8 pad 3 -> RELU -> POOL 4 -> GAP -> FC 3",
	"volume":    "INPUT 6x12x12x1 -> CONV 3x3x3x6 pad same -> RELU -> POOL 2 -> GMP -> FC 3",
	"depthwise": "INPUT 9x7x3 -> DWCONV 3x3 pad 1 -> RELU -> LRN -> DROPOUT 0.5 -> AVGPOOL 3 -> FC 8 -> SIGMOID -> FC 3",
	"places":    "INPUT 16x16x3 -> CONV 3x3x8 pad 1 -> TANH -> CONV 1x1x4 -> PIXELS",
}

// textOf returns a net of the zoo.
func textOf(t testing.TB, name string) string {
	e, err := zoo.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.Text(zoo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// onSIMD opens a file of a model on simd, with one thread.
func onSIMD(t testing.TB, file []byte) *nn.Net {
	t.Helper()
	dev, err := simd.Open(context.Background(), simd.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	n, err := nn.Open(dev, file, nn.OpenOptions{})
	if err != nil {
		dev.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func newNet(t testing.TB, text string) *nn.Net {
	t.Helper()
	n, err := nn.New(cpu.New(1), text, nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// inputs returns samples in units of bytes.
func inputs(count, elems int) [][]float32 {
	out := make([][]float32, count)
	state := uint32(1)
	for k := range out {
		for range elems {
			state = state*1664525 + 1013904223
			out[k] = append(out[k], float32(state>>24))
		}
	}
	return out
}

// The answers of the module are those of the net on simd to the bit, for weights of each width, and again for another input.
func TestSameBits(t *testing.T) {
	ctx := context.Background()
	all := map[string]string{"convnetjs_mnist": textOf(t, "convnetjs_mnist")}
	if !testing.Short() {
		all["squeezenet1_1"] = textOf(t, "squeezenet1_1")
	}
	for name, text := range nets {
		all[name] = text
	}
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			n := newNet(t, text)
			for _, w := range []nn.Width{nn.Float, nn.Half, nn.Int8} {
				file, err := n.SaveCompact(ctx, w)
				if err != nil {
					t.Fatal(err)
				}
				f, err := Compile(ctx, n, Options{Width: w})
				if err != nil {
					t.Fatal(err)
				}
				sameAnswers(t, load(t, f), onSIMD(t, file))
				t.Logf("%d bits: model.wasm %d bytes, model.relaxed.wasm %d, weights.bin %d",
					w, len(f[moduleFile]), len(f[relaxedFile]), len(f[weightsFile]))
			}
		})
	}
}

func sameAnswers(t *testing.T, in *instance, n *nn.Net) {
	t.Helper()
	for _, x := range inputs(3, in.Shape.Elems()) {
		want, err := n.PredictValues(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		if got := in.run(t, x); !slices.Equal(got, want) {
			t.Fatalf("got %v…, want %v…", got[:min(4, len(got))], want[:min(4, len(want))])
		}
	}
}

// A net that was read from ONNX compiles, too.
func TestONNX(t *testing.T) {
	file, err := newNet(t, nets["residual"]).ONNX(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := onSIMD(t, file)
	f, err := Compile(context.Background(), n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sameAnswers(t, load(t, f), n)
}

// A net whose training kept averages of its weights answers with them, as Predict does.
func TestAverages(t *testing.T) {
	set := &data.Set{Shape: []int{2, 2, 1}, Classes: []string{"left", "right"}}
	for i := range 64 {
		picture := []byte{10, 10, 10, 10}
		picture[i%2], picture[2+i%2] = byte(150+i), 200
		set.Images, set.Labels = append(set.Images, picture...), append(set.Labels, int32(i%2))
	}
	dev, err := simd.Open(context.Background(), simd.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	n, err := nn.New(dev, "INPUT 2x2x1 -> FC 8 -> RELU -> FC 2", set.Classes, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	o := train.Optimizer{Kind: "adam", Average: 0.9}
	err = n.Train(context.Background(), set, train.Config{Optimizer: o, Epochs: 2, Batch: 16, LearningRate: 0.02})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Compile(context.Background(), n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sameAnswers(t, load(t, f), n)
}

func TestFiles(t *testing.T) {
	f, err := Compile(context.Background(), newNet(t, site), Options{Name: "digits"})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name, b := range f {
		if name != weightsFile {
			total += len(b)
		}
	}
	t.Logf("%d bytes without weights, of which model.js %d and model.wasm %d", total, len(f[loaderFile]), len(f[moduleFile]))
	if total > 100_000 || len(f[loaderFile]) > 5<<10 {
		t.Errorf("the files have %d bytes without weights, the loader %d: want 100,000 and 5,120 at most", total, len(f[loaderFile]))
	}
	section := func(name string) string {
		_, text, _ := bytes.Cut(f[name], []byte("\x05fovea{"))
		return string(text)
	}
	if a := section(moduleFile); a == "" || a != section(relaxedFile) {
		t.Errorf("the modules say different things of themselves:\n%s\n%s", a, section(relaxedFile))
	}
	in := load(t, f)
	if in.Name != "digits" || in.Text != site || len(in.Classes) != 10 || in.Picture.Order != "gray" || in.Picture.Resize != nil {
		t.Errorf("the module says %+v", in.about)
	}
	page, err := f.Page()
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{`src="`, "import {", "export "} {
		if strings.Contains(string(page), other) {
			t.Errorf("the page of one file has %s in it", other)
		}
	}
}

// A weight that half precision does not hold is an error.
func TestTooLargeForHalf(t *testing.T) {
	n := newNet(t, "INPUT 2x2x1 -> FC 2")
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range w {
		if len(v.Shape) > 1 {
			v.F32[0] = 1e6
		}
	}
	if err := n.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(context.Background(), n, Options{Width: nn.Half}); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("got %v, want graph.ErrUnsupported", err)
	}
	if _, err := Compile(context.Background(), n, Options{Width: 4}); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("4 bits: got %v, want graph.ErrUnsupported", err)
	}
}

func TestSqueeze(t *testing.T) {
	script := "// why\nconst f = (a, b) => {\n  // more\n  return a + b; // no\n};\nfail(`a + b`, \"x : y\");\n"
	want := "const f=(a,b)=>{return a+b;//no\n};fail(`a + b`,\"x : y\");"
	if got := squeeze(script); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
