package export

import (
	"math"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// resample writes a scaling as a Resize where that reads the same pixels, and otherwise, as with a shift or with zeros outside,
// as a product with the weights of each axis. Turning, and maps that are computed, cannot be written.
func resample(c *call) {
	a, x := c.n.Attrs.(op.ResampleAttrs), c.in[0]
	m := c.in[1].known
	if m == nil || c.in[1].shape[0] != 1 {
		c.unsupported("pictures that are resampled by a map that is not known beforehand")
	}
	if m.f32[1] != 0 || m.f32[3] != 0 {
		c.unsupported("pictures that are turned or sheared")
	}
	axes := [2]scaling{
		{in: x.shape[1], out: a.Out[0], step: float64(m.f32[0]), start: float64(m.f32[2])},
		{in: x.shape[2], out: a.Out[1], step: float64(m.f32[4]), start: float64(m.f32[5])},
	}
	in := c.first(x)
	for _, k := range resizings {
		if k.linear != a.Linear || a.Border != op.BorderClamp || !axes[0].is(k) || !axes[1].is(k) {
			continue
		}
		scales := constant(graph.Shape{4}, []float64{1, 1, axes[0].scale(), axes[1].scale()})
		attrs := []*onnxir.Attribute{onnxir.TextAttribute("coordinate_transformation_mode", k.coordinates)}
		if k.linear {
			attrs = append(attrs, onnxir.TextAttribute("mode", "linear"))
		} else {
			attrs = append(attrs, onnxir.TextAttribute("mode", "nearest"), onnxir.TextAttribute("nearest_mode", "floor"))
		}
		c.setFirst(c.n.Out[0], c.emit("Resize", []string{in, "", c.initializer(scales, []int{0})}, attrs...), x.open)
		return
	}
	y := c.separable(in, x.shape, c.n.Out[0].Shape, axes[0].weights(a), axes[1].weights(a))
	c.setFirst(c.n.Out[0], y, x.open)
}

// scaling is what an affine map does along an axis: output i lies at i·step + start.
type scaling struct {
	in, out     int
	step, start float64
}

func (s scaling) scale() float64 { return float64(s.out) / float64(s.in) }

// resizing is a way in which Resize finds the place of an output.
type resizing struct {
	coordinates string
	linear      bool
	place       func(s scaling) (step, start float64)
}

var resizings = []resizing{
	{"asymmetric", false, func(s scaling) (step, start float64) { return 1 / s.scale(), 0 }},
	{"half_pixel", true, func(s scaling) (step, start float64) { return 1 / s.scale(), 0.5/s.scale() - 0.5 }},
	{"align_corners", true, func(s scaling) (step, start float64) { return float64(s.in-1) / float64(max(1, s.out-1)), 0 }},
	{"asymmetric", true, func(s scaling) (step, start float64) { return 1 / s.scale(), 0 }},
}

// is reports whether Resize does the same along the axis. It rounds in·scale down to the size, so the scale must be one that
// gives it; and where the nearest pixel is asked for, a scale that is not exact could give another.
func (s scaling) is(k resizing) bool {
	step, start := k.place(s)
	const close = 1e-6 // relative to a pixel: what float32 numbers leave
	size := int(math.Floor(float64(float32(s.scale()) * float32(s.in))))
	exact := k.linear || s.out%s.in == 0 || s.in%s.out == 0
	return size == s.out && exact && math.Abs(step-s.step) <= close && math.Abs(start-s.start) <= close
}

// weights returns what each output takes of each input, [out,in].
func (s scaling) weights(a op.ResampleAttrs) []float64 {
	m := make([]float64, s.out*s.in)
	for i := range s.out {
		at, w := a.Taps(float64(i)*s.step+s.start, s.in)
		for k := range at {
			if w[k] != 0 {
				m[i*s.in+at[k]] += w[k]
			}
		}
	}
	return m
}
