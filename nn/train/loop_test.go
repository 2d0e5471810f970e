package train_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// linear is the smallest model there is.
type linear struct{}

func (linear) InputShape() graph.Shape { return graph.Shape{2, 2, 1} }

func (linear) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return layer.Linear(b, layer.Flatten(b, x), b.Begin("fc", "", "fc 2"), 2, false)
}

// corners has the class in which corner is bright.
func corners(n int) *data.Set {
	s := &data.Set{Shape: []int{2, 2, 1}, Classes: []string{"left", "right"}}
	for i := range n {
		p := []byte{10, 10, byte(i % 50), 20}
		p[i%2] = 200
		s.Images, s.Labels = append(s.Images, p...), append(s.Labels, int32(i%2))
	}
	return s
}

// frail is a device that is lost after a number of runs.
type frail struct {
	*cpu.Device
	left *int
}

func (f frail) Compile(ctx context.Context, p *plan.Program, s plan.Store) (plan.Executable, error) {
	e, err := f.Device.Compile(ctx, p, s)
	return frailExecutable{e, f.left}, err
}

type frailExecutable struct {
	plan.Executable
	left *int
}

func (e frailExecutable) Run(in ...plan.Tensor) error {
	if *e.left--; *e.left < 0 {
		return fmt.Errorf("test: %w", graph.ErrDeviceLost)
	}
	return e.Executable.Run(in...)
}

func config() train.Config {
	return train.Config{Optimizer: train.Optimizer{Kind: "momentum", Momentum: 0.9}, Epochs: 4, Batch: 8, LearningRate: 0.05, Seed: 1}
}

func trained(t *testing.T, s *train.Session, cfg train.Config) map[string]plan.Tensor {
	t.Helper()
	if err := s.Train(context.Background(), corners(64), cfg); err != nil {
		t.Fatal(err)
	}
	w, err := s.Weights(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestLostDevices loses five devices on the way. With a copy after every step the result is that of an undisturbed run,
// to the bit.
func TestLostDevices(t *testing.T) {
	calm, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := trained(t, calm, config())
	left := 3
	s, err := train.NewSession(frail{cpu.New(1), &left}, linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config()
	cfg.CopyEvery = time.Nanosecond
	lost, notices := 0, 0
	cfg.Recover = func(context.Context, error) (plan.Device, error) {
		lost++
		n := 5
		if lost == 5 {
			n = 1 << 30
		}
		return frail{cpu.New(1), &n}, nil
	}
	cfg.Observe = func(e train.Event) {
		if strings.Contains(e.Notice, "device was lost") {
			notices++
		}
	}
	got := trained(t, s, cfg)
	if lost != 5 || notices != 5 {
		t.Errorf("%d devices were lost with %d notices, want 5 and 5", lost, notices)
	}
	for name, w := range want {
		for i, v := range w.F32 {
			if got[name].F32[i] != v {
				t.Errorf("%s[%d]: got %g, want %g", name, i, got[name].F32[i], v)
			}
		}
	}
}

func TestLossWithoutRecoveryIsAnError(t *testing.T) {
	left := 3
	s, err := train.NewSession(frail{cpu.New(1), &left}, linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Train(context.Background(), corners(64), config()); !errors.Is(err, graph.ErrDeviceLost) {
		t.Errorf("got %v, want ErrDeviceLost", err)
	}
	cfg := config()
	none := 0
	cfg.Recover = func(context.Context, error) (plan.Device, error) { return frail{cpu.New(1), &none}, nil }
	if err := s.Train(context.Background(), corners(64), cfg); !errors.Is(err, graph.ErrDeviceLost) || !strings.Contains(err.Error(), "four devices") {
		t.Errorf("devices that die at once: got %v, want an end after four", err)
	}
}

func TestCancelAndGoOn(t *testing.T) {
	s, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	calm, _ := train.NewSession(cpu.New(1), linear{}, 1)
	want := trained(t, calm, config())
	ctx, cancel := context.WithCancel(context.Background())
	cfg := config()
	at := 0
	cfg.Observe = func(e train.Event) {
		if e.Step != nil {
			if at = e.Step.Step; at == 9 {
				cancel()
			}
		}
	}
	if err := s.Train(ctx, corners(64), cfg); !errors.Is(err, context.Canceled) || at != 9 {
		t.Fatalf("got %v at step %d, want Canceled at 9", err, at)
	}
	rest := config()
	rest.FirstStep = at
	got := trained(t, s, rest)
	for name, w := range want {
		if got[name].F32[0] != w.F32[0] {
			t.Errorf("%s: got %g, want %g", name, got[name].F32[0], w.F32[0])
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	s, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*train.Config){
		"no passes": func(c *train.Config) { c.Epochs = 0 }, "batch": func(c *train.Config) { c.Batch = -1 },
		"rate": func(c *train.Config) { c.LearningRate = 0 }, "schedule": func(c *train.Config) { c.Schedule.Kind = "up" },
		"optimizer": func(c *train.Config) { c.Kind = "newton" }, "plateau": func(c *train.Config) { c.Schedule.Kind = train.OnPlateau },
	} {
		cfg := config()
		change(&cfg)
		if err := s.Train(context.Background(), corners(8), cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	wrong := corners(8)
	wrong.Labels[3] = 2
	if err := s.Train(context.Background(), wrong, config()); !errors.Is(err, train.ErrData) {
		t.Errorf("a label out of range: got %v, want ErrData", err)
	}
}

func TestEvaluateCountsEachSampleOnce(t *testing.T) {
	s, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	trained(t, s, config())
	for _, n := range []int{1, 99, 100, 101, 250} {
		sc, err := s.Evaluate(context.Background(), corners(n), nil)
		if err != nil || sc.Count != n || sc.Accuracy != 1 || !(sc.Loss > 0 && sc.Loss < 0.5) {
			t.Errorf("%d samples: got %+v %v, want all right", n, sc, err)
		}
	}
}

// TestAugmentIsForTrainingOnly mirrors every picture in training: what is learnt is wrong for pictures as they are.
func TestAugmentIsForTrainingOnly(t *testing.T) {
	s := session(t, linear{})
	cfg := config()
	cfg.Augment = train.Augment{Mirror: 1}
	trained(t, s, cfg)
	if sc, err := s.Evaluate(context.Background(), corners(50), nil); err != nil || sc.Accuracy != 0 {
		t.Errorf("got accuracy %g %v, want 0", sc.Accuracy, err)
	}
	cfg.Augment = train.Augment{Shift: -1}
	if err := s.Train(context.Background(), corners(8), cfg); err == nil {
		t.Error("a shift of -1: no error")
	}
}
