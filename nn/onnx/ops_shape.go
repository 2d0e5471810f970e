package onnx

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

func addShape(operators table) {
	operators["Concat"] = concat
	operators["Constant"] = constant
	operators["ConstantOfShape"] = constantOfShape
	operators["DepthToSpace"] = depthToSpace
	operators["Dropout"] = dropout
	operators["Expand"] = func(c *call) {
		c.set(0, c.mappedTo(toShape(c.static(1)), c.input(0).dtype, arg(0), c.input(0)))
	}
	operators["Flatten"] = flatten
	operators["Gather"] = gather
	operators["Identity"] = func(c *call) { c.set(0, c.input(0)) }
	operators["Pad"] = pad
	operators["Range"] = rangeOf
	operators["Reshape"] = reshape
	operators["Shape"] = shapeOf
	operators["Size"] = func(c *call) {
		c.set(0, knownOf(onnxir.Int64, graph.Shape{}, []float64{float64(c.input(0).shape.Elems())}))
	}
	operators["Slice"] = slice
	operators["SpaceToDepth"] = spaceToDepth
	operators["Split"] = split
	operators["Squeeze"] = squeeze
	operators["Tile"] = tile
	operators["Transpose"] = transpose
	operators["Unsqueeze"] = unsqueeze
}

func toShape(s []int) graph.Shape { return graph.Shape(s) }

// sized checks sizes that a model gives, which may lie.
func sized(s graph.Shape) graph.Shape {
	n := 1
	for _, d := range s {
		if d < 0 {
			check(graph.Shapef("sizes %v: want 0 or more", s))
		}
		if d > 0 && n > maxElems/d {
			check(graph.Shapef("sizes %v: more than %d elements", s, maxElems))
		}
		n *= d
	}
	return s
}

func constant(c *call) {
	for _, a := range c.n.Attributes {
		switch a.Name {
		case "value":
			t, err := c.n.Tensor("value")
			check(err)
			v, err := tensorOf(t)
			check(err)
			c.set(0, v)
		case "value_float":
			c.set(0, knownOf(onnxir.Float, graph.Shape{}, []float64{c.float(a.Name, 0)}))
		case "value_floats":
			f, err := c.n.Floats(a.Name, nil)
			check(err)
			c.set(0, &value{dtype: onnxir.Float, shape: graph.Shape{len(f)}, known: &array{f32: f}})
		case "value_int":
			c.set(0, knownOf(onnxir.Int64, graph.Shape{}, []float64{float64(c.int(a.Name, 0))}))
		case "value_ints":
			c.set(0, intsOf(c.ints(a.Name)...))
		default:
			c.unsupported("a constant given by %s", a.Name)
		}
	}
}

func constantOfShape(c *call) {
	s := sized(toShape(c.static(0)))
	fill := knownOf(onnxir.Float, graph.Shape{1}, []float64{0})
	if t, err := c.n.Tensor("value"); err != nil || t != nil {
		check(err)
		fill, err = tensorOf(t)
		check(err)
		if fill.known.len() != 1 {
			c.wrong("value: got %d elements, want 1", fill.known.len())
		}
	}
	v := alikeOf(fill.dtype, s, fill.known.at(0))
	v.known.name, v.known.trained = c.n.Output(0), isFloat(fill.dtype)
	c.set(0, v)
}

func rangeOf(c *call) {
	from, to, step := c.staticFloats(c.input(0))[0], c.staticFloats(c.input(1))[0], c.staticFloats(c.input(2))[0]
	n := math.Ceil((to - from) / step)
	if !(n >= 0 && n <= maxElems) {
		c.wrong("range from %g to %g by %g", from, to, step)
	}
	data := make([]float64, int(n))
	for i := range data {
		data[i] = from + float64(i)*step
	}
	c.set(0, knownOf(c.in[0].dtype, graph.Shape{len(data)}, data))
}

func shapeOf(c *call) {
	s := c.input(0).shape
	bound := func(name string, missing int) int {
		v := c.int(name, missing)
		if v < 0 {
			v += len(s)
		}
		return max(0, min(len(s), v))
	}
	from, to := bound("start", 0), bound("end", len(s))
	c.set(0, intsOf(s[min(from, to):to]...))
}

// dropout passes its input on; what it would drop in training is up to Fovea's own.
func dropout(c *call) {
	x := c.input(0)
	if t := c.optional(2); t != nil && c.staticFloats(t)[0] != 0 {
		ratio := 0.5
		if r := c.optional(1); r != nil {
			ratio = c.staticFloats(r)[0]
		}
		if ratio != 0 {
			c.unsupported("dropout in training mode: its numbers are random")
		}
	}
	c.set(0, x)
	if c.n.Output(1) != "" {
		d := onnxir.Bool
		if c.opset < 10 {
			d = x.dtype
		}
		c.set(1, alikeOf(d, x.shape, 1))
	}
}

func reshape(c *call) {
	x := c.input(0)
	to := toShape(c.fromInputOrAttribute(1, "shape"))
	to = to.Clone()
	if c.samples > 1 && len(to) > 1 && to[0] == 1 && len(x.shape) > 0 && x.shape[0] == c.samples {
		to[0] = c.samples
	}
	free, n := -1, 1
	for i, d := range to {
		switch {
		case d == 0 && c.int("allowzero", 0) == 0:
			if i >= len(x.shape) {
				c.wrong("reshape %v to %v: axis %d is to stay, but is not there", x.shape, to, i)
			}
			to[i] = x.shape[i]
		case d == -1 && free < 0:
			free = i
			continue
		case d < 0:
			c.wrong("reshape %v to %v: want sizes of 0 or more and at most one -1", x.shape, to)
		}
		n *= to[i]
	}
	if free >= 0 {
		if n == 0 || x.shape.Elems()%n != 0 {
			c.wrong("reshape %v to %v: %d elements do not divide", x.shape, to, x.shape.Elems())
		}
		to[free] = x.shape.Elems() / n
	}
	c.set(0, c.reshaped(x, to))
}

func flatten(c *call) {
	x := c.input(0)
	at := c.int("axis", 1)
	if at < 0 {
		at += len(x.shape)
	}
	if at < 0 || at > len(x.shape) {
		c.wrong("axis %d of a value with %d axes", at, len(x.shape))
	}
	c.set(0, c.reshaped(x, graph.Shape{x.shape[:at].Elems(), x.shape[at:].Elems()}))
}

func squeeze(c *call) {
	x := c.input(0)
	axes := c.fromInputOrAttribute(1, "axes")
	drop := map[int]bool{}
	for _, a := range axes {
		a = c.axis(a, len(x.shape))
		if x.shape[a] != 1 {
			c.wrong("squeeze of axis %d of %v: want a size of 1", a, x.shape)
		}
		drop[a] = true
	}
	to := graph.Shape{}
	for i, d := range x.shape {
		if !(drop[i] || axes == nil && d == 1) {
			to = append(to, d)
		}
	}
	c.set(0, c.reshaped(x, to))
}

func unsqueeze(c *call) {
	x := c.input(0)
	axes := c.fromInputOrAttribute(1, "axes")
	rank := len(x.shape) + len(axes)
	fresh := map[int]bool{}
	for _, a := range axes {
		fresh[c.axis(a, rank)] = true
	}
	if len(fresh) != len(axes) {
		c.wrong("unsqueeze at axes %v: one is there twice", axes)
	}
	to, at := graph.Shape{}, 0
	for i := range rank {
		if fresh[i] {
			to = append(to, 1)
			continue
		}
		to = append(to, x.shape[at])
		at++
	}
	c.set(0, c.reshaped(x, to))
}

func transpose(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	p := c.ints("perm")
	if p == nil {
		p = identity(rank)
		slices.Reverse(p)
	}
	c.set(0, c.transposed(x, p))
}

// transposed makes axis i that which was p[i]. It only notes where the axes lie.
func (c *importer) transposed(x *value, p []int) *value {
	sorted := slices.Sorted(slices.Values(p))
	if !slices.Equal(sorted, identity(len(x.shape))) {
		check(graph.Shapef("transpose of %v by %v: want each axis once", x.shape, p))
	}
	to := make(graph.Shape, len(p))
	for i, k := range p {
		to[i] = x.shape[k]
	}
	if x.known != nil {
		return &value{dtype: x.dtype, shape: to, known: x.known.transpose(x.shape, invert(p))}
	}
	c.solid(x)
	have, perm := x.order(), make([]int, len(p))
	for i, k := range p {
		perm[i] = have[k]
	}
	return &value{dtype: x.dtype, shape: to, v: x.v, perm: perm}
}

func concat(c *call) {
	var perm []int
	var in []*value
	for k := range c.in {
		v := c.input(k)
		c.solid(v)
		if v.v != nil && v.perm != nil && perm == nil {
			perm = v.perm
		}
		if v.shape.Elems() > 0 && !slices.Contains(v.shape, 0) {
			in = append(in, v)
		}
	}
	rank := len(c.input(0).shape)
	at := c.axis(c.int("axis", 1), rank)
	if len(in) == 0 {
		c.set(0, c.in[0])
		return
	}
	if perm == nil {
		perm = identity(rank)
	}
	var parts []*graph.Value
	for _, v := range in {
		if len(v.shape) != rank {
			c.wrong("concat of %v and %v: want as many axes", in[0].shape, v.shape)
		}
		parts = append(parts, c.arranged(v, perm))
	}
	for k, v := range parts {
		if v.Type != parts[0].Type || len(parts) > 1 && v.Type != graph.F32 {
			parts[k] = op.Map(c.g, arg(0), v)
		}
	}
	y, err := op.Concat(c.g, perm[at], parts...)
	check(err)
	c.set(0, computed(c.in[0].dtype, y, perm))
}

func split(c *call) {
	x := c.input(0)
	at := c.axis(c.int("axis", 0), len(x.shape))
	n := x.shape[at]
	sizes := c.fromInputOrAttribute(1, "split")
	if sizes == nil {
		parts := c.int("num_outputs", len(c.n.Outputs))
		if parts < 1 {
			c.wrong("split into %d parts", parts)
		}
		each := (n + parts - 1) / parts
		for left := n; left > 0; left -= each {
			sizes = append(sizes, min(each, left))
		}
	}
	from := 0
	for k, size := range sizes {
		if size < 0 || from+size > n || k == len(sizes)-1 && from+size != n {
			c.wrong("split %v of axis %d, which has %d", sizes, at, n)
		}
		if size == 0 {
			c.set(k, empty(x, at))
		} else {
			c.set(k, c.cut(x, at, from, 1, size))
		}
		from += size
	}
}

// empty is x with nothing along an axis.
func empty(x *value, axis int) *value {
	s := x.shape.Clone()
	s[axis] = 0
	return knownOf(x.dtype, s, []float64{})
}

// cut takes count elements along an axis, from one on, every so many, backwards where step is below 0.
func (c *importer) cut(x *value, axis, from, step, count int) *value {
	if from == 0 && step == 1 && count == x.shape[axis] {
		return x
	}
	perm := identity(len(x.shape))
	if x.known == nil {
		c.solid(x)
		perm = x.order()
	}
	v := c.arranged(x, perm)
	a := op.CopyAttrs{Shape: v.Shape.Clone()}
	for i := range v.Shape {
		a.Axes = append(a.Axes, op.CopyAxis{From: i, Step: 1})
	}
	a.Shape[perm[axis]] = count
	a.Axes[perm[axis]] = op.CopyAxis{From: perm[axis], Step: step, Start: from}
	return computed(x.dtype, c.apply(op.CopyOp, a, v), perm)
}

func slice(c *call) {
	x := c.input(0)
	starts, ends := c.fromInputOrAttribute(1, "starts"), c.fromInputOrAttribute(2, "ends")
	axes := c.fromInputOrAttribute(3, "axes")
	if axes == nil {
		axes = identity(len(starts))
	}
	steps := repeat(1, len(starts))
	if c.optional(4) != nil {
		steps = c.static(4)
	}
	if len(ends) != len(starts) || len(axes) != len(starts) || len(steps) != len(starts) {
		c.wrong("slice: got %d starts, %d ends, %d axes, %d steps, want as many of each", len(starts), len(ends), len(axes), len(steps))
	}
	for k, a := range axes {
		a = c.axis(a, len(x.shape))
		n, step := x.shape[a], steps[k]
		if step == 0 {
			c.wrong("slice: a step of 0")
		}
		bound := func(p, lo, hi int) int {
			if p < 0 {
				p += n
			}
			return max(lo, min(hi, p))
		}
		from, to, count := 0, 0, 0
		if step > 0 {
			from, to = bound(starts[k], 0, n), bound(ends[k], 0, n)
			count = (to - from + step - 1) / step
		} else {
			from, to = bound(starts[k], 0, n-1), bound(ends[k], -1, n-1)
			count = (from - to - step - 1) / -step
		}
		if count <= 0 {
			x = empty(x, a)
			continue
		}
		x = c.cut(x, a, from, step, count)
	}
	c.set(0, x)
}

// gather takes rows of an axis by their places, which are known or computed.
func gather(c *call) {
	x, index := c.input(0), c.input(1)
	at := c.axis(c.int("axis", 0), len(x.shape))
	shape := slices.Concat(x.shape[:at], index.shape, x.shape[at+1:])
	if index.known != nil {
		places := c.static(1)
		for i, p := range places {
			if p < 0 {
				p += x.shape[at]
			}
			if p < 0 || p >= x.shape[at] {
				c.wrong("gather of place %d along axis %d, which has %d", places[i], at, x.shape[at])
			}
			places[i] = p
		}
		if len(places) == 0 {
			c.set(0, knownOf(x.dtype, shape, []float64{}))
			return
		}
		c.set(0, c.reshaped(c.picked(x, at, places), shape))
		return
	}
	c.solid(index)
	if len(c.origins(index.v)) > 0 && index.v.Node == nil || index.v.Type != graph.I32 {
		c.static(1) // as an input, for it may count from the end
	}
	front := append([]int{at}, slices.Delete(identity(len(x.shape)), at, at+1)...)
	y := c.apply(op.GatherOp, nil, c.plain(c.transposed(x, front)), op.Reshape(c.g, c.plain(index), graph.Shape{index.shape.Elems()}))
	c.set(0, c.reshaped(c.transposed(computed(x.dtype, y, nil), invert(front)), shape))
}

// picked takes known places along an axis: in runs that are evenly apart or, where these are many, as a product with a matrix
// that has a 1 in each row.
func (c *importer) picked(x *value, at int, places []int) *value {
	var runs []*value
	for i := 0; i < len(places); {
		n, step := run(places[i:])
		runs = append(runs, c.cut(x, at, places[i], step, n))
		i += n
	}
	const most = 6
	if len(runs) == 1 {
		return runs[0]
	}
	if len(runs) <= most {
		return c.joined(at, runs...)
	}
	m := make([]float64, len(places)*x.shape[at])
	for i, p := range places {
		m[i*x.shape[at]+p] = 1
	}
	return c.weighed(x, at, knownOf(x.dtype, graph.Shape{len(places), x.shape[at]}, m))
}

// run returns how many places from the first on are evenly apart.
func run(p []int) (n, step int) {
	if len(p) == 1 || p[1] == p[0] {
		return 1, 1
	}
	step = p[1] - p[0]
	for n = 2; n < len(p) && p[n]-p[n-1] == step; n++ {
	}
	return n, step
}

// weighed multiplies an axis by a matrix [out,in].
func (c *importer) weighed(x *value, axis int, m *value) *value {
	v, perm := c.toEnd(x, axis)
	in := m.shape[1]
	shape := append(v.Shape[:len(v.Shape)-1].Clone(), m.shape[0])
	rows := op.Reshape(c.g, v, graph.Shape{v.Shape.Elems() / in, in})
	y := c.apply(op.MatMul, op.MatMulAttrs{TransB: true}, rows, c.plain(m))
	return computed(x.dtype, op.Reshape(c.g, y, shape), perm)
}

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
	perm := identity(rank)
	if x.known == nil {
		c.solid(x)
		perm = x.order()
	}
	o.Pads = permuted(all, perm)
	v := c.arranged(x, perm)
	if v.Type != graph.F32 { // borders are computed
		v = op.Map(c.g, arg(0), v)
	}
	y, err := layer.Pad(c.b, v, o)
	check(err)
	c.set(0, computed(x.dtype, y, perm))
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
