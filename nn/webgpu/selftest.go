//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// selfTest is a small use of a primitive, of sizes that fill no tile evenly.
type selfTest struct {
	attrs any
	in    []graph.Type
}

func numbers(shape ...int) graph.Type { return graph.Type{Shape: shape} }
func places(shape ...int) graph.Type  { return graph.Type{Shape: shape, Type: graph.I32} }

// whole are numbers of 8 bits.
func whole(t graph.DType, shape ...int) graph.Type { return graph.Type{Shape: shape, Type: t} }

// selfTests are by primitive. Each takes the reference well under a tenth of a second.
var selfTests = map[string][]selfTest{
	op.MatMul: {
		{op.MatMulAttrs{}, []graph.Type{numbers(70, 36), numbers(36, 132)}},
		{op.MatMulAttrs{TransA: true}, []graph.Type{numbers(33, 21), numbers(33, 50)}},
		{op.MatMulAttrs{TransB: true}, []graph.Type{numbers(21, 40), numbers(50, 40)}},
	},
	op.Conv: {
		{op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, []graph.Type{numbers(2, 9, 7, 8), numbers(3, 3, 8, 20)}},
		{op.ConvAttrs{Window: op.Square(2, 3, 2, 0), Groups: 1}, []graph.Type{numbers(1, 15, 12, 3), numbers(3, 3, 3, 9)}},
	},
	op.ConvGradInput: {
		{op.ConvAttrs{Window: op.Square(2, 3, 2, 1), Groups: 1, Input: graph.Shape{9, 7, 8}}, []graph.Type{numbers(2, 5, 4, 12), numbers(3, 3, 8, 12)}},
	},
	op.ConvGradWeight: {
		{op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, []graph.Type{numbers(2, 9, 7, 8), numbers(2, 9, 7, 20)}},
	},
	op.Pool: {
		{op.PoolAttrs{Window: op.Square(2, 3, 2, 1)}, []graph.Type{numbers(2, 9, 7, 8)}},
		{op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolAvg}, []graph.Type{numbers(2, 9, 7, 3)}},
	},
	op.PoolGrad: {
		{op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolAvg, Input: graph.Shape{9, 7, 8}}, []graph.Type{numbers(2, 5, 4, 8)}},
	},
	op.MapOp: {
		{op.MapAttrs{Exprs: []*expr.Expr{everyOperation()}}, []graph.Type{numbers(5, 7), numbers(7)}},
		{op.MapAttrs{Exprs: []*expr.Expr{everyOperation()}}, []graph.Type{numbers(9, 8), numbers(8)}},
	},
	op.ReduceOp: {
		{op.ReduceAttrs{Axes: []int{0, 1}, Expr: expr.V(0)}, []graph.Type{numbers(40, 5, 12)}},
		{op.ReduceAttrs{Kind: op.ReduceMax, Axes: []int{1}, Expr: expr.V(0)}, []graph.Type{numbers(9, 130)}},
	},
	op.GatherOp:      {{nil, []graph.Type{numbers(3, 8), places(5)}}},
	op.SoftmaxCE:     {{nil, []graph.Type{numbers(9, 10), places(9)}}},
	op.SoftmaxCEGrad: {{nil, []graph.Type{numbers(9, 10), places(9), numbers(9)}}},
	op.ArgMaxOp:      {{nil, []graph.Type{numbers(9, 10)}}},
	op.ConcatOp:      {{op.ConcatAttrs{Axis: 1}, []graph.Type{numbers(3, 4), numbers(3, 5)}}},
	op.CopyOp: {{op.CopyAttrs{Shape: graph.Shape{4, 7}, Axes: []op.CopyAxis{{From: 1, Step: 1}, {From: 0, Step: -1, Start: 4}}},
		[]graph.Type{numbers(5, 4)}}},
	op.QuantizeOp: {{op.QuantizeAttrs{Scale: 1. / 64, Zero: 3, Type: graph.I8}, []graph.Type{numbers(5, 7)}}},
	op.ConvIntegerOp: {
		{op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, Zero: 3}, []graph.Type{whole(graph.U8, 2, 9, 7, 8), whole(graph.I8, 3, 3, 8, 6)}},
		{op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 3, 2, 1), Groups: 3}, Zero: -3}, []graph.Type{whole(graph.I8, 1, 5, 6, 9), whole(graph.I8, 3, 3, 3, 6)}},
	},
	op.MatMulIntegerOp: {{op.MatMulIntegerAttrs{Zero: 3}, []graph.Type{whole(graph.U8, 5, 21), whole(graph.I8, 21, 10)}}},
	op.RandomOp:        {{op.RandomAttrs{Shape: graph.Shape{3, 7}, Stream: 2}, []graph.Type{places(2)}}},
}

// everyOperation is an expression of numbers in [-1, 1) that contains what drivers may get wrong.
func everyOperation() *expr.Expr {
	n, x, y := expr.New, expr.V(0), expr.V(1)
	e := n(expr.Mul, x, y)
	for _, o := range []expr.Op{expr.Exp, expr.Tanh, expr.Sigmoid, expr.Erf, expr.Floor, expr.Sin, expr.Cos} {
		e = n(expr.Add, e, n(o, n(expr.Mul, x, expr.C(3))))
	}
	positive := n(expr.Add, n(expr.Abs, y), expr.C(0.5))
	for _, p := range []*expr.Expr{n(expr.Log, positive), n(expr.Sqrt, positive), n(expr.Pow, positive, x), n(expr.Div, x, positive), n(expr.Max, x, y), n(expr.Min, x, y)} {
		e = n(expr.Sub, e, p)
	}
	return n(expr.Select, n(expr.Greater, x, y), e, n(expr.Neg, e))
}

// run computes the primitive on d and reports whether all numbers are those of the reference, within what the device's
// numbers lose. The second operand of a product lies in the store, as weights do: its numbers have few bits, so that 16 hold
// them.
func (s selfTest) run(ctx context.Context, d *Device, kind string) (bool, error) {
	st, err := d.NewStore()
	if err != nil {
		return false, err
	}
	defer st.Close()
	g := graph.New()
	given, tensors := map[string]*op.Tensor{}, []plan.Tensor{}
	var in []*graph.Value
	for i, t := range s.in {
		name := fmt.Sprint(i)
		weights := i == 1 && (kind == op.MatMul || kind == op.Conv)
		if weights {
			in = append(in, g.Param(name, t.Shape, graph.Init{}))
		} else {
			in = append(in, g.Input(name, t.Type, t.Shape))
		}
		x := op.NewTensor(t.Shape)
		p := plan.Tensor{Shape: t.Shape, Type: t.Type}
		for k := range x.Data {
			u := op.Uniform(uint32(i+1), 7, 0, k)
			switch t.Type {
			case graph.U8:
				x.Data[k] = math.Floor(256 * float64(u))
				p.U8 = append(p.U8, uint8(x.Data[k]))
				continue
			case graph.I8:
				x.Data[k] = math.Floor(256*float64(u)) - 128
				p.I8 = append(p.I8, int8(x.Data[k]))
				continue
			case graph.I32:
				x.Data[k] = math.Floor(3 * float64(u))
				p.I32 = append(p.I32, int32(x.Data[k]))
				continue
			}
			v := float32(math.Floor(float64(1024*u)))/512 - 1
			x.Data[k] = float64(v)
			p.F32 = append(p.F32, v)
		}
		given[name] = x
		if !weights {
			tensors = append(tensors, p)
		} else if err := st.Write(name, p); err != nil {
			return false, err
		}
	}
	out, err := op.Apply(g, kind, s.attrs, in...)
	if err != nil {
		return false, err
	}
	var names []string
	for i, v := range out {
		names = append(names, fmt.Sprint("y", i))
		g.Output(names[i], v)
	}
	want, err := op.Interpret(g, given)
	if err != nil {
		return false, err
	}
	e, err := d.Compile(ctx, plan.Build(g, plan.Options{}), st)
	if err != nil {
		return false, err
	}
	defer e.Close()
	if err := e.Run(tensors...); err != nil {
		return false, err
	}
	got, err := e.Fetch(names...)(ctx)
	if err != nil {
		return false, err
	}
	for i, v := range out {
		for k, w := range want[v.ID].Data {
			g := 0.0
			switch v.Type {
			case graph.I32:
				g = float64(got[i].I32[k])
			case graph.I8:
				g = float64(got[i].I8[k])
			default:
				g = float64(got[i].F32[k])
			}
			if !(math.Abs(g-w) <= d.tuning.loss()*(1+math.Abs(w))) {
				return false, nil
			}
		}
	}
	return true, nil
}

// loss is what a self-test forgives: the functions of WGSL may be off by 4e-5, sums by what their numbers lose.
func (t Tuning) loss() float64 {
	if t.Fours != "" {
		return 1e-2 // sums of four in [-4, 4], each off by 2⁻¹⁰ at most
	}
	return 2e-4
}
