package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/spec"
)

// summaryFlags are the flags of the command summary.
type summaryFlags struct {
	net   netFlags
	model modelFlags
	batch int
	json  bool
}

func newSummary() *cobra.Command {
	var f summaryFlags
	c := &cobra.Command{
		Use:   "summary NET",
		Short: "Print a net's layers, shapes, parameters, operations and memory",
		Long: `Print a net's layers with the shape of their outputs, parameters and multiply-adds, and what memory the net takes.
Nothing of the net's size is allocated for it. Parameters are those that are trained; side heads, which only training
computes, are counted apart.

` + netHelp + `
An ONNX file, the model.json of TensorFlow.js and what was made of such are told of by their graphs.`,
		Example: `  fovea summary "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> FC 10"
  fovea summary zoo:vgg16 --json
  fovea summary zoo:resnet18 --classes 10 --size 64`,
		Args: wantArgs("one net; put its text in quotes", 1, 1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.net.add(c)
	c.Flags().IntVar(&f.batch, "batch", 64, "samples that memory is told for")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f summaryFlags) run(c *cobra.Command, arg string) error {
	if f.batch < 1 {
		return usagef("--batch: got %d, want 1 or more", f.batch)
	}
	s, layers, err := f.describe(c, arg)
	if err != nil {
		return err
	}
	if f.json {
		return printJSON(c.OutOrStdout(), summaryOf(s, layers))
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(c.ErrOrStderr(), "note: %s\n", w)
	}
	return writeSummary(c.OutOrStdout(), summaryOf(s, layers))
}

// describe tells of a net by its text or, of a model of another format, by its graph.
func (f summaryFlags) describe(c *cobra.Command, arg string) (*nn.Summary, []spec.Layer, error) {
	net, err := f.net.read(arg, c.InOrStdin())
	if end := strings.ToLower(filepath.Ext(arg)); end == ".onnx" || end == ".json" || errors.Is(err, errNoText) {
		n, err := f.model.open(c.Context(), arg, &deviceFlags{backend: "cpu", threads: 1})
		if err != nil {
			return nil, nil, err
		}
		return n.Summary, nil, n.Close()
	}
	if err != nil {
		return nil, nil, err
	}
	return describe(net, f.batch)
}

// describe tells of a net, and of its layers as the text has them, which are as many and in the same order.
func describe(net source, batch int) (*nn.Summary, []spec.Layer, error) {
	n, err := spec.Parse(net.text)
	if err != nil {
		return nil, nil, net.explain(err)
	}
	s, err := nn.Describe(net.text, batch)
	if err != nil {
		return nil, nil, net.explain(err)
	}
	return s, n.Layers, nil
}

// summaryJSON is what can be known of a net before it runs. Counts of operations and activations are of one sample.
type summaryJSON struct {
	Net            string      `json:"net"` // in normal form
	Input          []int       `json:"input"`
	Classes        int         `json:"classes"`
	Parameters     int         `json:"parameters"`     // of the net that predicts
	SideParameters int         `json:"sideParameters"` // of side heads, which only training computes
	MACs           int         `json:"macs"`
	FLOPs          int         `json:"flops"`
	Batch          int         `json:"batch"`
	Memory         memoryJSON  `json:"memory"`
	Layers         []layerJSON `json:"layers"`
	Warnings       []string    `json:"warnings"`
}

// memoryJSON is in bytes.
type memoryJSON struct {
	ParameterBytes int `json:"parameterBytes"`
	ForwardBytes   int `json:"forwardBytes"`   // activations of one sample forward
	OptimizerBytes int `json:"optimizerBytes"` // adam's
	TrainingBytes  int `json:"trainingBytes"`  // a step of Batch samples, with parameters and the optimizer's; 0 where so many cannot train
}

type layerJSON struct {
	Index           int    `json:"index"` // counted from 1
	Name            string `json:"name"`  // its own, or ""
	Kind            string `json:"kind"`
	Text            string `json:"text"`
	Shape           []int  `json:"shape"`
	Parameters      int    `json:"parameters"`
	MACs            int    `json:"macs"`
	FLOPs           int    `json:"flops"`
	ActivationBytes int    `json:"activationBytes"`
	ReceptiveField  []int  `json:"receptiveField,omitempty"` // in pixels of the input
	Side            bool   `json:"side,omitempty"`
}

func summaryOf(s *nn.Summary, layers []spec.Layer) summaryJSON {
	r := summaryJSON{Net: s.Text, Input: s.Input, Classes: s.Classes, FLOPs: s.FLOPs, Batch: s.Batch,
		Warnings: append([]string{}, s.Warnings...)}
	for i, l := range s.Layers {
		r.MACs += l.MACs
		if l.Side {
			r.SideParameters += l.Parameters
		} else {
			r.Parameters += l.Parameters
		}
		written := spec.Layer{Name: l.Name} // of a net without a text
		if layers != nil {
			written = layers[i]
		}
		r.Layers = append(r.Layers, layerJSON{Index: l.Index, Name: written.Name, Kind: written.Kind, Text: l.Name, Shape: l.Shape,
			Parameters: l.Parameters, MACs: l.MACs, FLOPs: l.FLOPs, ActivationBytes: l.ActivationBytes,
			ReceptiveField: l.ReceptiveField, Side: l.Side})
	}
	r.Memory = memoryJSON{ParameterBytes: 4 * s.Parameters, ForwardBytes: s.ForwardBytes, OptimizerBytes: s.OptimizerBytes,
		TrainingBytes: s.TrainingBytes}
	return r
}

func writeSummary(out io.Writer, s summaryJSON) error {
	t := newTable(out)
	t.row("layer", "", "output", right(13, "parameters"), right(17, "multiply-adds"))
	t.row("    0", "INPUT", sizes(s.Input))
	for _, l := range s.Layers {
		text := l.Text
		if l.Side {
			text = "  (side) " + text
		}
		t.row(right(5, fmt.Sprint(l.Index)), text, sizes(graph.Shape(l.Shape)), right(13, count(l.Parameters)), right(17, count(l.MACs)))
	}
	t.row("total", "", "", right(13, thousands(s.Parameters)), right(17, thousands(s.MACs)))
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if s.SideParameters > 0 {
		fmt.Fprintf(out, "side heads   %s parameters more, in training\n", thousands(s.SideParameters))
	}
	fmt.Fprintf(out, "parameters   %s\n", bytesOf(s.Memory.ParameterBytes))
	fmt.Fprintf(out, "forward      %s for one sample, without parameters\n", bytesOf(s.Memory.ForwardBytes))
	training := fmt.Sprintf("%s for a batch of %d with adam, parameters included", bytesOf(s.Memory.TrainingBytes), s.Batch)
	if s.Memory.TrainingBytes == 0 {
		training = fmt.Sprintf("not with a batch of %d", s.Batch)
	}
	_, err := fmt.Fprintf(out, "training     %s\n", training)
	return err
}

// count prints nothing for 0, so that the layers that have some stand out.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return thousands(n)
}
