package onnx

import "math"

// resampling is what a Resize does along an axis of in elements.
type resampling struct {
	in, out   int
	scale     float64
	mode      string // one of modes
	coords    string // one of transformations
	nearest   string
	cubic     float64
	outside   bool // exclude_outside
	roi       [2]float64
	antialias bool
}

var (
	modes           = []string{"nearest", "linear", "cubic"}
	transformations = []string{"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn",
		"tf_crop_and_resize"}
)

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
		if w == 0 || r.outside && (k < 0 || k > float64(r.in-1)) {
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
