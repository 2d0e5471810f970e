//go:build js && wasm

package webgpu_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
)

// TestResampleGradMaps: the box of output pixels that the gradient looks at leaves none out, however the map turns,
// stretches, flattens and moves. Each sample has a map of its own.
func TestResampleGradMaps(t *testing.T) {
	const samples, h, w, p, q = 64, 9, 7, 8, 11
	r := rand.New(rand.NewPCG(1, 2))
	maps := op.NewTensor(graph.Shape{samples, 6})
	for n := range samples {
		angle := r.Float64() * 2 * math.Pi
		if n%4 == 0 {
			angle = float64(n/4) * math.Pi / 2 // quarter turns
		}
		a, b := math.Exp2(r.Float64()*6-4), math.Exp2(r.Float64()*6-4)
		switch n % 16 {
		case 3:
			a = 0 // onto a line
		case 7:
			a = 1e-5 // almost
		}
		skew := float64(n%3-1) * r.Float64()
		m := maps.Data[n*6:]
		m[0], m[1] = a*math.Cos(angle), a*(skew*math.Cos(angle)-math.Sin(angle))
		m[3], m[4] = b*math.Sin(angle), b*(skew*math.Sin(angle)+math.Cos(angle))
		// The middle of the output reads a place in or near the picture.
		m[2] = (r.Float64()*1.6-0.3)*h - m[0]*p/2 - m[1]*q/2
		m[5] = (r.Float64()*1.6-0.3)*w - m[3]*p/2 - m[4]*q/2
	}
	for i, v := range maps.Data {
		maps.Data[i] = float64(float32(v))
	}
	dy := op.NewTensor(graph.Shape{samples, p, q, 1})
	for i := range dy.Data {
		dy.Data[i] = float64(r.IntN(5) - 2)
	}
	d := open(t)
	for i := range 4 {
		a := op.ResampleAttrs{Out: []int{p, q}, Linear: i&1 == 1, Border: op.Border(i >> 1), Input: []int{h, w}}
		g := graph.New()
		out, err := op.Apply(g, op.ResampleGrad, a, g.Input("dy", graph.F32, dy.Shape), g.Input("maps", graph.F32, maps.Shape))
		if err != nil {
			t.Fatal(err)
		}
		g.Output("dx", out[0])
		plantest.Check(t, d, g, map[string]*op.Tensor{"dy": dy, "maps": maps}, 1e-4, 1e-4)
	}
}
