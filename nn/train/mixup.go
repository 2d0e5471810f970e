package train

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// mixInput is λ, the share of a sample in what it is mixed to, a scalar that each step brings along.
const mixInput = "mixup"

// mix adds the batch in reverse order to itself. As the order is shuffled, that pairs samples at random.
//
//	y[n] = λ·x[n] + (1-λ)·x[N-1-n],   loss = λ·loss(y, label[n]) + (1-λ)·loss(y, label[N-1-n])
//
// which is the cross-entropy with the labels mixed alike.
//
// Source: Zhang, Cisse, Dauphin, Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018, arXiv:1710.09412.
func (a Augment) mix(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	if a.Mixup == 0 {
		return x, nil
	}
	share := b.G.Input(mixInput, graph.F32, graph.Shape{})
	other, err := reversed(b.G, x)
	if err != nil {
		return nil, err
	}
	return op.Map(b.G, mixture, x, other, share), nil
}

// mixture is λ·x + (1-λ)·y of variables x, y and λ.
var mixture = expr.New(expr.Add, expr.New(expr.Mul, expr.V(2), expr.V(0)), expr.New(expr.Mul, expr.New(expr.Sub, expr.C(1), expr.V(2)), expr.V(1)))

// reversed turns the order of the samples around.
func reversed(g *graph.Graph, x *graph.Value) (*graph.Value, error) {
	a := op.CopyAttrs{Shape: x.Shape.Clone(), Axes: make([]op.CopyAxis, len(x.Shape))}
	for i := range a.Axes {
		a.Axes[i] = op.CopyAxis{From: i, Step: 1}
	}
	a.Axes[0] = op.CopyAxis{From: 0, Step: -1, Start: x.Shape[0] - 1}
	out, err := op.Apply(g, op.CopyOp, a, x)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// objective adds what training makes small and the accuracy, for labels that are mixed where the batch is: the loss of
// the net's outputs and, each times its weight, those of its side heads.
func (t Task) objective(b *layer.Builder, logits, labels *graph.Value) (loss, accuracy *graph.Value, err error) {
	if loss, accuracy, err = t.objectiveOf(b, logits, labels); err != nil {
		return nil, nil, err
	}
	share := b.G.Find(mixInput)
	if share == nil {
		return loss, accuracy, nil
	}
	other, err := reversed(b.G, labels)
	if err != nil {
		return nil, nil, err
	}
	otherLoss, otherAccuracy, err := t.objectiveOf(b, logits, other)
	if err != nil {
		return nil, nil, err
	}
	return op.Map(b.G, mixture, loss, otherLoss, share), op.Map(b.G, mixture, accuracy, otherAccuracy, share), nil
}

func (t Task) objectiveOf(b *layer.Builder, logits, labels *graph.Value) (loss, hits *graph.Value, err error) {
	losses, weights := []*graph.Value{}, []float64{}
	for _, head := range append([]layer.Aux{{Logits: logits, Weight: 1}}, b.Aux...) {
		l, err := t.Loss.of(b, head.Logits, labels, t.Data.Ignored)
		if err != nil {
			return nil, nil, err
		}
		losses, weights = append(losses, l), append(weights, head.Weight)
	}
	if loss = losses[0]; len(losses) > 1 {
		if loss, err = layer.WeightedSum(b, losses, weights); err != nil {
			return nil, nil, err
		}
	}
	return loss, accuracy(b, logits, labels, t.Data.Ignored), nil
}

// mixStream tells the draws of λ from others of the same seed and step.
const mixStream = 1 << 30

// inputs returns what a step takes beside the usual: λ.
func (a Augment) inputs(seed, step uint32) []plan.Tensor {
	if a.Mixup == 0 {
		return nil
	}
	return []plan.Tensor{plan.Float32s(nil, float32(beta(a.Mixup, seed, step)))}
}

// beta draws from Beta(α,α), as x/(x+y) with x and y of a gamma distribution, which depends on seed and step alone.
//
// Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000, with its way to shapes
// below 1; the quotient is taken of logarithms, as for a small α both are too small for numbers.
func beta(alpha float64, seed, step uint32) float64 {
	at := 0
	uniform := func() float64 { // in (0,1)
		at++
		return float64(op.Uniform(seed, step, mixStream, at)) + 1.0/(1<<25)
	}
	gamma := func() float64 { // logarithm of a draw
		boost, shape := 0.0, alpha
		if shape < 1 {
			boost, shape = math.Log(uniform())/shape, shape+1
		}
		d := shape - 1.0/3
		for {
			normal := math.Sqrt(-2*math.Log(uniform())) * math.Cos(2*math.Pi*uniform())
			v := 1 + normal/math.Sqrt(9*d)
			if v *= v * v; v > 0 && math.Log(uniform()) < normal*normal/2+d-d*v+d*math.Log(v) {
				return math.Log(d*v) + boost
			}
		}
	}
	x, y := gamma(), gamma()
	return 1 / (1 + math.Exp(y-x))
}
