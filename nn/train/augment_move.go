package train

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// move mirrors, turns, scales and shifts each sample by one affine map of output to input pixels about the centre (cy,cx):
//
//	h = cy + (cos θ·f·(p-cy) - sin θ·m·(q-cx))/s + dy
//	w = cx + (sin θ·f·(p-cy) + cos θ·m·(q-cx))/s + dx
//
// where m and f are -1 for what is mirrored and flipped and 1 otherwise, θ is uniform, s is (1+Scale)^u with u from -1 to
// 1, and dy and dx are whole pixels. Without rotation and scale every pixel comes from one pixel; with them from four.
func (a Augment) move(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if !a.moves() {
		return x, nil
	}
	n, c := expr.New, expr.C
	mul := func(x, y *expr.Expr) *expr.Expr { return n(expr.Mul, x, y) }
	add := func(x, y *expr.Expr) *expr.Expr { return n(expr.Add, x, y) }
	samples := graph.Shape{x.Shape[0], 1}
	column := b.G.Const(graph.Shape{6}, 0, 1, 2, 3, 4, 5)
	in := []*graph.Value{column}
	// draw returns a new uniform number for each sample, put through f, or otherwise where there is none to draw.
	draw := func(wanted bool, otherwise float64, f func(u int) *expr.Expr) (*expr.Expr, error) {
		if !wanted {
			return c(otherwise), nil
		}
		u, err := b.Uniform(samples)
		if err != nil {
			return nil, err
		}
		in = append(in, u)
		return f(len(in) - 1), nil
	}
	sign := func(share float64) func(int) *expr.Expr {
		return func(u int) *expr.Expr { return n(expr.Select, n(expr.Greater, c(share), expr.V(u)), c(-1), c(1)) }
	}
	pixels := func(u int) *expr.Expr {
		most := float64(a.Shift)
		return n(expr.Sub, n(expr.Min, n(expr.Floor, mul(expr.V(u), c(2*most+1))), c(2*most)), c(most))
	}
	var m, f, dy, dx, turn, shrink *expr.Expr
	for _, d := range []struct {
		to        **expr.Expr
		wanted    bool
		otherwise float64
		f         func(u int) *expr.Expr
	}{
		{&m, a.Mirror > 0, 1, sign(a.Mirror)}, {&f, a.Flip > 0, 1, sign(a.Flip)},
		{&dy, a.Shift > 0, 0, pixels}, {&dx, a.Shift > 0, 0, pixels},
		{&turn, a.Rotate > 0, 0, func(u int) *expr.Expr { return symmetric(u, a.Rotate*math.Pi/180) }},
		{&shrink, a.Scale > 0, 1, func(u int) *expr.Expr { return n(expr.Exp, symmetric(u, math.Log(1+a.Scale))) }},
	} {
		e, err := draw(d.wanted, d.otherwise, d.f)
		if err != nil {
			return nil, err
		}
		*d.to = e
	}
	sin, cos := mul(n(expr.Sin, turn), shrink), mul(n(expr.Cos, turn), shrink)
	cy, cx := c(float64(x.Shape[1]-1)/2), c(float64(x.Shape[2]-1)/2)
	hp, hq, wp, wq := mul(cos, f), n(expr.Neg, mul(sin, m)), mul(sin, f), mul(cos, m)
	offset := func(centre, shift, p, q *expr.Expr) *expr.Expr {
		return n(expr.Sub, add(centre, shift), add(mul(p, cy), mul(q, cx)))
	}
	six := []*expr.Expr{hp, hq, offset(cy, dy, hp, hq), wp, wq, offset(cx, dx, wp, wq)}
	e := six[5]
	for k := 4; k >= 0; k-- {
		e = n(expr.Select, n(expr.Equal, expr.V(0), c(float64(k))), six[k], e)
	}
	affine := op.Map(b.G, e, in...)
	return op.Resample(b.G, x, affine, op.ResampleAttrs{Out: x.Shape[1:3], Linear: a.Rotate > 0 || a.Scale > 0, Border: a.Border})
}
