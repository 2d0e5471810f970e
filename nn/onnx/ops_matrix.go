package onnx

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func addMatrix(operators table) {
	operators["MatMul"] = func(c *call) { c.set(0, c.matmul(c.input(0), c.input(1))) }
	operators["Gemm"] = gemm
}

func gemm(c *call) {
	a, b := c.input(0), c.input(1)
	if len(a.shape) != 2 || len(b.shape) != 2 {
		c.wrong("got %v and %v, want matrices", a.shape, b.shape)
	}
	if c.int("transA", 0) == 1 {
		a = c.transposed(a, []int{1, 0})
	}
	if c.int("transB", 0) == 1 {
		b = c.transposed(b, []int{1, 0})
	}
	y := c.matmul(a, b)
	alpha, beta := c.float("alpha", 1), c.float("beta", 1)
	e, in := arg(0), []*value{y}
	if alpha != 1 {
		e = mul(num(alpha), e)
	}
	if bias := c.optional(2); bias != nil && beta != 0 {
		scaled := arg(1)
		if beta != 1 {
			scaled = mul(num(beta), scaled)
		}
		e, in = add(e, scaled), append(in, bias)
	}
	if len(in) > 1 || e.Op != expr.Var {
		y = c.mapped(y.dtype, e, in...)
	}
	c.set(0, y)
}

// matmul is numpy's: matrices in the last two axes, vectors as a row on the left or a column on the right, the other axes
// broadcast.
func (c *importer) matmul(a, b *value) *value {
	sa, sb := a.shape, b.shape
	if len(sa) == 0 || len(sb) == 0 {
		check(graph.Shapef("got %v and %v, want at least one axis", sa, sb))
	}
	if len(sa) == 1 {
		y := c.matmul(c.reshaped(a, graph.Shape{1, sa[0]}), b)
		return c.reshaped(y, append(y.shape[:len(y.shape)-2].Clone(), y.shape[len(y.shape)-1]))
	}
	if len(sb) == 1 {
		y := c.matmul(a, c.reshaped(b, graph.Shape{sb[0], 1}))
		return c.reshaped(y, y.shape[:len(y.shape)-1])
	}
	if k := sa[len(sa)-1]; k != sb[len(sb)-2] {
		check(graph.Shapef("product of %v and %v: %d columns, %d rows", sa, sb, k, sb[len(sb)-2]))
	}
	if len(sb) == 2 && len(sa) > 2 { // one matrix for all rows
		rows := c.reshaped(a, graph.Shape{sa[:len(sa)-1].Elems(), sa[len(sa)-1]})
		return c.reshaped(c.matmul(rows, b), append(sa[:len(sa)-1].Clone(), sb[1]))
	}
	if len(sa) == 2 && a.flat != nil && a.v == nil && b.known != nil {
		return c.rowsAsTheyLie(a, b)
	}
	batch, ok := graph.Broadcast(sa[:len(sa)-2], sb[:len(sb)-2])
	if !ok {
		check(graph.Shapef("product of %v and %v: the axes before the last two do not broadcast", sa, sb))
	}
	wide := func(v *value) *value {
		s := append(batch.Clone(), v.shape[len(v.shape)-2:]...)
		if v.shape.Equal(s) {
			return v
		}
		if v.shape.Elems() == s.Elems() {
			return c.reshaped(v, s)
		}
		return c.mappedTo(s, v.dtype, arg(0), v)
	}
	x, transA := c.matrix(wide(a))
	w, transB := c.matrix(wide(b))
	return computed(a.dtype, c.apply(op.MatMul, op.MatMulAttrs{TransA: transA, TransB: transB}, x, w), nil)
}

// matrix returns a value with its last two axes in the order in which they lie, so that nothing moves.
func (c *importer) matrix(v *value) (m *graph.Value, trans bool) {
	n := len(v.shape)
	swapped := identity(n)
	swapped[n-1], swapped[n-2] = n-2, n-1
	c.solid(v)
	if v.known == nil && slices.Equal(v.order(), swapped) {
		return v.v, true
	}
	return c.plain(v), false
}

// rowsAsTheyLie multiplies what was flattened from another order than ONNX's by a known matrix, whose rows go into that order.
func (c *importer) rowsAsTheyLie(a, b *value) *value {
	from := a.flat
	c.solid(from)
	perm := from.order()
	// perm keeps axis 0, and the rows have the sizes of the others.
	rows := append(from.shape[1:].Clone(), b.shape[1])
	order := make([]int, len(rows))
	for i := range from.shape[1:] {
		order[i] = perm[1+i] - 1
	}
	order[len(rows)-1] = len(rows) - 1
	x := op.Reshape(c.g, from.v, graph.Shape{a.shape[0], a.shape[1]})
	w := c.place(b.known.transpose(rows, order), b.known, b.shape, fmt.Sprint("rows", order))
	return computed(a.dtype, c.apply(op.MatMul, op.MatMulAttrs{}, x, w), nil)
}
