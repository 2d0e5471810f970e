package dense

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/spec"
)

// rule changes a layer so that it does at each place of a larger map what it did with the map that it had. It returns why
// no layer does, or "".
type rule func(s *step) string

// rules has the kinds that can be converted.
var rules = map[string]rule{
	"FC": fullyConnected, "FLATTEN": flatten,
	"GAP": pooling("AVGPOOL"), "ADAPTIVEAVGPOOL": pooling("AVGPOOL"), "GMP": pooling("POOL"), "ADAPTIVEMAXPOOL": pooling("POOL"),

	"CONV": windowed, "DWCONV": windowed, "POOL": windowed, "AVGPOOL": windowed, "SUMPOOL": windowed, "LPPOOL": windowed,
	"PAD": pad, "PIXELUNSHUFFLE": unshuffle,

	"BN": perPlace, "LRN": perPlace, "PRELU": perPlace, "MAXOUT": perPlace, "SOFTMAX": perPlace, "SPATIALDROPOUT": perPlace,
	"CHANNELSHUFFLE": perPlace, "CONCAT": perPlace, "LN": layerNorm, "SLICE": slice,

	"RELU": elementwise, "SIGMOID": elementwise, "TANH": elementwise, "LEAKYRELU": elementwise, "ELU": elementwise,
	"SELU": elementwise, "GELU": elementwise, "SILU": elementwise, "SOFTPLUS": elementwise, "RELU6": elementwise,
	"HARDSIGMOID": elementwise, "HARDSWISH": elementwise, "HARDTANH": elementwise, "DROPOUT": elementwise,
	"DROPPATH": elementwise, "CUTOUT": elementwise, "ADD": elementwise, "MUL": elementwise,
}

// reason says why a kind without a rule cannot be converted.
func reason(kind string) string {
	switch kind {
	case "GN", "IN":
		return "it takes mean and variance over the whole map; LN, which is over channels, or BN do not"
	case "DECONV", "UPSAMPLE", "PIXELSHUFFLE":
		return "it makes the map larger, and then the net's places are not windows at whole strides"
	case "FRACTIONALPOOL":
		return "its regions depend on the size of the map"
	case "PERMUTE":
		return "it moves the map's axes, and windows are followed along height and width alone"
	case "PIXELS":
		return "the net classifies each place already: give its INPUT another size"
	}
	return "what it does depends on the size of the map"
}

// elementwise layers look at one number, or at the same one of several maps, flattened or not.
func elementwise(*step) string { return "" }

// perPlace layers look at the channels of one place.
func perPlace(s *step) string {
	if s.flat {
		return "it takes the places of a flattened map of " + size(s.places) + " for channels; put it before FLATTEN or behind FC"
	}
	return ""
}

// fullyConnected makes a convolution whose kernel is the map.
func fullyConnected(s *step) string {
	s.Kind = "CONV"
	s.walk(s.places)
	if !s.Has("share") {
		s.Size = spec.Whole(s.places[0], s.places[1], s.Size[0].Int())
	}
	s.places = [2]int{1, 1}
	return ""
}

// walk sets a window of the given size with stride 1.
func (s *step) walk(kernel [2]int) {
	w := op.Square(2, 1, 1, 0)
	copy(w.Kernel, kernel[:])
	s.window = &w
}

// flatten leaves a layer out: convolutions read maps.
func flatten(s *step) string {
	s.drop = true
	return ""
}

// pooling makes pooling by windows out of global or adaptive pooling. Adaptive pooling to the size that the map has does
// nothing.
func pooling(kind string) rule {
	return func(s *step) string {
		attrs, ok := s.built.Out.Node.Attrs.(op.PoolAttrs)
		if !ok {
			return "it pools a map of " + size(s.places) + " by regions of unequal sizes, which no window has"
		}
		w := attrs.Window
		if w.Kernel[0] == 1 && w.Kernel[1] == 1 {
			s.drop = true
			return ""
		}
		s.Kind, s.window = kind, &w
		s.Size, s.Options = spec.Whole(w.Kernel...), nil
		s.set(spec.Option{Name: "stride", Numbers: spec.Whole(w.Stride...)})
		if w.Kernel[0] == w.Kernel[1] {
			s.Size = s.Size[:1]
		}
		return ""
	}
}

// windowed layers stay as they are, but for padding and rounding that depend on the size of the map: these become what
// they are at the window's size.
func windowed(s *step) string {
	w := *s.built.Window
	s.window = &w
	padOption, own := s.Option("pad")
	if !own {
		padOption, _ = s.owner.layer.Option("pad")
	}
	if padOption.Word == "same" && (slices.Max(w.Stride) > 1 || !own) { // the owner's is that of its own map
		s.set(spec.Option{Name: "pad", Sides: true, Numbers: spec.Whole(w.Pads[0][0], w.Pads[1][0], w.Pads[0][1], w.Pads[1][1])})
	}
	over := false // a window reaches over the end
	for i := range w.Kernel {
		end := (s.built.Out.Shape[1+i]-1)*w.Stride[i] + w.Dilation[i]*(w.Kernel[i]-1) + 1
		over = over || end > s.places[i]+w.Pads[i][0]+w.Pads[i][1]
		s.padded = s.padded || w.Pads[i] != [2]int{}
	}
	if !over {
		s.Options = slices.DeleteFunc(s.Options, func(o spec.Option) bool { return o.Name == "ceil" })
	}
	s.padded = s.padded || over
	return ""
}

// set replaces an option, or adds it.
func (s *step) set(o spec.Option) {
	if len(o.Numbers) > 1 && !slices.ContainsFunc(o.Numbers, func(n spec.Num) bool { return n.Value != o.Numbers[0].Value }) {
		o.Numbers, o.Sides = o.Numbers[:1], false
	}
	s.Options = append(slices.DeleteFunc(s.Options, func(old spec.Option) bool { return old.Name == o.Name }), o)
}

// pad puts something around the map.
func pad(s *step) string {
	s.walk([2]int{1, 1})
	sides, _ := s.Option("sides")
	for i := range 2 {
		n := sides.Numbers[0].Int()
		if len(sides.Numbers) > 1 { // one an axis, or of four the first two
			n = sides.Numbers[i].Int()
		}
		s.window.Pads[i][0] = n
	}
	s.padded = true
	return ""
}

// unshuffle makes channels of the places of a square.
func unshuffle(s *step) string {
	n := s.Size[0].Int()
	s.walk([2]int{n, n})
	s.window.Stride = []int{n, n}
	return ""
}

// layerNorm stays as it is over the channels of a place; over all of a map of one place it is the same.
func layerNorm(s *step) string {
	axes, given := s.Option("axes")
	switch {
	case !given || axes.Numbers[0].Int() == 1:
		return perPlace(s)
	case s.places == [2]int{1, 1} && axes.Numbers[0].Int() <= len(s.built.In[0].Shape)-1:
		s.Options = slices.DeleteFunc(s.Options, func(o spec.Option) bool { return o.Name == "axes" })
		return ""
	}
	return "it takes mean and variance over places of the map; LN without axes, which is over channels, or BN do not"
}

// slice stays as it is on channels; each step-th row or column of a map is a window of one place.
func slice(s *step) string {
	axis, given := s.Option("axis")
	if !given || axis.Numbers[0].Int() == len(s.built.In[0].Shape)-1 {
		s.Options = slices.DeleteFunc(s.Options, func(o spec.Option) bool { return o.Name == "axis" })
		return perPlace(s)
	}
	if s.Has("to") {
		return "it ends at a place of the map, which depends on the map's size"
	}
	s.walk([2]int{1, 1})
	i := axis.Numbers[0].Int() - 1
	s.window.Stride[i], _ = s.Pair("step", 1, 1)
	from, _ := s.Pair("from", 0, 0)
	s.window.Pads[i][0] = -from
	return ""
}
