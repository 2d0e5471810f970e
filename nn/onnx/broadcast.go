package onnx

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// mapped returns e of values that broadcast by numpy's rule; variable k is input k. The result has the order of the first
// computed input of full rank that is in another than ONNX's, so that channels stay last through a network.
func (c *importer) mapped(d onnxir.DataType, e *expr.Expr, in ...*value) *value {
	return c.mappedTo(graph.Shape{}, d, e, in...)
}

// mappedTo is mapped to what the values and a shape broadcast to.
func (c *importer) mappedTo(shape graph.Shape, d onnxir.DataType, e *expr.Expr, in ...*value) *value {
	for _, v := range in {
		s, ok := graph.Broadcast(shape, v.shape)
		if !ok {
			check(graph.Shapef("sizes %v and %v do not broadcast", shape, v.shape))
		}
		shape = s
	}
	var perm []int
	for _, v := range in {
		c.solid(v)
		if v.v != nil && len(v.shape) == len(shape) && v.perm != nil {
			perm = v.perm
			break
		}
	}
	args := make([]*graph.Value, 0, len(in))
	exprs := make([]*expr.Expr, len(in))
	for k, v := range in {
		if v.known != nil && v.known.len() == 1 && math.Abs(v.known.at(0)) <= math.MaxFloat32 { // WGSL has no constant beyond that
			exprs[k] = expr.C(v.known.at(0))
			continue
		}
		exprs[k] = expr.V(len(args))
		args = append(args, c.spread(v, len(shape), perm))
	}
	e = e.Substitute(func(i int) *expr.Expr { return exprs[i] })
	if perm == nil {
		perm = identity(len(shape))
	}
	y := c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{e}, Shape: permuted([]int(shape), perm)}, args...)
	return computed(d, y, perm)
}

// spread returns v with sizes of 1 before its own up to a rank, in an order, but for those sizes of 1 that can be left out.
func (c *importer) spread(v *value, rank int, perm []int) *graph.Value {
	if len(v.shape) == rank && v.v != nil && perm != nil && slices.Equal(v.perm, perm) {
		return v.v
	}
	if perm == nil && v.perm == nil && v.v != nil {
		return v.v
	}
	if perm == nil {
		perm = identity(rank)
	}
	full := &value{dtype: v.dtype, shape: append(slices.Repeat(graph.Shape{1}, rank-len(v.shape)), v.shape...), known: v.known}
	if v.known == nil {
		full.v = v.v
		if len(v.shape) != rank {
			full.v = op.Reshape(c.g, c.plain(v), full.shape)
		} else {
			full.perm = v.perm
		}
		return c.arranged(full, perm)
	}
	to := graph.Shape(permuted([]int(full.shape), perm))
	for len(to) > 0 && to[0] == 1 {
		to = to[1:]
	}
	return c.place(v.known.transpose(full.shape, perm), v.known, to, fmt.Sprint(perm))
}
