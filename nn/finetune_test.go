package nn_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// figures makes pictures of 12x12 with one of the figures named, and noise.
func figures(n int, seed uint32, names ...string) *data.Set {
	lines := map[string]func(dy, dx int) bool{
		"horizontal": func(dy, dx int) bool { return dy == 0 },
		"vertical":   func(dy, dx int) bool { return dx == 0 },
		"cross":      func(dy, dx int) bool { return dy == 0 || dx == 0 },
		"falling":    func(dy, dx int) bool { return dy == dx },
		"rising":     func(dy, dx int) bool { return dy == -dx },
		"square":     func(dy, dx int) bool { return max(dy, -dy, dx, -dx) == 2 },
	}
	s := &data.Set{Shape: []int{12, 12, 1}, Classes: names}
	for i := range n {
		u := func(k int) float32 { return op.Uniform(seed, uint32(i), 5, k) }
		y, x := int(u(1)*8)+2, int(u(2)*8)+2
		for p := range 144 {
			v := u(10+p) * 90
			if lines[names[i%len(names)]](p/12-y, p%12-x) {
				v += 150
			}
			s.Images = append(s.Images, byte(v))
		}
		s.Labels = append(s.Labels, int32(i%len(names)))
	}
	return s
}

// figureNet knows lines and crosses.
func figureNet(t *testing.T, text string) *nn.Net {
	t.Helper()
	set := figures(300, 1, "horizontal", "vertical", "cross")
	n, err := nn.New(cpu.New(0), text, set.Classes, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	cfg := config()
	cfg.Epochs = 6
	if err := n.Train(context.Background(), set, cfg); err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	figureText  = "INPUT 12x12x1 -> CONV 3x3x8 pad 1 nobias -> BN -> RELU -> POOL 2 -> CONV 3x3x12 pad 1 -> RELU -> FC 16 -> RELU -> FC 3"
	figureSteps = 30 * 4 // of 60 samples in batches of 16
)

// others are what such a net is to learn, and to be tested with.
func others() (set, validation *data.Set) {
	return figures(60, 2, "falling", "square", "rising"), figures(150, 3, "falling", "square", "rising")
}

func inUse(t *testing.T, n *nn.Net) map[string][]float32 {
	t.Helper()
	w, err := n.InUse(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return floats(w)
}

// changed lists the parameters and states of a that b has with other bits.
func changed(a, b map[string][]float32) []string {
	var names []string
	for name, x := range a {
		if y, ok := b[name]; ok && !slices.EqualFunc(x, y, func(p, q float32) bool { return math.Float32bits(p) == math.Float32bits(q) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestFineTune: a net that knows lines and crosses learns other figures from twenty pictures each, with its new layer alone and
// with those before it. What is not to learn stays to the bit, and a second time gives the same bits.
func TestFineTune(t *testing.T) {
	ctx := context.Background()
	n := figureNet(t, figureText)
	p, err := preprocess.Named("torchvision")
	if err != nil {
		t.Fatal(err)
	}
	n.Preprocess = &p
	set, validation := others()
	before := inUse(t, n)
	for layers, learned := range [][]string{nil, {"fc1.bias", "fc1.weight"}, {"conv2.bias", "conv2.weight", "fc1.bias", "fc1.weight"},
		{"conv1.weight", "conv2.bias", "conv2.weight", "fc1.bias", "fc1.weight"}} {
		var seen []int // samples, steps of the head and of the layers
		scores := map[nn.FineTuneStage]train.Score{}
		last := nn.FineTuneEvent{}
		o := nn.FineTuneOptions{Layers: layers, LearningRate: 1e-3, Seed: 5, Validation: validation, Observe: func(e nn.FineTuneEvent) {
			if e.Stage != last.Stage {
				seen = append(seen, 0)
			}
			if last = e; e.Score != nil {
				scores[e.Stage] = *e.Score
				return
			}
			if seen[len(seen)-1]++; e.Done > e.Total {
				t.Errorf("%s: %d of %d", e.Stage, e.Done, e.Total)
			}
		}}
		tune := func() (*nn.Net, train.Score) {
			tuned, score, err := n.FineTune(ctx, cpu.New(0), set, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { tuned.Close() })
			return tuned, score
		}
		tuned, score := tune()
		want := [][]int{{27, figureSteps}, {2 * 27, figureSteps, figureSteps}, {2 * 27, figureSteps, figureSteps}, {27, figureSteps, figureSteps}}
		if !slices.Equal(seen, want[layers]) { // 27 are the batches of 60 and 150 samples
			t.Errorf("%d layers: observed %v, want %v", layers, seen, want[layers])
		}
		if want := []float64{0.6, 0.75, 0.75, 0.75}[layers]; score.Accuracy < want || score.Count != 150 {
			t.Errorf("%d layers: accuracy %.3f of %d, want %g of 150", layers, score.Accuracy, score.Count, want)
		}
		if own, err := tuned.Evaluate(ctx, validation, nil); err != nil || math.Abs(own.Loss-score.Loss) > 1e-5 || own.Accuracy != score.Accuracy {
			t.Errorf("%d layers: the net has loss %g (%v), the score says %g", layers, own.Loss, err, score.Loss)
		}
		if s, ok := scores[last.Stage]; !ok || math.Abs(s.Loss-score.Loss) > 1e-5 {
			t.Errorf("%d layers: the last pass had loss %g, the score says %g", layers, s.Loss, score.Loss)
		}
		if oneLine(tuned.Summary.Text) != figureText || !slices.Equal(tuned.Classes, set.Classes) || tuned.Preprocess != n.Preprocess {
			t.Errorf("%d layers: got %q, classes %q", layers, tuned.Summary.Text, tuned.Classes)
		}
		after := inUse(t, tuned)
		if got, want := changed(before, after), append(learned, "fc2.bias", "fc2.weight"); !slices.Equal(got, want) || len(after) != len(before) {
			t.Errorf("%d layers: %q learned, want %q", layers, got, want)
		}
		if layers < 2 {
			again, _ := tune()
			same(t, "the same seed", after, inUse(t, again))
		}
		if c := changed(before, inUse(t, n)); c != nil {
			t.Errorf("%d layers: the net itself is another: %q", layers, c)
		}
	}
}
