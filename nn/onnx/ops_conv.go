package onnx

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func addConv(operators table) {
	operators["Conv"] = conv
	operators["ConvTranspose"] = convTranspose
	operators["MaxPool"] = func(c *call) { c.pool(op.PoolMax) }
	operators["AveragePool"] = func(c *call) { c.pool(op.PoolAvg) }
	operators["LpPool"] = lpPool
	operators["GlobalAveragePool"] = func(c *call) { c.set(0, c.mean(c.input(0), spatialAxes(c.in[0]), true)) }
	operators["GlobalMaxPool"] = func(c *call) { c.set(0, c.reduce(c.input(0), op.ReduceMax, arg(0), spatialAxes(c.in[0]), true)) }
	operators["LRN"] = lrn
}

// filtersLast is where the axes of filters [F,C,K…] are in [K…,C,F]. A transposed convolution's are [C,F,K…], which lie in
// [K…,F,C]: the same.
func filtersLast(rank int) []int {
	perm := make([]int, rank)
	perm[0], perm[1] = rank-1, rank-2
	for i := 2; i < rank; i++ {
		perm[i] = i - 2
	}
	return perm
}

func spatialAxes(x *value) []int {
	if len(x.shape) < 3 {
		check(graph.Shapef("got %v, want [N,C,…] with one to three axes of space", x.shape))
	}
	return identity(len(x.shape))[2:]
}

// window reads strides, dilations and padding over the axes of space; in has their sizes.
func (c *call) window(kernel []int, in graph.Shape) op.Window {
	n := len(in)
	each := func(name string, missing int) []int {
		v := c.ints(name)
		if v == nil {
			v = repeat(missing, n)
		}
		if len(v) != n {
			c.wrong("%s: got %v, want %d numbers", name, v, n)
		}
		for _, x := range v {
			if x < 1 || x > 1<<20 {
				c.wrong("%s: got %v, want 1 or more", name, v)
			}
		}
		return v
	}
	w := op.Window{Kernel: kernel, Stride: each("strides", 1), Dilation: each("dilations", 1), Pads: make([][2]int, n)}
	if len(kernel) != n {
		c.wrong("kernel %v: want %d sizes for %v", kernel, n, in)
	}
	switch auto := c.text("auto_pad", "NOTSET"); auto {
	case "NOTSET":
		pads := c.ints("pads")
		if pads == nil {
			break
		}
		if len(pads) != 2*n {
			c.wrong("pads: got %v, want %d numbers", pads, 2*n)
		}
		for i := range n {
			w.Pads[i] = [2]int{pads[i], pads[i+n]}
		}
	case "VALID":
	case "SAME_UPPER", "SAME_LOWER":
		for i, size := range in {
			s := w.Stride[i]
			total := max(0, ((size+s-1)/s-1)*s+w.Dilation[i]*(kernel[i]-1)+1-size)
			w.Pads[i] = halves(total, auto == "SAME_UPPER")
		}
	default:
		c.unsupported("auto_pad %q", auto)
	}
	return w
}

// halves parts a padding, the odd one at the end or at the beginning.
func halves(total int, upper bool) [2]int {
	if upper {
		return [2]int{total / 2, total - total/2}
	}
	return [2]int{total - total/2, total / 2}
}

func conv(c *call) {
	x, w := c.input(0), c.input(1)
	space := spatialAxes(x)
	if len(w.shape) != len(x.shape) {
		c.wrong("filters %v for an input %v: want as many axes", w.shape, x.shape)
	}
	groups := c.int("group", 1)
	bias := c.optional(2)
	if bn := c.normalisation(w, bias); bn != nil {
		w, bias = bn.folded(c, w, bias)
	}
	a := op.ConvAttrs{Window: c.window(w.shape[2:], x.shape[2:]), Groups: groups}
	y := c.apply(op.Conv, a, c.last(x), c.arranged(w, filtersLast(2+len(space))))
	c.setLast(c.biased(y, bias))
}

// biased adds a bias of channels, which lie last.
func (c *call) biased(y *graph.Value, bias *value) *graph.Value {
	if bias == nil {
		return y
	}
	return c.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{add(arg(0), arg(1))}}, y, c.plain(bias))
}

func convTranspose(c *call) {
	x, w := c.input(0), c.input(1)
	n := len(spatialAxes(x))
	groups := c.int("group", 1)
	if len(w.shape) != len(x.shape) || groups < 1 {
		c.wrong("filters %v in %d groups for an input %v: want as many axes", w.shape, groups, x.shape)
	}
	// The window is that of the convolution whose gradient this is; its padding is cropped here.
	auto := c.text("auto_pad", "NOTSET")
	win := c.window(w.shape[2:], x.shape[2:])
	extra := c.ints("output_padding")
	if extra == nil {
		extra = repeat(0, n)
	}
	want := c.ints("output_shape")
	if len(want) == n+2 { // some writers give all axes
		want = want[2:]
	}
	if len(extra) != n || want != nil && len(want) != n {
		c.wrong("output_padding %v, output_shape %v: want %d numbers", extra, want, n)
	}
	a := op.ConvAttrs{Window: win, Groups: groups}
	beyond, some := make([][2]int, n+2), false
	for i := range n {
		whole := win.Stride[i]*(x.shape[2+i]-1) + extra[i] + win.Dilation[i]*(win.Kernel[i]-1) + 1
		size := whole - win.Pads[i][0] - win.Pads[i][1]
		if want == nil && (auto == "SAME_UPPER" || auto == "SAME_LOWER") {
			size = x.shape[2+i] * win.Stride[i]
		}
		if want != nil {
			size = want[i]
		}
		if want != nil || auto == "SAME_UPPER" || auto == "SAME_LOWER" {
			a.Pads[i] = halves(max(0, whole-size), auto == "SAME_UPPER")
		}
		reached := win.Stride[i]*(x.shape[2+i]-1) + win.Dilation[i]*(win.Kernel[i]-1) + 1 - a.Pads[i][0]
		if size < 1 || size > 1<<24 {
			c.wrong("an output of size %d along axis %d", size, 2+i)
		}
		// Beyond the last window there are zeros; what is cropped at the end is the rest.
		a.Pads[i][1] = max(0, reached-size)
		if over := size - reached; over >= win.Stride[i] {
			beyond[1+i][1], some = over, true
			size = reached
		}
		a.Input = append(a.Input, size)
	}
	a.Input = append(a.Input, w.shape[1]*groups)
	y := c.apply(op.ConvGradInput, a, c.last(x), c.arranged(w, filtersLast(n+2)))
	if some {
		var err error
		y, err = layer.Pad(c.b, y, layer.PadOptions{Pads: beyond})
		check(err)
	}
	c.setLast(c.biased(y, c.optional(2)))
}

func (c *call) pool(kind op.PoolKind) {
	x := c.input(0)
	spatialAxes(x)
	kernel := c.ints("kernel_shape")
	a := op.PoolAttrs{Window: c.window(kernel, x.shape[2:]), Kind: kind, Ceil: c.int("ceil_mode", 0) == 1, CountPad: c.int("count_include_pad", 0) == 1}
	out, err := op.Apply(c.g, op.Pool, a, c.last(x))
	check(err)
	c.setLast(out[0])
	if c.n.Output(1) != "" {
		c.set(1, c.winners(out[1], x.shape))
	}
}

// winners turns places in a plane into places in the whole input, as ONNX has them.
func (c *call) winners(index *graph.Value, in graph.Shape) *value {
	plane := in[2:].Elems()
	place := computed(onnxir.Int64, index, channelsLast(len(in)))
	e := arg(0)
	if c.int("storage_order", 0) == 1 && len(in) == 4 { // columns first
		row := floor(div(add(arg(0), num(0.5)), num(float64(in[3]))))
		e = add(row, mul(num(float64(in[2])), sub(arg(0), mul(row, num(float64(in[3]))))))
	}
	base := make([]float64, in[0]*in[1])
	for i := range base {
		base[i] = float64(i * plane)
	}
	s := append(graph.Shape{in[0], in[1]}, repeat(1, len(in)-2)...)
	return c.mapped(onnxir.Int64, add(e, arg(1)), place, knownOf(onnxir.Int64, s, base))
}

func lpPool(c *call) {
	x := c.input(0)
	spatialAxes(x)
	o := layer.PoolOptions{Window: c.window(c.ints("kernel_shape"), x.shape[2:]), Ceil: c.int("ceil_mode", 0) == 1}
	y, err := layer.LpPool(c.b, c.last(x), float64(c.int("p", 2)), o)
	check(err)
	c.setLast(y)
}

func lrn(c *call) {
	o := layer.LRNOptions{Size: c.int("size", 0), Alpha: c.float("alpha", 1e-4), Beta: c.float("beta", 0.75), K: c.float("bias", 1)}
	x := c.input(0)
	spatialAxes(x)
	turn := func(v *value) *value { return c.cut(v, 1, v.shape[1]-1, -1, v.shape[1]) }
	even := o.Size%2 == 0 // the odd channel of an even window stands behind in ONNX, before in Fovea
	if even {
		x = turn(x)
	}
	y, err := layer.LocalResponseNorm(c.b, c.last(x), o)
	check(err)
	c.setLast(y)
	if even {
		c.set(0, turn(c.out[0]))
	}
}

// normalisation returns the batch normalisation that alone reads the convolution's output, where both can be one.
func (c *call) normalisation(w, bias *value) *normalisation {
	name := c.n.Output(0)
	users := c.users[name]
	if w.known == nil || bias != nil && bias.known == nil || len(users) != 1 || users[0].OpType != "BatchNormalization" || users[0].Domain != "" ||
		users[0].Input(0) != name || slices.Contains(c.m.Outputs(), name) {
		return nil
	}
	n := &normalisation{node: users[0]}
	if t, err := n.node.Int("training_mode", 0); err != nil || t != 0 {
		return nil
	}
	for k := range n.in {
		v := c.values[n.node.Input(1+k)]
		if v == nil || v.known == nil || v.known.len() != w.shape[0] {
			return nil
		}
		n.in[k] = v.known
	}
	eps, err := n.node.Float("epsilon", 1e-5)
	if err != nil {
		return nil
	}
	n.eps = float64(eps)
	return n
}
