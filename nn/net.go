package nn

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// Net is a network with weights on a device.
type Net struct {
	*train.Session
	Summary *Summary
	Classes []string // names, in the order of the outputs
	// Run says how the net was trained so far; Save keeps it.
	Run Run
}

// Run is a training run: its settings and how far it got.
type Run struct {
	Step         int     `json:"step"`
	Steps        int     `json:"steps"`
	Epoch        int     `json:"epoch"`
	Epochs       int     `json:"epochs"`
	Optimizer    string  `json:"optimizer"`
	LearningRate float64 `json:"learningRate"`
	Schedule     string  `json:"schedule"`
	Momentum     float64 `json:"momentum"`
	WeightDecay  float64 `json:"weightDecay"`
	Batch        int     `json:"batch"`
	Seed         int     `json:"seed"`
	History      []Point `json:"history"`
}

// Point is one place of a learning curve.
type Point struct {
	Step     int     `json:"step"`
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

// New builds the net that text describes on dev, which it owns from now on. Without classes they are numbered.
func New(dev plan.Device, text string, classes []string, seed uint32, opts ...Option) (*Net, error) {
	n, err := spec.Parse(text)
	if err != nil {
		return nil, err
	}
	sum, err := describe(n, 64, opts...)
	if err != nil {
		return nil, err
	}
	if len(classes) == 0 {
		for i := range sum.Classes {
			classes = append(classes, strconv.Itoa(i))
		}
	}
	if len(classes) != sum.Classes {
		return nil, fmt.Errorf("nn: the net tells %d classes apart, %d names were given; end the net with FC %d: %w", sum.Classes, len(classes), len(classes), train.ErrData)
	}
	s, err := train.NewSession(dev, model{n}, seed)
	if err != nil {
		return nil, err
	}
	return &Net{Session: s, Summary: sum, Classes: classes, Run: Run{Seed: int(seed)}}, nil
}

// Saved is what a file says of itself.
type Saved struct {
	Text    string
	Classes []string
	Run     Run
}

const formatName = "fovea 1"

// Save returns weights, the optimiser's state and the run as a safetensors file.
func (n *Net) Save(ctx context.Context) ([]byte, error) {
	w, step, err := n.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	run := n.Run
	run.Step = step // in training, steps are on their way whose results have not been seen yet
	f := &safetensors.File{Metadata: map[string]string{"format": formatName}}
	for key, v := range map[string]any{"net": n.Summary.Text, "classes": n.Classes, "run": run} {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("nn: save %s: %w", key, err)
		}
		f.Metadata[key] = string(b)
	}
	for name, t := range w {
		f.Tensors = append(f.Tensors, safetensors.FromFloat32s(name, t.Shape, t.F32))
	}
	return safetensors.Encode(f)
}

// Inspect reads what a file says of itself.
func Inspect(b []byte) (*Saved, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	return inspect(f)
}

func inspect(f *safetensors.File) (*Saved, error) {
	if f.Metadata["format"] != formatName {
		return nil, fmt.Errorf("nn: the file is a safetensors file, but not one that Fovea saved (format %q, want %q): %w", f.Metadata["format"], formatName, graph.ErrFormat)
	}
	var s Saved
	for key, v := range map[string]any{"net": &s.Text, "classes": &s.Classes, "run": &s.Run} {
		if err := json.Unmarshal([]byte(f.Metadata[key]), v); err != nil {
			return nil, fmt.Errorf("nn: the file's %s cannot be read (%v): %w", key, err, graph.ErrFormat)
		}
	}
	if _, err := spec.Parse(s.Text); err != nil {
		return nil, fmt.Errorf("nn: the file's net cannot be read (%v): %w", err, graph.ErrFormat)
	}
	return &s, nil
}

// Restore takes weights, state and run of a file that was saved from the same net. On an error nothing has changed.
func (n *Net) Restore(b []byte) (*Saved, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, err
	}
	s, err := inspect(f)
	if err != nil {
		return nil, err
	}
	if len(s.Classes) != len(n.Classes) {
		return nil, fmt.Errorf("nn: the file has %d classes, the net %d: it belongs to another net: %w", len(s.Classes), len(n.Classes), graph.ErrFormat)
	}
	w := map[string]plan.Tensor{}
	for _, t := range f.Tensors {
		v, err := safetensors.Float32s(t)
		if err != nil {
			return nil, err
		}
		if v == nil {
			v = []float32{}
		}
		w[t.Name] = plan.Float32s(graph.Shape(t.Shape), v...)
	}
	if err := n.SetWeights(w, s.Run.Step); err != nil {
		return nil, err
	}
	n.Classes, n.Run = s.Classes, s.Run
	return s, nil
}
