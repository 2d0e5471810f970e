package tfjs

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func addGraphReduce() {
	one("Sum", func(c *nodeCall) *value { return of(c.reduce(op.ReduceSum, func(int) *expr.Expr { return arg(0) })) })
	one("Mean", func(c *nodeCall) *value {
		return of(c.reduce(op.ReduceSum, func(n int) *expr.Expr { return fn(mul, arg(0), num(1/float64(n))) }))
	})
	one("Max", func(c *nodeCall) *value { return of(c.reduce(op.ReduceMax, func(int) *expr.Expr { return arg(0) })) })
	one("Min", func(c *nodeCall) *value {
		less := c.reduce(op.ReduceMax, func(int) *expr.Expr { return fn(expr.Neg, arg(0)) })
		return of(c.mapped(fn(expr.Neg, arg(0)), less))
	})
	one("Prod", func(c *nodeCall) *value { // of shapes
		n := 1
		for _, d := range c.static(0) {
			if n *= d; n != int(int32(n)) {
				wrong("product of %v: want a number that fits 32 bits", c.static(0))
			}
		}
		if len(c.input(0).shape()) != 1 || c.flag("keep_dims") {
			unsupported("a product of %v: want that of one axis", c.input(0).shape())
		}
		return c.known(graph.Shape{}, []int{n})
	})
}

// reduce sums, or takes the maximum of, an expression of the number of elements that are put together, over the axes that
// input 1 lists.
func (c *nodeCall) reduce(kind op.ReduceKind, e func(n int) *expr.Expr) *graph.Value {
	x := c.arg(0)
	var axes []int
	n := 1
	for _, a := range c.static(1) {
		if a = axisOf(a, len(x.Shape)); !slices.Contains(axes, a) {
			axes = append(axes, a)
			n *= x.Shape[a]
		}
	}
	slices.Sort(axes)
	return c.apply(op.ReduceOp, op.ReduceAttrs{Kind: kind, Axes: axes, Keep: c.flag("keep_dims"), Expr: e(n)}, x)
}
