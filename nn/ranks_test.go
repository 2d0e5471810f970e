package nn_test

import (
	"context"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// task is a net, what it learns from, and what it must reach on samples that it has not seen.
type task struct {
	net   string
	draw  func(n int, seed uint32) *data.Set
	count int // samples to train with; half as many test
	cfg   train.Config
	reach float64 // mean of the classes' recalls, in which a large background does not count more
}

// learner is a net with what train.Session.Train saw of it.
type learner struct {
	*nn.Net
	held  *data.Set
	last  float64 // mean accuracy of the steps of the last epoch
	score train.Score
}

// learn trains a new net. Before, it must not know what it knows afterwards.
func learn(t *testing.T, k task) learner {
	t.Helper()
	ctx := context.Background()
	d, held := k.draw(k.count, 1), k.draw(k.count/2, 2)
	n, err := nn.New(cpu.New(0), k.net, d.Classes, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	before, err := n.Evaluate(ctx, held, nil)
	if err != nil {
		t.Fatal(err)
	}
	l := learner{Net: n, held: held}
	cfg := k.cfg
	cfg.Optimizer, cfg.Seed = train.Optimizer{Kind: "adam"}, 3
	per := cfg.Steps(d.Len())
	cfg.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step > per*(cfg.Epochs-1) {
			l.last += e.Step.Accuracy / float64(per)
		}
	}
	if err := n.Train(ctx, d, cfg); err != nil {
		t.Fatal(err)
	}
	if l.score, err = n.Evaluate(ctx, held, nil); err != nil {
		t.Fatal(err)
	}
	first, last := before.Macro().Recall, l.score.Macro().Recall
	t.Logf("recall %.3f before, %.3f after; accuracy %.3f, %.3f in training", first, last, l.score.Accuracy, l.last)
	if last < k.reach || first > k.reach-0.2 {
		t.Errorf("mean recall of the classes: got %.3f before and %.3f after training, want %.3f after it", first, last, k.reach)
	}
	return l
}

func uniforms(seed uint32, i int) func() float64 {
	k := 0
	return func() float64 {
		k++
		return float64(op.Uniform(seed, uint32(i), 11, k))
	}
}

// rhythms are series of three channels, in volts as of an EEG: a slow, a middle or a fast wave that reaches the channels
// one after the other, with noise and the drift of the electrodes.
func rhythms(n int, seed uint32) *data.Set {
	s := &data.Set{Shape: []int{64, 3}, Classes: []string{"delta", "alpha", "beta"}}
	for i := range n {
		u := uniforms(seed, i)
		class := int(u() * 3)
		period, phase := []float64{24, 10, 5}[class]*(0.9+0.2*u()), 2*math.Pi*u()
		offset := [3]float64{u() * 2e-5, u() * 2e-5, 1e-4}
		for p := range 64 {
			for c := range 3 {
				wave := math.Sin(2*math.Pi*float64(p)/period + phase - 0.7*float64(c))
				s.Floats = append(s.Floats, float32(offset[c]+2e-5*wave+3e-5*(u()-0.5)))
			}
		}
		s.Labels = append(s.Labels, int32(class))
	}
	return s
}

// rods are volumes in Hounsfield units with a rod of bone along one of the three axes.
func rods(n int, seed uint32) *data.Set {
	s := &data.Set{Shape: []int{6, 12, 12, 1}, Classes: []string{"through the slices", "down", "across"}}
	for i := range n {
		u := uniforms(seed, i)
		class := int(u() * 3)
		at := [3]int{int(u() * 6), int(u() * 12), int(u() * 12)}
		from := int(u() * 3) // along its axis
		for p := range 6 * 12 * 12 {
			where, on := [3]int{p / 144, p / 12 % 12, p % 12}, true
			for axis, w := range where {
				if axis == class {
					on = on && w >= from && w < from+4
				} else {
					on = on && w == at[axis]
				}
			}
			v := -50 + 200*u()
			if on {
				v += 900
			}
			s.Floats = append(s.Floats, float32(v))
		}
		s.Labels = append(s.Labels, int32(class))
	}
	return s
}

// spectra are pictures of 16 bits in five channels. What tells the classes apart is a spot in the second channel, the
// fourth or both, which is less than one step of 8 bits high.
func spectra(n int, seed uint32) *data.Set {
	s := &data.Set{Shape: []int{12, 12, 5}, Classes: []string{"near", "far", "both"}}
	base := [5]float64{900, 30000, 12000, 52000, 64000}
	for i := range n {
		u := uniforms(seed, i)
		class := int(u() * 3)
		y, x := 1+int(u()*9), 1+int(u()*9)
		for p := range 144 {
			spot := p/12 >= y && p/12 < y+2 && p%12 >= x && p%12 < x+2
			for c := range 5 {
				v := base[c] + 60*u()
				if spot && (c == 1 && class != 1 || c == 3 && class != 0) {
					v += 120
				}
				s.Floats = append(s.Floats, float32(math.Floor(v)))
			}
		}
		s.Labels = append(s.Labels, int32(class))
	}
	return s
}

// shapes are pictures of a lying or a standing bar on a background, with the class of each pixel. Nobody has labelled the
// first two rows, nor the left edge of what is there.
func shapes(n int, seed uint32) *data.Set {
	const size = 12
	s := &data.Set{Shape: []int{size, size, 1}, LabelShape: []int{size, size}, Classes: []string{"background", "lying", "standing"}}
	for i := range n {
		u := uniforms(seed, i)
		kind := 1 + int(u()*2)
		y, x, r := 4+u()*4, 4+u()*4, 3.5+u()
		inside := func(p int) bool {
			dy, dx := math.Abs(float64(p/size)-y), math.Abs(float64(p%size)-x)
			if kind == 1 {
				dy, dx = dx, dy
			}
			return dy < r && dx < 1.6
		}
		for p := range size * size {
			label, v := int32(0), 60+60*u()
			if inside(p) {
				label, v = int32(kind), v+90
			}
			if p/size < 2 || label > 0 && !inside(p-1) {
				label = -1
			}
			s.Images, s.Labels = append(s.Images, byte(v)), append(s.Labels, label)
		}
	}
	return s
}

// TestLearnsEveryRank trains a small net on each kind of sample.
func TestLearnsEveryRank(t *testing.T) {
	for name, k := range map[string]task{
		"series": {net: "INPUT 64x3 series -> CONV 7x8 pad 3 -> RELU -> POOL 4 -> CONV 5x8 pad 2 -> RELU -> GAP -> FC 3",
			draw: rhythms, count: 240, cfg: train.Config{Epochs: 6, Batch: 20, LearningRate: 0.01}, reach: 0.9},
		"volume": {net: "INPUT 6x12x12x1 -> CONV 3x3x3x6 pad same -> RELU -> POOL 2 -> GMP -> FC 3",
			draw: rods, count: 120, cfg: train.Config{Epochs: 7, Batch: 10, LearningRate: 0.05}, reach: 0.85},
		"16 bits": {net: "INPUT 12x12x5 -> CONV 3x3x8 pad 1 -> RELU -> POOL 2 -> GMP -> FC 3",
			draw: spectra, count: 240, cfg: train.Config{Epochs: 5, Batch: 20, LearningRate: 0.02}, reach: 0.9},
	} {
		t.Run(name, func(t *testing.T) { learn(t, k) })
	}
}

// uNet has two levels, each of which joins what it saw before the pooling.
const uNet = `two($f) = [CONV 3x3x$f pad 1 -> BN momentum 0.3 -> RELU]*2
	INPUT 12x12x1 -> two(4)
	-> { POOL 2 -> two(6) -> { POOL 2 -> two(8) -> UPSAMPLE 2 | } concat -> two(6) -> UPSAMPLE 2 | } concat
	-> two(4) -> CONV 1x1x3 -> PIXELS`

// TestUNetLearnsShapes tells bars apart pixel by pixel, of which a fifth has no label.
func TestUNetLearnsShapes(t *testing.T) {
	l := learn(t, task{net: uNet, draw: shapes, count: 160, cfg: train.Config{Epochs: 5, Batch: 10, LearningRate: 0.02}, reach: 0.9})
	labels := 0
	for _, c := range l.held.Labels {
		if c >= 0 {
			labels++
		}
	}
	if l.score.Count != labels {
		t.Errorf("scored %d pixels, want the %d with a label", l.score.Count, labels)
	}
	probs, err := l.Predict(context.Background(), l.held.Image(0))
	if err != nil || len(probs) != 12*12*3 {
		t.Fatalf("got %d probabilities (%v), want %d", len(probs), err, 12*12*3)
	}
}
