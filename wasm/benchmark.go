//go:build js && wasm

package main

import (
	"encoding/binary"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

func init() {
	handlers["benchmark"] = func(a *app, args js.Value) (any, error) {
		var o struct {
			Text      string `js:"text"`
			Backend   string `js:"backend"`
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
		dev, err := openBackend(a.ctx, o.Backend)
		if err != nil {
			return nil, err
		}
		n, err := nn.New(dev, o.Text, nil, 1)
		if err != nil {
			dev.Close()
			return nil, err
		}
		defer n.Close()
		times, err := stepTimes(a, n, o.Batch, o.Steps, o.Warmup, o.Optimizer)
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

// stepTimes trains on random pictures and returns the time of each step. A step's result is read before it counts, and
// steps follow each other as in training.
func stepTimes(a *app, n *nn.Net, batch, steps, warmup int, optimizer string) ([]float64, error) {
	total := steps + warmup
	d := randomData(n, total*batch) // one pass: at the end of a pass the steps on their way are waited for
	var times []float64
	last := time.Now()
	cfg := train.Config{Optimizer: train.Optimizer{Kind: optimizer, Momentum: 0.9}, Epochs: 1, Batch: batch, LearningRate: 0.001, Seed: 1, Yield: yielder(),
		CopyEvery: time.Hour,
		Observe: func(e train.Event) {
			if e.Step != nil {
				now := time.Now()
				if e.Step.Step > warmup && len(times) < steps {
					times = append(times, now.Sub(last).Seconds()*1000)
				}
				last = now
			}
		}}
	if err := n.Train(a.ctx, d, cfg); err != nil {
		return nil, err
	}
	return times, nil
}

func randomData(n *nn.Net, count int) *data.Set {
	in := n.Summary.Input
	d := &data.Set{Shape: [3]int{in[0], in[1], in[2]}, Classes: n.Classes, Images: make([]byte, count*in[0]*in[1]*in[2]), Labels: make([]byte, count)}
	for i := 0; i+15 < len(d.Images); i += 16 {
		for k, w := range op.Philox([4]uint32{uint32(i)}, [2]uint32{1}) {
			binary.LittleEndian.PutUint32(d.Images[i+4*k:], w)
		}
	}
	for i := range d.Labels {
		d.Labels[i] = byte(i % len(n.Classes))
	}
	return d
}
