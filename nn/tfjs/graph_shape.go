package tfjs

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func addGraphShape() {
	one("Shape", func(c *nodeCall) *value {
		s := c.input(0).shape()
		return c.known(graph.Shape{len(s)}, s)
	})
	one("Reshape", func(c *nodeCall) *value { return c.reshaped(c.input(0), c.static(1)) })
	one("Squeeze", squeeze)
	one("ExpandDims", func(c *nodeCall) *value {
		s := c.input(0).shape()
		axes := c.static(1)
		if len(axes) != 1 {
			wrong("axis: got %v, want one", axes)
		}
		return c.reshaped(c.input(0), slices.Insert(s.Clone(), axisOf(axes[0], len(s)+1), 1))
	})
	one("Pack", func(c *nodeCall) *value {
		var xs []*graph.Value
		axis := axisOf(c.int("axis", 0), len(c.input(0).shape())+1)
		for k, v := range c.in {
			if len(v.shape()) < axis {
				wrong("input %d: got %v", k, v.shape())
			}
			xs = append(xs, c.reshape(c.arg(k), slices.Insert(v.shape().Clone(), axis, 1)))
		}
		return of(checked(layer.Concat(c.b, axis, xs...)))
	})
	one("ConcatV2", func(c *nodeCall) *value {
		c.input(1)
		last := len(c.in) - 1
		axis := c.static(last)
		if len(axis) != 1 {
			wrong("axis: got %v, want one", axis)
		}
		var xs []*graph.Value
		for k := range last {
			xs = append(xs, c.arg(k))
		}
		return of(checked(layer.Concat(c.b, axis[0], xs...)))
	})
	one("Transpose", func(c *nodeCall) *value { return of(checked(layer.Permute(c.b, c.arg(0), c.static(1)...))) })
	one("Pad", func(c *nodeCall) *value { return c.pad(layer.PadConstant, 0) })
	one("PadV2", func(c *nodeCall) *value {
		v := c.input(2).known
		if v == nil || v.len() != 1 {
			unsupported("the value of a padding is not known")
		}
		const largest = 3e38 // infinity is not counted on by every device
		return c.pad(layer.PadConstant, max(-largest, min(largest, v.at(0))))
	})
	one("MirrorPad", func(c *nodeCall) *value {
		if mode := c.text("mode", "REFLECT"); mode != "REFLECT" {
			unsupported("mode: got %q, want REFLECT", mode)
		}
		return c.pad(layer.PadReflect, 0)
	})
	nodeOps["Split"] = split
	one("Slice", func(c *nodeCall) *value {
		x, from, size := c.arg(0), c.static(1), c.static(2)
		to := slices.Clone(from)
		for k := range min(len(to), len(size), len(x.Shape)) {
			if to[k] += size[k]; size[k] == -1 {
				to[k] = x.Shape[k]
			}
			if from[k] < 0 || to[k] <= from[k] || to[k] > x.Shape[k] {
				wrong("slice from %v of %v of %v: want at least one element, inside", from, size, x.Shape)
			}
		}
		return of(checked(layer.Slice(c.b, x, from, to, nil)))
	})
	one("ResizeBilinear", func(c *nodeCall) *value { return c.resize(true) })
	one("ResizeNearestNeighbor", func(c *nodeCall) *value { return c.resize(false) })
}

func squeeze(c *nodeCall) *value {
	s := c.input(0).shape()
	axes := slices.Concat(c.ints("squeeze_dims"), c.ints("axis"))
	for k, a := range axes {
		axes[k] = axisOf(a, len(s))
		if s[axes[k]] != 1 {
			wrong("axis %d of %v: want a size of 1", a, s)
		}
	}
	to := graph.Shape{}
	for k, d := range s {
		if !(slices.Contains(axes, k) || len(axes) == 0 && d == 1) {
			to = append(to, d)
		}
	}
	return c.reshaped(c.input(0), to)
}

// pad adds elements as input 1, [rank,2], says.
func (c *nodeCall) pad(mode layer.PadMode, v float64) *value {
	x, n := c.arg(0), c.static(1)
	if len(n) != 2*len(x.Shape) {
		wrong("paddings: got %v for an input %v, want before and after for each axis", n, x.Shape)
	}
	o := layer.PadOptions{Pads: make([][2]int, len(x.Shape)), Mode: mode, Value: v}
	frame := 1 // of the value, if it is not 0
	for k := range o.Pads {
		o.Pads[k] = [2]int{n[2*k], n[2*k+1]}
		if o.Pads[k] != [2]int{} {
			frame = min(maxElems, frame) * min(maxElems, max(1, x.Shape[k]+n[2*k]+n[2*k+1]))
		}
	}
	if v != 0 {
		c.spend(frame)
	}
	return of(checked(layer.Pad(c.b, x, o)))
}

func split(c *nodeCall) []*value {
	axis, x, n := c.static(0), c.arg(1), c.int("num_split", 1)
	if len(axis) != 1 {
		wrong("axis: got %v, want one", axis)
	}
	a := axisOf(axis[0], len(x.Shape))
	if n < 1 || n > x.Shape[a] || x.Shape[a]%n != 0 {
		wrong("num_split: got %d, want a divisor of axis %d of %v", n, a, x.Shape)
	}
	c.spend(n << 10) // bytes that describe a slice
	var out []*value
	size := x.Shape[a] / n
	for k := range n {
		from, to := make([]int, len(x.Shape)), x.Shape.Clone()
		from[a], to[a] = k*size, (k+1)*size
		out = append(out, of(checked(layer.Slice(c.b, x, from, to, nil))))
	}
	return out
}

// resize changes a picture to the size that input 1 says.
func (c *nodeCall) resize(linear bool) *value {
	size := c.static(1)
	if len(size) != 2 {
		wrong("size: got %v, want height and width", size)
	}
	r := resampling{size: [2]int(size), linear: linear, corners: c.flag("align_corners"), centre: c.flag("half_pixel_centers")}
	return of(c.resampled(c.arg(0), r))
}

// stride is one axis of a StridedSlice: begin, end, step, and what its masks say.
type stride struct{ begin, end, step int }

func addStridedSlice() { one("StridedSlice", stridedSlice) }

// stridedSlice takes parts of axes, as x[begin:end:step, …] does in Python. A step may be negative.
func stridedSlice(c *nodeCall) *value {
	x := c.arg(0)
	begin, end, step := c.static(1), c.static(2), c.static(3)
	if len(begin) != len(end) || len(begin) != len(step) || len(begin) > len(x.Shape)+1 || len(begin) > 60 {
		wrong("got begin %v, end %v, strides %v for %v", begin, end, step, x.Shape)
	}
	if c.int("new_axis_mask", 0) != 0 {
		unsupported("new_axis_mask")
	}
	masked := func(name string, k int) bool { return c.int(name, 0)>>k&1 == 1 }
	a := op.CopyAttrs{}
	to := graph.Shape{}
	whole := func() {
		k := len(a.Axes)
		a.Axes = append(a.Axes, op.CopyAxis{From: k, Step: 1})
		a.Shape, to = append(a.Shape, x.Shape[k]), append(to, x.Shape[k])
	}
	for k := range begin {
		if masked("ellipsis_mask", k) {
			for len(a.Axes) < len(x.Shape)-(len(begin)-k-1) {
				whole()
			}
			continue
		}
		axis := len(a.Axes)
		if axis >= len(x.Shape) {
			wrong("got %d slices of %v", len(begin), x.Shape)
		}
		if masked("shrink_axis_mask", k) {
			a.Axes = append(a.Axes, op.CopyAxis{From: axis, Step: 1, Start: axisOf(begin[k], x.Shape[axis])})
			a.Shape = append(a.Shape, 1)
			continue
		}
		s := stride{begin[k], end[k], step[k]}
		from, n := s.of(x.Shape[axis], masked("begin_mask", k), masked("end_mask", k))
		a.Axes = append(a.Axes, op.CopyAxis{From: axis, Step: s.step, Start: from})
		a.Shape, to = append(a.Shape, n), append(to, n)
	}
	for len(a.Axes) < len(x.Shape) {
		whole()
	}
	return of(c.reshape(c.apply(op.CopyOp, a, x), to))
}

// of returns where the slice of an axis of a size begins, and how many elements it has.
func (s stride) of(size int, allBefore, allBehind bool) (from, n int) {
	if s.step == 0 {
		wrong("a stride of 0")
	}
	lo, hi := 0, size // the bounds that a number is moved to
	if s.step < 0 {
		lo, hi = -1, size-1
	}
	bound := func(b int, all bool, edge int) int {
		if all {
			return edge
		}
		if b < 0 {
			b += size
		}
		return max(lo, min(hi, b))
	}
	first, last := lo, hi
	if s.step < 0 {
		first, last = hi, lo
	}
	from = bound(s.begin, allBefore, first)
	to := bound(s.end, allBehind, last)
	if s.step > 0 && to <= from || s.step < 0 && to >= from {
		wrong("slice %d:%d:%d of %d elements leaves none", s.begin, s.end, s.step, size)
	}
	if s.step > 0 {
		return from, (to-from-1)/s.step + 1
	}
	return from, (from-to-1)/-s.step + 1
}
