package layer

import (
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// FractionalOptions describe a fractional max pooling.
type FractionalOptions struct {
	Output [2]int // [P,Q]
	// Ratio, used where Output is 0, is how much smaller the output is: P = ⌊H/Ratio⌋. √2 is usual.
	Ratio float64
	// Kernel is the size of every region. Where it is 0, a region reaches up to the next one, and with Overlap one pixel
	// into it.
	Kernel  [2]int
	Overlap bool
	// Random puts short and long steps in any order; else they follow a regular pattern that starts at random, which
	// distorts pictures less.
	Random bool
	// Samples, numbers in [0,1) of shape [N or 1, C or 1, 2] for columns and rows, are where the patterns start. Where nil,
	// Builder.Random draws a start for each sample; without it the start is 1/2, so that a net always answers the same.
	Samples *graph.Value
}

// FractionalMaxPool takes the maximum of each channel over regions that are a fraction of a pixel, on average, apart.
//
//	region p of P covers a(p) … a(p)+K-1,   or a(p) … a(p+1)-1 without a kernel
//	a(p) = ⌊(p+u)·α⌋ - ⌊u·α⌋ with α = (H-K)/(P-1), the last one at H-K;   or α = H/P, a(P) = H
//	random: a(p) sums steps of ⌊α⌋ and ⌈α⌉ in any order
//
// Averaging a net's answers over several draws makes them better: build the graph with Builder.Random set, run it with
// several steps of the generator, and take the mean.
// Shapes: x [N,H,W,C], y [N,P,Q,C]. It returns a ShapeError if the output is larger than the input, or the kernel.
//
// Source: Graham, "Fractional max-pooling", 2014, arXiv:1412.6071.
func FractionalMaxPool(b *Builder, x *graph.Value, o FractionalOptions) (*graph.Value, error) {
	if len(x.Shape) != 4 {
		return nil, b.fail("input: got %v, want [N,H,W,C]", x.Shape)
	}
	var bounds [2]*graph.Value
	for i, name := range []string{"height", "width"} {
		r := regionSteps{in: x.Shape[1+i], out: o.Output[i], kernel: o.Kernel[i], overlap: o.Overlap}
		if r.out == 0 {
			if !(o.Ratio >= 1) {
				return nil, b.fail("ratio: got %g, want at least 1, such as 1.41", o.Ratio)
			}
			r.out = int(float64(r.in) / o.Ratio)
		}
		if r.out < 1 || r.out > r.in || r.kernel < 0 || r.kernel > r.in {
			return nil, b.fail("%s: got %d regions of size %d for %d pixels, want neither to be more", name, r.out, r.kernel, r.in)
		}
		var err error
		if o.Random && o.Samples == nil && b.Random != nil {
			bounds[i], err = r.random(b, x.Shape[0])
		} else {
			var u *graph.Value
			if u, err = b.fractionalSample(x, o.Samples, 1-i); err == nil {
				bounds[i], err = r.regular(b, u)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return b.apply(op.RegionPool, op.RegionPoolAttrs{Kind: op.PoolMax}, x, bounds[0], bounds[1])
}

// fractionalSample is u, [N or 1, C or 1, 1, 1], of column k of the samples.
func (b *Builder) fractionalSample(x, samples *graph.Value, k int) (*graph.Value, error) {
	if samples == nil && b.Random == nil {
		return b.constant(graph.Shape{1, 1, 1, 1}, []float64{0.5}), nil
	}
	if samples == nil {
		return b.uniform(graph.Shape{x.Shape[0], 1, 1, 1})
	}
	s := samples.Shape
	if len(s) != 3 || s[0] != 1 && s[0] != x.Shape[0] || s[1] != 1 && s[1] != channels(x) || s[2] != 2 {
		return nil, b.fail("samples: got %v, want [%d or 1,%d or 1,2]", s, x.Shape[0], channels(x))
	}
	u, err := Slice(b, samples, []int{0, 0, k}, []int{s[0], s[1], k + 1}, nil)
	if err != nil {
		return nil, err
	}
	return op.Reshape(b.G, u, graph.Shape{s[0], s[1], 1, 1}), nil
}

// regionSteps are the regions along an axis.
type regionSteps struct {
	in, out, kernel int
	overlap         bool
}

// path returns over how many pixels the regions' starts go, and in how many steps.
func (r regionSteps) path() (total, steps int) {
	if r.kernel > 0 {
		return r.in - r.kernel, r.out - 1
	}
	return r.in, r.out
}

// ends returns, for both bounds of every region, [1,1,out,2], behind which step they lie, and how many pixels further.
func (r regionSteps) ends() (step, further []float64) {
	for p := range r.out {
		switch {
		case r.kernel > 0:
			step, further = append(step, float64(p), float64(p)), append(further, 0, float64(r.kernel))
		case r.overlap:
			step, further = append(step, float64(p), float64(p+1)), append(further, 0, 1)
		default:
			step, further = append(step, float64(p), float64(p+1)), append(further, 0, 0)
		}
	}
	return step, further
}

// regular are the bounds of the regular pattern that starts at u.
func (r regionSteps) regular(b *Builder, u *graph.Value) (*graph.Value, error) {
	total, steps := r.path()
	alpha := c(float64(total) / float64(max(1, steps)))
	step, further := r.ends()
	s := graph.Shape{1, 1, r.out, 2}
	floor := func(x *expr.Expr) *expr.Expr { return expr.New(expr.Floor, mul(x, alpha)) }
	at := sub(floor(add(v(0), v(2))), floor(v(2)))
	at = choose(greater(v(0), c(float64(steps)-0.5)), c(float64(total)), at)
	return b.mapTo(add(at, v(1)), b.constant(s, step), b.constant(s, further), u)
}

// random are the bounds of steps in a random order, one for each sample. A step is a long one if its draw is among the
// smallest, as many as there are long ones; a bound sums the steps before it.
func (r regionSteps) random(b *Builder, samples int) (*graph.Value, error) {
	total, steps := r.path()
	step, further := r.ends()
	if steps == 0 {
		return r.regular(b, b.constant(graph.Shape{1, 1, 1, 1}, []float64{0}))
	}
	u, err := b.uniform(graph.Shape{samples, steps})
	if err != nil {
		return nil, err
	}
	mine, other := op.Reshape(b.G, u, graph.Shape{samples, steps, 1}), op.Reshape(b.G, u, graph.Shape{samples, 1, steps})
	rank, err := b.sum(greater(v(0), v(1)), []int{2}, mine, other)
	if err != nil {
		return nil, err
	}
	short, long := total/steps, total%steps
	length := op.Map(b.G, add(c(float64(short)), greater(c(float64(long)-0.5), v(0))), op.Reshape(b.G, rank, graph.Shape{samples, steps}))
	before := make([]float64, steps*2*r.out)
	for i := range steps {
		for k, s := range step {
			if float64(i) < s {
				before[i*2*r.out+k] = 1
			}
		}
	}
	at, err := b.apply(op.MatMul, op.MatMulAttrs{}, length, b.constant(graph.Shape{steps, 2 * r.out}, before))
	if err != nil {
		return nil, err
	}
	s := graph.Shape{1, 1, r.out, 2}
	return b.mapTo(add(v(0), v(1)), op.Reshape(b.G, at, append(graph.Shape{samples}, s[1:]...)), b.constant(s, further))
}
