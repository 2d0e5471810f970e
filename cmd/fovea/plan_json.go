package main

import (
	"io"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// planJSON is a plan, and its profile where it was asked for.
type planJSON struct {
	Net             string     `json:"net"` // in normal form
	Backend         string     `json:"backend"`
	Adapter         string     `json:"adapter"`
	Threads         int        `json:"threads"`
	Batch           int        `json:"batch"`
	Training        bool       `json:"training"`
	FLOPs           int        `json:"flops"`
	MemoryBytes     int        `json:"memoryBytes"`
	PersistentBytes int        `json:"persistentBytes"`
	RunMilliseconds *float64   `json:"runMilliseconds,omitempty"`
	Slots           []slotJSON `json:"slots"`
	Steps           []stepJSON `json:"steps"`
}

type slotJSON struct {
	Type  string `json:"type"`
	Elems int    `json:"elems"`
	Name  string `json:"name,omitempty"` // of a parameter or state
}

type stepJSON struct {
	Op           string   `json:"op"`
	Layer        string   `json:"layer"`
	Text         string   `json:"text"` // the step's line of the plan
	In           []int    `json:"in"`   // slots
	Out          []int    `json:"out"`
	Shape        []int    `json:"shape"` // of the first output
	FLOPs        int      `json:"flops"`
	Milliseconds *float64 `json:"milliseconds,omitempty"`
}

func writePlanJSON(out io.Writer, p *nn.Plan, info plan.Info, times *nn.Profile) error {
	r := planJSON{Net: p.Text, Backend: info.Backend, Adapter: info.Adapter, Threads: info.Threads, Batch: p.Batch, Training: p.Training,
		FLOPs: p.FLOPs(), MemoryBytes: p.MemoryBytes(), PersistentBytes: p.PersistentBytes()}
	for _, s := range p.Slots {
		r.Slots = append(r.Slots, slotJSON{s.Type.String(), s.Elems, s.Name})
	}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, stepJSON{Op: s.Node.Op, Layer: s.Node.Layer, Text: s.String(), In: append([]int{}, s.In...),
			Out: append([]int{}, s.Out...), Shape: s.Node.Out[0].Shape, FLOPs: op.FLOPs(s.Node)})
	}
	if times != nil {
		r.RunMilliseconds = &times.RunMilliseconds
		for i := range times.Steps {
			r.Steps[i].Milliseconds = &times.Steps[i].Milliseconds
		}
	}
	return printJSON(out, r)
}
