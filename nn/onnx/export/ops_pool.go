package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func pool(c *call) {
	a, x := c.n.Attrs.(op.PoolAttrs), c.in[0]
	if a.Kind == op.PoolMax && (len(c.users[c.n.Out[1]]) > 0 || c.outputs[c.n.Out[1]]) {
		c.unsupported("the winners' places of a pooling are used, which ONNX counts otherwise")
	}
	in := c.first(x)
	c.setFirst(c.n.Out[0], c.pooled(a, in), x.open)
}

// pooled writes a pooling of x [N,C,D…].
func (c *call) pooled(a op.PoolAttrs, x string) string {
	g, n := op.PoolGeometry(c.n), len(a.Kernel)
	s := c.in[0].shape
	whole := slices.Equal(a.Kernel, s[1:1+n]) && c.n.Out[0].Shape[1:1+n].Elems() == 1 && noPads(a.Pads)
	switch {
	case whole && a.Kind == op.PoolMax:
		return c.emit("GlobalMaxPool", []string{x})
	case whole && a.Kind == op.PoolAvg:
		return c.emit("GlobalAveragePool", []string{x})
	}
	w, beyond := reaching(a, s, c.n.Out[0].Shape)
	dilated := slices.ContainsFunc(a.Dilation, func(d int) bool { return d != 1 })
	if a.Kind == op.PoolMax {
		attrs := windowAttributes(w)
		if dilated {
			attrs = append(attrs, onnxir.IntsAttribute("dilations", int64s(a.Dilation)...))
		}
		return c.emit("MaxPool", []string{x}, attrs...)
	}
	counted := a.Kind == op.PoolAvg && a.CountPad && !noPads(a.Pads)
	if a.Kind == op.PoolAvg && !dilated && !(counted && beyond) {
		return c.averaged(x, w, counted)
	}
	// What is left is a sum, over its count: averages of versions before 19 have no dilation, and of windows that reach beyond
	// the padding readers of ONNX make different things.
	kernel := graph.Shape(a.Kernel).Elems()
	sum, scale := "", 1.0
	if dilated {
		sum = c.sumByConv(w, x, s[1+n])
	} else {
		sum = c.averaged(x, w, true)
		scale = float64(kernel)
	}
	if a.Kind == op.PoolSum {
		if scale == 1 {
			return sum
		}
		return c.emit("Mul", []string{sum, c.scalar(scale)})
	}
	out := c.n.Out[0].Shape[1 : 1+n]
	share := make([]float64, 0, out.Elems())
	for d := range g.Out[0] {
		for p := range g.Out[1] {
			for q := range g.Out[2] {
				share = append(share, scale/float64(a.Count(&g, d, p, q)))
			}
		}
	}
	return c.emit("Mul", []string{sum, c.initializer(constant(out, share), identity(n))})
}

func (c *call) averaged(x string, w op.Window, countPads bool) string {
	return c.emit("AveragePool", []string{x}, append(windowAttributes(w), onnxir.IntAttribute("count_include_pad", truth(countPads)))...)
}

// sumByConv sums windows of each channel with filters of ones.
func (c *call) sumByConv(w op.Window, x string, channels int) string {
	s := append(graph.Shape{channels, 1}, w.Kernel...)
	ones := constant(s, slices.Repeat([]float64{1}, s.Elems()))
	return c.emit("Conv", []string{x, c.initializer(ones, identity(len(s)))}, append(windowAttributes(w),
		onnxir.IntsAttribute("dilations", int64s(w.Dilation)...), onnxir.IntAttribute("group", int64(channels)))...)
}

// reaching returns the window with so much padding at the end that rounding down gives the output's sizes, and whether some is
// more than the pooling's own: then its sizes round up. ONNX's own rounding up keeps windows that see nothing but padding.
func reaching(a op.PoolAttrs, in, out graph.Shape) (w op.Window, beyond bool) {
	w = a.Window
	w.Pads = slices.Clone(w.Pads)
	for i := range w.Kernel {
		need := (out[1+i]-1)*w.Stride[i] + w.Dilation[i]*(w.Kernel[i]-1) + 1 - in[1+i] - w.Pads[i][0]
		if need > w.Pads[i][1] {
			w.Pads[i][1], beyond = need, true
		}
	}
	return w, beyond
}

func noPads(p [][2]int) bool {
	return !slices.ContainsFunc(p, func(s [2]int) bool { return s != [2]int{} })
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// regionPool writes regions with known bounds that are the same for all samples and channels. A sum is a product with 0 and 1
// on each axis; for a maximum the elements of each region are gathered, the last one again where a region is smaller.
func regionPool(c *call) {
	kind, x := c.n.Attrs.(op.RegionPoolAttrs).Kind, c.in[0]
	if kind == op.PoolMax && (len(c.users[c.n.Out[1]]) > 0 || c.outputs[c.n.Out[1]]) {
		c.unsupported("the winners' places of a pooling are used, which ONNX counts otherwise")
	}
	var bounds [2][][2]int
	for i, b := range c.in[1:3] {
		if b.known == nil || b.shape[0] != 1 || b.shape[1] != 1 {
			c.unsupported("pooling over regions that are not known beforehand, or not the same for all channels")
		}
		for k := 0; k < len(b.known.f32); k += 2 {
			lo, hi := op.RegionBounds(b.known.f32[k:k+2], x.shape[1+i])
			bounds[i] = append(bounds[i], [2]int{lo, hi})
		}
	}
	y := c.first(x)
	if kind == op.PoolMax {
		for i, regions := range bounds {
			y = c.emit("Gather", []string{y, c.regionPlaces(regions)}, onnxir.IntAttribute("axis", int64(2+i)))
			y = c.emit("ReduceMax", []string{y}, onnxir.IntsAttribute("axes", int64(3+i)), onnxir.IntAttribute("keepdims", 0))
		}
	} else {
		var m [2][]float64
		for i, regions := range bounds {
			m[i] = make([]float64, len(regions)*x.shape[1+i])
			for p, r := range regions {
				for at := r[0]; at < r[1]; at++ {
					m[i][p*x.shape[1+i]+at] = 1
					if kind == op.PoolAvg {
						m[i][p*x.shape[1+i]+at] = 1 / float64(r[1]-r[0])
					}
				}
			}
		}
		y = c.separable(y, x.shape, c.n.Out[0].Shape, m[0], m[1])
	}
	c.setFirst(c.n.Out[0], y, x.open)
}

// regionPlaces lists the places of each region, [regions, size of the largest].
func (c *call) regionPlaces(regions [][2]int) string {
	size := 0
	for _, r := range regions {
		size = max(size, r[1]-r[0])
	}
	a := &array{}
	for _, r := range regions {
		for k := range size {
			a.i32 = append(a.i32, int32(min(r[0]+k, r[1]-1)))
		}
	}
	return c.initializer(&value{shape: graph.Shape{len(regions), size}, known: a}, []int{0, 1})
}

// separable multiplies the two axes of y [N,C,H,W] by known matrices, rows [P,H] and cols [Q,W].
func (c *call) separable(y string, in, out graph.Shape, rows, cols []float64) string {
	if m := constant(graph.Shape{out[2], in[2]}, cols); !isUnit(cols, in[2]) {
		y = c.emit("MatMul", []string{y, c.initializer(m, []int{1, 0})})
	}
	if m := constant(graph.Shape{out[1], in[1]}, rows); !isUnit(rows, in[1]) {
		y = c.emit("MatMul", []string{c.initializer(m, []int{0, 1}), y})
	}
	return y
}

// isUnit reports whether a matrix of n columns is the identity.
func isUnit(m []float64, n int) bool {
	for i, v := range m {
		if want := 0.0; len(m) != n*n || i%(n+1) != 0 && v != want || i%(n+1) == 0 && v != 1 {
			return false
		}
	}
	return true
}
