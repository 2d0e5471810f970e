package layer

import (
	"math"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Activations keep the shape of x. Their gradients follow from the expressions; at a kink they are those of PyTorch.

// ReLU is max(x, 0). Source: Nair, Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.
func ReLU(b *Builder, x *graph.Value) *graph.Value { return op.Map(b.G, expr.ReLU(v(0)), x) }

// Sigmoid is 1 / (1 + exp(-x)).
func Sigmoid(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, expr.New(expr.Sigmoid, v(0)), x)
}

// Tanh is the hyperbolic tangent.
func Tanh(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, expr.New(expr.Tanh, v(0)), x)
}

// LeakyReLU is x where x > 0, else slope·x.
//
// Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
func LeakyReLU(b *Builder, x *graph.Value, slope float64) (*graph.Value, error) {
	if math.IsNaN(slope) || math.IsInf(slope, 0) {
		return nil, b.fail("slope: got %g, want a number such as 0.01", slope)
	}
	return op.Map(b.G, choose(greater(v(0), c(0)), v(0), mul(c(slope), v(0))), x), nil
}

// PReLU is LeakyReLU whose slope is trained: one for all channels, or one for each.
//
//	y[…,c] = x[…,c] where that is > 0, else weight[c]·x[…,c]
//
// Shapes: x […,C], weight NAME.weight [C] or [1]; it starts at 0.25.
//
// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015.
func PReLU(b *Builder, x *graph.Value, name string, perChannel bool) (*graph.Value, error) {
	s := graph.Shape{1}
	if perChannel {
		if len(x.Shape) == 0 {
			return nil, b.fail("input: got a scalar, want channels along the last axis")
		}
		s[0] = channels(x)
	}
	w, err := b.param(name+".weight", s, graph.Init{Kind: graph.InitConst, A: 0.25})
	if err != nil {
		return nil, err
	}
	return b.apply(op.MapOp, op.MapAttrs{Exprs: []*expr.Expr{choose(greater(v(0), c(0)), v(0), mul(v(1), v(0)))}, Shape: x.Shape}, x, w)
}

// ELU is x where x > 0, else alpha·(exp(x) - 1). alpha is usually 1.
//
// Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016.
func ELU(b *Builder, x *graph.Value, alpha float64) (*graph.Value, error) {
	if math.IsNaN(alpha) || math.IsInf(alpha, 0) {
		return nil, b.fail("alpha: got %g, want a number such as 1", alpha)
	}
	return op.Map(b.G, elu(alpha, 1), x), nil
}

// elu does not take the exponential of a large number on the side that is not used. At 0 the minimum picks x.
func elu(alpha, scale float64) *expr.Expr {
	low := expr.New(expr.Min, c(0), v(0))
	return choose(greater(v(0), c(0)), mul(c(scale), v(0)), mul(c(scale*alpha), sub(exp(low), c(1))))
}

// SELU is scale·ELU with the constants for which activations keep mean 0 and variance 1 from layer to layer. Weights
// should start with Init{Kind: "lecun"}.
//
// Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NIPS 2017.
func SELU(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, elu(1.6732632423543772, 1.0507009873554805), x)
}

// GELU is x·Φ(x), Φ the distribution function of the normal distribution: x·(1 + erf(x/√2))/2.
//
// Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016, arXiv:1606.08415.
func GELU(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, mul(mul(c(0.5), v(0)), add(c(1), expr.New(expr.Erf, mul(c(1/math.Sqrt2), v(0))))), x)
}

// GELUTanh approximates GELU: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
func GELUTanh(b *Builder, x *graph.Value) *graph.Value {
	inner := mul(c(math.Sqrt(2/math.Pi)), mul(v(0), add(c(1), mul(c(0.044715), mul(v(0), v(0))))))
	return op.Map(b.G, mul(mul(c(0.5), v(0)), add(c(1), expr.New(expr.Tanh, inner))), x)
}

// SiLU is x·sigmoid(x), also called swish.
//
// Source: Ramachandran, Zoph, Le, "Searching for activation functions", 2017, arXiv:1710.05941.
func SiLU(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, mul(v(0), expr.New(expr.Sigmoid, v(0))), x)
}

// HardSigmoid is x/6 + 1/2, cut at 0 and 1.
func HardSigmoid(b *Builder, x *graph.Value) *graph.Value { return op.Map(b.G, hardSigmoid(), x) }

func hardSigmoid() *expr.Expr { return clip(add(mul(c(1.0/6), v(0)), c(0.5)), 0, 1) }

// HardSwish is x·HardSigmoid(x). Source: Howard et al., "Searching for MobileNetV3", ICCV 2019.
func HardSwish(b *Builder, x *graph.Value) *graph.Value {
	return op.Map(b.G, mul(v(0), hardSigmoid()), x)
}

// HardTanh is x cut at lo and hi, usually -1 and 1. It returns an error unless lo < hi.
func HardTanh(b *Builder, x *graph.Value, lo, hi float64) (*graph.Value, error) {
	if !(lo < hi) {
		return nil, b.fail("bounds: got %g and %g, want the lower one first, such as -1 and 1", lo, hi)
	}
	return op.Map(b.G, clip(v(0), lo, hi), x), nil
}

// ReLU6 is x cut at 0 and 6. Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.
func ReLU6(b *Builder, x *graph.Value) *graph.Value { return op.Map(b.G, clip(v(0), 0, 6), x) }

// Softplus is log(1 + exp(x)), computed so that nothing overflows.
func Softplus(b *Builder, x *graph.Value) *graph.Value { return op.Map(b.G, softplus(v(0)), x) }

// softplus is max(x, 0) + log(1 + exp(-|x|)). At 0 its parts have derivatives 0 and 1/2.
func softplus(x *expr.Expr) *expr.Expr {
	return add(expr.ReLU(x), log(add(c(1), exp(expr.New(expr.Neg, abs(x))))))
}

// Maxout takes the largest of each k neighbouring channels, which are k linear functions of the layer before.
//
//	y[…,c] = max j < k x[…,c·k+j]
//
// Shapes: x […,C·k], y […,C]. The gradient goes to the largest; equal ones share it. It returns a ShapeError if k is below
// 1 or does not divide the channels.
//
// Source: Goodfellow, Warde-Farley, Mirza, Courville, Bengio, "Maxout networks", ICML 2013.
func Maxout(b *Builder, x *graph.Value, k int) (*graph.Value, error) {
	rank := len(x.Shape)
	if rank == 0 || k < 1 || channels(x)%k != 0 {
		return nil, b.fail("pieces: got %d for an input %v, want a divisor of the channels", k, x.Shape)
	}
	s := append(x.Shape[:rank-1].Clone(), channels(x)/k, k)
	return b.apply(op.ReduceOp, op.ReduceAttrs{Kind: op.ReduceMax, Axes: []int{rank}, Expr: v(0)}, op.Reshape(b.G, x, s))
}
