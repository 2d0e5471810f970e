package layer_test

import (
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestValues compares layers with numbers worked out by hand.
func TestValues(t *testing.T) {
	two := 2
	row := func(n *built) *graph.Value { return n.input("row", graph.F32, graph.Shape{1, 4, 1}, 1, 2, 3, 4) }
	series := func(before, after int, m layer.PadMode, v float64) func(n *built) (*graph.Value, error) {
		return func(n *built) (*graph.Value, error) {
			return layer.Pad(n.b, row(n), layer.PadOptions{Pads: [][2]int{{}, {before, after}, {}}, Mode: m, Value: v})
		}
	}
	tenth := func(p float64) float64 { return -math.Log(p) }
	for _, c := range []struct {
		name  string
		build func(n *built) (*graph.Value, error)
		want  []float64
	}{
		{"pad with 7", series(1, 2, layer.PadConstant, 7), []float64{7, 1, 2, 3, 4, 7, 7}},
		{"pad reflected", series(3, 2, layer.PadReflect, 0), []float64{4, 3, 2, 1, 2, 3, 4, 3, 2}},
		{"pad replicated", series(1, 2, layer.PadReplicate, 0), []float64{1, 1, 2, 3, 4, 4, 4}},
		{"slice", func(n *built) (*graph.Value, error) {
			return layer.Slice(n.b, row(n), []int{0, -3, 0}, []int{1, 100, 1}, []int{1, 2, 1})
		}, []float64{2, 4}},
		{"upsample to the nearest", func(n *built) (*graph.Value, error) {
			return layer.Upsample(n.b, row(n), layer.UpsampleOptions{Size: []int{6}})
		}, []float64{1, 1, 2, 3, 3, 4}},
		{"upsample with aligned corners", func(n *built) (*graph.Value, error) {
			return layer.Upsample(n.b, row(n), layer.UpsampleOptions{Size: []int{7}, Linear: true, AlignCorners: true})
		}, []float64{1, 1.5, 2, 2.5, 3, 3.5, 4}},
		{"maxout", func(n *built) (*graph.Value, error) {
			return layer.Maxout(n.b, n.input("pieces", graph.F32, graph.Shape{6}, 1, 5, 2, -1, -3, -2), 3)
		}, []float64{5, -1}},
		{"channel shuffle", func(n *built) (*graph.Value, error) {
			return layer.ChannelShuffle(n.b, n.input("channels", graph.F32, graph.Shape{6}, 0, 1, 2, 3, 4, 5), 2)
		}, []float64{0, 3, 1, 4, 2, 5}},
		{"pixel shuffle", func(n *built) (*graph.Value, error) {
			return layer.PixelShuffle(n.b, n.input("pixels", graph.F32, graph.Shape{1, 1, 2, 4}, 0, 1, 2, 3, 4, 5, 6, 7), 2)
		}, []float64{0, 1, 4, 5, 2, 3, 6, 7}},
		{"adaptive maximum of 4 to 3", func(n *built) (*graph.Value, error) { return layer.AdaptiveMaxPool(n.b, row(n), []int{3}) },
			[]float64{2, 3, 4}},
		{"adaptive maximum of 1 to 3", func(n *built) (*graph.Value, error) {
			return layer.AdaptiveMaxPool(n.b, n.input("one", graph.F32, graph.Shape{1, 1, 1}, 6), []int{3})
		}, []float64{6, 6, 6}},
		{"sum pool", func(n *built) (*graph.Value, error) {
			return layer.SumPool(n.b, row(n), layer.PoolOptions{Window: op.Square(1, 3, 2, 1)})
		}, []float64{3, 9}},
		{"nll of ignored labels alone", func(n *built) (*graph.Value, error) {
			return layer.NLL(n.b, n.input("logp", graph.F32, graph.Shape{2, 3}, 1, 2, 3, 4, 5, 6),
				n.input("l", graph.I32, graph.Shape{2}, 2, -100), layer.LabelOptions{Ignore: &two})
		}, []float64{0}},
		{"nll divides by what is not ignored", func(n *built) (*graph.Value, error) {
			return layer.NLL(n.b, n.input("logp", graph.F32, graph.Shape{3, 2}, 1, 2, 3, 4, 5, 6),
				n.input("l", graph.I32, graph.Shape{3}, 1, 2, 0), layer.LabelOptions{})
		}, []float64{-(2 + 5) / 2.0}},
		{"cross-entropy divides by what is not ignored", func(n *built) (*graph.Value, error) {
			return layer.CrossEntropyWith(n.b, n.input("logits", graph.F32, graph.Shape{2, 2}, math.Log(0.25), math.Log(0.75), 0, 0),
				n.input("l", graph.I32, graph.Shape{2}, 0, -1), layer.CrossEntropyOptions{})
		}, []float64{tenth(0.25)}},
		{"hinge", func(n *built) (*graph.Value, error) { // the textbook's cat: scores 3.2, 5.1, -1.7
			return layer.Hinge(n.b, n.input("scores", graph.F32, graph.Shape{1, 3}, 3.2, 5.1, -1.7),
				n.input("l", graph.I32, graph.Shape{1}, 0), layer.HingeOptions{P: 1, Margin: 1})
		}, []float64{2.9 / 3}},
		{"binary cross-entropy of large logits", func(n *built) (*graph.Value, error) {
			return layer.BinaryCrossEntropy(n.b, n.input("logits", graph.F32, graph.Shape{2}, 500, -500),
				n.input("t", graph.F32, graph.Shape{2}, 0, 0), layer.BinaryOptions{Reduction: layer.ReduceNone})
		}, []float64{500, 0}},
		{"huber", func(n *built) (*graph.Value, error) {
			return layer.Huber(n.b, n.input("v", graph.F32, graph.Shape{3}, 0.5, -3, 2), n.input("t", graph.F32, graph.Shape{3}, 0, 0, 0), 2, layer.ReduceNone)
		}, []float64{0.125, 4, 2}},
		{"evaluated, nothing is dropped", func(n *built) (*graph.Value, error) {
			n.b.Training = false
			x := row(n)
			for _, f := range []func(*layer.Builder, *graph.Value, float64) (*graph.Value, error){layer.Dropout, layer.SpatialDropout, layer.StochasticDepth} {
				if y, err := f(n.b, x, 0.5); y != x || err != nil {
					t.Error("a dropout does something outside training")
				}
			}
			return layer.Cutout(n.b, n.input("p", graph.F32, graph.Shape{1, 1, 2, 1}, 1, 2), 2)
		}, []float64{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newBuilt(graph.Shape{1})
			y, err := c.build(n)
			if err != nil {
				t.Fatal(err)
			}
			if got := n.value(t, y); !slices.EqualFunc(got, c.want, near) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// near allows for constants that are float32.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(b)) }

// TestGradientsAtZero holds layers to what is finite at 0, where padding and ReLU put many numbers.
func TestGradientsAtZero(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(b *layer.Builder, x *graph.Value) (*graph.Value, error)
		want float64
	}{
		{"elu", func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.ELU(b, x, 1) }, 1},
		{"softplus", func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.Softplus(b, x), nil }, 0.5},
		{"gelu", func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.GELU(b, x), nil }, 0.5},
		{"l1", func(b *layer.Builder, x *graph.Value) (*graph.Value, error) { return layer.L1Penalty(b, 1, x) }, 0},
		{"lp pool 1", lpOfAll(1), 0}, {"lp pool 1.5", lpOfAll(1.5), 0}, {"lp pool 2", lpOfAll(2), 0}, {"lp pool 3", lpOfAll(3), 0},
	} {
		n := newBuilt(graph.Shape{1, 4, 1})
		clear(n.given["x"].Data)
		y, err := c.f(n.b, n.x)
		if err != nil {
			t.Fatal(err)
		}
		dy := make([]float32, y.Shape.Elems())
		for i := range dy {
			dy[i] = 1
		}
		ds, err := op.GradientsFrom(n.g, y, n.g.Const(y.Shape, dy...), []*graph.Value{n.x})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range n.value(t, ds[0]) {
			if !near(d, c.want) {
				t.Errorf("%s: got %g, want %g", c.name, d, c.want)
			}
		}
	}
}

func lpOfAll(p float64) func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.LpPool(b, x, p, layer.PoolOptions{Window: op.Square(1, 2, 2, 0)})
	}
}

func TestBatchNormStatistics(t *testing.T) {
	n := newBuilt(graph.Shape{2, 2, 2})
	copy(n.given["x"].Data, []float64{1, 10, 2, 10, 3, 10, 6, 10}) // channel 0: mean 3, variance 3.5
	y, err := layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "bn"}, Momentum: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []string{"bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"} {
		n.given[v] = &op.Tensor{Shape: graph.Shape{2}, Data: []float64{float64(i), float64(i)}}
	}
	n.given["bn.weight"].Data[0] = 2
	r := 2 / math.Sqrt(3.5+1e-5)
	if got, want := n.value(t, y), []float64{1 - 2*r, 1, 1 - r, 1, 1, 1, 1 + 3*r, 1}; !slices.EqualFunc(got, want, near) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(n.g.Updates) != 2 {
		t.Fatalf("%d updates, want those of mean and variance", len(n.g.Updates))
	}
	for i, want := range [][]float64{
		{0.75*2 + 0.25*3, 0.75*2 + 0.25*10},
		{0.75*3 + 0.25*3.5*4/3, 0.75 * 3}, // unbiased: divided by 4 - 1
	} {
		if got := n.value(t, n.g.Updates[i].Value); !slices.EqualFunc(got, want, near) {
			t.Errorf("%s: got %v, want %v", n.g.Updates[i].Target.Name, got, want)
		}
	}
	n.b.Training = false
	if _, err := layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "other"}}); err != nil || len(n.g.Updates) != 2 {
		t.Errorf("evaluated: error %v, %d updates, want none more", err, len(n.g.Updates))
	}
}

// TestBatchNormsOfOneName moves the statistics twice, as one after the other would.
func TestBatchNormsOfOneName(t *testing.T) {
	n := newBuilt(graph.Shape{4, 1})
	copy(n.given["x"].Data, []float64{1, 2, 3, 6}) // mean 3, variance 3.5
	second := n.input("second", graph.F32, graph.Shape{2, 1}, 10, 20)
	for _, x := range []*graph.Value{n.x, second} {
		if _, err := layer.BatchNorm(n.b, x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "bn"}, Momentum: 0.25}); err != nil {
			t.Fatal(err)
		}
	}
	n.fill()
	got := map[string]float64{}
	for _, u := range n.g.Updates {
		got[u.Target.Name] = n.value(t, u.Value)[0]
	}
	mean, variance := 0.75*(0.25*3)+0.25*15, 0.75*(0.75+0.25*3.5*4/3)+0.25*50
	if len(n.g.Updates) != 2 || !near(got["bn.running_mean"], mean) || !near(got["bn.running_var"], variance) {
		t.Errorf("got %d updates, to %v, want 2, to a mean of %g and a variance of %g", len(n.g.Updates), got, mean, variance)
	}
}

func TestLayersOfOneNameShareParameters(t *testing.T) {
	n := newBuilt(graph.Shape{2, 3})
	var err error
	if n.y, err = layer.Linear(n.b, n.x, "fc", 3, false); err != nil {
		t.Fatal(err)
	}
	if n.y, err = layer.Linear(n.b, layer.Tanh(n.b, n.y), "fc", 3, false); err != nil {
		t.Fatal(err)
	}
	if ps := n.g.Params(); len(ps) != 2 {
		t.Fatalf("got parameters %v, want one weight and one bias", ps)
	}
	n.fill()
	n.checkGradients(t) // both uses count
}
