package layer

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// AdaptiveAvgPool takes the mean of each channel over as many regions as the output has pixels, whatever the input's size.
//
//	region p of P along an axis of size H covers ⌊p·H/P⌋ … ⌈(p+1)·H/P⌉ - 1
//
// Shapes: x [N,H,W,C] or one to three spatial axes, y [N,P,Q,C]. It returns a ShapeError unless size has an entry of 1 or
// more for each spatial axis.
//
// Source: He, Zhang, Ren, Sun, "Spatial pyramid pooling in deep convolutional networks", ECCV 2014.
func AdaptiveAvgPool(b *Builder, x *graph.Value, size []int) (*graph.Value, error) {
	return b.adaptivePool(x, size, op.PoolAvg)
}

// AdaptiveMaxPool is AdaptiveAvgPool with the maximum.
func AdaptiveMaxPool(b *Builder, x *graph.Value, size []int) (*graph.Value, error) {
	return b.adaptivePool(x, size, op.PoolMax)
}

func (b *Builder) adaptivePool(x *graph.Value, size []int, kind op.PoolKind) (*graph.Value, error) {
	n, err := b.spatial(x)
	if err != nil {
		return nil, err
	}
	if len(size) != n || slices.Min(size) < 1 || slices.Max(size) > 1<<20 {
		return nil, b.fail("output size: got %v for an input %v, want 1 or more for each spatial axis", size, x.Shape)
	}
	w, even := op.Square(n, 1, 1, 0), true
	for i, out := range size {
		var ok bool
		w.Kernel[i], w.Stride[i], ok = evenRegions(x.Shape[1+i], out)
		even = even && ok
	}
	if even { // plain windows are cheaper
		return b.apply(op.Pool, op.PoolAttrs{Window: w, Kind: kind}, x)
	}
	return b.eachPlane(x, size, func(x *graph.Value, out [2]int) (*graph.Value, error) {
		rows, cols := b.regions(x.Shape[1], out[0]), b.regions(x.Shape[2], out[1])
		return b.apply(op.RegionPool, op.RegionPoolAttrs{Kind: kind}, x, rows, cols)
	})
}

// region returns the bounds of region i of a number of regions over in.
func region(i, in, regions int) (from, to int) {
	return i * in / regions, ((i+1)*in + regions - 1) / regions
}

func (b *Builder) regions(in, count int) *graph.Value {
	bounds := make([]float64, 0, 2*count)
	for i := range count {
		from, to := region(i, in, count)
		bounds = append(bounds, float64(from), float64(to))
	}
	return b.constant(graph.Shape{1, 1, count, 2}, bounds)
}

// evenRegions returns the plain window with the same regions, if there is one.
func evenRegions(in, count int) (kernel, stride int, ok bool) {
	_, kernel = region(0, in, count)
	stride = kernel
	if count > 1 {
		stride, _ = region(1, in, count)
	}
	for i := range count {
		if from, to := region(i, in, count); stride < 1 || from != i*stride || to-from != kernel {
			return 0, 0, false
		}
	}
	return kernel, stride, true
}
