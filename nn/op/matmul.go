package op

import "github.com/fovea-nn/fovea/nn/graph"

// MatMulAttrs are the attributes of MatMul.
type MatMulAttrs struct{ TransA, TransB bool }

// MatMul multiplies matrices, or batches of them.
//
//	y[…,i,j] = Σ k a[…,i,k] · b[…,k,j]
//
// Shapes: a [B…,M,K] ([B…,K,M] with TransA), b [B…,K,N] ([B…,N,K] with TransB), y [B…,M,N]. Both have the same leading
// axes. It returns a ShapeError if the axes or the inner sizes differ. Cost: 2·B·M·N·K flop.
const MatMul = "MatMul"

var _ = register(Primitive{
	Name: MatMul,
	Shape: func(attrs any, in []graph.Type) ([]graph.Type, error) {
		t := attrs.(MatMulAttrs)
		a, b := in[0].Shape, in[1].Shape
		if len(a) < 2 || len(a) != len(b) || !a[:len(a)-2].Equal(b[:len(b)-2]) {
			return nil, graph.Shapef("matrix product of %v and %v: want two or more axes, the leading ones equal", a, b)
		}
		m, k := rowsCols(a, t.TransA)
		k2, n := rowsCols(b, t.TransB)
		if k != k2 {
			return nil, graph.Shapef("matrix product: the left side has %d columns, the right side %d rows, want the same", k, k2)
		}
		return []graph.Type{{Shape: append(a[:len(a)-2].Clone(), m, n)}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		y := NewTensor(n.Out[0].Shape)
		d := MatMulGeometry(n)
		for b := range d.Batch {
			a, bb, yy := in[0].Data[b*d.M*d.K:], in[1].Data[b*d.K*d.N:], y.Data[b*d.M*d.N:]
			for i := range d.M {
				for j := range d.N {
					for k := range d.K {
						yy[i*d.N+j] += a[i*d.ARow+k*d.ACol] * bb[k*d.BRow+j*d.BCol]
					}
				}
			}
		}
		return []*Tensor{y}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, need []bool) []*graph.Value {
		t := n.Attrs.(MatMulAttrs)
		a, b, dy := n.In[0], n.In[1], dOut[0]
		d := make([]*graph.Value, 2)
		if need[0] {
			if t.TransA { // da = (dy · bᵀ)ᵀ = b · dyᵀ
				d[0] = apply(g, MatMul, MatMulAttrs{t.TransB, true}, b, dy)[0]
			} else {
				d[0] = apply(g, MatMul, MatMulAttrs{false, !t.TransB}, dy, b)[0]
			}
		}
		if need[1] {
			if t.TransB {
				d[1] = apply(g, MatMul, MatMulAttrs{true, t.TransA}, dy, a)[0]
			} else {
				d[1] = apply(g, MatMul, MatMulAttrs{!t.TransA, false}, a, dy)[0]
			}
		}
		return d
	},
	FLOPs: func(n *graph.Node) int {
		d := MatMulGeometry(n)
		return 2 * d.Batch * d.M * d.N * d.K
	},
})

// MatMulDims are the sizes of a matrix product and the distances between neighbours in rows and columns.
type MatMulDims struct {
	Batch, M, N, K         int
	ARow, ACol, BRow, BCol int
}

// MatMulGeometry returns the sizes of n, a MatMul.
func MatMulGeometry(n *graph.Node) MatMulDims {
	t := n.Attrs.(MatMulAttrs)
	a, b := n.In[0].Shape, n.In[1].Shape
	var d MatMulDims
	d.M, d.K = rowsCols(a, t.TransA)
	_, d.N = rowsCols(b, t.TransB)
	d.Batch = a[:len(a)-2].Elems()
	d.ARow, d.ACol = d.K, 1
	if t.TransA {
		d.ARow, d.ACol = 1, d.M
	}
	d.BRow, d.BCol = d.N, 1
	if t.TransB {
		d.BRow, d.BCol = 1, d.K
	}
	return d
}

func rowsCols(s graph.Shape, trans bool) (rows, cols int) {
	rows, cols = s[len(s)-2], s[len(s)-1]
	if trans {
		return cols, rows
	}
	return rows, cols
}
