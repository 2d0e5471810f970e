//go:build js && wasm

package main

import (
	"syscall/js"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/train"
)

func init() {
	handlers["benchmark"] = func(a *app, args js.Value) (any, error) {
		var o struct {
			Text      string `js:"text"`
			Backend   string `js:"backend"`
			Threads   int    `js:"threads"`
			Batch     int    `js:"batch"`
			Steps     int    `js:"steps"`
			Warmup    int    `js:"warmup"`
			Optimizer string `js:"optimizer"`
		}
		if err := assign(args, &o); err != nil {
			return nil, err
		}
		if o.Optimizer == "" {
			o.Optimizer = "momentum"
		}
		if o.Steps < 1 || o.Batch < 1 || o.Warmup < 0 {
			return nil, &apiError{Code: "argument", Message: "steps and batch must be above 0, warmup 0 or more"}
		}
		dev, err := openBackend(a.ctx, o.Backend, o.Threads)
		if err != nil {
			return nil, err
		}
		n, err := nn.New(dev, o.Text, nil, 1)
		if err != nil {
			dev.Close()
			return nil, err
		}
		defer n.Close()
		times, err := nn.StepTimes(a.ctx, n, train.Optimizer{Kind: o.Optimizer, Momentum: 0.9}, o.Batch, o.Steps, o.Warmup, yielder())
		if err != nil {
			return nil, err
		}
		list := js.Global().Get("Array").New(len(times))
		for i, t := range times {
			list.SetIndex(i, t)
		}
		return raw{list}, nil
	}
}
