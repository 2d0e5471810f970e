package nn_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

const small = "INPUT 12x12x1 -> CONV 3x3x6 pad 1 -> RELU -> POOL 2 -> FC 3"

// bars makes pictures of a horizontal bar, a vertical bar or a cross, with noise.
func bars(n int, seed uint32) *data.Set {
	s := &data.Set{Shape: []int{12, 12, 1}, Classes: []string{"horizontal", "vertical", "cross"}}
	for i := range n {
		u := func(k int) float32 { return op.Uniform(seed, uint32(i), 5, k) }
		class := int(u(0) * 3)
		y, x := int(u(1)*10)+1, int(u(2)*10)+1
		for p := range 144 {
			v := u(10+p) * 90
			if class != 1 && p/12 == y || class != 0 && p%12 == x {
				v += 150
			}
			s.Images = append(s.Images, byte(v))
		}
		s.Labels = append(s.Labels, int32(class))
	}
	return s
}

func newNet(t *testing.T, threads int) *nn.Net {
	t.Helper()
	n, err := nn.New(cpu.New(threads), small, []string{"horizontal", "vertical", "cross"}, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func config() train.Config {
	return train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: 3, Batch: 20, LearningRate: 0.01, Seed: 3}
}

func TestLearnsBars(t *testing.T) {
	n := newNet(t, 0)
	cfg := config()
	cfg.Validation = bars(200, 2)
	var last train.Score
	steps := 0
	cfg.Observe = func(e train.Event) {
		if e.Step != nil {
			steps++
		}
		if e.Score != nil {
			last = *e.Score
		}
	}
	if err := n.Train(context.Background(), bars(400, 1), cfg); err != nil {
		t.Fatal(err)
	}
	if steps != 60 || last.Accuracy < 0.97 {
		t.Errorf("after %d steps: %.1f %% of 200, want 60 steps and 97 %%", steps, 100*last.Accuracy)
	}
}

// weights trains and returns what comes out.
func weights(t *testing.T, n *nn.Net, cfg train.Config) map[string][]float32 {
	t.Helper()
	if err := n.Train(context.Background(), bars(100, 1), cfg); err != nil {
		t.Fatal(err)
	}
	w, err := n.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return floats(w)
}

func floats(w map[string]plan.Tensor) map[string][]float32 {
	m := map[string][]float32{}
	for k, v := range w {
		m[k] = v.F32
	}
	return m
}

func same(t *testing.T, what string, a, b map[string][]float32) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s: %d and %d values", what, len(a), len(b))
	}
	for k := range a {
		for i := range a[k] {
			if math.Float32bits(a[k][i]) != math.Float32bits(b[k][i]) {
				t.Errorf("%s: %s[%d]: %g and %g", what, k, i, a[k][i], b[k][i])
				return
			}
		}
	}
}

func TestSameBitsWhateverTheThreads(t *testing.T) {
	want := weights(t, newNet(t, 1), config())
	same(t, "1 and 4 threads", want, weights(t, newNet(t, 4), config()))
}

func TestSavedRunGoesOnToTheSameBits(t *testing.T) {
	want := weights(t, newNet(t, 1), config())
	half := config()
	half.Epochs = 1
	first := newNet(t, 1)
	weights(t, first, half)
	first.Run = nn.Run{Step: 5, Optimizer: "adam"}
	file, err := first.Save(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	second := newNet(t, 1)
	saved, err := second.Restore(file)
	if err != nil {
		t.Fatal(err)
	}
	rest := config()
	rest.FirstStep = saved.Run.Step
	same(t, "unbroken and saved", want, weights(t, second, rest))
}

func TestMoveInTheMiddleLosesNothing(t *testing.T) {
	want := weights(t, newNet(t, 1), config())
	n := newNet(t, 1)
	cfg := config()
	moved := false
	cfg.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step == 4 && !moved {
			moved = true
			if err := n.Move(context.Background(), cpu.New(2)); err != nil {
				t.Error(err)
			}
		}
	}
	same(t, "stayed and moved", want, weights(t, n, cfg))
	if !moved || n.Info().Threads != 2 {
		t.Errorf("moved %v, now on %v", moved, n.Info())
	}
}

func TestDivergenceKeepsTheLastGoodWeights(t *testing.T) {
	n := newNet(t, 1)
	cfg := config()
	cfg.Optimizer.Kind, cfg.LearningRate = "sgd", 1e30
	err := n.Train(context.Background(), bars(100, 1), cfg)
	if !errors.Is(err, train.ErrDiverged) {
		t.Fatalf("got %v, want ErrDiverged", err)
	}
	if _, err := n.Weights(context.Background()); err != nil {
		t.Errorf("weights afterwards: %v", err)
	}
	if _, err := n.Predict(context.Background(), make([]byte, 144)); err != nil {
		t.Errorf("predict afterwards: %v", err)
	}
}

func TestDataThatDoesNotFit(t *testing.T) {
	n := newNet(t, 1)
	two := bars(10, 1)
	two.Classes = two.Classes[:2]
	small := bars(10, 1)
	small.Shape = []int{6, 24, 1}
	for _, d := range []*data.Set{two, small} {
		if err := n.Train(context.Background(), d, config()); !errors.Is(err, train.ErrData) {
			t.Errorf("got %v, want ErrData", err)
		}
	}
}

func TestSaveInTheMiddleKnowsItsStep(t *testing.T) {
	want := weights(t, newNet(t, 1), config())
	n := newNet(t, 1)
	cfg := config()
	var file []byte
	cfg.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step == 7 {
			var err error
			if file, err = n.Save(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}
	weights(t, n, cfg)
	second := newNet(t, 1)
	saved, err := second.Restore(file)
	if err != nil {
		t.Fatal(err)
	}
	rest := config()
	rest.FirstStep = saved.Run.Step
	same(t, "unbroken and saved in the middle", want, weights(t, second, rest))
}

// FuzzInspect reads anything as a saved file; what is none is an error, and what is one has a net.
func FuzzInspect(f *testing.F) {
	n, err := nn.New(cpu.New(1), "INPUT 2x2x1 -> FC 2", nil, 1)
	if err != nil {
		f.Fatal(err)
	}
	file, err := n.Save(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := nn.Inspect(b)
		if err == nil {
			if _, err := nn.Describe(s.Text, 1); err != nil {
				var e *spec.Error
				if !errors.As(err, &e) {
					t.Errorf("%q: %v", s.Text, err)
				}
			}
		}
		n.Restore(b)
	})
}

func TestRestoreRefusesAnotherNet(t *testing.T) {
	other, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> FC 3", nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	file, err := other.Save(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := newNet(t, 1)
	before, _ := n.Save(context.Background())
	for _, b := range [][]byte{file, file[:len(file)-3], nil, []byte("no model")} {
		if _, err := n.Restore(b); err == nil {
			t.Errorf("restored %d bytes of another file", len(b))
		}
	}
	if after, _ := n.Save(context.Background()); string(after) != string(before) {
		t.Error("a refused file changed the weights")
	}
}

func TestDescribe(t *testing.T) {
	s, err := nn.Describe("INPUT 24x24x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10", 64)
	if err != nil {
		t.Fatal(err)
	}
	if s.Parameters != 5994 || s.Classes != 10 || len(s.Layers) != 7 || s.Layers[0].MACs != 24*24*8*25 || s.Layers[3].MACs != 12*12*16*200 {
		t.Errorf("got %+v", s)
	}
	if s.ForwardBytes <= 0 || s.TrainingBytes <= s.ForwardBytes {
		t.Errorf("memory: %d forward, %d training", s.ForwardBytes, s.TrainingBytes)
	}
	var e *spec.Error
	if _, err := nn.Describe("INPUT 24x24x1 -> CONF 5x5x8", 64); !errors.As(err, &e) || e.Column != 18 {
		t.Errorf("got %v", err)
	}
	if _, err := nn.New(cpu.New(1), small, []string{"one"}, 1); !errors.Is(err, train.ErrData) {
		t.Errorf("one class name for three: got %v", err)
	}
}

func TestNetsTooLargeAreRefusedBeforeAllocation(t *testing.T) {
	for _, text := range []string{
		"INPUT 1000x1000x3 -> FC 1000000 -> FC 10",
		"INPUT 10000x10000x4 -> CONV 1x1x1000 -> GAP",
	} {
		n, err := nn.New(cpu.New(1), text, nil, 1)
		if err == nil {
			_, err = n.Predict(context.Background(), make([]byte, 10000*10000*4))
		}
		if err == nil || !errors.Is(err, graph.ErrOutOfMemory) && !strings.Contains(err.Error(), "elements") {
			t.Errorf("%s: got %v, want a refusal", text, err)
		}
	}
}
