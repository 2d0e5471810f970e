package layer

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Init says how a layer's weights start. The zero Init is He's.
//
//	"he"              normal with deviation gain·√(2/fan)                   He et al. 2015; MSRA in Caffe
//	"he-uniform"      in ± gain·√(6/fan)
//	"xavier"          normal with deviation gain·√(2/(fan in + fan out))    Glorot & Bengio 2010
//	"xavier-uniform"  in ± gain·√(6/(fan in + fan out))
//	"lecun"           normal with deviation gain·√(1/fan)                   LeCun et al. 1998
//	"orthogonal"      columns, or if these are more, rows of length gain    Saxe et al. 2014
//	"normal"          mean A, deviation B
//	"truncated"       the same, without what lies beyond two deviations
//	"uniform"         in [A, B)
//	"constant"        A
//
// The fan in is how many inputs an output sums, KH·KW·C/groups; the fan out how many outputs an input reaches,
// KH·KW·F/groups. gain is A, where 0 stands for 1.
//
// Sources: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015; Glorot, Bengio, "Understanding the difficulty of
// training deep feedforward neural networks", AISTATS 2010; LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998; Saxe,
// McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", ICLR 2014.
type Init struct {
	Kind   string
	A, B   float64
	FanOut bool // let "he", "he-uniform" and "lecun" take the fan out for the fan
}

// InitKinds lists the kinds.
var InitKinds = []string{"he", "he-uniform", "xavier", "xavier-uniform", "lecun", "orthogonal", "normal", "truncated", "uniform", "constant"}

// start turns i into a distribution for weights whose last axis has a size.
func (i Init) start(b *Builder, fanIn, fanOut, last int) (graph.Init, error) {
	if math.IsNaN(i.A+i.B) || math.IsInf(i.A+i.B, 0) {
		return graph.Init{}, b.fail("start %s: got %g and %g, want numbers", i.Kind, i.A, i.B)
	}
	in, out := float64(max(1, fanIn)), float64(max(1, fanOut))
	fan, gain := in, i.A
	if i.FanOut {
		fan = out
	}
	if gain == 0 {
		gain = 1
	}
	normal := func(deviation float64) (graph.Init, error) {
		return graph.Init{Kind: graph.InitNormal, B: gain * deviation}, nil
	}
	uniform := func(bound float64) (graph.Init, error) {
		return graph.Init{Kind: graph.InitUniform, A: -gain * bound, B: gain * bound}, nil
	}
	switch i.Kind {
	case "", "he":
		return normal(math.Sqrt(2 / fan))
	case "he-uniform":
		return uniform(math.Sqrt(6 / fan))
	case "xavier":
		return normal(math.Sqrt(2 / (in + out)))
	case "xavier-uniform":
		return uniform(math.Sqrt(6 / (in + out)))
	case "lecun":
		return normal(math.Sqrt(1 / fan))
	case "orthogonal":
		return graph.Init{Kind: graph.InitOrthogonal, A: gain, B: float64(last)}, nil
	case "normal", "truncated":
		if i.B < 0 {
			return graph.Init{}, b.fail("start %s: deviation: got %g, want 0 or more", i.Kind, i.B)
		}
		if i.Kind == "normal" {
			return graph.Init{Kind: graph.InitNormal, A: i.A, B: i.B}, nil
		}
		return graph.Init{Kind: graph.InitTruncated, A: i.A, B: i.B}, nil
	case "uniform":
		if i.A > i.B {
			return graph.Init{}, b.fail("start uniform: got bounds %g and %g, want the lower one first", i.A, i.B)
		}
		return graph.Init{Kind: graph.InitUniform, A: i.A, B: i.B}, nil
	case "constant":
		return graph.Init{Kind: graph.InitConst, A: i.A}, nil
	}
	return graph.Init{}, b.fail("start: got %q, want one of %q", i.Kind, InitKinds)
}
