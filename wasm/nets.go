//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn"
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
	Start           []float64 `js:"start"`
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
	LargestBatch   int            `js:"largestBatch"`
	Warnings       []string       `js:"warnings"`
}

func summaryOf(s *nn.Summary) summary {
	out := summary{Text: s.Text, Input: s.Input, Classes: s.Classes, Layers: []layerSummary{}, Parameters: s.Parameters, ParameterBytes: 4 * s.Parameters,
		FLOPs: s.FLOPs, ForwardBytes: s.ForwardBytes, NaiveBytes: s.NaiveBytes, TrainingBytes: s.TrainingBytes, OptimizerBytes: s.OptimizerBytes, Batch: s.Batch, Warnings: append([]string{}, s.Warnings...)}
	for _, l := range s.Layers {
		one := layerSummary{Index: l.Index, Name: l.Name, Shape: l.Shape, Parameters: l.Parameters, ActivationBytes: l.ActivationBytes,
			MACs: l.MACs, FLOPs: l.FLOPs, Line: l.Line, Column: l.Column, Length: l.Length}
		// JavaScript gets [] and not null where a side head has no field.
		one.ReceptiveField = append([]int{}, l.ReceptiveField...)
		one.Stride, one.Start = append([]float64{}, l.Stride...), append([]float64{}, l.Start...)
		out.Layers = append(out.Layers, one)
	}
	return out
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

// added keeps a net and says what it is.
func (c *call) added(net *nn.Net, dev plan.Device) fields {
	n := &openNet{Net: net, dev: dev}
	n.id = add(c.app, c.nets, n)
	return fields{"net": n.id, "summary": summaryOf(net.Summary), "classes": raw{stringArray(net.Classes)}, "backend": infoOf(net.Info())}
}

func stringArray(v []string) js.Value {
	a := js.Global().Get("Array").New(len(v))
	for i, x := range v {
		a.SetIndex(i, x)
	}
	return a
}

func init() {
	handlers["describe"] = func(c *call) (any, error) {
		var o struct {
			Text   string `js:"text"`
			Batch  int    `js:"batch"`
			Memory int    `js:"memory"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		if o.Batch == 0 {
			o.Batch = 64
		}
		s, err := nn.Describe(o.Text, o.Batch)
		if err != nil {
			return nil, err
		}
		answer := summaryOf(s)
		if o.Memory > 0 {
			answer.LargestBatch = s.LargestBatch(o.Memory)
		}
		return answer, nil
	}
	handlers["net"] = func(c *call) (any, error) {
		var o struct {
			Text    string   `js:"text"`
			Backend string   `js:"backend"`
			Classes []string `js:"classes"`
			Seed    *int     `js:"seed"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		described, err := nn.Describe(o.Text, 1) // before a device is opened for it
		if err != nil {
			return nil, err
		}
		dev, err := c.openFor(c, o.Backend, described)
		if err != nil {
			return nil, err
		}
		net, err := nn.New(dev, o.Text, o.Classes, uint32(or(o.Seed, 1)))
		if err != nil {
			dev.Close()
			return nil, err
		}
		return c.added(net, dev), nil
	}
	handlers["closeNet"] = func(c *call) (any, error) {
		n, ok := remove(c.app, c.nets, c.args.Get("id"))
		if !ok {
			return nil, nil // closing twice is harmless
		}
		if t := n.training; t != nil {
			t.stop()
			<-t.done
		}
		return nil, n.Close()
	}
	handlers["setBackend"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		name := c.args.Get("name").String()
		if name == n.Info().Backend {
			return infoOf(n.Info()), nil
		}
		dev, err := c.openFor(c, name, n.Summary)
		if err != nil {
			return nil, err
		}
		if err := n.move(c, dev); err != nil {
			return nil, err
		}
		n.lost = nil
		return infoOf(n.Info()), nil
	}
	handlers["save"] = save
	handlers["inspect"] = func(c *call) (any, error) {
		b, err := bytesOf(c.args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		s, err := nn.Inspect(b)
		if err != nil {
			return nil, err
		}
		return savedOf(s), nil
	}
	handlers["restore"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		if n.training != nil {
			return nil, &apiError{Code: "argument", Message: "the net is in training; stop it before you load weights"}
		}
		b, err := bytesOf(c.args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		s, err := n.Restore(b)
		if err != nil {
			return nil, err
		}
		return savedOf(s), nil
	}
	handlers["destroyDevice"] = func(c *call) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, n := range c.nets {
			if d, ok := n.dev.(*webgpu.Device); ok {
				d.Destroy()
			}
		}
		return nil, nil
	}
}

// move takes the net to another device, which it owns from then on.
func (n *openNet) move(ctx context.Context, dev plan.Device) error {
	if err := n.Move(ctx, dev); err != nil {
		dev.Close()
		return err
	}
	n.dev = dev
	return nil
}

// save returns the net as a file.
func save(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	var o struct {
		Format    string `js:"format"`
		Precision string `js:"precision"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	w, err := width(o.Precision)
	switch {
	case err != nil:
		return nil, err
	case o.Format == "onnx" && o.Precision != "":
		return nil, &apiError{Code: "argument", Message: "precision is for safetensors: an ONNX file has weights of 32 bits"}
	case o.Format == "onnx":
		return n.ONNX(c)
	case o.Format != "" && o.Format != "safetensors":
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no format %q, want safetensors or onnx", o.Format)}
	case o.Precision == "":
		return n.Save(c)
	}
	return n.SaveCompact(c, w)
}

// width is how many bits a weight of a file gets.
func width(precision string) (nn.Width, error) {
	switch precision {
	case "", "float32":
		return nn.Float, nil
	case "float16":
		return nn.Half, nil
	case "int8":
		return nn.Int8, nil
	}
	return 0, &apiError{Code: "argument", Message: fmt.Sprintf("there is no precision %q, want float32, float16 or int8", precision)}
}
