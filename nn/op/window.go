package op

import (
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Window says how a convolution or pooling walks over one to three spatial axes, an entry an axis.
type Window struct {
	Kernel, Stride, Dilation []int
	Pads                     [][2]int // zeros added before and after
}

// Square returns a window over axes spatial axes with the same numbers on each.
func Square(axes, kernel, stride, pad int) Window {
	var w Window
	for range axes {
		w.Kernel = append(w.Kernel, kernel)
		w.Stride = append(w.Stride, stride)
		w.Dilation = append(w.Dilation, 1)
		w.Pads = append(w.Pads, [2]int{pad, pad})
	}
	return w
}

// String prints the window as messages name it: "5x5 stride 2 pad 2".
func (w Window) String() string {
	var b strings.Builder
	for i, k := range w.Kernel {
		if i > 0 {
			b.WriteByte('x')
		}
		fmt.Fprint(&b, k)
	}
	list := func(word string, v []int, plain int) {
		same := true
		for _, x := range v {
			same = same && x == v[0]
		}
		switch {
		case same && v[0] == plain:
		case same:
			fmt.Fprintf(&b, " %s %d", word, v[0])
		default:
			fmt.Fprintf(&b, " %s %s", word, strings.Trim(fmt.Sprint(v), "[]"))
		}
	}
	list("stride", w.Stride, 1)
	var pads []int
	for _, p := range w.Pads {
		pads = append(pads, p[0], p[1])
	}
	list("pad", pads, 0)
	list("dilation", w.Dilation, 1)
	return b.String()
}

const maxWindow = 1 << 20 // far above any real kernel; keeps products of sizes from overflowing

func (w Window) check(axes int) error {
	if len(w.Kernel) != axes || len(w.Stride) != axes || len(w.Dilation) != axes || len(w.Pads) != axes {
		return graph.Shapef("window %v: want %d spatial axes", w, axes)
	}
	for i := range axes {
		for _, c := range []struct {
			what     string
			v, least int
		}{
			{"kernel size", w.Kernel[i], 1}, {"stride", w.Stride[i], 1}, {"dilation", w.Dilation[i], 1},
			{"padding", w.Pads[i][0], 0}, {"padding", w.Pads[i][1], 0},
		} {
			if c.v < c.least || c.v > maxWindow {
				return graph.Shapef("%s: got %d, want %d to %d", c.what, c.v, c.least, maxWindow)
			}
		}
	}
	return nil
}

// outSize returns how many windows fit along axis i of an input of size in.
//
//	out = ⌊(in + before + after - dilation·(kernel-1) - 1) / stride⌋ + 1
//
// With ceil the division rounds up, but a window that would start behind the input and the padding before it is dropped.
func (w Window) outSize(i, in int, ceil bool) (int, error) {
	span := w.Dilation[i]*(w.Kernel[i]-1) + 1
	room := in + w.Pads[i][0] + w.Pads[i][1] - span
	if room < 0 {
		return 0, graph.Shapef("%s does not fit: input %d with padding %d+%d is smaller than the window %d; pad by %d more or use a smaller kernel",
			axisName(i, len(w.Kernel)), in, w.Pads[i][0], w.Pads[i][1], span, -room)
	}
	out := room/w.Stride[i] + 1
	if ceil && room%w.Stride[i] != 0 && out*w.Stride[i] < in+w.Pads[i][0] {
		out++
	}
	return out, nil
}

// Unused returns how many trailing positions along axis i no window sees.
func (w Window) Unused(i, in int) int {
	span := w.Dilation[i]*(w.Kernel[i]-1) + 1
	return max(0, in+w.Pads[i][0]+w.Pads[i][1]-span) % w.Stride[i]
}

func axisName(i, axes int) string { return [...]string{"depth", "height", "width"}[i+3-axes] }

// Geometry is a window over an input, always in three spatial axes: missing ones, at the front, have size 1. Backends
// compute with it, so that one loop nest serves 1-D, 2-D and 3-D.
type Geometry struct {
	N, C, F, Groups int    // samples, input channels, filters (= C for pooling)
	In, Out         [3]int // sizes
	K, S, D         [3]int // kernel, stride, dilation
	Before, After   [3]int // padding
}

func newGeometry(w Window, n, c, f, groups int, in, out []int) Geometry {
	g := Geometry{N: n, C: c, F: f, Groups: groups,
		In: [3]int{1, 1, 1}, Out: [3]int{1, 1, 1}, K: [3]int{1, 1, 1}, S: [3]int{1, 1, 1}, D: [3]int{1, 1, 1}}
	for i := range w.Kernel {
		k := i + 3 - len(w.Kernel)
		g.In[k], g.Out[k], g.K[k], g.S[k], g.D[k] = in[i], out[i], w.Kernel[i], w.Stride[i], w.Dilation[i]
		g.Before[k], g.After[k] = w.Pads[i][0], w.Pads[i][1]
	}
	return g
}

// each calls f with the flat spatial position of every input element under output position (od, oh, ow), and its flat
// position in the kernel; padding is passed over.
func (g *Geometry) each(od, oh, ow int, f func(in, k int)) {
	for kd := range g.K[0] {
		d := od*g.S[0] - g.Before[0] + kd*g.D[0]
		for kh := range g.K[1] {
			h := oh*g.S[1] - g.Before[1] + kh*g.D[1]
			for kw := range g.K[2] {
				w := ow*g.S[2] - g.Before[2] + kw*g.D[2]
				if d >= 0 && d < g.In[0] && h >= 0 && h < g.In[1] && w >= 0 && w < g.In[2] {
					f((d*g.In[1]+h)*g.In[2]+w, (kd*g.K[1]+kh)*g.K[2]+kw)
				}
			}
		}
	}
}

// windows calls f for every output position with its flat index.
func (g *Geometry) windows(f func(out, od, oh, ow int)) {
	i := 0
	for od := range g.Out[0] {
		for oh := range g.Out[1] {
			for ow := range g.Out[2] {
				f(i, od, oh, ow)
				i++
			}
		}
	}
}

// InPlane and OutPlane are the numbers of spatial positions; KernelPlane that of filter taps a channel.
func (g *Geometry) InPlane() int     { return g.In[0] * g.In[1] * g.In[2] }
func (g *Geometry) OutPlane() int    { return g.Out[0] * g.Out[1] * g.Out[2] }
func (g *Geometry) KernelPlane() int { return g.K[0] * g.K[1] * g.K[2] }
