package layer

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// PoolOptions describe a pooling. Windows overlap where the stride is smaller than the kernel.
type PoolOptions struct {
	op.Window
	Ceil bool // output sizes round up
	// IgnorePad lets an average divide by the number of real elements alone.
	IgnorePad bool
}

// MaxPool takes the maximum of each channel over a window; see op.Pool.
func MaxPool(b *Builder, x *graph.Value, o PoolOptions) (*graph.Value, error) {
	return b.apply(op.Pool, op.PoolAttrs{Window: o.Window, Kind: op.PoolMax, Ceil: o.Ceil}, x)
}

// AvgPool takes the mean of each channel over a window; see op.Pool.
func AvgPool(b *Builder, x *graph.Value, o PoolOptions) (*graph.Value, error) {
	return b.apply(op.Pool, op.PoolAttrs{Window: o.Window, Kind: op.PoolAvg, Ceil: o.Ceil, CountPad: !o.IgnorePad}, x)
}

// SumPool takes the sum of each channel over a window; see op.Pool.
func SumPool(b *Builder, x *graph.Value, o PoolOptions) (*graph.Value, error) {
	return b.apply(op.Pool, op.PoolAttrs{Window: o.Window, Kind: op.PoolSum, Ceil: o.Ceil}, x)
}

// LpPool takes the p-norm of each channel over a window: p = 1 is a sum, p = 2 the square root of the energy, and towards
// larger p it becomes the maximum.
//
//	y[n,p,q,c] = (Σ i,j |x[n, p·stride-top+i·dil, q·stride-left+j·dil, c]|^p)^(1/p)
//
// Its gradient is 0 where a window holds nothing but zeros. It returns a ShapeError unless p is at least 1; other errors
// are those of op.Pool.
//
// Source: Sermanet, Chintala, LeCun, "Convolutional neural networks applied to house numbers digit classification", ICPR
// 2012.
func LpPool(b *Builder, x *graph.Value, p float64, o PoolOptions) (*graph.Value, error) {
	if !(p >= 1 && p <= 64) {
		return nil, b.fail("p: got %g, want 1 to 64; beyond that it is max pooling", p)
	}
	power, root := lpParts(p)
	sum, err := SumPool(b, op.Map(b.G, power, x), o)
	if err != nil || root == nil {
		return sum, err
	}
	return op.Map(b.G, root, sum), nil
}

// lpParts are |x|^p and the p-th root of a sum of such; that of p = 1 is nil. Roots and logarithms are kept away from 0,
// where they, or their derivatives, are infinite.
func lpParts(p float64) (power, root *expr.Expr) {
	const tiny = 1e-30
	floor := expr.New(expr.Max, v(0), c(tiny))
	some := greater(v(0), c(tiny))
	switch p {
	case 1:
		return magnitude(v(0)), nil
	case 2:
		return mul(v(0), v(0)), choose(some, sqrt(floor), c(0))
	}
	size := abs(v(0))
	least := c(math.Pow(tiny, 1/p))
	power = choose(greater(size, least), expr.New(expr.Pow, expr.New(expr.Max, size, least), c(p)), c(0))
	return power, choose(some, expr.New(expr.Pow, floor, c(1/p)), c(0))
}

// GlobalAvgPool takes the mean of each channel over all spatial positions: [N,H,W,C] becomes [N,1,1,C].
//
// Source: Lin, Chen, Yan, "Network in network", ICLR 2014, section 3.2.
func GlobalAvgPool(b *Builder, x *graph.Value) (*graph.Value, error) {
	w, err := b.wholeWindow(x)
	if err != nil {
		return nil, err
	}
	return AvgPool(b, x, PoolOptions{Window: w})
}

// GlobalMaxPool takes the maximum of each channel over all spatial positions: [N,H,W,C] becomes [N,1,1,C].
func GlobalMaxPool(b *Builder, x *graph.Value) (*graph.Value, error) {
	w, err := b.wholeWindow(x)
	if err != nil {
		return nil, err
	}
	return MaxPool(b, x, PoolOptions{Window: w})
}

func (b *Builder) wholeWindow(x *graph.Value) (op.Window, error) {
	n, err := b.spatial(x)
	if err != nil {
		return op.Window{}, err
	}
	w := op.Square(n, 1, 1, 0)
	copy(w.Kernel, x.Shape[1:1+n])
	return w, nil
}
