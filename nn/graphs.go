package nn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Graph is an ONNX model of any inputs and outputs on a device. It is compiled for the sizes of the inputs when these first
// come; weights stay on the device once.
type Graph struct {
	dev   plan.Device
	model *onnx.Model
	of    map[string]*program
	// All lets Run give every value in between too. It is set before the first run.
	All bool
}

// program is the model for inputs of certain sizes.
type program struct {
	*onnx.Built
	plan  *plan.Program
	exe   plan.Executable // nil where nothing depends on inputs, or numbers are of 64 bits
	store plan.Store
	fixed map[string]onnx.Tensor // inputs that it was built with
}

// NewGraph puts a model onto a device, which it does not own.
func NewGraph(dev plan.Device, m *onnx.Model) *Graph {
	return &Graph{dev: dev, model: m, of: map[string]*program{}}
}

// Run computes the outputs from the inputs, both by name and in ONNX's order of elements. Inputs that decide on shapes may
// change from run to run; the graph is then compiled anew. A model of double is computed by the reference, slowly, as no
// backend has such numbers.
func (g *Graph) Run(ctx context.Context, in map[string]onnx.Tensor) (map[string]onnx.Tensor, error) {
	p, err := g.program(ctx, in)
	if err != nil {
		return nil, err
	}
	if p.Double {
		return p.Interpret(in)
	}
	out, types := map[string]onnx.Tensor{}, map[string]onnx.Tensor{}
	var names []string
	for _, port := range p.Outputs {
		if port.Fixed != nil {
			out[port.Name] = *port.Fixed
			continue
		}
		names = append(names, port.Name)
		types[port.Name] = onnx.Tensor{Type: port.Type, Shape: port.Shape}
	}
	if len(names) == 0 {
		return out, nil
	}
	var given []plan.Tensor
	for _, b := range p.plan.Inputs {
		t, ok := in[b.Name]
		if !ok {
			return nil, fmt.Errorf("nn: input %q is missing; the model takes %s: %w", b.Name, inputNames(p.Built), graph.ErrFormat)
		}
		given = append(given, toPlan(t, b.Type))
	}
	if err := p.exe.Run(given...); err != nil {
		return nil, err
	}
	got, err := p.exe.Fetch(names...)(ctx)
	if err != nil {
		return nil, err
	}
	for i, t := range got {
		y := types[names[i]]
		y.F32 = t.F32
		for _, v := range t.I32 {
			y.F64 = append(y.F64, float64(v))
		}
		out[names[i]] = y
	}
	return out, nil
}

func inputNames(b *onnx.Built) string {
	var names []string
	for _, p := range b.Inputs {
		names = append(names, fmt.Sprintf("%q %v", p.Name, p.Shape))
	}
	return strings.Join(names, ", ")
}

// toPlan gives numbers the type of a program's input.
func toPlan(t onnx.Tensor, typ graph.Type) plan.Tensor {
	p := plan.Tensor{Shape: typ.Shape, Type: typ.Type}
	if typ.Type == graph.F32 && t.F32 != nil {
		p.F32 = t.F32
		return p
	}
	for _, v := range t.Float64s() {
		if typ.Type == graph.I32 {
			p.I32 = append(p.I32, int32(v))
		} else {
			p.F32 = append(p.F32, float32(v))
		}
	}
	return p
}

// program returns the model compiled for these inputs.
func (g *Graph) program(ctx context.Context, in map[string]onnx.Tensor) (*program, error) {
	key := ""
	for _, name := range slices.Sorted(maps.Keys(in)) {
		key += fmt.Sprintf("%q%v ", name, in[name].Shape)
	}
	if p := g.of[key]; p != nil {
		if p.suits(in) {
			return p, nil
		}
		p.close()
		delete(g.of, key)
	}
	p, err := g.build(in)
	if err != nil {
		return nil, err
	}
	if !p.Double && len(p.Graph.Outputs) > 0 {
		if err := p.compile(ctx, g.dev); err != nil {
			p.close()
			return nil, err
		}
	}
	g.of[key] = p
	return p, nil
}

// suits reports whether the inputs that the program was built with are the same.
func (p *program) suits(in map[string]onnx.Tensor) bool {
	for name, t := range p.fixed {
		if !slices.Equal(t.Float64s(), in[name].Float64s()) {
			return false
		}
	}
	return true
}

// build builds the graph. Inputs that decide on shapes, or have no elements, are fixed.
func (g *Graph) build(in map[string]onnx.Tensor) (*program, error) {
	o := onnx.Options{All: g.All, Shapes: map[string]graph.Shape{}, Fixed: map[string]onnx.Tensor{}}
	for name, t := range in {
		o.Shapes[name] = t.Shape
		if t.Shape.Elems() == 0 {
			o.Fixed[name] = t
		}
	}
	for {
		built, err := g.model.Build(o)
		var needs *onnx.NeedsValue
		if !errors.As(err, &needs) {
			return &program{Built: built, fixed: o.Fixed}, err
		}
		t, ok := in[needs.Input]
		if _, again := o.Fixed[needs.Input]; !ok || again {
			return nil, err
		}
		o.Fixed[needs.Input] = t
	}
}

func (p *program) compile(ctx context.Context, dev plan.Device) (err error) {
	if p.store, err = dev.NewStore(); err != nil {
		return err
	}
	p.plan = plan.Build(p.Graph, plan.Options{Fused: dev.Info().Fused})
	for _, b := range p.plan.Persistent {
		t := plan.Float32s(b.Shape, p.Weights[b.Name].F32...)
		if t.F32 == nil {
			t.F32 = op.InitialValues(p.Find(b.Name).Init, 0, 0, b.Shape.Elems())
		}
		if b.Type.Type == graph.I8 {
			t = int8s(t)
		}
		if err := p.store.Write(b.Name, t); err != nil {
			return err
		}
	}
	p.exe, err = dev.Compile(ctx, p.plan, p.store)
	return err
}

func (p *program) close() {
	if p.exe != nil {
		p.exe.Close()
	}
	if p.store != nil {
		p.store.Close()
	}
}

// Close releases what the model takes on the device.
func (g *Graph) Close() error {
	for _, p := range g.of {
		p.close()
	}
	g.of = nil
	return nil
}
