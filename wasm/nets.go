//go:build js && wasm

package main

import (
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

type layerSummary struct {
	Index           int       `js:"index"`
	Name            string    `js:"name"`
	Shape           []int     `js:"shape"`
	Parameters      int       `js:"parameters"`
	ActivationBytes int       `js:"activationBytes"`
	MACs            int       `js:"macs"`
	FLOPs           int       `js:"flops"`
	ReceptiveField  []int     `js:"receptiveField"`
	Stride          []float64 `js:"stride"`
	Line            int       `js:"line"`
	Column          int       `js:"column"`
	Length          int       `js:"length"`
}

type summary struct {
	Text           string         `js:"text"`
	Input          []int          `js:"input"`
	Classes        int            `js:"classes"`
	Layers         []layerSummary `js:"layers"`
	Parameters     int            `js:"parameters"`
	ParameterBytes int            `js:"parameterBytes"`
	FLOPs          int            `js:"flops"`
	ForwardBytes   int            `js:"forwardBytes"`
	NaiveBytes     int            `js:"naiveBytes"`
	TrainingBytes  int            `js:"trainingBytes"`
	OptimizerBytes int            `js:"optimizerBytes"`
	Batch          int            `js:"batch"`
	Warnings       []string       `js:"warnings"`
}

func summaryOf(s *nn.Summary) summary {
	out := summary{Text: s.Text, Input: s.Input, Classes: s.Classes, Layers: []layerSummary{}, Parameters: s.Parameters, ParameterBytes: 4 * s.Parameters,
		FLOPs: s.FLOPs, ForwardBytes: s.ForwardBytes, NaiveBytes: s.NaiveBytes, TrainingBytes: s.TrainingBytes, OptimizerBytes: s.OptimizerBytes, Batch: s.Batch, Warnings: append([]string{}, s.Warnings...)}
	for _, l := range s.Layers {
		out.Layers = append(out.Layers, layerSummary{l.Index, l.Name, l.Shape, l.Parameters, l.ActivationBytes, l.MACs, l.FLOPs, l.ReceptiveField, l.Stride, l.Line, l.Column, l.Length})
	}
	return out
}

type prediction struct {
	Index       int     `js:"index"`
	Label       string  `js:"label"`
	Probability float64 `js:"probability"`
}

type savedInfo struct {
	Text         string   `js:"text"`
	Classes      []string `js:"classes"`
	Step         int      `js:"step"`
	Steps        int      `js:"steps"`
	Epoch        int      `js:"epoch"`
	Epochs       int      `js:"epochs"`
	Optimizer    string   `js:"optimizer"`
	LearningRate float64  `js:"learningRate"`
	Schedule     string   `js:"schedule"`
	Momentum     float64  `js:"momentum"`
	WeightDecay  float64  `js:"weightDecay"`
	Batch        int      `js:"batch"`
	Seed         int      `js:"seed"`
	History      []point  `js:"history"`
}

type point struct {
	Step     int     `js:"step"`
	Loss     float64 `js:"loss"`
	Accuracy float64 `js:"accuracy"`
}

func savedOf(s *nn.Saved) savedInfo {
	r := s.Run
	out := savedInfo{s.Text, s.Classes, r.Step, r.Steps, r.Epoch, r.Epochs, r.Optimizer, r.LearningRate, r.Schedule, r.Momentum, r.WeightDecay, r.Batch, r.Seed, []point{}}
	for _, p := range r.History {
		out.History = append(out.History, point{p.Step, p.Loss, p.Accuracy})
	}
	return out
}

// hold remembers the device behind a net.
func (n *openNet) hold(d plan.Device) { n.device, _ = d.(*webgpu.Device) }

func init() {
	handlers["describe"] = func(_ *app, args js.Value) (any, error) {
		var o struct {
			Text  string `js:"text"`
			Batch int    `js:"batch"`
		}
		if err := assign(args, &o); err != nil {
			return nil, err
		}
		if o.Batch == 0 {
			o.Batch = 64
		}
		s, err := nn.Describe(o.Text, o.Batch)
		if err != nil {
			return nil, err
		}
		return summaryOf(s), nil
	}
	handlers["net"] = func(a *app, args js.Value) (any, error) {
		var o struct {
			Text    string   `js:"text"`
			Backend string   `js:"backend"`
			Classes []string `js:"classes"`
			Seed    *int     `js:"seed"`
		}
		if err := assign(args, &o); err != nil {
			return nil, err
		}
		described, err := nn.Describe(o.Text, 1) // before a device is opened for it
		if err != nil {
			return nil, err
		}
		seed := uint32(1)
		if o.Seed != nil {
			seed = uint32(*o.Seed)
		}
		dev, err := a.openFor(a.ctx, o.Backend, described)
		if err != nil {
			return nil, err
		}
		net, err := nn.New(dev, o.Text, o.Classes, seed)
		if err != nil {
			dev.Close()
			return nil, err
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		n := &openNet{Net: net, id: a.id()}
		n.hold(dev)
		a.nets[n.id] = n
		return fields{"net": n.id, "summary": summaryOf(net.Summary), "backend": infoOf(net.Info())}, nil
	}
	handlers["closeNet"] = func(a *app, args js.Value) (any, error) {
		n, err := lookup(a, a.nets, args, "net")
		if err != nil {
			return nil, nil // closing twice is harmless
		}
		if t := n.training; t != nil {
			t.stop()
			<-t.done
		}
		a.mu.Lock()
		delete(a.nets, n.id)
		a.mu.Unlock()
		return nil, n.Close()
	}
	handlers["classify"] = classify
	handlers["setBackend"] = func(a *app, args js.Value) (any, error) {
		n, err := lookup(a, a.nets, args, "net")
		if err != nil {
			return nil, err
		}
		name := args.Get("name").String()
		if name == n.Info().Backend {
			return infoOf(n.Info()), nil
		}
		dev, err := a.openFor(a.ctx, name, n.Summary)
		if err != nil {
			return nil, err
		}
		if err := n.Move(a.ctx, dev); err != nil {
			dev.Close()
			return nil, err
		}
		n.hold(dev)
		n.lost = nil
		return infoOf(n.Info()), nil
	}
	handlers["save"] = func(a *app, args js.Value) (any, error) {
		n, err := lookup(a, a.nets, args, "net")
		if err != nil {
			return nil, err
		}
		return n.Save(a.ctx)
	}
	handlers["inspect"] = func(_ *app, args js.Value) (any, error) {
		b, err := bytesOf(args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		s, err := nn.Inspect(b)
		if err != nil {
			return nil, err
		}
		return savedOf(s), nil
	}
	handlers["restore"] = func(a *app, args js.Value) (any, error) {
		n, err := lookup(a, a.nets, args, "net")
		if err != nil {
			return nil, err
		}
		if n.training != nil {
			return nil, &apiError{Code: "argument", Message: "the net is in training; stop it before you load weights"}
		}
		b, err := bytesOf(args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		s, err := n.Restore(b)
		if err != nil {
			return nil, err
		}
		return savedOf(s), nil
	}
	handlers["destroyDevice"] = func(a *app, _ js.Value) (any, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, n := range a.nets {
			if n.device != nil {
				n.device.Destroy()
			}
		}
		return nil, nil
	}
}

func classify(a *app, args js.Value) (any, error) {
	n, err := lookup(a, a.nets, args, "net")
	if err != nil {
		return nil, err
	}
	var o struct {
		Top     int    `js:"top"`
		Prepare string `js:"prepare"`
		Width   int    `js:"width"`
		Height  int    `js:"height"`
	}
	if err := assign(args, &o); err != nil {
		return nil, err
	}
	start := time.Now()
	var seen []byte
	var probs []float32
	bitmap := args.Get("bitmap")
	if bitmap.Truthy() {
		defer bitmap.Call("close")
	}
	if bitmap.Truthy() && o.Prepare != "digit" {
		probs, err = n.predictBitmap(a.ctx, bitmap)
	}
	if probs == nil && err == nil {
		if seen, err = n.prepared(args, o.Prepare, o.Width, o.Height); err == nil {
			probs, err = n.predict(a.ctx, seen)
		}
	}
	if err != nil {
		return nil, err
	}
	list := js.Global().Get("Array").New()
	if o.Top <= 0 {
		o.Top = 3
	}
	for _, p := range top(probs, n.Classes, o.Top) {
		list.Call("push", toJS(p))
	}
	answer := fields{"predictions": raw{list}, "shape": raw{intArray(n.Summary.Input)}, "ms": float64(time.Since(start).Microseconds()) / 1000,
		"backend": infoOf(n.Info())}
	if seen != nil {
		answer["seen"] = seen
	}
	return answer, nil
}

// prepared returns the picture of args as the net's input, in bytes.
func (n *openNet) prepared(args js.Value, how string, width, height int) (seen []byte, err error) {
	picture, err := pictureOf(args, width, height)
	if err != nil {
		return nil, err
	}
	in := n.Summary.Input
	switch {
	case how == "digit" && in[2] == 1:
		seen = data.Digit(picture, in[0], in[1])
	case how == "digit":
		return nil, &apiError{Code: "argument", Message: "digits are prepared for nets of one channel, and this one has " + js.ValueOf(in[2]).String()}
	default:
		seen = data.Fit(picture, in[0], in[1], in[2])
	}
	if len(seen) != in[0]*in[1]*in[2] {
		return nil, &apiError{Code: "argument", Message: "pictures are prepared for nets of one or three channels; this net has another number"}
	}
	return seen, nil
}

func pictureOf(args js.Value, w, h int) (*data.Picture, error) {
	if pixels := args.Get("pixels"); pixels.Truthy() {
		b, err := bytesOf(pixels)
		if err != nil {
			return nil, err
		}
		return data.FromRGBA(b, w, h)
	}
	if bitmap := args.Get("bitmap"); bitmap.Truthy() {
		return pixelsOf(bitmap)
	}
	b, err := bytesOf(args.Get("bytes"))
	if err != nil {
		return nil, err
	}
	return data.Decode(b)
}

func intArray(v []int) js.Value {
	a := js.Global().Get("Array").New(len(v))
	for i, x := range v {
		a.SetIndex(i, x)
	}
	return a
}

// top returns the k most probable classes, the most probable first.
func top(probs []float32, classes []string, k int) []prediction {
	var out []prediction
	taken := make([]bool, len(probs))
	for range min(k, len(probs)) {
		best := -1
		for i, p := range probs {
			if !taken[i] && (best < 0 || p > probs[best]) {
				best = i
			}
		}
		taken[best] = true
		out = append(out, prediction{best, classes[best], float64(probs[best])})
	}
	return out
}
