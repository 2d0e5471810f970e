package nn

import "github.com/fovea-nn/fovea/nn/spec"

// fewUnseen is the share of an axis that may go unseen without a word.
const fewUnseen = 1. / 20

// missesPixels reports whether it is news to the author of a net that a layer's stride leaves the end of its input unseen: where
// more than a twentieth of an axis, padding not counted, lies behind the last window, and more than lies unseen between any two.
//
// So the nets as they are published pass. A 3x3 convolution of stride 2 with padding 1 leaves a row of the padding of 224 rows
// over, one of 1x1 skips every second row anyway, and 7x7 with stride 2 over 224 rows loses one of them; what is left is a map of
// 7 rows that POOL 2 takes 6 of.
func missesPixels(l spec.Built) bool {
	if l.Warning == "" {
		return false
	}
	for i, kernel := range l.Window.Kernel {
		in := l.In[0].Shape[1+i]
		unseen := l.Window.Unused(i, in) - l.Window.Pads[i][1]
		between := l.Window.Stride[i] - l.Window.Dilation[i]*(kernel-1) - 1
		if unseen > between && float64(unseen) > fewUnseen*float64(in) {
			return true
		}
	}
	return false
}
