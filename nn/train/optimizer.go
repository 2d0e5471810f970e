package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Optimizer says how parameters follow their gradients. The scalars of Hypers are given with each step; the other
// numbers are part of the plan. In Defaults a 0 becomes what the kind usually has, where it has something.
type Optimizer struct {
	Kind      string  // one of Kinds
	Momentum  float64 // share of the last step that is kept: momentum and nesterov 0.9, rmsprop 0
	Dampening float64 // of momentum: share of the gradient that is left out, but in the first step
	Nesterov  bool    // of momentum
	Beta1     float64 // share of the old mean of gradients: adam, adamw, lamb, lion 0.9
	Beta2     float64 // share of the old mean of squares: adam, adamw, lamb 0.999; lion, of gradients, 0.99
	AMSGrad   bool    // of adam and adamw: divide by the largest mean of squares so far
	Rho       float64 // share of the old means: rmsprop 0.99, adadelta 0.9
	Centered  bool    // of rmsprop: divide by the deviation, not by the root mean square
	Epsilon   float64 // keeps the divisor from 0: adagrad 1e-10, adadelta and lamb 1e-6, the others 1e-8
	RateDecay float64 // of adagrad: rate/(1+(t-1)·decay) in step t
	StartSum  float64 // of adagrad: the sum of squares before the first step

	// WeightDecay pulls parameters to 0: coupled, it is added to the gradient, times the parameter, before all else;
	// decoupled, the parameter shrinks by rate·decay beside the step. adamw, lamb and lion are decoupled.
	WeightDecay float64
	Decoupled   bool
	// SkipVectors leaves parameters of one axis, which are biases and the scales and shifts of norms, without decay.
	SkipVectors bool
	L1          float64 // added to the gradient, times the parameter's sign
	ClipValue   float64 // bounds each element of the gradients; 0: none
	ClipNorm    float64 // bounds the norm of all gradients together; 0: none
	Groups      []Group // the first that matches a parameter holds for it
	// Accumulate computes the gradient of a step as the mean over this many batches, one after the other; 0 means 1.
	Accumulate int
	// LossScale, a power of two, multiplies the loss whose gradients are computed, and divides them before all else: small
	// ones stay numbers on adapters that take the smallest for 0. 0 means 1.
	LossScale float64
	// Average keeps an exponential moving average of the weights, with this share of the old one; 0: none.
	Average float64

	// moving: the momentum, or beta1, comes with each step.
	moving bool
	// partial: the plan adds its gradients to the sums and updates nothing.
	partial bool
}

// Defaults fills in what is 0 and returns an error for what is out of range.
func (o Optimizer) Defaults() (Optimizer, error) {
	k, ok := kinds[o.Kind]
	if !ok {
		return o, o.Check()
	}
	for _, f := range []struct{ p, usual *float64 }{
		{&o.Momentum, &k.usual.Momentum}, {&o.Beta1, &k.usual.Beta1}, {&o.Beta2, &k.usual.Beta2},
		{&o.Rho, &k.usual.Rho}, {&o.Epsilon, &k.usual.Epsilon},
	} {
		if *f.p == 0 {
			*f.p = *f.usual
		}
	}
	o.Nesterov = o.Nesterov || k.usual.Nesterov
	o.Decoupled = o.Decoupled || k.usual.Decoupled
	if o.Accumulate == 0 {
		o.Accumulate = 1
	}
	return o, o.Check()
}

// Check returns an error for what is out of range. A 0 is taken as it is.
func (o Optimizer) Check() error {
	if _, ok := kinds[o.Kind]; !ok {
		return fmt.Errorf("train: optimizer: got %q, want one of %s", o.Kind, strings.Join(Kinds(), ", "))
	}
	for _, c := range []struct {
		name  string
		v, hi float64
	}{
		{"momentum", o.Momentum, 1}, {"dampening", o.Dampening, 1}, {"beta1", o.Beta1, 1}, {"beta2", o.Beta2, 1},
		{"rho", o.Rho, 1}, {"epsilon", o.Epsilon, math.MaxFloat32}, {"rate decay", o.RateDecay, math.MaxFloat32},
		{"start sum", o.StartSum, math.MaxFloat32}, {"weight decay", o.WeightDecay, math.MaxFloat32}, {"L1", o.L1, math.MaxFloat32},
		{"clip value", o.ClipValue, math.MaxFloat32}, {"clip norm", o.ClipNorm, math.MaxFloat32}, {"average", o.Average, 1},
		{"accumulate", float64(o.Accumulate), 1 << 20},
	} {
		if err := inRange(c.name, c.v, c.hi); err != nil {
			return err
		}
	}
	if m, _ := math.Frexp(o.LossScale); o.LossScale != 0 && (m != 0.5 || o.LossScale < 1 || o.LossScale > 1<<32) {
		return fmt.Errorf("train: loss scale: got %g, want a power of two from 1 to 2^32: others would change the gradients", o.LossScale)
	}
	return checkGroups(o.Groups)
}

// inRange returns an error unless v is in [0, hi).
func inRange(name string, v, hi float64) error {
	if !(v >= 0 && v < hi) {
		return fmt.Errorf("train: %s: got %g, want 0 or more and less than %g", name, v, hi)
	}
	return nil
}

// Hypers are the scalars that a step takes, in the order of the inputs that Update reads, whatever the kind:
//
//	lr        the learning rate
//	step      the rate with the kind's own correction; see Kinds
//	scale     a second correction
//	momentum  or beta1, where it changes from step to step
//	blend     share of the new weights in their average: (1-β)/(1-βᵗ), so that the first average is the first weights
var Hypers = []string{"lr", "step", "scale", "momentum", "blend"}

// HyperInputs adds the inputs of Hypers to g.
func HyperInputs(g *graph.Graph) []*graph.Value {
	in := make([]*graph.Value, len(Hypers))
	for i, name := range Hypers {
		in[i] = g.Input(name, graph.F32, graph.Shape{})
	}
	return in
}

// At returns the scalars of step t, counted from 1, at a learning rate.
func (o Optimizer) At(t int, lr float64) []float32 {
	n := float64(t)
	step, scale := lr, 1.0
	if at := kinds[o.Kind].at; at != nil {
		step, scale = at(o, n, lr)
	}
	blend := (1 - o.Average) / (1 - math.Pow(o.Average, n))
	return []float32{float32(lr), float32(step), float32(scale), float32(*o.moves()), float32(blend)}
}

// moves returns the number that a schedule of the momentum changes: beta1 of the kinds that have it.
func (o *Optimizer) moves() *float64 {
	if kinds[o.Kind].usual.Beta1 > 0 {
		return &o.Beta1
	}
	return &o.Momentum
}

// withMomentum returns o for a step with another momentum.
func (o Optimizer) withMomentum(m float64) Optimizer {
	*o.moves() = m
	return o
}

// UsualRate returns a learning rate with which this kind often works, or 0 for an unknown kind.
func (o Optimizer) UsualRate() float64 { return kinds[o.Kind].rate }

// Kinds lists the kinds of optimizers alphabetically.
func Kinds() []string {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
