package train_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// contrary is a validation set on which every bit of training makes a model worse.
func contrary() train.Config {
	c := config()
	c.Epochs, c.Validation = 10, corners(16)
	for i := range c.Validation.Labels {
		c.Validation.Labels[i] ^= 1
	}
	return c
}

func TestEarlyStopGivesTheBestWeights(t *testing.T) {
	s := session(t, linear{})
	cfg := contrary()
	cfg.Watch = train.Watch{Patience: 3, KeepBest: true}
	var losses []float64
	var code string
	cfg.Observe = func(e train.Event) {
		if e.Score != nil {
			losses = append(losses, e.Score.Loss)
		}
		code += e.Code
	}
	trained(t, s, cfg)
	if len(losses) != 4 || code != "early-stop" {
		t.Fatalf("got losses %v and notice %q, want a stop after epoch 4", losses, code)
	}
	got, err := s.Evaluate(context.Background(), cfg.Validation, nil)
	if err != nil || got.Loss != slices.Min(losses) {
		t.Errorf("got loss %g %v, want the best, that of epoch 1 of %v", got.Loss, err, losses)
	}
	c, err := s.Checkpoint(context.Background())
	if err != nil || c.State.BestEpoch != 1 || c.State.Best != losses[0] || c.State.Stale != 3 || c.State.Step != 32 {
		t.Errorf("got state %+v %v", c.State, err)
	}
	cfg.Resume = true
	losses = nil
	if trained(t, s, cfg); losses != nil {
		t.Errorf("a run that had stopped went on for %d epochs", len(losses))
	}
}

// TestMinDelta improves all the time, but never by enough.
func TestMinDelta(t *testing.T) {
	s := session(t, linear{})
	cfg := config()
	cfg.Epochs, cfg.Validation, cfg.Watch = 10, corners(16), train.Watch{Patience: 2, MinDelta: 100}
	epochs := 0
	cfg.Observe = func(e train.Event) {
		if e.Score != nil {
			epochs++
		}
	}
	if trained(t, s, cfg); epochs != 3 {
		t.Errorf("stopped after %d epochs, want 3", epochs)
	}
}

// TestLostDeviceKeepsTheCount loses a device in every phase of a run that stops early; state and weights are those of an
// undisturbed one.
func TestLostDeviceKeepsTheCount(t *testing.T) {
	cfg := contrary()
	cfg.Watch = train.Watch{Metric: "loss", Patience: 3, KeepBest: true}
	calm := session(t, linear{})
	trained(t, calm, cfg)
	want, err := calm.Checkpoint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for runs := 1; runs < 34; runs++ {
		for _, every := range []time.Duration{time.Nanosecond, time.Hour} {
			left := runs
			s, err := train.NewSession(frail{cpu.New(1), &left}, linear{}, 1)
			if err != nil {
				t.Fatal(err)
			}
			cfg.CopyEvery = every
			cfg.Recover = func(context.Context, error) (plan.Device, error) { return cpu.New(1), nil }
			trained(t, s, cfg)
			got, err := s.Checkpoint(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got.State != want.State {
				t.Errorf("lost after %d runs: got %+v, want %+v", runs, got.State, want.State)
			}
			for name, w := range want.Weights {
				if !slices.Equal(got.Weights[name].F32, w.F32) {
					t.Errorf("lost after %d runs: %s: got %v, want %v", runs, name, got.Weights[name].F32, w.F32)
				}
			}
		}
	}
}

func TestWatchIsChecked(t *testing.T) {
	s := session(t, linear{})
	for name, w := range map[string]train.Watch{
		"metric": {Metric: "f1"}, "patience": {Patience: -1}, "delta": {MinDelta: -1}, "no validation": {Patience: 1}, "nothing to keep": {KeepBest: true},
	} {
		cfg := config()
		cfg.Watch = w
		if err := s.Train(context.Background(), corners(8), cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
