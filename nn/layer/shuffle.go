package layer

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// PixelShuffle turns groups of r² channels into r x r pixels.
//
//	y[n, h·r+i, w·r+j, c] = x[n, h, w, c·r²+i·r+j]
//
// Shapes: x [N,H,W,C·r²], y [N,H·r,W·r,C]. It returns a ShapeError if x is no picture or r² does not divide the channels.
//
// Source: Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural
// network", CVPR 2016.
func PixelShuffle(b *Builder, x *graph.Value, r int) (*graph.Value, error) {
	if len(x.Shape) != 4 || r < 1 || r > 1<<10 || channels(x)%(r*r) != 0 {
		return nil, b.fail("pixel shuffle by %d of %v: want [N,H,W,C] and channels that its square divides", r, x.Shape)
	}
	n, h, w, ch := x.Shape[0], x.Shape[1], x.Shape[2], channels(x)/(r*r)
	return b.rearrange(x, graph.Shape{n, h, w, ch, r, r}, []int{0, 1, 4, 2, 5, 3}, graph.Shape{n, h * r, w * r, ch})
}

// PixelUnshuffle is the inverse of PixelShuffle: r x r pixels become r² channels.
//
// Shapes: x [N,H·r,W·r,C], y [N,H,W,C·r²]. It returns a ShapeError if x is no picture or r does not divide its sides.
func PixelUnshuffle(b *Builder, x *graph.Value, r int) (*graph.Value, error) {
	if len(x.Shape) != 4 || r < 1 || r > 1<<10 || x.Shape[1]%r != 0 || x.Shape[2]%r != 0 {
		return nil, b.fail("pixel unshuffle by %d of %v: want [N,H,W,C] and sides that it divides", r, x.Shape)
	}
	n, h, w, ch := x.Shape[0], x.Shape[1]/r, x.Shape[2]/r, channels(x)
	return b.rearrange(x, graph.Shape{n, h, r, w, r, ch}, []int{0, 1, 3, 5, 2, 4}, graph.Shape{n, h, w, ch * r * r})
}

// ChannelShuffle mixes the groups of a grouped convolution, so that the next one sees channels of each.
//
//	y[…, k·groups+g] = x[…, g·C/groups+k]
//
// Shapes: x and y […,C]. It returns a ShapeError if groups does not divide the channels.
//
// Source: Zhang, Zhou, Lin, Sun, "ShuffleNet", CVPR 2018, arXiv:1707.01083.
func ChannelShuffle(b *Builder, x *graph.Value, groups int) (*graph.Value, error) {
	if len(x.Shape) < 1 || groups < 1 || channels(x)%groups != 0 {
		return nil, b.fail("channel shuffle of %v: groups: got %d, want a divisor of the channels", x.Shape, groups)
	}
	each := channels(x) / groups
	return b.rearrange(x, graph.Shape{x.Shape.Elems() / channels(x), groups, each}, []int{0, 2, 1}, x.Shape)
}

// rearrange splits axes, reorders them and joins them again.
func (b *Builder) rearrange(x *graph.Value, split graph.Shape, perm []int, joined graph.Shape) (*graph.Value, error) {
	y, err := Permute(b, op.Reshape(b.G, x, split), perm...)
	if err != nil {
		return nil, err
	}
	return op.Reshape(b.G, y, joined), nil
}
