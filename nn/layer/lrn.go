package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// LRNOptions describe a local response normalisation. AlexNet's are Size 5, Alpha 5e-4 (1e-4 there, without the division
// by the size), Beta 0.75 and K 2.
type LRNOptions struct {
	Size           int // neighbouring channels
	Alpha, Beta, K float64
}

// LocalResponseNorm lets a channel be damped by those around it, at the same place.
//
//	y[…,c] = x[…,c] / (k + alpha/size · Σ j x[…,j]²)^beta
//
// where j runs over the size channels around c, cut at the ends; of an even size one more lies before c.
// Shapes: x [N,…,C], y the same. It returns a ShapeError if a number is out of range: size below 1, alpha below 0, or k
// not above 0, where silence would be divided by 0.
//
// Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012,
// section 3.3.
func LocalResponseNorm(b *Builder, x *graph.Value, o LRNOptions) (*graph.Value, error) {
	if len(x.Shape) < 1 || o.Size < 1 {
		return nil, b.fail("size: got %d for an input %v, want at least 1 and channels", o.Size, x.Shape)
	}
	if !(o.Alpha >= 0 && o.K > 0 && o.Beta-o.Beta == 0) {
		return nil, b.fail("got alpha %g, beta %g, k %g, want alpha 0 or more and k more than 0, such as 1e-4, 0.75, 2", o.Alpha, o.Beta, o.K)
	}
	n := channels(x)
	squares := op.Reshape(b.G, op.Map(b.G, mul(v(0), v(0)), x), graph.Shape{x.Shape.Elems() / n, n, 1})
	w := op.Window{Kernel: []int{o.Size}, Stride: []int{1}, Dilation: []int{1}, Pads: [][2]int{{o.Size / 2, (o.Size - 1) / 2}}}
	around, err := b.apply(op.Pool, op.PoolAttrs{Window: w, Kind: op.PoolSum}, squares)
	if err != nil {
		return nil, err
	}
	damping := inversePower(add(c(o.K), mul(c(o.Alpha/float64(o.Size)), v(1))), o.Beta)
	return b.mapTo(mul(v(0), damping), x, op.Reshape(b.G, around, x.Shape))
}

// inversePower is x^-beta of a positive x. Square roots are several times faster than a power on every device.
func inversePower(x *expr.Expr, beta float64) *expr.Expr {
	switch beta {
	case 0.5:
		return div(c(1), sqrt(x))
	case 0.75:
		return div(c(1), mul(sqrt(x), sqrt(sqrt(x))))
	case 1:
		return div(c(1), x)
	}
	return expr.New(expr.Pow, x, c(-beta))
}
