package simd_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/simd"
)

// randomPooling draws a window and an input that fits it.
func randomPooling(rng *rand.Rand) (op.PoolAttrs, graph.Shape) {
	axes := 1 + rng.IntN(3)
	a := op.PoolAttrs{Kind: op.PoolKind(rng.IntN(3)), Ceil: rng.IntN(2) == 0, CountPad: rng.IntN(2) == 0}
	x := graph.Shape{1 + rng.IntN(3)}
	for range axes {
		size := 1 + rng.IntN([]int{40, 12, 7}[axes-1])
		k, d := 1+rng.IntN(min(size, 12)), 1
		if rng.IntN(4) == 0 {
			d = 1 + rng.IntN(3)
		}
		if rng.IntN(5) == 0 {
			k, d = size, 1 // sees all of the axis
		}
		span := (k-1)*d + 1
		a.Kernel, a.Dilation = append(a.Kernel, k), append(a.Dilation, d)
		a.Stride = append(a.Stride, 1+rng.IntN(k+2))
		a.Pads = append(a.Pads, [2]int{rng.IntN(span), rng.IntN(span)})
		if rng.IntN(2) == 0 {
			a.Pads[len(a.Pads)-1] = [2]int{}
		}
		x = append(x, size)
	}
	return a, append(x, []int{1, 2, 3, 4, 5, 7, 16, 33, 40}[rng.IntN(9)])
}

// Poolings of all kinds, with an epilogue or without, and their gradients give what the reference does.
func TestRandomPoolings(t *testing.T) {
	d, err := simd.Open(context.Background(), simd.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < 300; {
		a, shape := randomPooling(rng)
		g := graph.New()
		x := g.Input("x", graph.F32, shape)
		out, err := op.Apply(g, op.Pool, a, x)
		if err != nil {
			continue // a window that does not fit
		}
		i++
		y := out[0]
		given := map[string]*op.Tensor{"x": opcases.F(shape...).Draw(uint32(i))}
		if rng.IntN(2) == 0 {
			s := graph.Shape{1}
			if rng.IntN(2) == 0 {
				s = y.Shape[len(y.Shape)-1:]
			}
			given["bias"] = opcases.F(s...).Draw(uint32(i))
			y = op.Map(g, expr.New(expr.Add, expr.V(0), expr.V(1)), y, g.Input("bias", graph.F32, s))
		}
		if len(out) > 1 && rng.IntN(2) == 0 {
			g.Output("winners", out[1])
		}
		given["dy"] = opcases.F(y.Shape...).Draw(uint32(i) + 1)
		dy := g.Input("dy", graph.F32, y.Shape)
		grads, err := op.GradientsFrom(g, y, dy, []*graph.Value{x})
		if err != nil {
			t.Fatal(err)
		}
		g.Output("y", y)
		g.Output("dx", grads[0])
		t.Run(fmt.Sprintf("%d %v %+v", i, shape, a), func(t *testing.T) { plantest.Check(t, d, g, given, 1e-4, 1e-5) })
	}
}
