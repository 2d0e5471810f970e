package preprocess

import (
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/data"
)

// Filter is a way to resample, with Pillow's name.
type Filter string

// The filters, from the fastest to the widest. Nearest takes one pixel; Box is the mean when a picture shrinks.
const (
	Nearest  Filter = "nearest"
	Box      Filter = "box"
	Bilinear Filter = "bilinear"
	Hamming  Filter = "hamming"
	Bicubic  Filter = "bicubic"
	Lanczos  Filter = "lanczos"
)

// kernel is a filter's weight at a distance from the middle, which is 0 from support on. Distances are in pixels of
// the smaller of the two pictures.
type kernel struct {
	at      func(x float64) float64
	support float64
}

// kernels are those of the filters but Nearest.
//
// Source: Pillow, src/libImaging/Resample.c; for Bicubic, with a = -½: Keys, "Cubic convolution interpolation for digital
// image processing", 1981.
var kernels = map[Filter]kernel{
	Box:      {box, 0.5},
	Bilinear: {triangle, 1},
	Hamming:  {hamming, 1},
	Bicubic:  {cubic, 2},
	Lanczos:  {lanczos, 3},
}

func (f Filter) known() bool { return f == Nearest || kernels[f].at != nil }

func (f Filter) unknown() error {
	return fmt.Errorf("%w: filter %q: want nearest, box, bilinear, hamming, bicubic or lanczos", data.ErrFormat, string(f))
}

func box(x float64) float64 {
	if x > -0.5 && x <= 0.5 {
		return 1
	}
	return 0
}

func triangle(x float64) float64 { return max(0, 1-math.Abs(x)) }

// hamming is sinc in a Hamming window, whose two constants have the precision of a float32 in Pillow.
func hamming(x float64) float64 {
	switch x = math.Abs(x); {
	case x == 0:
		return 1
	case x >= 1:
		return 0
	}
	x *= math.Pi
	return math.Sin(x) / x * (float64(float32(0.54)) + float64(float64(float32(0.46))*math.Cos(x)))
}

// cubic writes conversions around products, which keep Go from fusing them with sums where a processor could, so that
// results do not depend on it.
func cubic(x float64) float64 {
	const a = -0.5
	switch x = math.Abs(x); {
	case x < 1:
		return float64((float64((a+2)*x)-(a+3))*x*x) + 1
	case x < 2:
		return (float64((float64((x-5)*x)+8)*x) - 4) * a
	}
	return 0
}

func lanczos(x float64) float64 {
	if x < -3 || x >= 3 {
		return 0
	}
	return sinc(x) * sinc(x/3)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}

// fractionBits is how many bits of a weight stand behind the point: a byte times a weight, and the sum of such, which is
// below 0 or above 255 where a filter overshoots, fit an int32.
const fractionBits = 32 - 8 - 2

// half is a half in units of a weight, for rounding.
const half = 1 << (fractionBits - 1)

// taps say how one axis is resampled:
//
//	out[o] = Σ k in[first[o]+k] · weights[o][k] / 2^fractionBits
//
// first[o] and first[o]+len(weights[o]) never fall from one o to the next.
type taps struct {
	first   []int
	weights [][]int32
}

// end returns the place behind the last that output o reads.
func (t *taps) end(o int) int { return t.first[o] + len(t.weights[o]) }

// newTaps returns the taps of outputs from to below to, of an axis of in pixels that becomes one of out pixels.
func newTaps(f Filter, in, out, from, to int) *taps {
	if f == Nearest || in == out {
		return pointTaps(in, out, from, to)
	}
	k := kernels[f]
	scale := float64(in) / float64(out)
	wider := max(scale, 1) // when a picture shrinks, the filter covers all pixels
	support := k.support * wider
	t := &taps{}
	values := make([]float64, 2*int(math.Ceil(support))+1)
	room := make([]int32, (to-from)*len(values))
	for o := from; o < to; o++ {
		centre := (float64(o) + 0.5) * scale
		first := max(int(centre-support+0.5), 0)
		n := min(int(centre+support+0.5), in) - first
		sum := 0.0
		for i := range n {
			values[i] = k.at((float64(first+i) - centre + 0.5) * (1 / wider))
			sum += values[i]
		}
		weights := room[:n]
		room = room[n:]
		for i, v := range values[:n] {
			if sum != 0 {
				v /= sum
			}
			weights[i] = int32(float64(v*(1<<fractionBits)) + math.Copysign(0.5, v))
		}
		t.first, t.weights = append(t.first, first), append(t.weights, weights)
	}
	return t
}

// pointTaps takes the one pixel in whose middle the output's is, or which it lies in. Pillow adds the steps up, whose
// rounding decides between two pixels where the middle lies on their border.
func pointTaps(in, out, from, to int) *taps {
	t := &taps{}
	one := []int32{1 << fractionBits}
	scale := float64(in) / float64(out)
	at := scale * 0.5
	for o := range to {
		if o >= from {
			t.first, t.weights = append(t.first, min(int(at), in-1)), append(t.weights, one)
		}
		at += scale
	}
	return t
}
