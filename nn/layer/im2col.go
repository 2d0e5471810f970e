package layer

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Im2ColView is a convolution laid out as the matrix product that it is, to be looked at: it takes KH·KW/stride² times the
// memory of Conv, which computes the same.
type Im2ColView struct {
	W *graph.Value // [F, KH·KW·C], a row a filter
	X *graph.Value // [KH·KW·C, N·P·Q], a column for each place of the window
	Y *graph.Value // [N,P,Q,F], the product put back in place, with the bias
	// Explanation says in a sentence what the matrices are.
	Explanation string
}

// Im2Col computes Conv by its matrices.
//
//	Y = W·X,   X[(i·KW+j)·C+c, (n·P+p)·Q+q] = x[n, p·stride-top+i·dil, q·stride-left+j·dil, c]
//
// Shapes: x [N,H,W,C]; parameters as in Conv. It returns a ShapeError for groups, other than two spatial axes, more than
// 4096 taps, and otherwise where Conv does.
//
// Source: Chellapilla, Puri, Simard, "High performance convolutional neural networks for document processing", 2006.
func Im2Col(b *Builder, x *graph.Value, o ConvOptions) (*Im2ColView, error) {
	if len(x.Shape) != 4 || len(o.Kernel) != 2 || max(1, o.Groups) != 1 {
		return nil, b.fail("matrix view of %v, groups %d: want [N,H,W,C] and no groups", x.Shape, o.Groups)
	}
	const mostTaps = 1 << 12 // each is a step of the graph
	if max(o.Kernel[0], o.Kernel[1]) > mostTaps || o.Kernel[0]*o.Kernel[1] > mostTaps {
		return nil, b.fail("matrix view of a kernel %v: want at most %d taps", o.Kernel, mostTaps)
	}
	// The direct convolution finds what does not fit, and the sizes; a graph computes only what its outputs need.
	direct, err := Conv(b, x, o)
	if err != nil {
		return nil, err
	}
	n, p, q, ch := x.Shape[0], direct.Shape[1], direct.Shape[2], x.Shape[3]
	taps := o.Kernel[0] * o.Kernel[1]
	var rows []*graph.Value
	for i := range o.Kernel[0] {
		for j := range o.Kernel[1] {
			row, err := b.apply(op.CopyOp, op.CopyAttrs{Shape: graph.Shape{ch, n, p, q}, Axes: []op.CopyAxis{
				{From: 1, Step: 1},
				{From: 2, Step: o.Stride[0], Start: i*o.Dilation[0] - o.Pads[0][0]},
				{From: 3, Step: o.Stride[1], Start: j*o.Dilation[1] - o.Pads[1][0]},
				{From: 0, Step: 1},
			}}, x)
			if err != nil {
				return nil, err
			}
			rows = append(rows, op.Reshape(b.G, row, graph.Shape{ch, n * p * q}))
		}
	}
	columns, err := Concat(b, 0, rows...)
	if err != nil {
		return nil, err
	}
	filters, err := op.Transpose(b.G, op.Reshape(b.G, b.G.Find(o.Name+".weight"), graph.Shape{taps * ch, o.Filters}), 1, 0)
	if err != nil {
		return nil, err
	}
	y, err := b.apply(op.MatMul, op.MatMulAttrs{}, filters, columns)
	if err != nil {
		return nil, err
	}
	if y, err = op.Transpose(b.G, y, 1, 0); err != nil {
		return nil, err
	}
	y = op.Reshape(b.G, y, direct.Shape)
	if !o.NoBias {
		if y, err = b.bias(o.Name, y); err != nil {
			return nil, err
		}
	}
	view := &Im2ColView{W: filters, X: columns, Y: y}
	view.Explanation = fmt.Sprintf("W %v times X %v: each of the %d filters is a row of %d·%d·%d = %d weights, each of the %d·%d = %d places of the window a column of as many pixels.",
		view.W.Shape, view.X.Shape, o.Filters, o.Kernel[0], o.Kernel[1], ch, taps*ch, p, q, p*q)
	if n > 1 {
		view.Explanation += fmt.Sprintf(" The %d pictures stand side by side.", n)
	}
	return view, nil
}
