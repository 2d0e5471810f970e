package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// PoolOptions describe a pooling.
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

// GlobalAvgPool takes the mean of each channel over all spatial positions: [N,H,W,C] becomes [N,1,1,C].
//
// Source: Lin, Chen, Yan, "Network in network", ICLR 2014, section 3.2.
func GlobalAvgPool(b *Builder, x *graph.Value) (*graph.Value, error) {
	w := op.Square(len(x.Shape)-2, 1, 1, 0)
	copy(w.Kernel, x.Shape[1:len(x.Shape)-1])
	return AvgPool(b, x, PoolOptions{Window: w})
}
