package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// matMul writes a fully connected layer as a Gemm with the matrix [Out,In], other products as MatMul.
func matMul(c *call) {
	t := c.n.Attrs.(op.MatMulAttrs)
	a, b := c.in[0], c.in[1]
	rank := len(a.shape)
	if rank == 2 && b.known != nil && !t.TransA {
		c.linear(a, b, t.TransB)
		return
	}
	open := a.open || b.open
	if open && (rank == 2 && (b.open || t.TransA) || rank > 2 && a.open != b.open) {
		c.fail(errBatch)
	}
	order := func(trans bool) []int {
		p := identity(rank)
		if trans {
			p[rank-2], p[rank-1] = rank-1, rank-2
		}
		return p
	}
	y := c.emit("MatMul", []string{c.arranged(a, order(t.TransA)), c.arranged(b, order(t.TransB))})
	c.set(computed(y, onnxir.Float, c.n.Out[0].Shape, identity(rank), open))
}

// linear multiplies rows by a known matrix, with the bias behind it. What was flattened stays as it lies: the matrix's rows go
// into that order.
func (c *call) linear(a, b *value, trans bool) {
	bias, out := c.bias(c.n.Out[0])
	if trans {
		turned := &array{name: b.known.name, f32: transposed(b.known.f32, b.shape, []int{1, 0})}
		b = &value{shape: graph.Shape{b.shape[1], b.shape[0]}, elem: b.elem, known: turned}
	}
	x, rows, order := c.rows(a, b)
	w := c.placed(rows, append([]int{len(order)}, order...), []int{b.shape[1], b.shape[0]})
	y := c.emit("Gemm", append([]string{x, w}, bias...), onnxir.IntAttribute("transB", 1))
	c.values[out] = computed(y, onnxir.Float, out.Shape, []int{0, 1}, a.open)
}

// rows returns a, a matrix, as a tensor whose columns are as they lie, and b, known numbers that it is multiplied by, with its
// rows split as those columns are; order is how the rows' axes are to stand.
func (c *call) rows(a, b *value) (x string, rows *value, order []int) {
	columns := c.columns(a)
	if columns == nil {
		return c.arranged(a, []int{0, 1}), b, []int{0}
	}
	first := slices.Min(columns)
	for _, f := range columns {
		order = append(order, f-first)
	}
	split := append(graph.Shape(pick(a.fine, slices.Sorted(slices.Values(columns)))), b.shape[1])
	rows = &value{shape: split, elem: b.elem, known: b.known}
	return c.reshape(a.name, pick(a.fine, a.order), a.shape, a.open && c.leads(a.order)), rows, order
}

// columns returns the fine axes of a's columns in the order in which they lie, or nil if its rows do not lie before them in
// their own order.
func (c *call) columns(a *value) (columns []int) {
	if a.known != nil {
		return nil
	}
	last := -1
	for _, f := range a.order {
		switch {
		case a.group[f] == 1:
			columns = append(columns, f)
		case a.one(f):
		case len(columns) > 0 || f < last:
			return nil
		default:
			last = f
		}
	}
	return columns
}
