package export_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
)

// written are the primitives that models for prediction have; the others are refused.
var written = []string{op.ArgMaxOp, op.ConcatOp, op.Conv, op.ConvGradInput, op.ConvIntegerOp, op.CopyOp, op.GatherOp, op.MapOp, op.MatMul, op.MatMulIntegerOp,
	op.Pool, op.QuantizeOp, op.ReduceOp, op.RegionPool, op.ResampleOp, op.ReshapeOp}

// maxFLOPs bounds the cases: the large ones are about the tiles of backends.
const maxFLOPs = 200_000

// refusedCases begin the names of those that cannot be said.
var refusedCases = []string{
	"Copy/spread",                                                                         // zeros between elements
	"RegionPool/max own bounds", "RegionPool/avg own bounds", "RegionPool/sum own bounds", // of each channel
	"Resample/mirrored", "Resample/turned", // a map for each sample; a turn
}

func isRefused(c opcases.Case) bool {
	return !slices.Contains(written, c.Op) ||
		slices.ContainsFunc(refusedCases, func(p string) bool { return strings.HasPrefix(c.String(), p) })
}

// TestPrimitives exports the cases of every primitive, first with their inputs as the model's inputs, then with all but the
// first as weights, and compares what comes back.
func TestPrimitives(t *testing.T) {
	for _, c := range opcases.All() {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v known %v", c, known), func(t *testing.T) {
				g, w, in := graphOf(t, c, known)
				if op.FLOPs(g.Nodes[0]) > maxFLOPs {
					return
				}
				m, err := export.Model(g, w, export.Options{})
				if isRefused(c) {
					if !errors.Is(err, graph.ErrUnsupported) && !errors.As(err, new(*graph.ShapeError)) {
						t.Fatalf("got %v, want an error", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if known && c.String() == "Concat/integers" {
					return // the importer takes known whole numbers for f32
				}
				compare(t, imported(t, m, in), outputs(t, g, w, in))
			})
		}
	}
}

// graphOf builds a case with an output for the first of its results. What is not differentiated is a weight, and with known
// all but the first input are.
func graphOf(t *testing.T, c opcases.Case, known bool) (*graph.Graph, map[string]export.Weight, map[string]*op.Tensor) {
	t.Helper()
	g := graph.New()
	g.Layer = c.String()
	w, in := map[string]export.Weight{}, map[string]*op.Tensor{}
	var args []*graph.Value
	for i, x := range c.In {
		name, v := fmt.Sprintf("x%d", i), x.Draw(uint32(i+1))
		if !x.Fixed && (i == 0 || !known) {
			args, in[name] = append(args, g.Input(name, x.Type, x.Shape)), v
			continue
		}
		args = append(args, g.State(name, x.Type, x.Shape, graph.Init{}))
		weight := export.Weight{Shape: x.Shape}
		for _, f := range v.Data {
			if x.Type == graph.F32 {
				weight.F32 = append(weight.F32, float32(f))
			} else {
				weight.I32 = append(weight.I32, int32(f))
			}
		}
		w[name] = weight
	}
	out, err := op.Apply(g, c.Op, c.Attrs, args...)
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", out[0])
	return g, w, in
}

// TestExpressions writes each operation of an expression, and such as decide by what is no comparison.
func TestExpressions(t *testing.T) {
	n, x, y := expr.New, expr.V(0), expr.V(1)
	for _, e := range []*expr.Expr{
		n(expr.Select, x, y, n(expr.Neg, y)), n(expr.Add, n(expr.Greater, x, y), n(expr.Greater, x, y)),
		n(expr.Equal, n(expr.Floor, x), expr.C(0)),
		n(expr.Select, n(expr.Greater, x, expr.C(0)), x, n(expr.Mul, y, x)), n(expr.Min, n(expr.Max, x, y), expr.C(0.5)),
		n(expr.Min, n(expr.Max, n(expr.Add, n(expr.Mul, expr.C(0.3), x), expr.C(0.4)), expr.C(0)), expr.C(1)),
		n(expr.Min, n(expr.Max, x, expr.C(-0.25)), expr.C(0.5)), n(expr.Div, expr.C(1), n(expr.Add, expr.C(2), x)), x,
	} {
		t.Run(e.String(), func(t *testing.T) {
			g := graph.New()
			in := map[string]*op.Tensor{"x": opcases.F(2, 3, 4, 5).Draw(1), "y": opcases.F(2, 1, 4, 1).Draw(2)}
			g.Output("z", op.Map(g, e, g.Input("x", graph.F32, in["x"].Shape), g.Input("y", graph.F32, in["y"].Shape)))
			for name := range in {
				if len(g.Nodes[0].In) > 1 && !e.Uses(map[string]int{"x": 0, "y": 1}[name]) {
					in[name] = op.NewTensor(in[name].Shape)
				}
			}
			m, err := export.Model(g, nil, export.Options{})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, imported(t, m, in), outputs(t, g, nil, in))
		})
	}
}

// TestWholeNumbers: weights of 8 bits may be given as floats, which must be such numbers.
func TestWholeNumbers(t *testing.T) {
	for _, c := range []struct {
		weight float32
		ok     bool
	}{{-128, true}, {127, true}, {128, false}, {0.5, false}} {
		g := graph.New()
		x := g.Input("x", graph.U8, graph.Shape{1, 2})
		y, err := op.Apply(g, op.MatMulIntegerOp, op.MatMulIntegerAttrs{Zero: 3}, x, g.State("w", graph.I8, graph.Shape{2, 1}, graph.Init{}))
		if err != nil {
			t.Fatal(err)
		}
		g.Output("y", y[0])
		m, err := export.Model(g, map[string]export.Weight{"w": {Shape: graph.Shape{2, 1}, F32: []float32{5, c.weight}}}, export.Options{})
		if c.ok != (err == nil) || err != nil && !errors.As(err, new(*graph.ShapeError)) {
			t.Errorf("weight %g: got %v", c.weight, err)
		}
		if c.ok && m.Graph.Initializers[0].DType != onnxir.Int8 {
			t.Errorf("weights are %v, want INT8", m.Graph.Initializers[0].DType)
		}
	}
}
