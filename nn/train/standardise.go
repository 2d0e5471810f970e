package train

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// inputStats returns mean and scale, 1/deviation, of each channel of a training set, by their names. A channel that
// hardly varies is not blown up: the deviation of bytes is at least 1, and that of numbers at least a millionth of their
// mean, or 1 if they are all the same.
func inputStats(d *data.Set) map[string][]float32 {
	mean, deviation := d.ChannelStats()
	m, scale := make([]float32, len(mean)), make([]float32, len(mean))
	for k, dev := range deviation {
		switch {
		case d.Floats == nil:
			dev = max(dev, 1)
		case dev <= 1e-6*math.Abs(mean[k]):
			dev = 1
		}
		m[k], scale[k] = float32(mean[k]), float32(1/dev)
	}
	return map[string][]float32{InputMean: m, InputScale: scale}
}

// perChannel returns weights as this version keeps them: mean and scale of the input were one number for all channels.
func perChannel(w map[string]plan.Tensor, in graph.Shape) map[string]plan.Tensor {
	w = maps.Clone(w)
	channels := in[len(in)-1:]
	for _, name := range []string{InputMean, InputScale} {
		if t, ok := w[name]; ok && len(t.Shape) == 0 && len(t.F32) == 1 {
			w[name] = plan.Float32s(channels.Clone(), slices.Repeat(t.F32, channels[0])...)
		}
	}
	return w
}

// checkInput returns an error if mean and scale of the input are of other channels than the net's.
func checkInput(w map[string]plan.Tensor, in graph.Shape) error {
	for _, name := range []string{InputMean, InputScale} {
		if t, ok := w[name]; ok && !t.Shape.Equal(in[len(in)-1:]) {
			return fmt.Errorf("train: %s: the file has %v, the net wants %v: it belongs to another net: %w", name, t.Shape, in[len(in)-1:], graph.ErrFormat)
		}
	}
	return nil
}

// sizes writes a shape as 28x28x1.
func sizes(s graph.Shape) string { return strings.ReplaceAll(strings.Trim(s.String(), "[]"), ",", "x") }

// inputOf writes a shape as INPUT takes it, with the word that tells a series.
func inputOf(s graph.Shape) string {
	if len(s) == 2 {
		return sizes(s) + " series"
	}
	return sizes(s)
}

// placesInWords describes where a sample has labels.
func placesInWords(s graph.Shape) string {
	if len(s) == 0 {
		return "the whole"
	}
	return sizes(s) + " places"
}

// endFor returns how a net for d's classes ends in the pattern language.
func endFor(d *data.Set) string {
	if len(d.LabelShape) == 0 {
		return fmt.Sprintf("FC %d", len(d.Classes))
	}
	window := strings.Repeat("1x", len(d.LabelShape))
	return fmt.Sprintf("CONV %s%d -> PIXELS", window, len(d.Classes))
}
