package train

import (
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Augment says by how much pictures are changed at random in training, each one anew each time that it is seen. It works
// on the device, on pictures that are standardised: 0 is the training set's mean, and 1 its standard deviation, which is
// the unit of Brightness and Noise. What is 0 is left out. The same seed and step give the same changes.
type Augment struct {
	Mirror float64 // share that is mirrored left to right; 0.5 is usual
	Flip   float64 // share that is mirrored top to bottom
	// Shift is how far a picture moves at most along each axis, in whole pixels: the same as padding by Shift on all
	// sides and cutting the old size out again at a random place.
	Shift  int
	Rotate float64   // largest angle to either side, in degrees
	Scale  float64   // s: magnified by a factor from 1/(1+s) to 1+s, each octave as likely
	Border op.Border // what comes in from outside: 0, or the nearest pixel

	Brightness float64 // most that is added to, or taken from, all of a picture
	Contrast   float64 // c: differences from the picture's mean are multiplied by a factor from 1-c to 1+c
	Saturation float64 // s: differences from a pixel's mean over its channels are multiplied by a factor from 1-s to 1+s
	Noise      float64 // standard deviation of Gaussian noise on each element
	Cutout     int     // side in pixels of a square that is set to 0; see layer.Cutout
	// Mixup is α: the batch is mixed with itself in reverse, by a share λ drawn from Beta(α,α) for each step, and so is its
	// loss; see mixup. 0.2 to 0.4 are usual.
	Mixup float64
}

// check returns an error for what is out of range, or does not fit pictures of a shape [H,W,C].
func (a Augment) check(s graph.Shape) error {
	for _, c := range []struct {
		name   string
		v, max float64
	}{
		{"mirror", a.Mirror, 1}, {"flip", a.Flip, 1}, {"shift", float64(a.Shift), 1 << 14}, {"rotation", a.Rotate, 180}, {"scale", a.Scale, 100},
		{"brightness", a.Brightness, 1e6}, {"contrast", a.Contrast, 1}, {"saturation", a.Saturation, 1}, {"noise", a.Noise, 1e6},
		{"cutout", float64(a.Cutout), 1 << 14}, {"mixup", a.Mixup, 1e6},
	} {
		if !(c.v >= 0 && c.v <= c.max) {
			return fmt.Errorf("train: augmentation: %s: got %g, want 0 to %g", c.name, c.v, c.max)
		}
	}
	if (a.moves() || a.Cutout > 0) && len(s) != 3 {
		return graph.Shapef("augmentation: moves and cutouts are for pictures [H,W,C], the net takes %v; set them to 0", s)
	}
	if a.Border != op.BorderZero && a.Border != op.BorderClamp {
		return fmt.Errorf("train: augmentation: border: got %d, want BorderZero or BorderClamp", a.Border)
	}
	if a.Saturation > 0 && s[len(s)-1] < 2 {
		return graph.Shapef("augmentation: saturation is for pictures with several channels, the net takes %v; set it to 0", s)
	}
	return nil
}

// moves reports whether pixels change their places.
func (a Augment) moves() bool {
	return a.Mirror > 0 || a.Flip > 0 || a.Shift > 0 || a.Rotate > 0 || a.Scale > 0
}

// augmented is a model that changes its pictures at random first, in training or, if it is told so, always.
type augmented struct {
	Model
	Augment
	always bool
}

// Logits adds the changes and the model.
func (m augmented) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if b.Training || m.always {
		var err error
		if x, err = m.apply(b, x); err != nil {
			return nil, err
		}
	}
	return m.Model.Logits(b, x)
}

// apply adds the changes: moves, colours, noise, cutout, mixing.
func (a Augment) apply(b *layer.Builder, x *graph.Value) (y *graph.Value, err error) {
	defer func(label string) { b.G.Layer = label }(b.G.Layer)
	b.G.Layer = "augmentation"
	if err := a.check(x.Shape[1:]); err != nil {
		return nil, err
	}
	for _, change := range []func(*layer.Builder, *graph.Value) (*graph.Value, error){a.move, a.colour, a.noise, a.cutout, a.mix} {
		if x, err = change(b, x); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// perSample is the shape of one number a sample that broadcasts to x.
func perSample(x *graph.Value) graph.Shape {
	s := make(graph.Shape, len(x.Shape))
	for i := range s {
		s[i] = 1
	}
	s[0] = x.Shape[0]
	return s
}

// symmetric is variable u, in [0,1), as a number from -most to most.
func symmetric(u int, most float64) *expr.Expr {
	return expr.New(expr.Mul, expr.C(most), expr.New(expr.Sub, expr.New(expr.Mul, expr.C(2), expr.V(u)), expr.C(1)))
}

// noise adds normal numbers, by the first half of the method of Box and Muller, with σ = Noise:
//
//	y = x + σ·√(-2·ln(1-u))·cos(2π·v),   u, v uniform in [0,1)
//
// Source: Box, Muller, "A note on the generation of random normal deviates", 1958.
func (a Augment) noise(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if a.Noise == 0 {
		return x, nil
	}
	u, err := b.Uniform(x.Shape)
	if err != nil {
		return nil, err
	}
	v, err := b.Uniform(x.Shape)
	if err != nil {
		return nil, err
	}
	n, c := expr.New, expr.C
	radius := n(expr.Sqrt, n(expr.Mul, c(-2), n(expr.Log, n(expr.Sub, c(1), expr.V(1)))))
	normal := n(expr.Mul, radius, n(expr.Cos, n(expr.Mul, c(2*math.Pi), expr.V(2))))
	return op.Map(b.G, n(expr.Add, expr.V(0), n(expr.Mul, c(a.Noise), normal)), x, u, v), nil
}

func (a Augment) cutout(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if a.Cutout == 0 {
		return x, nil
	}
	training := b.Training
	b.Training = true
	defer func() { b.Training = training }()
	return layer.Cutout(b, x, a.Cutout)
}
