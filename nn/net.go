package nn

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/data/preprocess"
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
	// Preprocess is how a picture becomes what the net takes; nil where nothing is known of it but its size.
	Preprocess *preprocess.Preprocess
	// Run says how the net was trained so far; Save keeps it.
	Run Run
	// skeleton is what Save writes of a net without a text. It is set where such nets are made, so that programs that make none do
	// not carry it.
	skeleton func(context.Context) (model []byte, numbers []safetensors.Tensor, err error)
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
	return newNet(dev, sum, classes, seed)
}

// newNet puts a net onto dev.
func newNet(dev plan.Device, sum *Summary, classes []string, seed uint32) (*Net, error) {
	if len(classes) == 0 {
		for i := range sum.Classes {
			classes = append(classes, strconv.Itoa(i))
		}
	}
	if len(classes) != sum.Classes {
		return nil, fmt.Errorf("nn: the net tells %d classes apart, %d names were given%s: %w", sum.Classes, len(classes), sum.advice(len(classes)), train.ErrData)
	}
	s, err := train.NewSession(dev, sum.model, seed)
	if err != nil {
		return nil, err
	}
	return &Net{Session: s, Summary: sum, Classes: classes, Run: Run{Seed: int(seed)}}, nil
}

// advice says how the net would have so many classes.
func (s *Summary) advice(classes int) string {
	if s.Text == "" {
		return ""
	}
	return fmt.Sprintf("; let it end with as many, as in %s", s.end(classes))
}

// end returns how the net would end for so many classes.
func (s *Summary) end(classes int) string {
	if len(s.Places) == 0 {
		return fmt.Sprintf("FC %d", classes)
	}
	return fmt.Sprintf("CONV %s%d -> PIXELS", strings.Repeat("1x", len(s.Places)), classes)
}

// Saved is what a file says of itself.
type Saved struct {
	Text    string // "" of a net that has none
	Classes []string
	Run     Run
	// State is how far the run had come, for Train with Resume; nil in files of the first format.
	State      *train.RunState
	Preprocess *preprocess.Preprocess // nil where the file has none
	onnx       []byte                 // the model, without its numbers, of a net that has no text
}

// The formats of a file; the first has neither state nor checksum.
const (
	formatName  = "fovea 2"
	firstFormat = "fovea 1"
)

// bestPrefix marks the weights of the best epoch among the tensors of a file.
const bestPrefix = "best/"

// Save returns weights, the optimiser's state and the run as a safetensors file. Metadata: format, net (the text) or onnx (a
// model without its numbers, of a net that has no text), classes, preprocess, run, state (train.RunState) and the checksums;
// tensors: everything that persists by its name, and the best epoch's weights behind "best/". Of a net without a text there
// are the weights alone.
func (n *Net) Save(ctx context.Context) ([]byte, error) {
	f, err := n.file(ctx)
	if err != nil {
		return nil, err
	}
	return encode(f)
}

// file is what Save writes.
func (n *Net) file(ctx context.Context) (*safetensors.File, error) {
	c, err := n.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	run := n.Run
	run.Step = c.State.Step // in training, steps are on their way whose results have not been seen yet
	f := &safetensors.File{Metadata: map[string]string{"format": formatName}}
	parts := map[string]any{"classes": n.Classes, "run": run, "state": c.State}
	if n.Preprocess != nil {
		parts["preprocess"] = n.Preprocess
	}
	if n.Summary.Text == "" {
		if parts["onnx"], f.Tensors, err = n.skeleton(ctx); err != nil {
			return nil, err
		}
	} else {
		parts["net"] = n.Summary.Text
		f.Tensors = weightsOf(c.Weights)
		for name, t := range c.Best {
			f.Tensors = append(f.Tensors, safetensors.FromFloat32s(bestPrefix+name, t.Shape, t.F32))
		}
	}
	for key, v := range parts {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("nn: save %s: %w", key, err)
		}
		f.Metadata[key] = string(b)
	}
	return f, nil
}

// Inspect reads what a file says of itself.
func Inspect(b []byte) (*Saved, error) {
	f, err := decode(b)
	if err != nil {
		return nil, err
	}
	return inspect(f)
}

func inspect(f *safetensors.File) (*Saved, error) {
	format := f.Metadata["format"]
	if format != formatName && format != firstFormat {
		return nil, fmt.Errorf("nn: the file is a safetensors file, but not one that Fovea saved (format %q, want %q): %w", format, formatName, graph.ErrFormat)
	}
	var s Saved
	parts := map[string]any{"classes": &s.Classes, "run": &s.Run}
	if _, ok := f.Metadata["onnx"]; ok {
		parts["onnx"] = &s.onnx
	} else {
		parts["net"] = &s.Text
	}
	if format == formatName {
		s.State = &train.RunState{}
		parts["state"] = s.State
	}
	for key, v := range parts {
		if err := json.Unmarshal([]byte(f.Metadata[key]), v); err != nil {
			return nil, fmt.Errorf("nn: the file's %s cannot be read (%v): %w", key, err, graph.ErrFormat)
		}
	}
	if text, ok := f.Metadata["preprocess"]; ok {
		p, err := preprocess.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("nn: the file's preprocessing cannot be read (%v): %w", err, graph.ErrFormat)
		}
		s.Preprocess = &p
	}
	if s.onnx != nil {
		return &s, nil
	}
	if _, err := spec.Parse(s.Text); err != nil {
		return nil, fmt.Errorf("nn: the file's net cannot be read (%v): %w", err, graph.ErrFormat)
	}
	return &s, nil
}

// Restore takes weights, state and run of a file that was saved from the same net. On an error nothing has changed.
func (n *Net) Restore(b []byte) (*Saved, error) {
	f, err := decode(b)
	if err != nil {
		return nil, err
	}
	s, err := inspect(f)
	if err != nil {
		return nil, err
	}
	return n.restore(f, s)
}

// restore is Restore of a file that was read, and what it says of itself.
func (n *Net) restore(f *safetensors.File, s *Saved) (*Saved, error) {
	if len(s.Classes) != len(n.Classes) {
		return nil, fmt.Errorf("nn: the file has %d classes, the net %d: it belongs to another net: %w", len(s.Classes), len(n.Classes), graph.ErrFormat)
	}
	c := train.Checkpoint{Weights: map[string]plan.Tensor{}, State: train.RunState{Step: s.Run.Step}}
	if s.State != nil {
		c.State = *s.State
	}
	for _, t := range f.Tensors {
		v, err := tensorOf(t)
		if err != nil {
			return nil, err
		}
		if name, ok := strings.CutPrefix(t.Name, bestPrefix); !ok {
			c.Weights[t.Name] = v
		} else if c.Best == nil {
			c.Best = map[string]plan.Tensor{name: v}
		} else {
			c.Best[name] = v
		}
	}
	if err := n.SetCheckpoint(c); err != nil {
		return nil, err
	}
	n.Classes, n.Run, n.Preprocess = s.Classes, s.Run, s.Preprocess
	return s, nil
}

// LoadByName takes over what fits, by name and shape, of the weights in a safetensors file, one that Fovea saved or
// another; see train.Session.LoadByName. A net that was written with another head keeps its head.
func (n *Net) LoadByName(b []byte) (train.LoadReport, error) {
	f, err := decode(b)
	if err != nil {
		return train.LoadReport{}, err
	}
	w := map[string]plan.Tensor{}
	var strange []string // counters and the like
	for _, t := range f.Tensors {
		if strings.HasPrefix(t.Name, bestPrefix) {
			continue
		}
		if v, err := tensorOf(t); err == nil {
			w[t.Name] = v
		} else {
			strange = append(strange, t.Name)
		}
	}
	r, err := n.Session.LoadByName(w)
	if err != nil {
		return r, err
	}
	r.Unexpected = append(r.Unexpected, strange...)
	slices.Sort(r.Unexpected)
	n.Run = Run{Seed: n.Run.Seed}
	return r, nil
}

func tensorOf(t safetensors.Tensor) (plan.Tensor, error) {
	v, err := safetensors.Float32s(t)
	if v == nil {
		v = []float32{}
	}
	return plan.Float32s(graph.Shape(t.Shape), v...), err
}
