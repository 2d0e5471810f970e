package nn

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// scaling is what becomes of a sample before the net: (x - mean)·scale for each channel.
type scaling struct {
	mean  []float32
	scale float32
}

// plain is the scaling that changes nothing.
func plain(channels int) *scaling { return &scaling{make([]float32, channels), 1} }

// centred is the scaling of vectors [N,size] that gives them a mean of 0 and a mean square length of 1. All features have one
// scale: one of its own would blow up those that hardly vary in the few samples that there are. Vectors that do not differ but
// for rounding keep their scale.
func centred(x []float32, size int) *scaling {
	mean, n := make([]float64, size), float64(len(x)/size)
	for i, v := range x {
		mean[i%size] += float64(v) / n
	}
	least, square := 1e-30, 0.0
	for _, m := range mean {
		least += 1e-12 * m * m
	}
	for i, v := range x {
		d := float64(v) - mean[i%size]
		square += d * d / n
	}
	s := plain(size)
	for k, m := range mean {
		s.mean[k] = float32(m)
	}
	if square > least {
		s.scale = float32(1 / math.Sqrt(square))
	}
	return s
}

func (s *scaling) tensors() (mean, scale plan.Tensor) {
	shape := graph.Shape{len(s.mean)}
	return plan.Float32s(shape, s.mean...), plan.Float32s(shape, slices.Repeat([]float32{s.scale}, len(s.mean))...)
}

// into takes the scaling into the layer behind it, weight [In,Out] and bias [Out]:
//
//	((x - mean)·scale)·W + b  =  x·(scale·W) + (b - mean·scale·W)
func (s *scaling) into(weight, bias plan.Tensor) (w, b plan.Tensor) {
	outs := len(bias.F32)
	scaled, shifted := make([]float32, len(weight.F32)), make([]float32, outs)
	shift := make([]float64, outs)
	for i, v := range weight.F32 {
		scaled[i] = v * s.scale
		shift[i%outs] += float64(s.mean[i/outs]) * float64(s.scale) * float64(v)
	}
	for k, v := range bias.F32 {
		shifted[k] = float32(float64(v) - shift[k])
	}
	return plan.Float32s(weight.Shape, scaled...), plan.Float32s(bias.Shape, shifted...)
}
