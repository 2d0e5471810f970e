package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

func session(t *testing.T, m train.Model) *train.Session {
	t.Helper()
	return seeded(t, m, 1)
}

func seeded(t *testing.T, m train.Model, seed uint32) *train.Session {
	t.Helper()
	s, err := train.NewSession(cpu.New(1), m, seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sameBits compares everything that persists.
func sameBits(t *testing.T, got, want map[string]plan.Tensor) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d values, want %d", len(got), len(want))
	}
	for name, w := range want {
		if len(got[name].F32) != len(w.F32) {
			t.Errorf("%s: got %d numbers, want %d", name, len(got[name].F32), len(w.F32))
			continue
		}
		for i, v := range w.F32 {
			if math.Float32bits(got[name].F32[i]) != math.Float32bits(v) {
				t.Errorf("%s[%d]: got %g, want %g", name, i, got[name].F32[i], v)
			}
		}
	}
}

// TestResumed stops a run in the middle of an epoch, takes the weights to another session and goes on. The result is
// that of the unbroken run, to the bit: weights, states and averages, whatever the optimizer and the schedule.
func TestResumed(t *testing.T) {
	const stop, boundary = 13, 16
	decay := 0.02
	plateau := train.Schedule{Kind: train.OnPlateau, Plateau: train.Plateau{Threshold: 0.9}} // falls again and again
	for name, change := range map[string]func(*train.Config){
		"amsgrad":     func(c *train.Config) { c.Kind, c.AMSGrad = "adam", true },
		"centered":    func(c *train.Config) { c.Kind, c.Centered, c.Momentum = "rmsprop", true, 0.5 },
		"dampened":    func(c *train.Config) { c.Kind, c.Dampening = "momentum", 0.3 },
		"accumulated": func(c *train.Config) { c.Accumulate, c.Batch = 4, 2 },
		"averaged":    func(c *train.Config) { c.Average = 0.9 },
		"clipped":     func(c *train.Config) { c.ClipNorm, c.ClipValue = 0.1, 0.05 },
		"grouped":     func(c *train.Config) { c.Groups = []train.Group{{Match: []string{"*.bias"}, WeightDecay: &decay}} },
		"one-cycle":   func(c *train.Config) { c.Schedule = train.Schedule{Kind: train.OneCycle, Low: 0.8, High: 0.95} },
		"one-cycle of adam": func(c *train.Config) {
			c.Kind = "adam"
			c.Schedule = train.Schedule{Kind: train.OneCycle, Low: 0.8, High: 0.95}
		},
		"plateau":            func(c *train.Config) { c.Schedule = plateau },
		"warm-up and cosine": func(c *train.Config) { c.Schedule = train.Schedule{Kind: train.Cosine, Warmup: 5} },
		"all": func(c *train.Config) {
			c.Optimizer = train.Optimizer{Kind: "adamw", AMSGrad: true, Average: 0.9, ClipNorm: 1, Accumulate: 2, WeightDecay: 0.1}
			c.Batch, c.Schedule = 4, train.Schedule{Kind: train.OneCycle, Low: 0.8, High: 0.95}
		},
	} {
		t.Run(name, func(t *testing.T) { resume(t, stop, change) })
	}
	t.Run("plateau before an evaluation", func(t *testing.T) {
		resume(t, boundary, func(c *train.Config) { c.Schedule = plateau })
	})
	for _, kind := range train.Kinds() {
		t.Run("kind "+kind, func(t *testing.T) {
			resume(t, stop, func(c *train.Config) { c.Optimizer = train.Optimizer{Kind: kind, WeightDecay: 0.01} })
		})
	}
}

func resume(t *testing.T, stop int, change func(*train.Config)) {
	ctx := context.Background()
	cfg := config()
	cfg.LearningRate = 0.01
	cfg.Validation = corners(10)
	change(&cfg)
	want := trained(t, session(t, linear{}), cfg)

	first := session(t, linear{})
	broken, end := context.WithCancel(ctx)
	defer end()
	part := cfg
	part.Observe = func(e train.Event) {
		if e.Step != nil && e.Step.Step == stop {
			end()
		}
	}
	if err := first.Train(broken, corners(64), part); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an end at step %d", err, stop)
	}
	w, step, err := first.Snapshot(ctx)
	if err != nil || step < stop || step >= 32 {
		t.Fatalf("got %v, weights of step %d, want some of step %d or soon after", err, step, stop)
	}
	second := session(t, linear{})
	if err := second.SetWeights(w, step); err != nil {
		t.Fatal(err)
	}
	cfg.FirstStep = step
	sameBits(t, trained(t, second, cfg), want)
}

// TestRunFromTheBeginning starts with fresh states of the optimizer, whatever an earlier run has left.
func TestRunFromTheBeginning(t *testing.T) {
	for _, o := range []train.Optimizer{{Kind: "momentum"}, {Kind: "adam", Average: 0.9}, {Kind: "adagrad", StartSum: 0.5}} {
		cfg := config()
		cfg.Optimizer = o
		fresh, used := session(t, linear{}), session(t, linear{})
		start := trained(t, used, cfg)
		weights := map[string]plan.Tensor{}
		for _, name := range []string{"fc1.weight", "fc1.bias", "input.mean", "input.scale"} {
			weights[name] = start[name]
		}
		if err := fresh.SetWeights(weights, 0); err != nil {
			t.Fatal(err)
		}
		sameBits(t, trained(t, used, cfg), trained(t, fresh, cfg))
	}
}

// TestPlateauAfterLoss loses devices just before and after ends of epochs; the schedule sees each loss once.
func TestPlateauAfterLoss(t *testing.T) {
	cfg := config()
	cfg.Schedule = train.Schedule{Kind: train.OnPlateau, Factor: 0.5, Plateau: train.Plateau{Threshold: 0.9}}
	cfg.Validation = corners(10)
	want := trained(t, session(t, linear{}), cfg)
	if got := want["schedule.plateau"].F32[0]; got != 0.125 { // the first of four epochs sets the mark
		t.Fatalf("scale: got %g, want 0.125", got)
	}
	for i := range 40 {
		runs := i / 2
		s, err := train.NewSession(frail{cpu.New(1), &runs}, linear{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		lossy := cfg
		lossy.CopyEvery = []time.Duration{time.Nanosecond, time.Hour}[i%2]
		lossy.Recover = func(context.Context, error) (plan.Device, error) { return cpu.New(1), nil }
		sameBits(t, trained(t, s, lossy), want)
		s.Close()
	}
}

// TestAccumulatedIsOneLargeBatch: four batches of 4 are one of 16, but for rounding.
func TestAccumulatedIsOneLargeBatch(t *testing.T) {
	for _, o := range []train.Optimizer{{Kind: "momentum", WeightDecay: 0.01}, {Kind: "adam", ClipNorm: 0.1}, {Kind: "lamb"}} {
		cfg := config()
		cfg.Optimizer, cfg.Batch = o, 16
		var losses []float64
		cfg.Observe = func(e train.Event) { losses = append(losses, e.Step.Loss) }
		want := trained(t, session(t, hidden{}), cfg)
		large := losses
		losses = nil
		cfg.Batch, cfg.Accumulate = 4, 4
		got := trained(t, session(t, hidden{}), cfg)
		if len(losses) != len(large) || len(losses) != 16 {
			t.Fatalf("%s: got %d and %d steps, want 16", o.Kind, len(losses), len(large))
		}
		for i := range losses {
			if math.Abs(losses[i]-large[i]) > 1e-4 {
				t.Errorf("%s: step %d: loss %g, want %g", o.Kind, i+1, losses[i], large[i])
			}
		}
		for name, w := range want {
			for i, v := range w.F32 {
				if g := got[name].F32[i]; math.Abs(float64(g-v)) > 1e-4*(1+math.Abs(float64(v))) {
					t.Errorf("%s: %s[%d]: got %g, want %g", o.Kind, name, i, g, v)
				}
			}
		}
		for i, v := range got["first.weight.sum"].F32 {
			if v != 0 {
				t.Errorf("%s: sum[%d] is %g after a step, want 0", o.Kind, i, v)
			}
		}
	}
}

// noisy is linear behind a dropout.
type noisy struct{ linear }

func (noisy) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	x, err := layer.Dropout(b, x, 0.5)
	if err != nil {
		return nil, err
	}
	return linear{}.Logits(b, x)
}

// TestPartsDrawTheirOwn: the parts of a step must not drop the same inputs.
func TestPartsDrawTheirOwn(t *testing.T) {
	same := corners(64)
	for i := range same.Images {
		same.Images[i] = []byte{10, 200, 90, 20}[i%4]
	}
	first := func(parts int) (loss float64) {
		cfg := config()
		cfg.Batch, cfg.Accumulate, cfg.Epochs = 2, parts, 1
		cfg.Observe = func(e train.Event) {
			if e.Step != nil && e.Step.Step == 1 {
				loss = e.Step.Loss
			}
		}
		for i := range same.Labels {
			same.Labels[i] = 0
		}
		same.Labels[0] = 1 // each class has to be there; this one is not among the first
		if err := session(t, noisy{}).Train(context.Background(), same, cfg); err != nil {
			t.Fatal(err)
		}
		return loss
	}
	if one, two := first(1), first(2); one == two {
		t.Errorf("the mean loss of two parts is that of one, %g", one)
	}
}

// TestAveragesAreUsed: evaluation and prediction read the averages, unless told otherwise, and a run without averages
// forgets them.
func TestAveragesAreUsed(t *testing.T) {
	ctx := context.Background()
	s := session(t, linear{})
	cfg := config()
	cfg.Average = 0.95
	w := trained(t, s, cfg)
	mean := map[string]plan.Tensor{}
	for name, v := range w {
		mean[name] = v
	}
	for _, name := range []string{"fc1.weight", "fc1.bias"} {
		mean[name] = w[name+".ema"]
		delete(mean, name+".ema")
	}
	other := session(t, linear{})
	if err := other.SetWeights(mean, 0); err != nil {
		t.Fatal(err)
	}
	picture := []byte{10, 200, 30, 20}
	probs := func(s *train.Session) []float32 {
		p, err := s.Predict(ctx, picture)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	score := func(s *train.Session) float64 {
		sc, err := s.Evaluate(ctx, corners(20), nil)
		if err != nil {
			t.Fatal(err)
		}
		return sc.Loss
	}
	want, loss := probs(other), score(other)
	if got := probs(s); got[0] != want[0] {
		t.Errorf("prediction: got %v, want %v of the averages", got, want)
	}
	if got := score(s); got != loss {
		t.Errorf("loss: got %g, want %g of the averages", got, loss)
	}
	s.UseAverages(false)
	if got := probs(s); got[0] == want[0] {
		t.Errorf("prediction without averages: got %v, which is that of the averages", got)
	}
	if got := score(s); got == loss {
		t.Errorf("loss without averages: got %g, which is that of the averages", got)
	}
	s.UseAverages(true)
	cfg.Average, cfg.Epochs = 0, 1
	if w := trained(t, s, cfg); w["fc1.weight.ema"].F32 != nil {
		t.Error("a run without averages has left old ones")
	}
	if got := probs(s); got[0] == want[0] {
		t.Errorf("prediction after a run without averages: got %v, which is that of the old averages", got)
	}
}

// TestAverageBegunLate starts from the weights as they are, not from 0.
func TestAverageBegunLate(t *testing.T) {
	s := session(t, linear{})
	cfg := config()
	cfg.Epochs = 3
	before := trained(t, s, cfg)
	cfg.Epochs, cfg.FirstStep, cfg.Average = 4, 24, 0.999
	after := trained(t, s, cfg)
	lo, hi := before["fc1.weight"].F32, after["fc1.weight"].F32
	for i, v := range after["fc1.weight.ema"].F32 {
		if slack := float32(1e-3); v < min(lo[i], hi[i])-slack || v > max(lo[i], hi[i])+slack {
			t.Errorf("average[%d]: got %g, want between %g and %g", i, v, lo[i], hi[i])
		}
	}
}

// TestStatesStayFinite gives gradients that are 0, tiny and large, in float32.
func TestStatesStayFinite(t *testing.T) {
	for _, kind := range train.Kinds() {
		for _, amsgrad := range []bool{false, true} {
			o := train.Optimizer{Kind: kind, AMSGrad: amsgrad, Centered: amsgrad, ClipNorm: 1e12, Average: 0.9}
			if err := finite(t, o); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
}

func finite(t *testing.T, o train.Optimizer) error {
	ctx := context.Background()
	o, err := o.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	p, dev := updatePlan(o), cpu.New(1)
	st, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var names []string
	for _, b := range p.Persistent {
		if err := st.Write(b.Name, plan.Float32s(b.Shape, make([]float32, b.Shape.Elems())...)); err != nil {
			t.Fatal(err)
		}
		names = append(names, b.Name)
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for step, g := range []float32{0, 0, 1e-30, 1e-12, 1e9, -1e9, 0, 1, 1, 0} {
		in := []plan.Tensor{plan.Float32s(p.Inputs[0].Shape, g, -g, 0, g)}
		for _, v := range o.At(step+1, 0.01) {
			in = append(in, plan.Float32s(nil, v))
		}
		if err := e.Run(in...); err != nil {
			t.Fatal(err)
		}
		ts, err := st.Fetch(names...)(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range ts {
			for k, v := range x.F32 {
				if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
					return fmt.Errorf("step %d, gradient %g: %s[%d] is %g", step+1, g, names[i], k, v)
				}
			}
		}
	}
	return nil
}
