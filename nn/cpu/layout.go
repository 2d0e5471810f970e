package cpu

import "github.com/fovea-nn/fovea/nn/graph"

// layout says where the elements of a shape lie in a value of other strides: element [i0,i1,…] at Σ a i_a·stride_a. Axes
// that can be walked through as one are merged, those of size 1 left out; one at least remains.
type layout struct{ size, stride []int }

// newLayout is the layout of a value that is broadcast to a shape.
func newLayout(from, to graph.Shape) layout {
	var l layout
	for a, st := range graph.BroadcastStrides(from, to) {
		last := len(l.size) - 1
		switch {
		case to[a] == 1:
		case last >= 0 && l.stride[last] == to[a]*st:
			l.size[last] *= to[a]
			l.stride[last] = st
		default:
			l.size, l.stride = append(l.size, to[a]), append(l.stride, st)
		}
	}
	if len(l.size) == 0 {
		l.size, l.stride = []int{1}, []int{0}
	}
	return l
}

// step is the distance between neighbours of a run.
func (l *layout) step() int { return l.stride[len(l.stride)-1] }

// repeats returns the longest stretch, beginning at multiples of span, in which the value repeats every period elements,
// with a period of at most longest; 0 and 0 if there is none. A channel's bias repeats over all elements, a mean for each
// sample and channel within a sample.
func (l *layout) repeats(longest int) (period, span int) {
	inner := 1
	for a := len(l.size) - 1; a >= 0 && inner <= longest; a-- {
		if l.stride[a] == 0 {
			period, span = inner, inner*l.size[a]
		}
		inner *= l.size[a]
	}
	return period, span
}

// cursor walks through a layout in order, run by run. A run lies along the last axis.
type cursor struct {
	layout
	index []int
	place int
}

func newCursor(l layout) cursor { return cursor{layout: l, index: make([]int, len(l.size))} }

// seek goes to element i.
func (c *cursor) seek(i int) {
	c.place = 0
	for a := len(c.size) - 1; a >= 0; a-- {
		c.index[a] = i % c.size[a]
		c.place += c.index[a] * c.stride[a]
		i /= c.size[a]
	}
}

// next returns where the current element lies and how many follow in its run, at most n with itself, and goes behind them.
func (c *cursor) next(n int) (place, length int) {
	a := len(c.size) - 1
	place, length = c.place, min(n, c.size[a]-c.index[a])
	c.index[a] += length
	c.place += length * c.stride[a]
	for ; a > 0 && c.index[a] == c.size[a]; a-- {
		c.index[a] = 0
		c.index[a-1]++
		c.place += c.stride[a-1] - c.size[a]*c.stride[a]
	}
	return place, length
}
