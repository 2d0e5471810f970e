package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// diffFlags are the flags of the command diff.
type diffFlags struct {
	model      modelFlags
	device     deviceFlags
	picture    string
	reference  string
	inputs     string
	tolerance  float64
	json, full bool
}

func newDiff() *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff MODEL [OTHER]",
		Short: "Find the first layer in which two models, or two backends, differ",
		Long: `Compare what a model computes with what another one of the same net does, layer by layer, for the same picture, and name the
first layer that differs. Without OTHER the model is compared with itself on pure Go, which finds out what a backend does
otherwise. With --inputs and --reference an ONNX model is compared with its test data, as ONNX's own tests have it.

` + modelHelp + `

A difference is the largest of a layer as a share of its largest number. The exit code is 1 where there is one above the tolerance.`,
		Example: `  fovea diff net.safetensors net.onnx --picture cat.jpg
  fovea diff squeezenet.onnx --backend simd
  fovea diff model.onnx --inputs test_data_set_0 --reference test_data_set_0`,
		Args: wantArgs("one or two models", 1, 2),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	f.model.add(c)
	f.device.add(c)
	c.Flags().StringVar(&f.picture, "picture", "", "the picture to look at; without it a pattern")
	c.Flags().StringVar(&f.inputs, "inputs", "", "a folder with input_0.pb … of an ONNX model")
	c.Flags().StringVar(&f.reference, "reference", "", "a folder with output_0.pb …, which the model should compute")
	c.Flags().Float64Var(&f.tolerance, "tolerance", 1e-3, "the largest difference that is none")
	c.Flags().BoolVar(&f.full, "all", false, "list all layers, not the first that differs alone")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

// errDiffers makes the exit code 1.
var errDiffers = errors.New("the models differ")

func (f *diffFlags) run(c *cobra.Command, args []string) error {
	ctx := c.Context()
	if f.reference != "" || f.inputs != "" {
		if len(args) != 1 || f.reference == "" || f.inputs == "" {
			return usagef("--inputs and --reference are for one model, and come together")
		}
		return f.outputs(ctx, c.OutOrStdout(), args[0])
	}
	a, err := f.model.open(ctx, args[0], &f.device)
	if err != nil {
		return err
	}
	defer a.Close()
	other, device := args[0], &deviceFlags{backend: "cpu", threads: f.device.threads}
	if len(args) == 2 {
		other, device = args[1], &f.device
	}
	b, err := f.model.open(ctx, other, device)
	if err != nil {
		return err
	}
	defer b.Close()
	ta, err := f.trace(ctx, a)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	tb, err := f.trace(ctx, b)
	if err != nil {
		return fmt.Errorf("%s: %w", other, err)
	}
	return f.report(c.OutOrStdout(), nn.Compare(ta, tb))
}

// trace looks at the picture with a net.
func (f *diffFlags) trace(ctx context.Context, n *nn.Net) ([]train.LayerOutput, error) {
	size := 1
	for _, d := range n.Summary.Input {
		size *= d
	}
	x := make([]float32, size)
	for i := range x {
		x[i] = float32(math.Round(127.5 + 127.5*math.Sin(float64(i)*0.37)*math.Cos(float64(i)*0.0113)))
	}
	if f.picture != "" {
		pic, err := load(ctx, f.picture)
		if err != nil {
			return nil, err
		}
		pixels, err := n.Pixels(pic)
		if err != nil {
			return nil, err
		}
		for i, b := range pixels {
			x[i] = float32(b)
		}
	}
	return n.Trace(ctx, x)
}

// report prints the layers, or the first that differs, and how many agree.
func (f *diffFlags) report(out io.Writer, pairs []nn.Pair) error {
	first, agree := -1, 0
	for i, p := range pairs {
		switch {
		case p.Unmatched:
		case !(p.Difference <= f.tolerance):
			if first < 0 {
				first = i
			}
		default:
			agree++
		}
	}
	if f.json {
		v := map[string]any{"agree": agree, "layers": pairs, "first": nil}
		if first >= 0 {
			v["first"] = pairs[first]
		}
		if err := printJSON(out, v); err != nil {
			return err
		}
	} else {
		if f.full {
			t := newTable(out)
			t.row("layer", "counterpart", "shape", "difference")
			for _, p := range pairs {
				d := fmt.Sprintf("%.2g", p.Difference)
				if p.Unmatched {
					d = "-"
				}
				t.row(p.A, p.B, strings.Join(strings.Fields(strings.Trim(fmt.Sprint(p.Shape), "[]")), "x"), d)
			}
			if err := t.flush(); err != nil {
				return err
			}
		}
		if first < 0 {
			fmt.Fprintf(out, "%d layers agree\n", agree)
		} else {
			p := pairs[first]
			fmt.Fprintf(out, "the first layer that differs: %s (there %s), element %d of %v: %g and %g, %.2g of the largest number\n",
				p.A, p.B, p.At, p.Shape, p.ValueA, p.ValueB, p.Difference)
		}
	}
	if first >= 0 {
		return errDiffers
	}
	return nil
}

// outputs compares an ONNX model with its test data. Where it differs, the layers are compared with the reference's.
func (f *diffFlags) outputs(ctx context.Context, out io.Writer, path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	m, err := onnx.Parse(b, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	in, err := testData(f.inputs, "input", m.Inputs())
	if err != nil {
		return err
	}
	want, err := testData(f.reference, "output", m.Outputs())
	if err != nil {
		return err
	}
	dev, err := f.device.open(ctx)
	if err != nil {
		return err
	}
	defer dev.Close()
	got, err := compute(ctx, dev, m, in, false)
	if err != nil {
		return err
	}
	var pairs []nn.Pair
	for _, name := range m.Outputs() {
		pairs = append(pairs, nn.Compare([]train.LayerOutput{layerOf(name, got[name])}, []train.LayerOutput{layerOf(name, want[name])})...)
	}
	for _, p := range pairs {
		if !p.Unmatched && p.Difference <= f.tolerance {
			continue
		}
		fmt.Fprintf(out, "output %s: got %g, want %g at element %d of %v\n", p.A, p.ValueA, p.ValueB, p.At, p.Shape)
		reference := cpu.New(f.device.threads)
		defer reference.Close()
		a, err := compute(ctx, dev, m, in, true)
		if err != nil {
			return err
		}
		b, err := compute(ctx, reference, m, in, true)
		if err != nil {
			return err
		}
		var ta, tb []train.LayerOutput
		for _, name := range m.Values() {
			if x, ok := a[name]; ok {
				ta, tb = append(ta, layerOf(name, x)), append(tb, layerOf(name, b[name]))
			}
		}
		return f.report(out, nn.Compare(ta, tb))
	}
	_, err = fmt.Fprintf(out, "%d outputs agree\n", len(pairs))
	return err
}

// compute runs a model, for its outputs or for all values in between.
func compute(ctx context.Context, dev plan.Device, m *onnx.Model, in map[string]onnx.Tensor, all bool) (map[string]onnx.Tensor, error) {
	g := nn.NewGraph(dev, m)
	defer g.Close()
	g.All = all
	return g.Run(ctx, in)
}

func layerOf(name string, t onnx.Tensor) train.LayerOutput {
	o := train.LayerOutput{Layer: name, Shape: t.Shape}
	for _, v := range t.Float64s() {
		o.Values = append(o.Values, float32(v))
	}
	return o
}

// testData reads KIND_0.pb … of a folder as the values of names.
func testData(folder, kind string, names []string) (map[string]onnx.Tensor, error) {
	out := map[string]onnx.Tensor{}
	for i, name := range names {
		path := filepath.Join(folder, fmt.Sprintf("%s_%d.pb", kind, i))
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if out[name], err = onnx.ParseTensor(b); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return out, nil
}
