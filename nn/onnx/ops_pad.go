package onnx

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func tile(c *call) {
	x := c.input(0)
	times := c.static(1)
	if len(times) != len(x.shape) {
		c.wrong("tile of %v by %v: want a number for each axis", x.shape, times)
	}
	for a, n := range times {
		if n < 1 || n > 1<<16 {
			c.wrong("tile of %v by %v: want 1 or more each", x.shape, times)
		}
		if n == 1 {
			continue
		}
		// Copies of an axis are an axis of their own before it.
		s := slices.Insert(x.shape.Clone(), a, 1)
		wide := s.Clone()
		wide[a] = n
		y := c.mappedTo(sized(wide), x.dtype, arg(0), c.reshaped(x, s))
		s = slices.Delete(wide, a, a+1)
		s[a] *= n
		x = c.reshaped(y, s)
	}
	c.set(0, x)
}

func pad(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	pads := c.fromInputOrAttribute(1, "pads")
	if pads == nil {
		pads = c.ints("paddings") // version 1
	}
	axes := identity(rank)
	if c.optional(3) != nil {
		axes = c.static(3)
	}
	if len(pads) != 2*len(axes) {
		c.wrong("pad of %v: got %d numbers, want two for each of %d axes", x.shape, len(pads), len(axes))
	}
	fill := c.float("value", 0)
	if v := c.optional(2); v != nil {
		fill = c.staticFloats(v)[0]
	}
	all := make([][2]int, rank)
	for k, a := range axes {
		a = c.axis(a, rank)
		all[a] = [2]int{pads[k], pads[k+len(axes)]}
	}
	for a, p := range all { // what is cropped is no padding
		before, after := max(0, -p[0]), max(0, -p[1])
		if before+after > 0 {
			if x.shape[a] <= before+after {
				c.wrong("pad of %v by %v leaves nothing", x.shape, all)
			}
			x = c.cut(x, a, before, 1, x.shape[a]-before-after)
			all[a] = [2]int{max(0, p[0]), max(0, p[1])}
		}
	}
	mode := c.text("mode", "constant")
	if mode == "wrap" {
		c.set(0, c.wrapped(x, all))
		return
	}
	o := layer.PadOptions{Value: fill}
	switch mode {
	case "constant":
	case "reflect":
		o.Mode = layer.PadReflect
	case "edge":
		o.Mode = layer.PadReplicate
	default:
		c.unsupported("pad with mode %q", mode)
	}
	c.set(0, c.padded(x, all, o))
}

// centerCropPad gives axes other sizes: the middle of those that are larger, zeros around those that are smaller.
func centerCropPad(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	axes, sizes := c.ints("axes"), c.static(1)
	if axes == nil {
		axes = identity(rank)
	}
	if len(sizes) != len(axes) {
		c.wrong("got %d sizes for %d axes", len(sizes), len(axes))
	}
	pads := make([][2]int, rank)
	for k, a := range axes {
		a = c.axis(a, rank)
		over := sizes[k] - x.shape[a]
		if sizes[k] < 1 || sizes[k] > maxElems {
			c.wrong("size %d of axis %d: want 1 to %d", sizes[k], a, maxElems)
		}
		if over < 0 {
			x = c.cut(x, a, -over/2, 1, sizes[k])
		} else {
			pads[a] = halves(over, true)
		}
	}
	c.set(0, c.padded(x, pads, layer.PadOptions{}))
}

// padded adds borders.
func (c *call) padded(x *value, pads [][2]int, o layer.PadOptions) *value {
	v, perm := c.asItLies(x)
	o.Pads = permuted(pads, perm)
	if v.Type != graph.F32 { // borders are computed
		v = op.Map(c.g, arg(0), v)
	}
	y, err := layer.Pad(c.b, v, o)
	check(err)
	return computed(x.dtype, y, perm)
}

// wrapped continues x by itself.
func (c *call) wrapped(x *value, pads [][2]int) *value {
	for a, p := range pads {
		if p == [2]int{} {
			continue
		}
		n := x.shape[a]
		places := make([]int, p[0]+n+p[1])
		for i := range places {
			places[i] = ((i-p[0])%n + n) % n
		}
		x = c.picked(x, a, places)
	}
	return x
}

// depthToSpace makes blocks of pixels of channels, whose block axes come first (DCR) or last.
func depthToSpace(c *call) {
	x := c.input(0)
	s, b := c.blocks(x)
	if s[1]%(b*b) != 0 {
		c.wrong("%d channels are no whole blocks of %dx%d", s[1], b, b)
	}
	n := s[1] / (b * b)
	parts, order := graph.Shape{s[0], b, b, n, s[2], s[3]}, []int{0, 3, 4, 1, 5, 2}
	if c.text("mode", "DCR") == "CRD" {
		parts, order = graph.Shape{s[0], n, b, b, s[2], s[3]}, []int{0, 1, 4, 2, 5, 3}
	}
	c.set(0, c.reshaped(c.transposed(c.reshaped(x, parts), order), graph.Shape{s[0], n, s[2] * b, s[3] * b}))
}

func spaceToDepth(c *call) {
	x := c.input(0)
	s, b := c.blocks(x)
	if s[2]%b != 0 || s[3]%b != 0 {
		c.wrong("%v is no whole blocks of %dx%d", s, b, b)
	}
	parts := graph.Shape{s[0], s[1], s[2] / b, b, s[3] / b, b}
	c.set(0, c.reshaped(c.transposed(c.reshaped(x, parts), []int{0, 3, 5, 1, 2, 4}), graph.Shape{s[0], s[1] * b * b, s[2] / b, s[3] / b}))
}

func (c *call) blocks(x *value) (graph.Shape, int) {
	b := c.int("blocksize", 0)
	if len(x.shape) != 4 || b < 1 || b > 1<<15 {
		c.wrong("got %v and a block size of %d, want [N,C,H,W] and 1 or more", x.shape, b)
	}
	return x.shape, b
}
