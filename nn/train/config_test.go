package train_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/nn/train"
)

// course notes what a run tells, "3" for a step and "epoch 1" with a * for the best so far.
func course(cfg *train.Config) (told *[]string, rates *[]float64) {
	told, rates = &[]string{}, &[]float64{}
	cfg.Observe = func(e train.Event) {
		switch {
		case e.Step != nil:
			*told, *rates = append(*told, fmt.Sprint(e.Step.Step)), append(*rates, e.Step.LearningRate)
		case e.Score != nil:
			best := ""
			if e.Best {
				best = "*"
			}
			*told = append(*told, fmt.Sprintf("epoch %d%s", e.Epoch, best))
		}
	}
	return told, rates
}

// TestMaxSteps: an epoch has 8 steps, and the run ends within the second.
func TestMaxSteps(t *testing.T) {
	cfg := config()
	cfg.Epochs, cfg.MaxSteps, cfg.Validation, cfg.Schedule = 0, 11, corners(10), train.Schedule{Kind: train.Cosine}
	s := session(t, linear{})
	told, rates := course(&cfg)
	trained(t, s, cfg)
	want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "epoch 1*", "9", "10", "11", "epoch 2*"}
	if diff := cmp.Diff(want, *told); diff != "" {
		t.Error(diff)
	}
	for i, rate := range *rates {
		if want, _ := cfg.Schedule.At(cfg.LearningRate, i, 11); rate != want {
			t.Errorf("step %d: rate %g, want %g", i+1, rate, want)
		}
	}
	if r := s.RunState(); r.Step != 11 || r.Epochs != 2 || r.BestEpoch != 2 {
		t.Errorf("got state %+v", r)
	}

	cfg.Resume = true
	*told = nil
	if trained(t, s, cfg); *told != nil {
		t.Errorf("a run that was at its end went on with %v", *told)
	}
	cfg.MaxSteps = 18
	trained(t, s, cfg)
	if want := []string{"12", "13", "14", "15", "16", "epoch 2*", "17", "18", "epoch 3*"}; !slices.Equal(*told, want) {
		t.Errorf("prolonged: got %v, want %v", *told, want)
	}
}

// TestMaxStepsOfWholeEpochs is the run of as many epochs, to the bit, with a schedule that counts in epochs too.
func TestMaxStepsOfWholeEpochs(t *testing.T) {
	for _, schedule := range []train.Schedule{{Kind: train.OneCycle}, {Kind: train.Cosine, CountInEpochs: true}} {
		cfg := config()
		cfg.Schedule, cfg.Validation = schedule, corners(10)
		epochs, _ := course(&cfg)
		want := trained(t, session(t, linear{}), cfg)
		cfg.Epochs, cfg.MaxSteps = 1, 32
		steps, _ := course(&cfg)
		sameBits(t, trained(t, session(t, linear{}), cfg), want)
		if diff := cmp.Diff(*epochs, *steps); diff != "" {
			t.Error(diff)
		}
	}
}

// TestMaxStepsResumed stops a run that ends within an epoch, and goes on from its checkpoint.
func TestMaxStepsResumed(t *testing.T) {
	for _, stop := range []int{3, 8, 11} { // within an epoch, at its end, and at the run's
		cfg := config()
		cfg.Optimizer = train.Optimizer{Kind: "adam", Average: 0.9}
		cfg.MaxSteps, cfg.LearningRate, cfg.Validation = 11, 0.01, corners(10)
		cfg.Watch.KeepBest, cfg.Schedule, cfg.Augment = true, train.Schedule{Kind: train.OneCycle}, train.Augment{Mirror: 0.5, Noise: 0.1}
		want := trained(t, session(t, linear{}), cfg)

		first := session(t, linear{})
		broken, end := context.WithCancel(context.Background())
		part := cfg
		part.Wait = func(context.Context) error { // before a step
			if first.RunState().Step == stop {
				end()
			}
			return nil
		}
		part.Observe = func(e train.Event) { // the last has none after it
			if e.Step != nil && e.Step.Step == stop {
				end()
			}
		}
		if err := first.Train(broken, corners(64), part); stop < 11 && !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want an end at step %d", err, stop)
		}
		end()
		c, err := first.Checkpoint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		second := session(t, linear{})
		if err := second.SetCheckpoint(c); err != nil {
			t.Fatal(err)
		}
		cfg.Resume = true
		sameBits(t, trained(t, second, cfg), want)
	}
}

// TestSettings: what is out of range is an ErrSettings that says which, what it is and what it may be; and nothing is trained.
func TestSettings(t *testing.T) {
	for want, change := range map[string]func(*train.Config){
		"train: got -1 steps, want 1 or more, or 0 for whole passes":                  func(c *train.Config) { c.MaxSteps = -1 },
		"train: got 0 passes, batch 8, learning rate 0.05, want all above 0":          func(c *train.Config) { c.Epochs = 0 },
		"train: average: got 1, want 0 or more and less than 1":                       func(c *train.Config) { c.Average = 1 },
		"train: label smoothing: got 1 with softmax, want 0 or more and less than 1,": func(c *train.Config) { c.Loss.Smoothing = 1 },
		"train: augmentation: mirror: got 2, want 0 to 1":                             func(c *train.Config) { c.Augment.Mirror = 2 },
		"train: schedule: warm-up: got -3, want 0 or more":                            func(c *train.Config) { c.Schedule.Warmup = -3 },
		"train: patience: got -1 epochs, want 0 or more":                              func(c *train.Config) { c.Patience = -1 },
		"train: momentum: got NaN, want 0 or more and less than 1":                    func(c *train.Config) { c.Momentum = math.NaN() },
		`train: optimizer: got "best", want one of adadelta, adagrad, adam,`:          func(c *train.Config) { c.Kind = "best" },
		"train: early stopping and keeping the best weights need a validation set":    func(c *train.Config) { c.KeepBest = true },
	} {
		cfg := config()
		change(&cfg)
		cfg.Observe = func(train.Event) { t.Errorf("%s: something was trained", want) }
		err := session(t, linear{}).Train(context.Background(), corners(64), cfg)
		if !errors.Is(err, train.ErrSettings) || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), train.ErrSettings.Error()) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	s := session(t, linear{})
	cfg := config()
	trained(t, s, cfg)
	cfg.Resume, cfg.Batch = true, 4
	if err := s.Train(context.Background(), corners(64), cfg); !errors.Is(err, train.ErrSettings) || !strings.Contains(err.Error(), "batch: got 4, want 8 as before") {
		t.Errorf("got %v, want an error about the batch", err)
	}
}
