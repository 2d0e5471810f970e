package cpu

import (
	"fmt"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
)

// conv3x3 is a convolution of stride 1 with so many zeros around the image, its compiler and its image.
func conv3x3(images, h, w, channels, filters, pad int) (*compiler, op.Geometry, []float32) {
	one := [3]int{1, 1, 1}
	g := op.Geometry{
		N: images, C: channels, F: filters, Groups: 1,
		In: [3]int{1, h, w}, Out: [3]int{1, h + 2*pad - 2, w + 2*pad - 2},
		K: [3]int{1, 3, 3}, S: one, D: one, Before: [3]int{0, pad, pad},
	}
	x := opcases.F(images, h, w, channels).Draw(1)
	weights := opcases.F(3, 3, channels, filters).Draw(2)
	c := &compiler{threads: 1, in: []operand{{}, {&buffer{f32: float32s(weights.Data)}, graph.Shape{3, 3, channels, filters}}}}
	return c, g, float32s(x.Data)
}

func convolveAll(v convolution, g op.Geometry, x []float32) []float32 {
	in, out := g.InPlane()*g.C, g.OutPlane()*g.F
	y := make([]float32, g.N*out)
	v.prepare()
	for i := range g.N * v.tasks() {
		n := i / v.tasks()
		v.convolve(0, i%v.tasks(), x[n*in:(n+1)*in], y[n*out:(n+1)*out])
	}
	return y
}

// TestWinograd compares with the product of windows: tiles that reach beyond the result, channels and filters that fill no
// vector, panel or block, several tasks an image, filters that change.
func TestWinograd(t *testing.T) {
	for _, s := range [][6]int{
		{1, 8, 8, 16, 16, 1}, {2, 7, 9, 17, 15, 1}, {1, 13, 6, 5, 70, 1}, {1, 3, 3, 65, 33, 0},
		{1, 61, 50, 80, 20, 1}, {1, 4, 4, 1, 1, 2}, {3, 6, 6, 3, 130, 0},
	} {
		c, g, x := conv3x3(s[0], s[1], s[2], s[3], s[4], s[5])
		fast, plain := newWinograd(c, g), newWindows(c, g)
		for range 2 {
			got, want := convolveAll(fast, g, x), convolveAll(plain, g, x)
			for i := range want {
				if math.Abs(float64(got[i]-want[i])) > 2e-5*float64(g.C) {
					t.Fatalf("%v: [%d]: got %g, want %g", s, i, got[i], want[i])
				}
			}
			weights := c.in[1]
			for i := range weights.f32 {
				weights.f32[i] *= -2
			}
			weights.writes++
		}
		covered := 0
		for task := range fast.tasks() {
			lo, hi := fast.positions(task)
			if lo != covered {
				t.Errorf("%v: task %d begins at %d, want %d", s, task, lo, covered)
			}
			covered = hi
		}
		if covered != g.OutPlane() {
			t.Errorf("%v: tasks end at %d, want %d", s, covered, g.OutPlane())
		}
	}
}

// BenchmarkConv3x3 does both ways to convolve, and tells which of them is taken. Filters are transformed once.
func BenchmarkConv3x3(b *testing.B) {
	for _, s := range [][6]int{
		{8, 55, 55, 16, 64, 1}, {8, 55, 55, 32, 128, 1}, {8, 27, 27, 48, 192, 1}, {8, 13, 13, 64, 256, 1}, // of SqueezeNet 1.0
		{1, 56, 56, 64, 64, 1}, {1, 14, 14, 256, 256, 1}, {1, 7, 7, 512, 512, 1},
		{8, 32, 32, 16, 16, 1}, {8, 32, 32, 8, 8, 1}, {8, 16, 16, 20, 20, 1},
	} {
		c, g, x := conv3x3(s[0], s[1], s[2], s[3], s[4], s[5])
		for name, v := range map[string]convolution{"windows": newWindows(c, g), "winograd": newWinograd(c, g)} {
			b.Run(fmt.Sprintf("%v/%s/pays=%v", s, name, winogradPays(g)), func(b *testing.B) {
				y := make([]float32, g.OutPlane()*g.F)
				v.prepare()
				for b.Loop() {
					for i := range g.N * v.tasks() {
						v.convolve(0, i%v.tasks(), x[i/v.tasks()*g.InPlane()*g.C:][:g.InPlane()*g.C], y)
					}
				}
				b.ReportMetric(2*float64(g.N*g.OutPlane()*g.KernelPlane()*g.C*g.F)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
