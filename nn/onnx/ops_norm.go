package onnx

import (
	"fmt"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
)

func addNorm(operators table) {
	operators["BatchNormalization"] = batchNorm
	operators["InstanceNormalization"] = instanceNorm
	operators["GroupNormalization"] = groupNorm
	operators["LayerNormalization"] = layerNorm
	operators["RMSNormalization"] = rmsNorm
	operators["MeanVarianceNormalization"] = meanVariance
	operators["LpNormalization"] = lpNorm
}

// normalisation is a batch normalisation with known numbers: scale, shift, mean and variance of each channel.
type normalisation struct {
	node *onnxir.Node
	in   [4]*array
	eps  float64
}

// channel returns factor and shift: y = factor·x + shift.
func (n *normalisation) channel(k int) (factor, shift float64) {
	factor = n.in[0].at(k) / math.Sqrt(n.in[3].at(k)+n.eps)
	return factor, n.in[1].at(k) - factor*n.in[2].at(k)
}

// folded multiplies the factors into the filters [F,…] before, and the shifts into their bias; the normalisation passes on.
func (n *normalisation) folded(c *call, w, bias *value) (filters, shifts *value) {
	f := slices.Clone(w.known.floats())
	b := make([]float32, w.shape[0])
	size := len(f) / len(b)
	for k := range b {
		factor, shift := n.channel(k)
		for i := k * size; i < (k+1)*size; i++ {
			f[i] = float32(float64(f[i]) * factor)
		}
		if bias != nil {
			shift += factor * bias.known.at(k)
		}
		b[k] = float32(shift)
	}
	name := c.n.Input(2)
	if name == "" {
		name = n.node.Input(2)
	}
	c.merged[n.node] = true
	c.n = &onnxir.Node{Name: c.n.Name, OpType: c.n.OpType, Inputs: c.n.Inputs, Outputs: []string{n.node.Output(0)}, Attributes: c.n.Attributes}
	return &value{dtype: w.dtype, shape: w.shape, known: &array{name: w.known.name, trained: true, f32: f}},
		&value{dtype: w.dtype, shape: graph.Shape{len(b)}, known: &array{name: name, trained: true, f32: b}}
}

// perChannel gives numbers of channels the sizes with which they broadcast to [N,C,…].
func (c *call) perChannel(v *value, rank int) *value {
	if rank < 2 {
		return v
	}
	return c.reshaped(v, append(graph.Shape{v.shape.Elems()}, repeat(1, rank-2)...))
}

func batchNorm(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	for k := 1; k < 5; k++ {
		if rank < 2 || c.input(k).shape.Elems() != x.shape[1] {
			c.wrong("input %d: got %v for an input %v, want a number for each channel", k, c.in[k].shape, x.shape)
		}
	}
	eps := c.float("epsilon", 1e-5)
	scale, shift := c.perChannel(c.in[1], rank), c.perChannel(c.in[2], rank)
	mean, variance := c.perChannel(c.in[3], rank), c.perChannel(c.in[4], rank)
	if c.int("training_mode", 0) == 1 {
		keep := c.float("momentum", 0.9)
		axes := slices.Delete(identity(rank), 1, 2)
		m := c.mean(x, axes, true)
		d := c.mapped(x.dtype, sub(arg(0), arg(1)), x, m)
		v := c.mean(c.mapped(x.dtype, mul(arg(0), arg(0)), d), axes, true)
		blend := add(mul(num(keep), arg(0)), mul(num(1-keep), arg(1)))
		for k, running := range [][2]*value{{mean, m}, {variance, v}} {
			c.set(1+k, c.reshaped(c.mapped(x.dtype, blend, running[0], running[1]), graph.Shape{x.shape[1]}))
		}
		mean, variance = m, v
	}
	if a, b := c.factors(scale, shift, mean, variance, eps); a != nil {
		c.set(0, c.mapped(x.dtype, add(mul(arg(0), arg(1)), arg(2)), x, a, b))
		return
	}
	e := add(mul(div(sub(arg(0), arg(3)), root(add(arg(4), num(eps)))), arg(1)), arg(2))
	c.set(0, c.mapped(x.dtype, e, x, scale, shift, mean, variance))
}

// factors returns the two numbers of each channel that known ones come down to.
func (c *call) factors(scale, shift, mean, variance *value, eps float64) (a, b *value) {
	n := normalisation{eps: eps}
	for k, v := range []*value{scale, shift, mean, variance} {
		if v.known == nil {
			return nil, nil
		}
		n.in[k] = v.known
	}
	numbers := [2][]float32{}
	for k := range scale.shape.Elems() {
		f, s := n.channel(k)
		numbers[0], numbers[1] = append(numbers[0], float32(f)), append(numbers[1], float32(s))
	}
	of := func(v *value, f []float32) *value {
		return &value{dtype: v.dtype, shape: v.shape, known: &array{name: v.known.name, trained: v.known.trained, f32: f}}
	}
	return of(scale, numbers[0]), of(shift, numbers[1])
}

// normalised is (x - mean)/√(variance + eps) over axes.
func (c *call) normalised(x *value, axes []int, eps float64) (y, mean, deviation *value) {
	mean = c.mean(x, axes, true)
	d := c.mapped(x.dtype, sub(arg(0), arg(1)), x, mean)
	v := c.mean(c.mapped(x.dtype, mul(arg(0), arg(0)), d), axes, true)
	deviation = c.mapped(x.dtype, root(add(arg(0), num(eps))), v)
	return c.mapped(x.dtype, div(arg(0), arg(1)), d, deviation), mean, deviation
}

func instanceNorm(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	y, _, _ := c.normalised(x, spatialAxes(x), c.float("epsilon", 1e-5))
	c.set(0, c.mapped(x.dtype, add(mul(arg(0), arg(1)), arg(2)), y, c.perChannel(c.input(1), rank), c.perChannel(c.input(2), rank)))
}

// groupNorm has a factor and a shift for each group in version 18, for each channel from 21 on.
func groupNorm(c *call) {
	x, groups := c.input(0), c.int("num_groups", 0)
	space := spatialAxes(x)
	if groups < 1 || x.shape[1]%groups != 0 {
		c.wrong("num_groups: got %d, want a divisor of the %d channels", groups, x.shape[1])
	}
	parts := slices.Concat(graph.Shape{x.shape[0], groups, x.shape[1] / groups}, x.shape[2:])
	y, _, _ := c.normalised(c.reshaped(x, parts), identity(len(parts))[2:], c.float("epsilon", 1e-5))
	scale, shift := c.input(1), c.input(2)
	affine := add(mul(arg(0), arg(1)), arg(2))
	if c.opset < 21 {
		y = c.mapped(x.dtype, affine, y, c.perChannel(scale, len(parts)), c.perChannel(shift, len(parts)))
		c.set(0, c.reshaped(y, x.shape))
		return
	}
	rank := 2 + len(space)
	c.set(0, c.mapped(x.dtype, affine, c.reshaped(y, x.shape), c.perChannel(scale, rank), c.perChannel(shift, rank)))
}

// rmsNorm is x/√(mean(x²) + eps)·scale over the axes from one on.
func rmsNorm(c *call) {
	x := c.input(0)
	from := c.axis(c.int("axis", -1), len(x.shape))
	square := c.mean(c.mapped(x.dtype, mul(arg(0), arg(0)), x), identity(len(x.shape))[from:], true)
	e := mul(div(arg(0), root(add(arg(1), num(c.float("epsilon", 1e-5))))), arg(2))
	c.set(0, c.mapped(x.dtype, e, x, square, c.input(1)))
}

func layerNorm(c *call) {
	x := c.input(0)
	from := c.axis(c.int("axis", -1), len(x.shape))
	y, mean, deviation := c.normalised(x, identity(len(x.shape))[from:], c.float("epsilon", 1e-5))
	in, e := []*value{y, c.input(1)}, mul(arg(0), arg(1))
	if b := c.optional(2); b != nil {
		in, e = append(in, b), add(e, arg(2))
	}
	c.set(0, c.mapped(x.dtype, e, in...))
	c.set(1, mean)
	c.set(2, c.mapped(x.dtype, div(num(1), arg(0)), deviation))
}

func meanVariance(c *call) {
	axes := c.ints("axes")
	if axes == nil {
		axes = []int{0, 2, 3}
	}
	y, _, _ := c.normalised(c.input(0), c.axes(axes, len(c.in[0].shape)), 1e-9)
	c.set(0, y)
}

func lpNorm(c *call) {
	x := c.input(0)
	axes := []int{c.axis(c.int("axis", -1), len(x.shape))}
	switch p := c.int("p", 2); p {
	case 1:
		c.set(0, c.mapped(x.dtype, div(arg(0), arg(1)), x, c.reduceSum(x, abs(arg(0)), axes, true)))
	case 2:
		c.set(0, c.mapped(x.dtype, div(arg(0), root(arg(1))), x, c.reduceSum(x, mul(arg(0), arg(0)), axes, true)))
	default:
		check(fmt.Errorf("p: got %d, want 1 or 2: %w", p, graph.ErrUnsupported))
	}
}
