package train_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// branched is conv → { conv → bn | } add → dropout → conv 1x1 → pool → fc, over pictures of 6x6.
type branched struct{}

func (branched) InputShape() graph.Shape { return graph.Shape{6, 6, 2} }

func (branched) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	conv := func(x *graph.Value, name string, size, out int) *graph.Value {
		b.Begin("conv", name, "conv")
		y, err := layer.Conv(b, x, layer.ConvOptions{Name: name, Filters: out, Window: op.Square(2, size, 1, size/2)})
		if err != nil {
			panic(err)
		}
		return y
	}
	stem := layer.ReLU(b, conv(x, "stem", 3, 4))
	b.Begin("bn", "norm", "bn")
	y, err := layer.BatchNorm(b, conv(stem, "side", 3, 4), layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "norm"}})
	if err != nil {
		return nil, err
	}
	if y, err = layer.Add(b, y, stem); err != nil {
		return nil, err
	}
	if y, err = layer.Dropout(b, y, 0.5); err != nil {
		return nil, err
	}
	if y, err = layer.GlobalAvgPool(b, conv(y, "wide", 1, 8)); err != nil {
		return nil, err
	}
	b.Begin("fc", "head", "fc 3")
	return layer.Linear(b, layer.Flatten(b, y), "head", 3, false)
}

// squares are samples of branched.
func squares(n int) *data.Set {
	d := &data.Set{Shape: []int{6, 6, 2}, Classes: []string{"a", "b", "c"}}
	for i := range n {
		for k := range 72 {
			d.Images = append(d.Images, byte(256*op.Uniform(4, uint32(i), 1, k)))
		}
		d.Labels = append(d.Labels, int32(i%3))
	}
	return d
}

func TestProducts(t *testing.T) {
	got, err := train.Products(branched{})
	if err != nil {
		t.Fatal(err)
	}
	want := []train.Product{
		{Parameters: []string{"stem.weight", "stem.bias"}, Reads: graph.Shape{6, 6, 2}, Places: 36, Cut: true, Neck: true},
		{Parameters: []string{"side.weight", "side.bias"}, Reads: graph.Shape{6, 6, 4}, Places: 36, Cut: true},
		{Parameters: []string{"wide.weight", "wide.bias"}, Reads: graph.Shape{6, 6, 4}, Places: 36, Cut: true, Neck: true},
		{Parameters: []string{"head.weight", "head.bias"}, Reads: graph.Shape{8}, Places: 1, Cut: true, Neck: true},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, p := range got {
		w := want[i]
		if !slices.Equal(p.Parameters, w.Parameters) || !p.Reads.Equal(w.Reads) || p.Places != w.Places || p.Cut != w.Cut || p.Neck != w.Neck || !strings.Contains(p.Layer, w.Parameters[0][:4]) {
			t.Errorf("%d: got %+v, want %+v", i, p, w)
		}
	}
}

// outputs runs a model with the weights of w that it has, and a scaling of its samples that changes nothing unless w has one.
func outputs(t *testing.T, m train.Model, w map[string]plan.Tensor, d *data.Set) train.Features {
	t.Helper()
	s, err := train.NewSession(cpu.New(1), m, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	own, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name := range own {
		if v, ok := w[name]; ok && v.Shape.Equal(own[name].Shape) {
			own[name] = v
		}
	}
	if d.Floats != nil {
		channels := d.Shape[len(d.Shape)-1]
		own[train.InputMean] = plan.Float32s(graph.Shape{channels}, make([]float32, channels)...)
		own[train.InputScale] = plan.Float32s(graph.Shape{channels}, slices.Repeat([]float32{1}, channels)...)
	}
	if err := s.SetWeights(own, 0); err != nil {
		t.Fatal(err)
	}
	f, err := s.Outputs(context.Background(), d, train.EvaluateOptions{Batch: 4})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestPartsMakeTheWhole: what two parts do one after the other is what the whole does up to there, wherever it is cut.
func TestPartsMakeTheWhole(t *testing.T) {
	s, err := train.NewSession(cpu.New(1), branched{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	d := squares(7)
	whole, err := train.Part(branched{}, -1, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, whole, w, d)
	if want.Count != 7 || want.Size != 8 {
		t.Fatalf("got %d vectors of %d", want.Count, want.Size)
	}
	for cut := range 4 {
		front, err := train.Part(branched{}, -1, cut)
		if err != nil {
			t.Fatal(err)
		}
		back, err := train.Part(branched{}, cut, 3)
		if err != nil {
			t.Fatal(err)
		}
		between := outputs(t, front, w, d)
		maps, err := data.NewArrays(between.Values, back.InputShape(), d.Labels, nil, d.Classes)
		if err != nil {
			t.Fatal(err)
		}
		got := outputs(t, back, w, maps)
		for i, v := range want.Values {
			if math.Abs(float64(got.Values[i]-v)) > 1e-5 {
				t.Fatalf("cut before %d: number %d is %g, want %g", cut, i, got.Values[i], v)
			}
		}
	}
	// And with the old head behind them, they are the whole model.
	scores := outputs(t, train.WithHead(whole, "head", 3), w, d)
	if all := outputs(t, branched{}, w, d); !slices.Equal(scores.Values, all.Values) {
		t.Error("the whole with its own head gives other scores than the model")
	}
}

// TestPartTrainsWithoutStatistics: a part drops in training, and its running statistics stay.
func TestPartTrainsWithoutStatistics(t *testing.T) {
	m, err := train.Part(branched{}, -1, 3)
	if err != nil {
		t.Fatal(err)
	}
	g, err := train.TrainingGraph(train.WithHead(train.Pooled(pictures{m}), "new", 3), 4, train.Optimizer{Kind: "sgd"}, train.Table{Place: "train", Count: 8})
	if err != nil {
		t.Fatal(err)
	}
	random := 0
	for _, n := range g.Nodes {
		if n.Op == op.RandomOp {
			random++
		}
	}
	if random != 1 || g.Find("head.weight") != nil || g.Find("norm.running_mean") == nil {
		t.Errorf("%d random numbers, old head %v", random, g.Find("head.weight"))
	}
	for _, u := range g.Updates {
		if strings.Contains(u.Target.Name, "running") {
			t.Errorf("%s is updated", u.Target.Name)
		}
	}
}

// pictures gives vectors as pictures of one pixel.
type pictures struct{ train.Model }

func (p pictures) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	y, err := p.Model.Logits(b, x)
	if err != nil {
		return nil, err
	}
	return layer.Reshape(b, y, graph.Shape{x.Shape[0], 1, 1, -1})
}

// mixing reads all samples as one.
type mixing struct{ branched }

func (mixing) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	y, err := layer.Linear(b, op.Reshape(b.G, x, graph.Shape{1, x.Shape.Elems()}), "all", 3*x.Shape[0], false)
	if err != nil {
		return nil, err
	}
	return op.Reshape(b.G, y, graph.Shape{x.Shape[0], 3}), nil
}

func TestPartErrors(t *testing.T) {
	for _, c := range []struct {
		name     string
		m        train.Model
		from, to int
		says     string
	}{
		{"no such layer", branched{}, -1, 4, "want two in order of the 4"},
		{"backwards", branched{}, 2, 1, "want two in order"},
		{"before the first", branched{}, -2, 1, "want two in order"},
		{"a branch around the cut", aside{}, 1, 2, "cut it elsewhere"},
		{"samples that are mixed", mixing{}, -1, 0, "want a row of each"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var shape *graph.ShapeError
			if _, err := train.Part(c.m, c.from, c.to); !errors.As(err, &shape) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want a shape error with %q", err, c.says)
			}
		})
	}
	if _, err := train.Part(whole{}, -1, 0); !errors.Is(err, graph.ErrUnsupported) || !strings.Contains(err.Error(), "quantised") {
		t.Errorf("whole numbers: got %v", err)
	}
	s := session(t, branched{})
	if _, err := s.Outputs(context.Background(), &data.Set{Shape: []int{3, 3, 2}}, train.EvaluateOptions{}); !errors.Is(err, train.ErrData) {
		t.Errorf("samples of another shape: got %v", err)
	}
	if _, err := s.Outputs(context.Background(), squares(2), train.EvaluateOptions{Batch: -1}); err == nil {
		t.Error("a batch below 0: no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Outputs(ctx, squares(200), train.EvaluateOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: got %v", err)
	}
}

// whole multiplies whole numbers.
type whole struct{ branched }

func (whole) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	q, err := op.Apply(b.G, op.QuantizeOp, op.QuantizeAttrs{Scale: 1, Type: graph.U8}, layer.Flatten(b, x))
	if err != nil {
		return nil, err
	}
	w := b.G.State("w", graph.I8, graph.Shape{72, 3}, graph.Init{})
	y, err := op.Apply(b.G, op.MatMulIntegerOp, op.MatMulIntegerAttrs{}, q[0], w)
	if err != nil {
		return nil, err
	}
	return y[0], nil
}

// aside adds what the first layer of a net gives to what its second does.
type aside struct{ branched }

func (aside) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	x = layer.Flatten(b, x)
	var sum *graph.Value
	for _, name := range []string{"first", "second"} {
		y, err := layer.Linear(b, x, name, 72, false)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			x, sum = y, layer.Tanh(b, x)
			continue
		}
		if x, err = layer.Add(b, y, sum); err != nil {
			return nil, err
		}
	}
	return layer.Linear(b, x, "last", 3, false)
}

// TestInUse: where weights were averaged, the averages are in use, under the names of the weights.
func TestInUse(t *testing.T) {
	ctx := context.Background()
	s := session(t, branched{})
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "momentum", Average: 0.9}, Epochs: 2, Batch: 4, LearningRate: 0.05}
	if err := s.Train(ctx, squares(8), cfg); err != nil {
		t.Fatal(err)
	}
	all, err := s.Weights(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, averages := range []bool{true, false} {
		s.UseAverages(averages)
		w, err := s.InUse(ctx)
		if err != nil {
			t.Fatal(err)
		}
		from := "stem.weight"
		if averages {
			from += ".ema"
		}
		if !slices.Equal(w["stem.weight"].F32, all[from].F32) {
			t.Errorf("averages %t: the weights are not %s", averages, from)
		}
		for name := range w {
			if strings.HasSuffix(name, ".ema") || strings.HasSuffix(name, ".momentum") {
				t.Errorf("averages %t: %s is no value of the model", averages, name)
			}
		}
		if len(w) != 14 { // 4 layers of 2, a norm of 4 and the input of 2
			t.Errorf("averages %t: %d values", averages, len(w))
		}
	}
}
