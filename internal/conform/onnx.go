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
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
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
	for set := range c.DataSets {
		in, err := c.tensors(read, set, "input", len(c.Inputs), func(i int) string { return c.Inputs[i].Name })
		if err == nil {
			var want map[string]onnx.Tensor
			want, err = c.tensors(read, set, "output", len(c.Outputs), func(i int) string { return c.Outputs[i].Name })
			if err == nil {
				err = c.compare(ctx, dev, m, in, want, &res)
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

func (c onnxCase) compare(ctx context.Context, dev plan.Device, m *onnx.Model, in, want map[string]onnx.Tensor, res *Result) error {
	built, err := buildFor(m, in)
	if err != nil {
		return err
	}
	var got map[string]onnx.Tensor
	if built.Double { // no backend has them
		got, err = built.Interpret(in)
	} else {
		got, err = runBuilt(ctx, dev, built, in)
	}
	if err != nil {
		return err
	}
	for name, w := range want {
		g, ok := got[name]
		if !ok {
			return fmt.Errorf("the model has no output %q", name)
		}
		if !g.Shape.Equal(w.Shape) || g.Type != w.Type {
			return fmt.Errorf("%s: got %v%v, want %v%v", name, g.Type, g.Shape, w.Type, w.Shape)
		}
		x, y := g.Float64s(), w.Float64s()
		for i := range y {
			if math.IsNaN(x[i]) && math.IsNaN(y[i]) {
				x[i], y[i] = 0, 0
			}
		}
		a := approx.Compare(x, y, math.Max(c.ATol, smallATol), c.RTol)
		if !a.OK() {
			return fmt.Errorf("%s[%d]: got %.9g, want %.9g, %.3g of the tolerance", name, a.Index, a.Got, a.Want, a.Worst)
		}
		if a.Worst >= res.Worst {
			res.Worst, res.At = a.Worst, name
		}
	}
	return nil
}

// buildFor builds m for the sizes of inputs. Those that decide on shapes are fixed.
func buildFor(m *onnx.Model, in map[string]onnx.Tensor) (*onnx.Built, error) {
	o := onnx.Options{Shapes: map[string]graph.Shape{}, Fixed: map[string]onnx.Tensor{}}
	for name, t := range in {
		o.Shapes[name] = t.Shape
		if t.Shape.Elems() == 0 {
			o.Fixed[name] = t
		}
	}
	for {
		built, err := m.Build(o)
		var needs *onnx.NeedsValue
		if !errors.As(err, &needs) || o.Fixed[needs.Input].Shape != nil {
			return built, err
		}
		o.Fixed[needs.Input] = in[needs.Input]
	}
}

// runBuilt runs a graph once.
func runBuilt(ctx context.Context, dev plan.Device, b *onnx.Built, in map[string]onnx.Tensor) (map[string]onnx.Tensor, error) {
	out := map[string]onnx.Tensor{}
	var names []string
	for _, p := range b.Outputs {
		if p.Fixed != nil {
			out[p.Name] = *p.Fixed
		} else {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return out, nil
	}
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	p := plan.Build(b.Graph, plan.Options{Fused: dev.Info().Fused})
	for _, x := range p.Persistent {
		w := b.Weights[x.Name]
		t := plan.Tensor{Shape: w.Shape, Type: x.Type.Type, F32: w.F32}
		if err := st.Write(x.Name, t); err != nil {
			return nil, err
		}
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	var given []plan.Tensor
	for _, x := range p.Inputs {
		t := in[x.Name]
		g := plan.Tensor{Shape: t.Shape, Type: x.Type.Type}
		for _, v := range t.Float64s() {
			if x.Type.Type == graph.I32 {
				g.I32 = append(g.I32, int32(v))
			} else {
				g.F32 = append(g.F32, float32(v))
			}
		}
		given = append(given, g)
	}
	if err := e.Run(given...); err != nil {
		return nil, err
	}
	got, err := e.Fetch(names...)(ctx)
	if err != nil {
		return nil, err
	}
	types := map[string]onnxir.DataType{}
	for _, p := range b.Outputs {
		types[p.Name] = p.Type
	}
	for i, t := range got {
		out[names[i]] = onnx.Tensor{Type: types[names[i]], Shape: t.Shape, F64: numbers(t)}
	}
	return out, nil
}
