//go:build js && wasm

package main

import (
	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/standalone"
)

func init() {
	handlers["fineTune"] = fineTune
	handlers["standalone"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		var o struct {
			Precision string `js:"precision"`
			Title     string `js:"title"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		w, err := width(o.Precision)
		if err != nil {
			return nil, err
		}
		files, err := standalone.Compile(c, n.Net, standalone.Options{Name: o.Title, Width: w})
		if err != nil {
			return nil, err
		}
		page, err := files.Page()
		if err != nil {
			return nil, err
		}
		out := fields{}
		for name, b := range files {
			out[name] = b
		}
		return fields{"files": out, "html": page}, nil
	}
}

// fineTune makes a net for the classes of a data set out of another, on a device of its own.
func fineTune(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	var o struct {
		Layers       int     `js:"layers"`
		Epochs       int     `js:"epochs"`
		Batch        int     `js:"batch"`
		LearningRate float64 `js:"learningRate"`
		Seed         *int    `js:"seed"`
		Validation   int     `js:"validation"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	set, err := c.dataset("dataset")
	if err != nil {
		return nil, err
	}
	options := nn.FineTuneOptions{Layers: o.Layers, Epochs: o.Epochs, Batch: o.Batch, LearningRate: o.LearningRate, Seed: uint32(or(o.Seed, 1)), Yield: yielder(),
		Observe: func(e nn.FineTuneEvent) { c.reportStage(string(e.Stage), e.Done, e.Total) }}
	if o.Validation != 0 {
		if options.Validation, err = c.dataset("validation"); err != nil {
			return nil, err
		}
	}
	dev, err := openBackend(c, n.Info().Backend, 0)
	if err != nil {
		return nil, err
	}
	tuned, score, err := n.FineTune(c, dev, set, options)
	if err != nil {
		dev.Close()
		return nil, err
	}
	answer := c.added(tuned, dev)
	if options.Validation != nil {
		answer["evaluation"] = evaluationOf(score, tuned.Classes)
	}
	return answer, nil
}
