package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// written is a session of a net's text on the processor.
func written(t *testing.T, text string) *train.Session {
	t.Helper()
	n, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return session(t, described{n})
}

// noise has random samples of three classes.
func noise(n int, shape ...int) *data.Set {
	s := &data.Set{Shape: shape, Classes: []string{"a", "b", "c"}}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		for range graph.Shape(shape).Elems() {
			s.Images = append(s.Images, byte(r.UintN(256)))
		}
		s.Labels = append(s.Labels, int32(i%3))
	}
	return s
}

func healthOf(t *testing.T, s *train.Session, d *data.Set, count int) []train.LayerHealth {
	t.Helper()
	h, err := s.Health(context.Background(), d, count)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// set changes some of a session's weights.
func set(t *testing.T, s *train.Session, name string, change func(i int, v float32) float32) {
	t.Helper()
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	old := w[name]
	v := make([]float32, len(old.F32))
	for i := range v {
		v[i] = change(i, old.F32[i])
	}
	w[name] = plan.Float32s(old.Shape, v...)
	if err := s.SetWeights(w, 0); err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1e-3, math.Abs(want))) {
		t.Errorf("%s: got %g, want %g", what, got, want)
	}
}

const twoLayers = "INPUT 4x4x1 -> CONV 3x3x4 -> TANH -> FC 3"

// TestHealthGradients compares with central differences of the loss, in steps of 1/16 since it has 32 bits: their error is
// 1/6·h²·f‴, and tanh has no kink.
func TestHealthGradients(t *testing.T) {
	s, d := written(t, twoLayers), noise(6, 4, 4, 1)
	measured := healthOf(t, s, d, 6)
	if len(measured) != 2 {
		t.Fatalf("got %d layers, want 2: %+v", len(measured), measured)
	}
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	loss := func() float64 {
		score, err := s.Evaluate(context.Background(), d, nil)
		if err != nil {
			t.Fatal(err)
		}
		return score.Loss
	}
	for i, name := range []string{"conv1.weight", "fc1.weight"} {
		const h = 1.0 / 16
		squares, gradients := 0.0, 0.0
		for k, v := range w[name].F32 {
			at := func(by float32) float64 {
				set(t, s, name, func(i int, old float32) float32 {
					if i == k {
						return v + by
					}
					return old
				})
				return loss()
			}
			g := (at(h) - at(-h)) / (2 * h)
			at(0)
			gradients += g * g
			squares += float64(v) * float64(v)
		}
		n := float64(len(w[name].F32))
		near(t, name, measured[i].Weight, math.Sqrt(squares/n), 1e-6)
		near(t, name+"'s gradient", measured[i].Gradient, math.Sqrt(gradients/n), 2e-3)
	}
}

// TestHealthActivations compares with what Trace gives for one sample after the other.
func TestHealthActivations(t *testing.T) {
	for text, layers := range map[string][]string{
		twoLayers: {"layer 2 (tanh)", "layer 3 (fc"},
		"INPUT 6x6x2 -> CONV 3x3x4 -> POOL 2 -> RELU -> FC 5 -> LEAKYRELU 0.1 -> FC 3": {"layer 3 (relu)", "layer 5 (", "layer 6 (fc"},
	} {
		s := written(t, text)
		in := []int{4, 4, 1}
		if strings.Contains(text, "6x6x2") {
			in = []int{6, 6, 2}
		}
		d := noise(9, in...)
		values := make([][]float32, len(layers))
		for i := range 7 {
			outs, err := s.Trace(context.Background(), d.Values(i))
			if err != nil {
				t.Fatal(err)
			}
			for k, l := range layers {
				for _, out := range outs {
					if strings.HasPrefix(out.Layer, l) {
						values[k] = append(values[k], out.Values...)
					}
				}
			}
		}
		for k, h := range healthOf(t, s, d, 7) {
			mean, variance, n := 0.0, 0.0, float64(len(values[k]))
			for _, v := range values[k] {
				mean += float64(v) / n
			}
			for _, v := range values[k] {
				variance += (float64(v) - mean) * (float64(v) - mean) / n
			}
			near(t, h.Layer+": mean", h.Mean, mean, 1e-5)
			near(t, h.Layer+": deviation", h.Deviation, math.Sqrt(variance), 1e-5)
		}
	}
}

// TestDeadUnits has channels whose bias is far below 0 in front of what makes 0 of it, and the same in front of what does not.
func TestDeadUnits(t *testing.T) {
	for text, want := range map[string]float64{
		"INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> FC 3":                          0.5,
		"INPUT 6x6x1 -> CONV 3x3x4 -> POOL 2 -> RELU -> FC 3":                0.5,
		"INPUT 6x6x1 -> CONV 3x3x4 -> RELU -> DROPOUT 0.5 -> FC 3":           0.5,
		"INPUT 6x6x1 -> FC 4 -> RELU -> FC 3":                                0.5,
		"INPUT 6x6x1 -> CONV 3x3x4 -> LEAKYRELU 0.1 -> FC 3":                 0,
		"INPUT 6x6x1 -> CONV 3x3x4 -> SIGMOID -> FC 3":                       0,
		"INPUT 6x6x1 -> CONV 3x3x4 -> FC 3":                                  0,
		"INPUT 6x6x1 -> CONV 3x3x4 -> LRN -> RELU -> FC 3":                   0, // what joins channels ends the search
		"INPUT 6x6x1 -> CONV 3x3x4 pad 1 -> BN -> RELU -> POOL 2 -> FC 3":    0, // batch norm takes the bias out again
		"INPUT 6x6x1 -> CONV 3x3x4 pad 1 -> RELU -> CONV 1x1x2 -> FC 3":      0.5,
		"INPUT 6x6x1 -> CONV 3x3x4 pad 1 -> SOFTPLUS -> DROPOUT 0.5 -> FC 3": 0,
	} {
		s := written(t, text)
		first := "conv1.bias"
		if strings.Contains(text, "6x6x1 -> FC") {
			first = "fc1.bias"
		}
		set(t, s, first, func(i int, _ float32) float32 { return []float32{1, -12, 0, -12}[i] })
		h := healthOf(t, s, noise(24, 6, 6, 1), 24)
		if h[0].Dead != want {
			t.Errorf("%s: got %g of the channels dead, want %g: %+v", text, h[0].Dead, want, h[0])
		}
	}
	s := written(t, "INPUT 6x6x1 -> CONV 3x3x4 pad 1 -> BN -> RELU -> FC 3")
	set(t, s, "bn1.bias", func(i int, _ float32) float32 { return []float32{0, -100, 0, 0}[i] })
	if h := healthOf(t, s, noise(24, 6, 6, 1), 24); h[0].Dead != 0.25 {
		t.Errorf("behind batch norm: got %g of the channels dead, want 0.25", h[0].Dead)
	}
}

// TestHealthChangesNothing looks at a net with dropout, batch norm and a side head before a run and between its steps: the weights
// are those of a run that nobody looked at, to the bit. With more samples asked for than there are, all are taken.
func TestHealthChangesNothing(t *testing.T) {
	const text = "INPUT 6x6x1 -> CONV 3x3x4 pad 1 -> BN -> RELU -> DROPOUT 0.5 -> FC 3"
	d := noise(24, 6, 6, 1)
	cfg := config()
	want := trainedOn(t, written(t, text), d, cfg)
	s := written(t, text)
	seen := map[string]bool{}
	look := func() { seen[fmt.Sprint(healthOf(t, s, d, 1000))] = true }
	look()
	look()
	cfg.Observe = func(train.Event) { look() }
	sameBits(t, trainedOn(t, s, d, cfg), want)
	if len(seen) != 13 { // before, and after each of 12 steps
		t.Errorf("got %d different looks, want 13", len(seen))
	}
}

func TestHealthErrors(t *testing.T) {
	s := written(t, twoLayers)
	var shape *graph.ShapeError
	if _, err := s.Health(context.Background(), noise(6, 4, 4, 1), 0); !errors.As(err, &shape) || !strings.Contains(err.Error(), "got 0 samples, want 1 or more") {
		t.Errorf("got %v, want an error about the number of samples", err)
	}
	if _, err := s.Health(context.Background(), noise(6, 5, 4, 1), 4); !errors.Is(err, train.ErrData) {
		t.Errorf("got %v, want an ErrData", err)
	}
	closed, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if _, err := closed.Health(context.Background(), corners(8), 4); !errors.Is(err, graph.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
