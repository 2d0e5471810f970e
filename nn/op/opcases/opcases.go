// Package opcases holds the test cases of every primitive; only tests import it.
package opcases

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Case is one use of a primitive with inputs drawn from a fixed seed.
type Case struct {
	Op, Name string
	Attrs    any
	In       []Input
	// Tolerances of a float32 device against the float64 reference; zero means the defaults in Tolerance.
	AbsTol, RelTol float64
}

// Input is a given value: uniform in [Lo, Hi), whole numbers for integer types. Values, where set, replaces the draw.
type Input struct {
	Shape  graph.Shape
	Type   graph.DType
	Lo, Hi float64
	Values []float64
	Fixed  bool // not differentiated although it is f32
}

// F is an f32 input in [-1, 1).
func F(shape ...int) Input { return Input{Shape: shape, Lo: -1, Hi: 1} }

// I is an i32 input in [0, hi).
func I(hi int, shape ...int) Input { return Input{Shape: shape, Type: graph.I32, Hi: float64(hi)} }

var all []Case

func add(cases ...Case) {
	all = append(all, cases...)
}

// All returns the cases of every primitive.
func All() []Case { return all }

// String names the case.
func (c Case) String() string { return c.Op + "/" + c.Name }

// Tolerance returns the absolute and relative tolerance. The defaults are those of sums of a few hundred products of
// numbers around 1 in float32.
func (c Case) Tolerance() (abs, rel float64) {
	abs, rel = c.AbsTol, c.RelTol
	if abs == 0 {
		abs = 2e-5
	}
	if rel == 0 {
		rel = 1e-4
	}
	return abs, rel
}

// Build makes the case's graph: inputs x0, x1, …, outputs y0, y1, …
func (c Case) Build() (*graph.Graph, *graph.Node, error) {
	g := graph.New()
	g.Layer = c.String()
	var in []*graph.Value
	for i, x := range c.In {
		in = append(in, g.Input(fmt.Sprintf("x%d", i), x.Type, x.Shape))
	}
	out, err := op.Apply(g, c.Op, c.Attrs, in...)
	if err != nil {
		return nil, nil, err
	}
	for i, y := range out {
		g.Output(fmt.Sprintf("y%d", i), y)
	}
	return g, out[0].Node, nil
}

// Given draws the inputs.
func (c Case) Given() map[string]*op.Tensor {
	given := map[string]*op.Tensor{}
	for i, x := range c.In {
		given[fmt.Sprintf("x%d", i)] = x.Draw(uint32(i + 1))
	}
	return given
}

// Draw returns the input's numbers, all of them exact in float32.
func (x Input) Draw(seed uint32) *op.Tensor {
	t := op.NewTensor(x.Shape)
	for k := range t.Data {
		if x.Values != nil {
			t.Data[k] = x.Values[k]
			continue
		}
		v := x.Lo + (x.Hi-x.Lo)*float64(op.Uniform(seed, 7, 0, k))
		if x.Type != graph.F32 {
			v = float64(int(v))
		}
		t.Data[k] = float64(float32(v))
	}
	return t
}

// Product is $0·$1.
func Product() []*expr.Expr { return []*expr.Expr{expr.New(expr.Mul, expr.V(0), expr.V(1))} }

// Momentum is a step of gradient descent on w²/2 with v = $0 and w = $1: v' = v/2 + w, w' = w - v'.
func Momentum() []*expr.Expr {
	v := expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.C(0.5)), expr.V(1))
	return []*expr.Expr{v, expr.New(expr.Sub, expr.V(1), v)}
}
