package conform

import (
	"context"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// scheduleAttrs are the attributes of all schedules; each has its own.
type scheduleAttrs struct {
	BaseLR       float64 `json:"base_lr"`
	Gamma        float64
	StepSize     int `json:"step_size"`
	Milestones   []int
	TMax         int     `json:"t_max"`
	EtaMin       float64 `json:"eta_min"`
	MaxLR        float64 `json:"max_lr"`
	TotalSteps   int     `json:"total_steps"`
	PctStart     float64 `json:"pct_start"`
	Anneal       string
	DivFactor    float64 `json:"div_factor"`
	FinalDiv     float64 `json:"final_div_factor"`
	BaseMomentum float64 `json:"base_momentum"`
	MaxMomentum  float64 `json:"max_momentum"`
	StartFactor  float64 `json:"start_factor"`
	WarmupSteps  int     `json:"warmup_steps"`
}

// schedules says what package train calls each schedule, and the rate that it starts from.
var schedules = map[string]struct {
	attrs string // that it has
	make  func(a scheduleAttrs) (train.Schedule, float64)
}{
	"step": {"base_lr step_size gamma", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.Step, Every: a.StepSize, Factor: a.Gamma}, a.BaseLR
	}},
	"multi_step": {"base_lr milestones gamma", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.MultiStep, Milestones: a.Milestones, Factor: a.Gamma}, a.BaseLR
	}},
	"exponential": {"base_lr gamma", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.Exponential, Factor: a.Gamma}, a.BaseLR
	}},
	"cosine": {"base_lr t_max eta_min", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.Cosine, Period: a.TMax, Floor: a.EtaMin}, a.BaseLR
	}},
	"one_cycle": {"base_lr max_lr total_steps pct_start anneal div_factor final_div_factor base_momentum max_momentum", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.OneCycle, Period: a.TotalSteps, Rise: a.PctStart, Start: a.DivFactor, End: a.FinalDiv,
			Linear: a.Anneal == "linear", Low: a.BaseMomentum, High: a.MaxMomentum}, a.MaxLR
	}},
	"linear_warmup": {"base_lr start_factor warmup_steps", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Warmup: a.WarmupSteps, WarmupFrom: a.StartFactor}, a.BaseLR
	}},
	"warmup_cosine": {"base_lr warmup_steps total_steps eta_min", func(a scheduleAttrs) (train.Schedule, float64) {
		return train.Schedule{Kind: train.Cosine, Warmup: a.WarmupSteps, Period: a.TotalSteps - a.WarmupSteps, Floor: a.EtaMin}, a.BaseLR
	}},
}

// runSchedule compares learning rates, and momenta, of all steps of a case. Nothing runs on the device.
func runSchedule(_ context.Context, _ plan.Device, c *Case, r *comparison) error {
	kind, ok := schedules[c.Op]
	if !ok {
		return notSupported("schedule %s", c.Op)
	}
	var a scheduleAttrs
	if err := attributesOf(c.Attrs, kind.attrs, &a); err != nil {
		return err
	}
	if a.Anneal != "" && a.Anneal != "linear" && a.Anneal != "cos" {
		return notSupported("anneal %q", a.Anneal)
	}
	s, rate := kind.make(a)
	if err := s.Check(); err != nil {
		return err
	}
	lr, momentum := make([]float32, c.NumSteps), make([]float32, c.NumSteps)
	for t := range lr {
		l, m := s.At(rate, t, c.NumSteps)
		lr[t], momentum[t] = float32(l), float32(m)
	}
	shape := graph.Shape{c.NumSteps}
	r.check("out.lr", plan.Tensor{Shape: shape, F32: lr})
	r.check("out.momentum", plan.Tensor{Shape: shape, F32: momentum})
	return nil
}
