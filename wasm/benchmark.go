//go:build js && wasm

package main

import (
	"syscall/js"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/train"
)

func init() {
	handlers["benchmark"] = func(c *call) (any, error) {
		var o struct {
			Text      string `js:"text"`
			Backend   string `js:"backend"`
			Threads   int    `js:"threads"`
			Batch     int    `js:"batch"`
			Steps     int    `js:"steps"`
			Warmup    int    `js:"warmup"`
			Optimizer string `js:"optimizer"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		if o.Optimizer == "" {
			o.Optimizer = "momentum"
		}
		if o.Steps < 1 || o.Batch < 1 || o.Warmup < 0 {
			return nil, &apiError{Code: "argument", Message: "steps and batch must be above 0, warmup 0 or more"}
		}
		dev, err := openBackend(c, o.Backend, o.Threads)
		if err != nil {
			return nil, err
		}
		n, err := nn.New(dev, o.Text, nil, 1)
		if err != nil {
			dev.Close()
			return nil, err
		}
		defer n.Close()
		times, err := nn.StepTimes(c, n, train.Optimizer{Kind: o.Optimizer, Momentum: 0.9}, o.Batch, o.Steps, o.Warmup, yielder())
		if err != nil {
			return nil, err
		}
		list := js.Global().Get("Array").New(len(times))
		for i, t := range times {
			list.SetIndex(i, t)
		}
		return raw{list}, nil
	}
	handlers["profile"] = func(c *call) (any, error) {
		var o struct {
			Text    string `js:"text"`
			Backend string `js:"backend"`
			Threads int    `js:"threads"`
			Batch   int    `js:"batch"`
			Runs    int    `js:"runs"`
			Forward bool   `js:"forward"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		dev, err := openBackend(c, o.Backend, o.Threads)
		if err != nil {
			return nil, err
		}
		defer dev.Close()
		p, err := nn.NewPlan(o.Text, nn.PlanOptions{Batch: o.Batch, Training: !o.Forward, Fused: dev.Info().Fused})
		if err != nil {
			return nil, err
		}
		times, err := p.Profile(c, dev, o.Runs)
		if err != nil {
			return nil, err
		}
		out := profile{Adapter: dev.Info().Adapter, RunMs: times.RunMilliseconds, Steps: []stepTime{}}
		for _, s := range times.Steps {
			out.Steps = append(out.Steps, stepTime{s.Op, s.Layer, s.Shape, s.FLOPs, s.Milliseconds, s.GFLOPs()})
		}
		return out, nil
	}
}

type profile struct {
	Adapter string     `js:"adapter"`
	RunMs   float64    `js:"runMs"`
	Steps   []stepTime `js:"steps"`
}

type stepTime struct {
	Op     string  `js:"op"`
	Layer  string  `js:"layer"`
	Shape  []int   `js:"shape"`
	FLOPs  int     `js:"flops"`
	Ms     float64 `js:"ms"`
	GFLOPs float64 `js:"gflops"`
}
