package nn_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

const (
	normed   = "INPUT 12x12x1 -> CONV 3x3x6 pad 1 nobias -> BN -> RELU -> POOL 2 -> FC 3"
	residual = `block($f) = { CONV 3x3x$f pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN | } add -> RELU
		INPUT 12x12x1 -> CONV 3x3x6 pad 1 stride 2 -> RELU -> block(6)*2 -> FC 3`
)

func barsTask(net string, epochs int) task {
	return task{net: net, draw: bars, count: 400, cfg: train.Config{Epochs: epochs, Batch: 20, LearningRate: 0.01}, reach: 0.93}
}

// forgetStatistics gives a net the running statistics of one that has not seen anything.
func forgetStatistics(t *testing.T, n *nn.Net) {
	t.Helper()
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, v := range w {
		start := float32(0)
		if strings.HasSuffix(name, ".running_var") {
			start = 1
		} else if !strings.HasSuffix(name, ".running_mean") {
			continue
		}
		if found++; !slices.ContainsFunc(v.F32, func(x float32) bool { return math.Abs(float64(x-start)) > 0.01 }) {
			t.Errorf("%s did not move from %g: %v", name, start, v.F32)
		}
		w[name] = plan.Float32s(v.Shape, slices.Repeat([]float32{start}, v.Len())...)
	}
	if found == 0 {
		t.Fatal("there are no running statistics")
	}
	if err := n.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
}

// TestEvaluationUsesRunningStatistics compares what a net with batch normalisation scores with its running statistics
// with what it scored in training, by those of the batches, and with what it scores without either.
func TestEvaluationUsesRunningStatistics(t *testing.T) {
	for name, net := range map[string]string{"plain": normed, "residual": residual} {
		t.Run(name, func(t *testing.T) {
			l := learn(t, barsTask(net, 4))
			if l.score.Accuracy < l.last-0.05 {
				t.Errorf("evaluated %.3f, in training %.3f: want the same", l.score.Accuracy, l.last)
			}
			if name == "plain" { // its one normalisation scales all logits alike, so that it may do without
				return
			}
			forgetStatistics(t, l.Net)
			without, err := l.Evaluate(context.Background(), l.held, nil)
			if err != nil || without.Loss < 2*l.score.Loss {
				t.Errorf("loss without the statistics: got %.4f (%v), want at least twice %.4f", without.Loss, err, l.score.Loss)
			}
		})
	}
}

// TestDropoutIsForTraining trains with much dropout, which costs accuracy there and none in evaluation.
func TestDropoutIsForTraining(t *testing.T) {
	k := barsTask("INPUT 12x12x1 -> CONV 3x3x8 pad 1 -> RELU -> POOL 2 -> SPATIALDROPOUT 0.1 -> FC 64 -> RELU -> DROPOUT 0.5 -> FC 3", 6)
	k.reach = 0.88
	l := learn(t, k)
	again, err := l.Evaluate(context.Background(), l.held, nil)
	if err != nil || again.Loss != l.score.Loss {
		t.Errorf("evaluated again: loss %g (%v), want %g as before", again.Loss, err, l.score.Loss)
	}
	if l.score.Accuracy < l.last {
		t.Errorf("evaluated %.3f, in training %.3f: want no less", l.score.Accuracy, l.last)
	}
}

// ten are ten pictures of noise, one a class.
func ten() *data.Set {
	d := &data.Set{Shape: []int{32, 32, 3}, Classes: strings.Split("0123456789", "")}
	for i := range 10 {
		u := uniforms(4, i)
		for range 32 * 32 * 3 {
			d.Images = append(d.Images, byte(256*u()))
		}
		d.Labels = append(d.Labels, int32(i))
	}
	return d
}

// TestTextbookPatternTrains takes a step with each case of INPUT -> [[CONV -> RELU]*N -> POOL?]*M -> [FC -> RELU]*K -> FC.
func TestTextbookPatternTrains(t *testing.T) {
	d := ten()
	for _, c := range []struct {
		name, variables string
		layers          int
	}{
		{"linear classifier", "$n = 0; $pool = 0; $m = 0; $k = 0", 1},
		{"CONV RELU FC", "$n = 1; $pool = 0; $m = 1; $k = 0", 3},
		{"one CONV per POOL", "$n = 1; $pool = 1; $m = 2; $k = 1", 9},
		{"two CONV per POOL", "$n = 2; $pool = 1; $m = 3; $k = 2", 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			n, err := nn.New(cpu.New(0), c.variables+"\nINPUT 32x32x3 -> [[CONV 3x3x4 pad 1 -> RELU]*$n -> [POOL 2]?$pool]*$m -> [FC 16 -> RELU]*$k -> FC 10", nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			if len(n.Summary.Layers) != c.layers {
				t.Errorf("got %d layers, want %d", len(n.Summary.Layers), c.layers)
			}
			before, err := n.Weights(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var losses []float64
			cfg := train.Config{Optimizer: train.Optimizer{Kind: "sgd"}, Epochs: 2, Batch: 10, LearningRate: 0.001, Observe: func(e train.Event) {
				if e.Step != nil {
					losses = append(losses, e.Step.Loss)
				}
			}}
			if err := n.Train(ctx, d, cfg); err != nil {
				t.Fatal(err)
			}
			if len(losses) != 2 || !(losses[1] < losses[0]) {
				t.Errorf("losses of all ten pictures: got %v, want two, the second smaller", losses)
			}
			after, err := n.Weights(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for name, v := range before {
				if strings.HasSuffix(name, ".weight") && slices.Equal(v.F32, after[name].F32) {
					t.Errorf("%s has not changed", name)
				}
			}
		})
	}
}

// TestSavedNetsComeBack saves nets of several ranks, with definitions, branches and running statistics, a step behind
// their start, and compares weights and predictions of what a file becomes.
func TestSavedNetsComeBack(t *testing.T) {
	ctx := context.Background()
	for name, k := range map[string]task{
		"U-Net":    {net: uNet, draw: shapes},
		"residual": {net: residual, draw: bars},
		"series":   {net: "$f = 4\nINPUT 64x3 series -> CONV 7x$f pad 3 -> BN -> RELU -> GAP -> FC 3", draw: rhythms},
		"side":     {net: "INPUT 12x12x1 -> CONV 3x3x4 -> side { GAP -> FC 3 } weight 0.3 -> BN -> RELU -> GMP -> FC 3", draw: bars},
		"volume":   {net: "INPUT 6x12x12x1 -> CONV 3x3x3x2 stride 2 -> BN -> RELU -> GMP -> FC 3", draw: rods},
	} {
		t.Run(name, func(t *testing.T) {
			d := k.draw(12, 1)
			n, err := nn.New(cpu.New(0), k.net, d.Classes, 7)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			if err := n.Train(ctx, d, train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 1, Batch: 6, LearningRate: 0.01}); err != nil {
				t.Fatal(err)
			}
			file, err := n.Save(ctx)
			if err != nil {
				t.Fatal(err)
			}
			saved, err := nn.Inspect(file)
			if err != nil {
				t.Fatal(err)
			}
			again, err := nn.NewFromFile(cpu.New(0), &nn.CheckpointFile{Saved: saved, Bytes: file})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			want, err := n.Weights(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got, err := again.Weights(ctx)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "saved and restored", floats(want), floats(got))
			if second, err := again.Save(ctx); err != nil || !bytes.Equal(second, file) {
				t.Errorf("saved again: the files differ (%v)", err)
			}
			probs := predicted(t, n, d.Values(3))
			if other := predicted(t, again, d.Values(3)); !slices.Equal(probs, other) {
				t.Errorf("predictions: got %v, want %v", other, probs)
			}
			for name := range want {
				if !strings.HasSuffix(name, ".running_mean") && name != "fc1.bias" {
					continue
				}
				wrong := maps.Clone(want)
				wrong[name] = plan.Float32s(graph.Shape{7}, make([]float32, 7)...)
				if err := again.SetWeights(wrong, 0); !errors.Is(err, graph.ErrFormat) {
					t.Errorf("%s of seven numbers: got %v, want ErrFormat", name, err)
				}
			}
		})
	}
}

// predicted returns a sample's probabilities, of which each place has the classes' in a row.
func predicted(t *testing.T, n *nn.Net, sample []float32) []float32 {
	t.Helper()
	probs, err := n.PredictValues(context.Background(), sample)
	if err != nil {
		t.Fatal(err)
	}
	if want := n.Places().Elems() * n.Summary.Classes; len(probs) != want || !n.Places().Equal(n.Summary.Places) {
		t.Fatalf("got %d probabilities, want %d for %d classes at %v and %v", len(probs), want, n.Summary.Classes, n.Places(), n.Summary.Places)
	}
	for at := 0; at < len(probs); at += n.Summary.Classes {
		sum := 0.0
		for _, p := range probs[at : at+n.Summary.Classes] {
			sum += float64(p)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Fatalf("place %d: the probabilities %v add up to %g", at/n.Summary.Classes, probs[at:at+n.Summary.Classes], sum)
		}
	}
	return probs
}

// TestDescribeBranchesAndSideHeads counts each layer's multiplications by hand; those of a side head are not computed.
func TestDescribeBranchesAndSideHeads(t *testing.T) {
	s, err := nn.Describe(`INPUT 8x8x2 -> CONV 3x3x4 pad 1
		-> side { CONV 1x1x5 -> FC 3 } weight 0.3
		-> { CONV 1x1x2 -> RELU -> CONV 3x3x4 pad 1 | POOL 2 -> CONV 1x1x4 -> UPSAMPLE 2 } add -> FC 3`, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []int{64 * 9 * 2 * 4, 0, 0, 64 * 4 * 2, 0, 64 * 9 * 2 * 4, 0, 16 * 4 * 4, 0, 0, 64 * 4 * 3}
	var macs []int
	flops := 0
	for i, l := range s.Layers {
		macs, flops = append(macs, l.MACs), flops+l.FLOPs
		if side := i == 1 || i == 2; l.Side != side || (l.FLOPs == 0) != side && i != 8 { // stretching copies
			t.Errorf("layer %d, %s: side %v with %d operations", l.Index, l.Name, l.Side, l.FLOPs)
		}
	}
	if !slices.Equal(macs, want) || flops != s.FLOPs {
		t.Errorf("got %v multiplications and %d of %d operations, want %v and all", macs, flops, s.FLOPs, want)
	}
}

// TestClassesOfPixelsInWords reads the advice on nets and data that do not fit.
func TestClassesOfPixelsInWords(t *testing.T) {
	ctx := context.Background()
	n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x2 pad 1 -> PIXELS", nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if s := n.Summary; s.Classes != 2 || !slices.Equal(s.Places, []int{12, 12}) {
		t.Errorf("got %d classes at %v, want 2 at 12x12", s.Classes, s.Places)
	}
	whole := shapes(4, 1)
	whole.LabelShape, whole.Labels, whole.Classes = nil, []int32{0, 1, 0, 1}, []string{"a", "b"}
	_, tooMany := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x2 pad 1 -> PIXELS", []string{"a", "b", "c"}, 1)
	_, missing := n.PredictValues(ctx, make([]float32, 143))
	_, infinite := n.PredictValues(ctx, append(make([]float32, 143), float32(math.Inf(1))))
	for _, c := range []struct {
		err  error
		want string
	}{
		{n.Train(ctx, shapes(4, 1), config()), "end the net with CONV 1x1x3 -> PIXELS"},
		{n.Train(ctx, whole, config()), "end the net with FC 2"},
		{tooMany, "CONV 1x1x3 -> PIXELS"},
		{missing, "got 143 values, want 144"},
		{infinite, "value 143 is +Inf"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("got %v, want %q", c.err, c.want)
		}
	}
}
