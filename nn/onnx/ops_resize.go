package onnx

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func addResize(operators table) {
	operators["Resize"] = resize
	operators["Upsample"] = resize
}

// sizing is what a Resize is to do with its axes: scales or sizes, and regions of what is cropped, as beginnings, then ends.
type sizing struct {
	axes        []int
	scales, roi []float64
	sizes       []int
}

// sizing reads the inputs, of which Upsample and Resize up to version 10 have the scales alone.
func (c *call) sizing(x *value) sizing {
	s := sizing{axes: identity(len(x.shape))}
	if given := c.ints("axes"); given != nil {
		s.axes = nil
		for _, a := range given {
			s.axes = append(s.axes, c.axis(a, len(x.shape)))
		}
	}
	first := 2
	if c.n.OpType == "Upsample" || c.opset < 11 {
		first = 1
	} else {
		if v := c.optional(1); v != nil && v.shape.Elems() > 0 {
			s.roi = c.staticFloats(v)
		}
		if c.optional(3) != nil {
			s.sizes = c.static(3)
		}
	}
	if v := c.optional(first); v != nil {
		s.scales = c.staticFloats(v)
	} else if c.n.Attribute("scales") != nil {
		f, err := c.n.Floats("scales", nil)
		check(err)
		for _, v := range f {
			s.scales = append(s.scales, float64(v))
		}
	}
	if len(s.sizes) > 0 {
		s.scales = nil
	}
	if len(s.sizes)+len(s.scales) != len(s.axes) {
		c.wrong("resize of %v: got scales %v, sizes %v, want one of them for each of %d axes", x.shape, s.scales, s.sizes, len(s.axes))
	}
	return s
}

// sameScale is the one scale of all axes with which sizes keep the ratio of the sides, or 0 where each has its own.
func (s sizing) sameScale(x *value, policy string) (scale float64) {
	for k, size := range s.sizes {
		own := float64(size) / float64(x.shape[s.axes[k]])
		if scale == 0 || policy == "not_larger" && own < scale || policy == "not_smaller" && own > scale {
			scale = own
		}
	}
	if policy == "stretch" {
		return 0
	}
	return scale
}

// resampling reads the attributes that say where on the input an output lies.
func (c *call) resampling() resampling {
	r := resampling{mode: c.text("mode", "nearest"), coords: c.text("coordinate_transformation_mode", "half_pixel"),
		nearest: c.text("nearest_mode", "round_prefer_floor"), cubic: c.float("cubic_coeff_a", -0.75),
		outside: c.int("exclude_outside", 0) == 1, antialias: c.int("antialias", 0) == 1}
	if c.n.OpType == "Upsample" || c.opset < 11 {
		r.coords, r.nearest = "asymmetric", "floor"
		if r.mode == "bilinear" {
			r.mode = "linear"
		}
	}
	if !slices.Contains(modes, r.mode) || !slices.Contains(transformations, r.coords) {
		c.unsupported("resize with mode %q and coordinates %q", r.mode, r.coords)
	}
	return r
}

func resize(c *call) {
	x := c.input(0)
	s, r := c.sizing(x), c.resampling()
	crops := r.coords == "tf_crop_and_resize"
	if crops && len(s.roi) != 2*len(s.axes) {
		c.wrong("roi: got %v, want two numbers for each of %d axes", s.roi, len(s.axes))
	}
	same := s.sameScale(x, c.text("keep_aspect_ratio_policy", "stretch"))
	todo, changes := map[int]resampling{}, crops
	for k, a := range s.axes {
		q := r
		q.in = x.shape[a]
		switch {
		case same > 0:
			q.scale, q.out = same, int(math.Floor(same*float64(q.in)+0.5))
		case len(s.sizes) > 0:
			q.out = s.sizes[k]
			q.scale = float64(q.out) / float64(q.in)
		default:
			q.scale = s.scales[k]
			q.out = int(math.Floor(float64(float32(q.in) * float32(q.scale)))) // so rounded, 10·0.7 is 7, as ONNX Runtime has it
		}
		if q.out < 1 || q.out > 1<<16 {
			c.wrong("resize of axis %d from %d by %.6g: want a size from 1 to %d", a, q.in, q.scale, 1<<16)
		}
		if crops {
			q.roi = [2]float64{s.roi[k], s.roi[k+len(s.axes)]}
		}
		changes = changes || q.out != q.in
		if q.scale != 1 || q.out != q.in || crops {
			todo[a] = q
		}
	}
	if !changes { // ONNX Runtime asks for sizes too, and not whether a scale moves the elements
		c.set(0, x)
		return
	}
	outside := math.NaN()
	if crops {
		outside = c.float("extrapolation_value", 0)
	}
	c.set(0, c.resampled(x, todo, outside))
}

// resampled changes axes: the two of a picture by op.Resample where that does the same, others by a product with the weights.
func (c *call) resampled(x *value, todo map[int]resampling, outside float64) *value {
	if len(x.shape) == 4 && math.IsNaN(outside) {
		var affine [6]float64
		fits := true
		for i, a := range []int{2, 3} {
			q, ok := todo[a]
			step, start := 1.0, 0.0
			if ok {
				if step, start, ok = q.affine(); !ok {
					fits = false
				}
			}
			affine[4*i], affine[2+3*i] = step, start
		}
		_, two := todo[2]
		_, three := todo[3]
		if fits && (two || three) {
			s := x.shape.Clone()
			linear := false
			for _, a := range []int{2, 3} {
				if q, ok := todo[a]; ok {
					s[a], linear = q.out, q.mode == "linear"
				}
			}
			m := make([]float32, 6)
			for i, f := range affine {
				m[i] = float32(f)
			}
			attrs := op.ResampleAttrs{Out: []int{s[2], s[3]}, Linear: linear, Border: op.BorderClamp}
			y := c.apply(op.ResampleOp, attrs, c.last(x), c.g.Const(graph.Shape{1, 6}, m...))
			x = computed(x.dtype, y, channelsLast(4))
			delete(todo, 2)
			delete(todo, 3)
		}
	}
	for a := range x.shape {
		q, ok := todo[a]
		if !ok {
			continue
		}
		m := q.matrix()
		if !math.IsNaN(outside) {
			for i := range q.out {
				if p := q.place(i); p < 0 || p > float64(q.in-1) {
					clear(m[i*q.in : (i+1)*q.in])
				}
			}
		}
		x = c.weighed(x, a, knownOf(onnxir.Float, graph.Shape{q.out, q.in}, m))
		if !math.IsNaN(outside) && outside != 0 {
			fill := make([]float64, q.out)
			for i := range fill {
				if p := q.place(i); p < 0 || p > float64(q.in-1) {
					fill[i] = outside
				}
			}
			s := repeat(1, len(x.shape))
			s[a] = q.out
			x = c.mapped(x.dtype, choose(equal(arg(1), num(0)), arg(0), arg(1)), x, knownOf(x.dtype, s, fill))
		}
	}
	return x
}
