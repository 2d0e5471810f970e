package nn

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// axis says what one position along a spatial axis depends on: size pixels of the input, from lo on for the first
// position, and jump pixels further on for each next one, of extent.
type axis struct {
	lo, size, jump float64
	extent         int
}

// field is what an element of a value depends on, an entry a spatial axis of the input.
type field []axis

// fieldsOf follows the receptive fields from x, [N,…,C], through the graph; values that do not depend on it have none.
//
//	size' = size + (kernel-1)·dilation·jump,   lo' = lo - padding·jump,   jump' = stride·jump
//
// Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks", Distill, 2019.
func fieldsOf(g *graph.Graph, x *graph.Value) map[*graph.Value]field {
	w := &walker{in: x.Shape[1 : len(x.Shape)-1],
		of: map[*graph.Value]field{}, channels: map[*graph.Value]int{}, folded: map[*graph.Value]bool{}}
	var f field
	for _, n := range w.in {
		f = append(f, axis{0, 1, 1, n})
	}
	w.of[x], w.channels[x] = f, x.Shape[len(x.Shape)-1]
	for _, n := range g.Nodes {
		w.node(n)
	}
	return w.of
}

type walker struct {
	in       graph.Shape // spatial sizes of the input
	of       map[*graph.Value]field
	channels map[*graph.Value]int // how many elements stand at one position, also where a reshape hides it
	// folded values are not [N,…,C] with their positions along the axes between: a reshape gave them other axes.
	folded map[*graph.Value]bool
}

// whole makes a depend on the whole input along spatial axis i.
func (w *walker) whole(i int) axis {
	return axis{0, float64(w.in[i]), float64(w.in[i]), 1}
}

func (w *walker) node(n *graph.Node) {
	f, channels, folded := w.inputs(n)
	if f == nil {
		return
	}
	switch a := n.Attrs.(type) {
	case op.ReshapeAttrs: // from other axes back to positions, or away from them
		folded = !folded && !slices.Equal(places(n.In[0].Shape), places(a.Shape))
	case op.MatMulAttrs:
		if s := n.In[0].Shape; a.TransA || w.of[n.In[0]] == nil || w.of[n.In[1]] != nil || s[len(s)-1] != channels {
			w.everything(f) // it sums over positions, not over the channels of one
		}
		channels = n.Out[0].Shape[len(n.Out[0].Shape)-1]
	default:
		if folded {
			w.joined(f, n, channels)
		} else {
			w.moved(f, n)
		}
	}
	for _, v := range n.Out {
		w.of[v], w.channels[v], w.folded[v] = f, channels, folded || len(v.Shape) != len(w.in)+2
		if !w.folded[v] {
			w.of[v], w.channels[v] = w.scaled(f, v.Shape), v.Shape[len(v.Shape)-1]
		}
	}
}

// places are the axes of s without its channels.
func places(s graph.Shape) graph.Shape { return s[:max(0, len(s)-1)] }

// everything makes f depend on the whole input.
func (w *walker) everything(f field) {
	for i := range f {
		f[i] = w.whole(i)
	}
}

// joined widens f where n joins elements of a folded value. Those of one position see no more together, as in local response
// normalisation, which sums over neighbouring channels; of several, as in group normalisation, all positions are taken.
func (w *walker) joined(f field, n *graph.Node, channels int) {
	s, first := n.In[0].Shape, 1 // the first axis that it joins along
	switch a := n.Attrs.(type) {
	case op.ReduceAttrs:
		if len(a.Axes) == 0 {
			return
		}
		s, first = op.ReduceOver(n), a.Axes[0] // they ascend
	case op.ConvAttrs, op.PoolAttrs, op.RegionPoolAttrs, op.ResampleAttrs:
	default:
		return
	}
	if s[first:].Elems() > channels {
		w.everything(f)
	}
}

// moved widens and shifts f by what n does along the axes of positions.
func (w *walker) moved(f field, n *graph.Node) {
	switch a := n.Attrs.(type) {
	case op.ConvAttrs:
		w.window(f, n, a.Window, n.Op == op.ConvGradInput)
	case op.PoolAttrs:
		w.window(f, n, a.Window, false)
	case op.ReduceAttrs:
		for i := range f {
			if len(op.ReduceOver(n)) == len(w.in)+2 && slices.Contains(a.Axes, 1+i) {
				f[i] = w.whole(i)
			}
		}
	case op.CopyAttrs:
		w.copied(f, n, a)
	case op.RegionPoolAttrs:
		for i := range f { // regions of equal size, as in adaptive pooling
			if in, out := f[i].extent, n.Out[0].Shape[1+i]; out == 1 {
				f[i] = w.whole(i)
			} else {
				f[i].size += float64((in-1)/out) * f[i].jump
			}
		}
	case op.ResampleAttrs:
		for i := range f {
			if a.Linear { // between two pixels
				f[i].size += f[i].jump
			}
		}
	}
}

// inputs joins the fields of what n reads: the largest jump, and everything that any of them sees. They are folded if all are.
func (w *walker) inputs(n *graph.Node) (f field, channels int, folded bool) {
	folded = true
	for _, v := range n.In {
		of := w.of[v]
		if of == nil {
			continue
		}
		channels, folded = max(channels, w.channels[v]), folded && w.folded[v]
		if f == nil {
			f = slices.Clone(of)
			continue
		}
		for i, a := range of {
			b := &f[i]
			hi := max(b.lo+b.size, a.lo+a.size)
			b.lo = min(b.lo, a.lo)
			b.size = hi - b.lo
			if a.extent > b.extent || a.extent == b.extent && a.jump > b.jump { // what is stretched has no steps of its own
				b.jump, b.extent = a.jump, a.extent
			}
		}
	}
	return f, channels, folded
}

// window widens f by a convolution or pooling; turned is the gradient of one, which enlarges.
func (w *walker) window(f field, n *graph.Node, win op.Window, turned bool) {
	for i := range f {
		if i >= len(win.Kernel) || len(n.Out[0].Shape) != len(f)+2 {
			f[i] = w.whole(i)
			continue
		}
		a, span, s := &f[i], float64(win.Dilation[i]*(win.Kernel[i]-1)), float64(win.Stride[i])
		before, out := float64(win.Pads[i][0]), n.Out[0].Shape[1+i]
		switch {
		case turned: // of span+1 places in s there is an input for each s-th
			a.lo -= math.Floor((span-before)/s) * a.jump
			a.size += math.Floor(span/s) * a.jump
			a.jump /= s
		case out == 1 && a.extent > 1 && int(span) >= a.extent-1:
			*a = w.whole(i)
		default:
			a.lo -= before * a.jump
			a.size += span * a.jump
			a.jump *= s
		}
		a.extent = out
	}
}

// copied follows slices, padding and flips, which leave axes where they are.
func (w *walker) copied(f field, n *graph.Node, c op.CopyAttrs) {
	if len(c.Axes) != len(f)+2 || len(c.Shape) != len(f)+2 {
		return
	}
	for i := range f {
		ax := c.Axes[1+i]
		if ax.From != 1+i || ax.Step == 0 {
			continue
		}
		every := float64(max(1, ax.Every))
		f[i].lo += float64(ax.Start) / every * f[i].jump
		f[i].jump *= float64(max(ax.Step, -ax.Step)) / every
		f[i].extent = c.Shape[1+i]
	}
}

// scaled returns f for a value of shape s: where it has more or fewer positions than before, they lie closer together
// or further apart.
func (w *walker) scaled(f field, s graph.Shape) field {
	f = slices.Clone(f)
	for i := range f {
		if a := &f[i]; s[1+i] > 1 && a.extent > 1 && s[1+i] != a.extent {
			a.jump *= float64(a.extent) / float64(s[1+i])
			a.extent = s[1+i]
		}
	}
	return f
}
