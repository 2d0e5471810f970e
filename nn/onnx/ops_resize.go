package onnx

import (
	"math"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func addResize(operators table) {
	operators["Resize"] = resize
	operators["Upsample"] = resize
}

// resampling is what a Resize does along an axis of in elements.
type resampling struct {
	in, out   int
	scale     float64
	mode      string // nearest, linear or cubic
	coords    string
	nearest   string
	cubic     float64
	outside   bool // exclude_outside
	roi       [2]float64
	antialias bool
}

// place returns where output i lies on the input.
func (r resampling) place(i int) float64 {
	x := float64(i)
	switch r.coords {
	case "asymmetric":
		return x / r.scale
	case "align_corners":
		if r.out == 1 {
			return 0
		}
		return x * float64(r.in-1) / float64(r.out-1)
	case "pytorch_half_pixel":
		if r.out == 1 {
			return 0
		}
	case "tf_half_pixel_for_nn":
		return (x + 0.5) / r.scale
	case "half_pixel_symmetric":
		adjust := float64(r.out) / (r.scale * float64(r.in))
		return float64(r.in)/2*(1-adjust) + (x+0.5)/r.scale - 0.5
	case "tf_crop_and_resize":
		from, to := r.roi[0]*float64(r.in-1), r.roi[1]*float64(r.in-1)
		if r.out == 1 {
			return (from + to) / 2
		}
		return from + x*(to-from)/float64(r.out-1)
	}
	return (x+0.5)/r.scale - 0.5
}

// taps returns the elements that output i reads, with their weights.
func (r resampling) taps(i int) (at []int, weight []float64) {
	x := r.place(i)
	if r.mode == "nearest" {
		k := 0.0
		switch r.nearest {
		case "floor":
			k = math.Floor(x)
		case "ceil":
			k = math.Ceil(x)
		case "round_prefer_ceil":
			k = math.Floor(x + 0.5)
		default:
			k = math.Ceil(x - 0.5)
		}
		return []int{max(0, min(r.in-1, int(k)))}, []float64{1}
	}
	half, kernel := 1.0, func(d float64) float64 { return max(0, 1-math.Abs(d)) }
	if r.mode == "cubic" {
		half, kernel = 2, r.bicubic
	}
	stretch := 1.0
	if r.antialias && r.scale < 1 {
		stretch = 1 / r.scale
	}
	sum := 0.0
	for k := math.Floor(x - half*stretch); k <= math.Ceil(x+half*stretch); k++ {
		w := kernel((k - x) / stretch)
		if w == 0 || (r.outside || r.antialias) && (k < 0 || k > float64(r.in-1)) {
			continue
		}
		at = append(at, int(max(0, min(float64(r.in-1), k))))
		weight = append(weight, w)
		sum += w
	}
	for k := range weight {
		weight[k] /= sum
	}
	return at, weight
}

// bicubic is Keys's kernel with the parameter r.cubic.
//
// Source: R. Keys, "Cubic convolution interpolation for digital image processing", 1981, equation 15.
func (r resampling) bicubic(d float64) float64 {
	a := r.cubic
	switch d = math.Abs(d); {
	case d < 1:
		return (a+2)*d*d*d - (a+3)*d*d + 1
	case d < 2:
		return a*d*d*d - 5*a*d*d + 8*a*d - 4*a
	}
	return 0
}

// matrix returns the weights as [out,in].
func (r resampling) matrix() []float64 {
	m := make([]float64, r.out*r.in)
	for i := range r.out {
		at, w := r.taps(i)
		for k := range at {
			m[i*r.in+at[k]] += w[k]
		}
	}
	return m
}

// affine returns step and start with which op.Resample does the same, or false.
func (r resampling) affine() (step, start float64, ok bool) {
	if r.mode == "cubic" || r.antialias || r.outside || r.coords == "tf_crop_and_resize" {
		return 0, 0, false
	}
	start = r.place(0)
	if r.out > 1 {
		step = (r.place(r.out-1) - start) / float64(r.out-1)
	}
	if r.mode == "linear" {
		return step, start, true
	}
	for _, shift := range []float64{0, 0.5, 0.5 - 1.0/512, 1 - 1.0/512} {
		same := true
		for i := range r.out {
			at, _ := r.taps(i)
			u := float64(float32(step))*float64(i) + float64(float32(start+shift)) + 1.0/1024
			same = same && max(0, min(r.in-1, int(math.Floor(u)))) == at[0]
		}
		if same {
			return step, start + shift, true
		}
	}
	return 0, 0, false
}

func resize(c *call) {
	x := c.input(0)
	rank := len(x.shape)
	first := 2 // of scales
	var scales []float64
	var sizes []int
	var roi []float64
	switch {
	case c.n.OpType == "Upsample" || c.opset < 11:
		first = 1
	default:
		if v := c.optional(1); v != nil && v.shape.Elems() > 0 {
			roi = c.staticFloats(v)
		}
		if c.optional(3) != nil {
			sizes = c.static(3)
		}
	}
	if v := c.optional(first); v != nil {
		scales = c.staticFloats(v)
	} else if c.n.Attribute("scales") != nil {
		f, err := c.n.Floats("scales", nil)
		check(err)
		for _, s := range f {
			scales = append(scales, float64(s))
		}
	}
	axes := identity(rank)
	if a := c.ints("axes"); a != nil {
		axes = a
	}
	if len(sizes) > 0 {
		scales = nil
	}
	if len(sizes)+len(scales) != len(axes) {
		c.wrong("resize of %v: got scales %v, sizes %v, want one of them for each of %d axes", x.shape, scales, sizes, len(axes))
	}
	r := resampling{mode: c.text("mode", "nearest"), coords: c.text("coordinate_transformation_mode", "half_pixel"),
		nearest: c.text("nearest_mode", "round_prefer_floor"), cubic: c.float("cubic_coeff_a", -0.75),
		outside: c.int("exclude_outside", 0) == 1, antialias: c.int("antialias", 0) == 1}
	if first == 1 {
		r.coords, r.nearest = "asymmetric", "floor"
		if r.mode == "bilinear" {
			r.mode = "linear"
		}
	}
	policy := c.text("keep_aspect_ratio_policy", "stretch")
	if r.coords == "tf_crop_and_resize" && len(roi) != 2*len(axes) {
		c.wrong("roi: got %v, want two numbers for each of %d axes", roi, len(axes))
	}
	even := 0.0
	for k, a := range axes {
		if policy == "stretch" || len(sizes) == 0 {
			break
		}
		s := float64(sizes[k]) / float64(x.shape[c.axis(a, rank)])
		if even == 0 || policy == "not_larger" && s < even || policy == "not_smaller" && s > even {
			even = s
		}
	}
	todo := map[int]resampling{}
	for k, a := range axes {
		a = c.axis(a, rank)
		q := r
		q.in = x.shape[a]
		switch {
		case even > 0:
			q.scale, q.out = even, int(math.Floor(even*float64(q.in)+0.5))
		case len(sizes) > 0:
			q.out = sizes[k]
			q.scale = float64(q.out) / float64(q.in)
		default:
			q.scale = scales[k]
			q.out = int(math.Floor(float64(q.in) * q.scale))
		}
		if q.out < 1 || q.out > 1<<16 {
			c.wrong("resize of axis %d from %d by %g: want a size of 1 or more", a, q.in, q.scale)
		}
		if roi != nil {
			q.roi = [2]float64{roi[k], roi[k+len(roi)/2]}
		}
		if q.out != q.in || r.coords == "tf_crop_and_resize" {
			todo[a] = q
		}
	}
	outside := math.NaN()
	if r.coords == "tf_crop_and_resize" {
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
