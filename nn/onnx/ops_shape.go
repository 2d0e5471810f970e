package onnx

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
)

func addShape(operators table) {
	operators["CenterCropPad"] = centerCropPad
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
