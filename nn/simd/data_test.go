package simd_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/simd"
)

// pair is devices of one and of three threads: results must have the same bits.
type pair [2]*simd.Device

func newPair(t *testing.T) (p pair) {
	for i, threads := range []int{1, 3} {
		d, err := simd.Open(context.Background(), simd.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		p[i] = d
	}
	return p
}

// check compares the outputs of g, which are f32 or i32, with the reference.
func (p pair) check(g *graph.Graph, given map[string]*op.Tensor, abs, rel float64) error {
	want, err := op.Interpret(g, given)
	if err != nil {
		return err
	}
	program := plan.Build(g, plan.Options{})
	var first []plan.Tensor
	for i, d := range p {
		got, err := plantest.RunOnce(d, program, given)
		if err != nil {
			return err
		}
		if i > 0 {
			if !reflect.DeepEqual(got, first) {
				return fmt.Errorf("three threads give other bits than one\n%v", program)
			}
			continue
		}
		first = got
		for k, o := range g.Outputs {
			data := got[k].F32
			for _, v := range got[k].I32 {
				data = append(data, float32(v))
			}
			if r := approx.Compare(data, want[o.Value.ID].Data, abs, rel); !r.OK() {
				return fmt.Errorf("%s%v\n%v", o.Name, r, program)
			}
		}
	}
	return nil
}

// checkCase is check of a primitive.
func (p pair) checkCase(c opcases.Case) error {
	g, _, err := c.Build()
	if err != nil {
		return err
	}
	abs, rel := c.Tolerance()
	return p.check(g, c.Given(), abs, rel)
}

// Reductions that are cut into chunks, along every axis, with lengths that fit nothing.
func TestLargeReductions(t *testing.T) {
	devices := newPair(t)
	x, y := expr.V(0), expr.V(1)
	product := expr.New(expr.Mul, x, y)
	F := opcases.F
	positive := opcases.Input{Shape: graph.Shape{300003}, Hi: 1}
	for _, c := range []struct {
		name   string
		axes   []int
		e      *expr.Expr
		abs    float64 // where the sum's terms cancel
		inputs []opcases.Input
	}{
		{"all", []int{0}, x, 0, []opcases.Input{positive}},
		{"few channels", []int{0}, x, 1e-3, []opcases.Input{F(15011, 3)}},
		{"ten channels", []int{0}, x, 1e-3, []opcases.Input{F(9011, 10)}},
		{"channels of more than one tile", []int{0, 1}, product, 1e-3, []opcases.Input{F(31, 51, 44), F(44)}},
		{"wide", []int{0}, product, 1e-4, []opcases.Input{F(70, 5003), F(70, 1)}},
		{"chunks of chunks", []int{0}, x, 1e-4, []opcases.Input{F(1100, 600)}},
		{"wide and flat", []int{0}, product, 0, []opcases.Input{F(3, 30001), F(3, 30001)}},
		{"long rows", []int{1}, product, 1e-3, []opcases.Input{F(3, 20001), F(3, 1)}},
		{"long rows, put together", []int{0, 2}, x, 1e-3, []opcases.Input{F(3, 3, 20001)}},
		{"many short rows", []int{1}, x, 0, []opcases.Input{F(9001, 10)}},
		{"planes", []int{1, 2}, product, 1e-4, []opcases.Input{F(13, 7, 9, 20), F(13, 1, 1, 20)}},
		{"large planes", []int{1, 2}, x, 1e-3, []opcases.Input{F(3, 101, 60, 17)}},
		{"every second axis", []int{0, 2}, product, 1e-4, []opcases.Input{F(19, 7, 31, 12), F(7, 1, 12)}},
		{"the other axes", []int{1, 3}, product, 1e-4, []opcases.Input{F(19, 7, 31, 12), F(19, 1, 31, 1)}},
		{"whole numbers", []int{0}, product, 0, []opcases.Input{opcases.I(5, 4001, 9), {Shape: graph.Shape{4001, 9}, Hi: 1}}},
		{"whole numbers in rows", []int{1}, product, 0, []opcases.Input{opcases.I(5, 9, 4001), {Shape: graph.Shape{9, 4001}, Hi: 1}}},
	} {
		for _, kind := range []op.ReduceKind{op.ReduceSum, op.ReduceMax} {
			err := devices.checkCase(opcases.Case{Op: op.ReduceOp, Attrs: op.ReduceAttrs{Kind: kind, Axes: c.axes, Expr: c.e},
				In: c.inputs, AbsTol: max(c.abs, 1e-5), RelTol: 1e-6})
			if err != nil {
				t.Errorf("%s, %v: %v", c.name, kind, err)
			}
		}
	}
}

// Copies with any attributes, of every type.
func TestRandomCopies(t *testing.T) {
	devices := newPair(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCopy(t)
		g := graph.New()
		x := g.Input("x0", c.In[0].Type, c.In[0].Shape)
		y, err := op.Apply(g, op.CopyOp, c.Attrs, x)
		if err != nil {
			t.Fatal(err)
		}
		g.Output("y", op.Map(g, expr.V(0), y[0])) // bytes are compared as numbers
		if err := devices.check(g, c.Given(), 0, 0); err != nil {
			t.Fatalf("%v %+v: %v", c.In[0].Shape, c.Attrs, err)
		}
	})
}

func drawCopy(t *rapid.T) opcases.Case {
	size := rapid.OneOf(rapid.IntRange(1, 6), rapid.SampledFrom([]int{8, 17, 40, 65}))
	long := rapid.IntRange(0, 9).Draw(t, "long") == 0
	a := op.CopyAttrs{}
	for range rapid.IntRange(1, 4).Draw(t, "axes") {
		a.Shape = append(a.Shape, size.Draw(t, "size"))
		if len(a.Shape) >= 3 {
			size = rapid.IntRange(1, 6)
		}
	}
	if long {
		a.Shape = graph.Shape{rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(8000, 20000).Draw(t, "columns")}
	}
	in := opcases.Input{Type: rapid.SampledFrom([]graph.DType{graph.F32, graph.I32, graph.U8}).Draw(t, "type"), Hi: 250}
	free := rapid.Permutation([]int{0, 1, 2, 3}[:len(a.Shape)]).Draw(t, "order")
	for _, from := range free {
		d := a.Shape[from]
		ax := op.CopyAxis{From: from, Step: 1}
		n := d
		switch rapid.SampledFrom([]string{"all", "all", "all", "backwards", "slice", "frame", "steps", "spread", "drop", "fixed"}).Draw(t, "how") {
		case "backwards":
			ax.Step, ax.Start = -1, d-1
		case "slice":
			ax.Start, n = 1, d+2
		case "frame":
			ax.Start, n = -1, max(1, d-2)
		case "steps":
			ax.Step, ax.Start, n = rapid.SampledFrom([]int{2, 3, -2}).Draw(t, "step"), rapid.IntRange(-2, 2*d).Draw(t, "start"), 2*d
		case "spread":
			ax.Every, ax.Step, ax.Start = rapid.IntRange(2, 3).Draw(t, "every"), rapid.SampledFrom([]int{1, 2, -1}).Draw(t, "step"), rapid.IntRange(-2, d).Draw(t, "start")
			n = d/2 + 1
		case "drop":
			continue
		case "fixed":
			ax = op.CopyAxis{From: -1, Start: rapid.IntRange(0, 2).Draw(t, "start")}
			n = 2
		}
		a.Axes = append(a.Axes, ax)
		in.Shape = append(in.Shape, n)
	}
	if len(in.Shape) == 0 {
		in.Shape, a.Axes = graph.Shape{3}, []op.CopyAxis{{From: -1, Start: 1}}
	}
	return opcases.Case{Op: op.CopyOp, Attrs: a, In: []opcases.Input{in}}
}

// Concatenations of every type along every axis.
func TestRandomConcats(t *testing.T) {
	devices := newPair(t)
	rapid.Check(t, func(t *rapid.T) {
		s := graph.Shape(rapid.SliceOfN(rapid.IntRange(1, 20), 1, 3).Draw(t, "shape"))
		axis := rapid.IntRange(0, len(s)-1).Draw(t, "axis")
		g, given := graph.New(), map[string]*op.Tensor{}
		in := opcases.Input{Type: rapid.SampledFrom([]graph.DType{graph.F32, graph.I32, graph.U8}).Draw(t, "type"), Hi: 250}
		var parts []*graph.Value
		for i := range rapid.IntRange(1, 4).Draw(t, "parts") {
			in.Shape = s.Clone()
			in.Shape[axis] = rapid.IntRange(1, 20).Draw(t, "size")
			name := fmt.Sprint("x", i)
			parts = append(parts, g.Input(name, in.Type, in.Shape))
			given[name] = in.Draw(uint32(i))
		}
		y, err := op.Concat(g, axis, parts...)
		if err != nil {
			t.Fatal(err)
		}
		g.Output("y", op.Map(g, expr.V(0), y))
		if err := devices.check(g, given, 0, 0); err != nil {
			t.Fatal(err)
		}
	})
}

// Epilogues of gathers: one number, one for each channel, one for each element, and inputs that lie otherwise, on rows of
// every length.
func TestGatherEpilogues(t *testing.T) {
	devices := newPair(t)
	for _, s := range []graph.Shape{{3}, {12}, {5, 5, 1}, {28, 28, 1}, {7, 7, 2}, {5, 5, 3}, {32, 32, 3}, {41, 40, 3}, {5, 5, 4}, {6, 6, 5}, {3, 3, 16}, {2, 2, 64}} {
		for _, typ := range []graph.DType{graph.U8, graph.F32} {
			last := s[len(s)-1]
			full := append(graph.Shape{7}, s...)
			for name, extra := range map[string]graph.Shape{"one": {1}, "channel": {last}, "element": full, "row": append(graph.Shape{7}, make(graph.Shape, len(s))...)} {
				for i, d := range extra {
					extra[i] = max(1, d)
				}
				g := graph.New()
				table := g.State("table", typ, append(graph.Shape{9}, s...), graph.Init{})
				y := op.Gather(g, table, g.Input("index", graph.I32, graph.Shape{7}))
				z := op.Map(g, expr.New(expr.Mul, expr.New(expr.Sub, expr.V(0), expr.V(1)), expr.V(2)), y, g.Input("a", graph.F32, extra), g.Input("b", graph.F32, extra))
				g.Output("y", z)
				given := map[string]*op.Tensor{
					"table": opcases.Input{Shape: table.Shape, Type: typ, Hi: 256}.Draw(1),
					"index": opcases.I(9, 7).Draw(2),
					"a":     opcases.F(extra...).Draw(3), "b": opcases.F(extra...).Draw(4),
				}
				if err := devices.check(g, given, 1e-5, 1e-5); err != nil {
					t.Errorf("%v%v, %s: %v", typ, s, name, err)
				}
			}
		}
	}
}

// Rows are done four at a time, whatever their number and length.
func TestLogitRows(t *testing.T) {
	devices := newPair(t)
	for _, rows := range []int{1, 2, 3, 4, 6, 131} {
		for _, classes := range []int{1, 3, 10, 40, 1001} {
			logits, labels, dloss := opcases.F(rows, classes), opcases.I(classes+1, rows), opcases.F(rows) // the last label is none
			for _, c := range []opcases.Case{
				{Op: op.SoftmaxCE, In: []opcases.Input{logits, labels}},
				{Op: op.SoftmaxCEGrad, In: []opcases.Input{logits, labels, dloss}},
				{Op: op.ArgMaxOp, In: []opcases.Input{logits}},
			} {
				if err := devices.checkCase(c); err != nil {
					t.Errorf("%s of %d rows of %d: %v", c.Op, rows, classes, err)
				}
			}
		}
	}
}

// Random numbers are those of op.Uniform to the bit, with any seed, and so are functions of them.
func TestRandomNumbers(t *testing.T) {
	devices := newPair(t)
	for _, s := range []graph.Shape{{1}, {15}, {16, 3}, {5000, 3}} {
		for name, extra := range map[string]graph.Shape{"one": {1}, "channel": s[len(s)-1:], "element": s} {
			g := graph.New()
			u := op.Random(g, g.Input("state", graph.I32, graph.Shape{2}), 5, s)
			g.Output("y", op.Map(g, expr.New(expr.Greater, expr.V(0), expr.V(1)), u, g.Input("x", graph.F32, extra)))
			given := map[string]*op.Tensor{
				"state": {Shape: graph.Shape{2}, Data: []float64{-2000000011, 1 << 30}},
				"x":     opcases.Input{Shape: extra, Hi: 1}.Draw(9),
			}
			if err := devices.check(g, given, 0, 0); err != nil {
				t.Errorf("%v, %s: %v", s, name, err)
			}
		}
		err := devices.checkCase(opcases.Case{Op: op.RandomOp, Attrs: op.RandomAttrs{Shape: s, Stream: 1},
			In: []opcases.Input{{Shape: graph.Shape{2}, Type: graph.I32, Values: []float64{-7, 123456789}}}, AbsTol: 1e-30, RelTol: 1e-30})
		if err != nil {
			t.Errorf("%v: %v", s, err)
		}
	}
}
