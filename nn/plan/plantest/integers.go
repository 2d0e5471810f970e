package plantest

import (
	"fmt"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
)

// integers compares random convolutions of 8-bit numbers, with what may stand behind them, with the reference: to the bit,
// since their numbers are small enough for f32 to hold every sum.
func integers(t *testing.T, dev plan.Device) {
	count := 40
	if dev.Info().Software {
		count = 12 // each compiles shaders of its own, which takes a software adapter long
	}
	for seed := range count {
		g, given, err := randomIntegers(uint32(seed))
		if err != nil {
			t.Fatalf("net %d: %v", seed, err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { Check(t, dev, g, given, 1e-30, 1e-30) })
	}
}

// randomIntegers draws a convolution, a scale, a bias and an activation, and perhaps a max-pooling and a quantisation.
func randomIntegers(seed uint32) (*graph.Graph, map[string]*op.Tensor, error) {
	drawn := 0
	draw := func(lo, hi int) int { // lo to hi
		drawn++
		return lo + int(float32(hi-lo+1)*op.Uniform(seed, 11, 0, drawn))
	}
	const mostDepth = 400 // of a sum: what it is scaled by leaves 24 bits
	a := op.ConvIntegerAttrs{}
	axes := draw(1, 3)
	a.Groups = draw(1, 3)
	channels, filters := draw(1, 9), draw(1, 20)
	if draw(0, 4) == 0 { // depthwise
		a.Groups, channels, filters = draw(2, 20), 1, 1
	}
	x, w := graph.Shape{draw(1, 3)}, graph.Shape{}
	depth := channels
	for range axes {
		k := draw(1, 4)
		if depth*k > mostDepth {
			k = 1
		}
		depth *= k
		stride, dilation, before, after := draw(1, 3), draw(1, 2), draw(0, 3), draw(0, 3)
		a.Kernel, a.Stride, a.Dilation = append(a.Kernel, k), append(a.Stride, stride), append(a.Dilation, dilation)
		a.Pads = append(a.Pads, [2]int{before, after})
		x = append(x, max(1, dilation*(k-1)+1-before-after)+draw(0, 30/axes))
		w = append(w, k)
	}
	x, w = append(x, a.Groups*channels), append(w, channels, a.Groups*filters)
	in := opcases.Input{Shape: x, Type: graph.U8, Hi: 256}
	if draw(0, 1) == 1 {
		in.Type, in.Lo, in.Hi = graph.I8, -128, 128
	}
	a.Zero = draw(int(in.Lo), int(in.Hi)-1)
	weights := opcases.Input{Shape: w, Type: graph.I8, Lo: -128, Hi: 128}
	bias := opcases.Input{Shape: w[len(w)-1:], Type: graph.I32, Lo: -50, Hi: 50}.Draw(seed + 1)

	g := graph.New()
	given := map[string]*op.Tensor{"x": in.Draw(seed + 2), "w": weights.Draw(seed + 3), "b": bias}
	out, err := op.Apply(g, op.ConvIntegerOp, a, g.Input("x", in.Type, x), g.Input("w", graph.I8, w))
	if err != nil {
		return nil, nil, err
	}
	y := op.Map(g, expr.ReLU(expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.C(0.125)), expr.V(1))), out[0], g.Input("b", graph.F32, bias.Shape))
	if draw(0, 1) == 1 {
		size, stride := draw(1, 3), draw(1, 3)
		pool := op.PoolAttrs{Window: op.Square(axes, size, stride, 0), Kind: op.PoolMax}
		if pooled, err := op.Apply(g, op.Pool, pool, y); err == nil { // else the map is too small
			y = pooled[0]
		}
	}
	if draw(0, 2) > 0 {
		q := op.QuantizeAttrs{Scale: float32(int(1) << draw(4, 10)), Zero: draw(0, 100), Type: graph.U8}
		if draw(0, 1) == 1 {
			q.Type = graph.I8
		}
		if out, err = op.Apply(g, op.QuantizeOp, q, y); err != nil {
			return nil, nil, err
		}
		y = out[0]
	}
	g.Output("y", y)
	return g, given, nil
}
