package conform

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/onnx/pb"
	"github.com/fovea-nn/fovea/nn/plan"
)

// onnxCase is a case of ONNX's own tests, as the index of a pack describes it.
type onnxCase struct {
	Name     string
	Inputs   []struct{ Name string }
	Outputs  []struct{ Name, Type string }
	DataSets int `json:"data_sets"`
	Optional bool
	RTol     float64 `json:"rtol"`
	ATol     float64 `json:"atol"`
}

// smallATol is near 0 what a relative tolerance is elsewhere: the tests' own, 1e-7, is for double.
const smallATol = 1e-5

// onnxCases are the cases of a pack but the optional ones: strings, sequences and gradients as operators, which networks for
// images do not have.
func onnxCases(cases []onnxCase, pack []byte, root string) ([]caseOf, error) {
	files, err := unpack(pack)
	if err != nil {
		return nil, err
	}
	var out []caseOf
	for _, c := range cases {
		if c.Optional {
			continue
		}
		read := func(name string) ([]byte, error) {
			b, ok := files[root+"/"+c.Name+"/"+name]
			if !ok {
				return nil, fmt.Errorf("%s is not in the pack", name)
			}
			return b, nil
		}
		out = append(out, caseOf{c.Name, func(ctx context.Context, dev plan.Device) Result { return c.run(ctx, dev, read) }})
	}
	return out, nil
}

// unpack reads a pack into memory: it is small.
func unpack(pack []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(pack))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(io.LimitReader(z, 1<<30)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[strings.TrimPrefix(h.Name, "./")], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}

// run builds the model for the sizes of each data set and compares.
func (c onnxCase) run(ctx context.Context, dev plan.Device, read Reader) (res Result) {
	defer func() {
		if p := recover(); p != nil {
			res.Err = fmt.Errorf("panic: %v", p)
		}
	}()
	b, err := read("model.onnx")
	if err != nil {
		return Result{Err: err}
	}
	m, err := onnx.Parse(b, nil)
	if err != nil {
		return Result{Err: err}
	}
	g := nn.NewGraph(dev, m)
	defer g.Close()
	for set := range c.DataSets {
		in, err := c.tensors(read, set, "input", len(c.Inputs), func(i int) string { return c.Inputs[i].Name })
		if err == nil {
			var want map[string]onnx.Tensor
			want, err = c.tensors(read, set, "output", len(c.Outputs), func(i int) string { return c.Outputs[i].Name })
			if err == nil {
				err = c.compare(ctx, g, in, want, &res)
			}
		}
		if err != nil {
			return Result{Err: err}
		}
	}
	return res
}

// tensors reads the inputs or outputs of a data set, by name.
func (c onnxCase) tensors(read Reader, set int, kind string, n int, name func(int) string) (map[string]onnx.Tensor, error) {
	out := map[string]onnx.Tensor{}
	for i := range n {
		b, err := read(fmt.Sprintf("test_data_set_%d/%s_%d.pb", set, kind, i))
		if err != nil {
			return nil, err
		}
		t, err := pb.DecodeTensor(b)
		if err != nil {
			return nil, fmt.Errorf("%s %d: %w", kind, i, err)
		}
		if out[name(i)], err = onnx.TensorOf(t); err != nil {
			return nil, fmt.Errorf("%s %d: %w", kind, i, err)
		}
	}
	return out, nil
}

func (c onnxCase) compare(ctx context.Context, g *nn.Graph, in, want map[string]onnx.Tensor, res *Result) error {
	got, err := g.Run(ctx, in)
	if err != nil {
		return err
	}
	for name, w := range want {
		y, ok := got[name]
		if !ok {
			return fmt.Errorf("the model has no output %q", name)
		}
		if !y.Shape.Equal(w.Shape) || y.Type != w.Type {
			return fmt.Errorf("%s: got %v%v, want %v%v", name, y.Type, y.Shape, w.Type, w.Shape)
		}
		a, b := y.Float64s(), w.Float64s()
		for i := range b {
			if math.IsNaN(a[i]) && math.IsNaN(b[i]) {
				a[i], b[i] = 0, 0
			}
		}
		d := approx.Compare(a, b, math.Max(c.ATol, smallATol), c.RTol)
		if !d.OK() {
			return fmt.Errorf("%s[%d]: got %.9g, want %.9g, %.3g of the tolerance", name, d.Index, d.Got, d.Want, d.Worst)
		}
		if d.Worst >= res.Worst {
			res.Worst, res.At = d.Worst, name
		}
	}
	return nil
}
