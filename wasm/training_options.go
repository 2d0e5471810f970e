//go:build js && wasm

package main

import (
	"fmt"
	"math"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// trainOptions are TrainOptions of fovea.d.ts. Those that are pointers have other defaults than 0.
type trainOptions struct {
	Epochs       *int           `js:"epochs"`
	Steps        int            `js:"steps"`
	Batch        *int           `js:"batch"`
	Optimizer    string         `js:"optimizer"`
	LearningRate *float64       `js:"learningRate"`
	Schedule     string         `js:"schedule"`
	Warmup       float64        `js:"warmup"`
	Momentum     *float64       `js:"momentum"`
	WeightDecay  *float64       `js:"weightDecay"`
	Seed         *int           `js:"seed"`
	Augment      augmentOptions `js:"augment"`
	Smoothing    float64        `js:"smoothing"`
	Average      float64        `js:"average"`
	KeepBest     bool           `js:"keepBest"`
	Patience     int            `js:"patience"`
	Resume       bool           `js:"resume"`
}

func or[T any](p *T, v T) T {
	if p != nil {
		return *p
	}
	return v
}

// goingOn returns the settings with those of the run before where they were left out. Rate and momentum are its optimizer's: another
// one has its own usual ones.
func (o trainOptions) goingOn(old nn.Run) trainOptions {
	if o.Optimizer == "" {
		o.Optimizer = old.Optimizer
	}
	if o.Optimizer == old.Optimizer && old.Optimizer != "" {
		o.LearningRate, o.Momentum = new(or(o.LearningRate, old.LearningRate)), new(or(o.Momentum, old.Momentum))
	}
	if o.Schedule == "" {
		o.Schedule = old.Schedule
	}
	o.WeightDecay = new(or(o.WeightDecay, old.WeightDecay))
	o.Batch, o.Seed = new(old.Batch), new(old.Seed) // which decide on the order of the samples
	return o
}

// config returns the settings with their defaults, for a run of n that goes on with its last where it is to resume. Steering and
// events are not among them. What is out of range, Train says.
func (o trainOptions) config(n *openNet, d, validation *data.Set) (train.Config, error) {
	old := n.Run
	goesOn := o.Resume && old.Step > 0
	if goesOn {
		o = o.goingOn(old)
	}
	if o.Optimizer == "" {
		o.Optimizer = "adam"
	}
	usual, _ := train.Optimizer{Kind: o.Optimizer}.Defaults() // an unknown kind is refused when training begins
	cfg := train.Config{
		Optimizer: train.Optimizer{
			Kind: o.Optimizer, Momentum: or(o.Momentum, usual.Momentum), WeightDecay: or(o.WeightDecay, 0), Average: o.Average,
		},
		Epochs: or(o.Epochs, 3), MaxSteps: o.Steps, Batch: or(o.Batch, 64), LearningRate: or(o.LearningRate, usual.UsualRate()),
		Seed: uint32(or(o.Seed, 1)), Validation: validation, Watch: train.Watch{KeepBest: o.KeepBest, Patience: o.Patience},
		Loss: train.Loss{Smoothing: o.Smoothing}, CopyEvery: 2 * time.Second,
	}
	if goesOn {
		if samples := n.RunState().Samples; samples == d.Len() || samples == 0 {
			cfg.Resume = true
		} else { // with other data the step counts on, but no score of before is one of theirs
			cfg.FirstStep = old.Step
		}
		if o.Steps == 0 && o.Epochs == nil {
			cfg.Epochs, cfg.MaxSteps = old.Epochs, old.Steps
		}
	}
	var err error
	if cfg.Augment, err = o.Augment.augment(); err != nil {
		return cfg, err
	}
	cfg.Schedule, err = o.schedule(cfg, d)
	return cfg, err
}

// schedule counts the passes of the warm-up in steps.
func (o trainOptions) schedule(cfg train.Config, d *data.Set) (train.Schedule, error) {
	s := train.Schedule{Kind: o.Schedule}
	steps := math.Round(o.Warmup * float64(cfg.Steps(d.Len())))
	if !(steps >= 0 && steps <= math.MaxInt32) {
		return s, &apiError{Code: "argument", Message: fmt.Sprintf("warmup: got %g passes, want 0 or more, such as 1", o.Warmup)}
	}
	s.Warmup = int(steps)
	return s, nil
}

// runOf is what a net keeps of a run.
func runOf(cfg train.Config, old nn.Run, count int) nn.Run {
	each := cfg.Steps(count)
	steps := cfg.TotalSteps(count)
	r := nn.Run{Optimizer: cfg.Kind, Schedule: cfg.Schedule.Kind, Steps: steps, Epochs: (steps + each - 1) / each, Batch: cfg.Batch,
		Momentum: cfg.Momentum, LearningRate: cfg.LearningRate, WeightDecay: cfg.WeightDecay, Seed: int(cfg.Seed)}
	if cfg.Resume || cfg.FirstStep > 0 {
		r.Step, r.Epoch, r.History = old.Step, old.Epoch, old.History
	}
	return r
}
