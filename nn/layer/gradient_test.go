package layer_test

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// plainly is a layer that cannot fail.
func plainly(f func(*layer.Builder, *graph.Value) *graph.Value) func(*built) (*graph.Value, error) {
	return func(n *built) (*graph.Value, error) { return f(n.b, n.x), nil }
}

// labels gives one label for each place of x but its last axis; some are none of four classes.
func (n *built) labels() *graph.Value {
	s := n.x.Shape[:len(n.x.Shape)-1]
	data := make([]float64, s.Elems())
	for i := range data {
		data[i] = float64((i*7)%6 - 1) // -1 to 4
	}
	return n.input("labels", graph.I32, s, data...)
}

func (n *built) classWeights() *graph.Value {
	return n.input("class weights", graph.F32, graph.Shape{4}, 1, 0.5, 2, 0.25)
}

// TestGradients checks every layer in training mode, its shape and its gradients.
func TestGradients(t *testing.T) {
	win := func(axes, kernel, stride, pad int) op.Window { return op.Square(axes, kernel, stride, pad) }
	two := 2
	s := func(d ...int) graph.Shape { return d }
	picture, vectors := s(2, 5, 4, 4), s(6, 4)
	for _, c := range []struct {
		name  string
		x     graph.Shape
		build func(n *built) (*graph.Value, error)
		want  graph.Shape
	}{
		{"relu6", vectors, plainly(layer.ReLU6), vectors},
		{"selu", vectors, plainly(layer.SELU), vectors},
		{"gelu", vectors, plainly(layer.GELU), vectors},
		{"gelu tanh", vectors, plainly(layer.GELUTanh), vectors},
		{"silu", vectors, plainly(layer.SiLU), vectors},
		{"hard sigmoid", vectors, plainly(layer.HardSigmoid), vectors},
		{"hard swish", vectors, plainly(layer.HardSwish), vectors},
		{"softplus", vectors, plainly(layer.Softplus), vectors},
		{"leaky relu", vectors, func(n *built) (*graph.Value, error) { return layer.LeakyReLU(n.b, n.x, 0.1) }, vectors},
		{"elu", vectors, func(n *built) (*graph.Value, error) { return layer.ELU(n.b, n.x, 0.7) }, vectors},
		{"hard tanh", vectors, func(n *built) (*graph.Value, error) { return layer.HardTanh(n.b, n.x, -0.5, 1.5) }, vectors},
		{"prelu", picture, func(n *built) (*graph.Value, error) { return layer.PReLU(n.b, n.x, "prelu", true) }, picture},
		{"prelu single", s(2, 3, 4), func(n *built) (*graph.Value, error) { return layer.PReLU(n.b, n.x, "prelu", false) }, s(2, 3, 4)},
		{"maxout", picture, func(n *built) (*graph.Value, error) { return layer.Maxout(n.b, n.x, 2) }, s(2, 5, 4, 2)},
		{"softmax, axis 1", picture, func(n *built) (*graph.Value, error) { return layer.SoftmaxOver(n.b, n.x, 1) }, picture},
		{"log softmax, axis 0", picture, func(n *built) (*graph.Value, error) { return layer.LogSoftmaxOver(n.b, n.x, 0) }, picture},

		{"batch norm", picture, func(n *built) (*graph.Value, error) {
			return layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "bn"}})
		}, picture},
		{"batch norm of vectors, plain", vectors, func(n *built) (*graph.Value, error) {
			return layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "bn", NoAffine: true}})
		}, vectors},
		{"batch norm, evaluated", picture, func(n *built) (*graph.Value, error) {
			n.b.Training = false
			return layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{NormOptions: layer.NormOptions{Name: "bn"}})
		}, picture},
		{"layer norm, two axes", picture, func(n *built) (*graph.Value, error) {
			return layer.LayerNorm(n.b, n.x, 2, layer.NormOptions{Name: "ln"})
		}, picture},
		{"group norm of series", s(2, 7, 4), func(n *built) (*graph.Value, error) {
			return layer.GroupNorm(n.b, n.x, 2, layer.NormOptions{Name: "gn"})
		}, s(2, 7, 4)},
		{"group norm of vectors", vectors, func(n *built) (*graph.Value, error) {
			return layer.GroupNorm(n.b, n.x, 2, layer.NormOptions{Name: "gn"})
		}, vectors},
		{"instance norm of volumes", s(2, 3, 2, 2, 2), func(n *built) (*graph.Value, error) {
			return layer.InstanceNorm(n.b, n.x, layer.NormOptions{Name: "in"})
		}, s(2, 3, 2, 2, 2)},
		{"local response norm, even size", picture, func(n *built) (*graph.Value, error) {
			return layer.LocalResponseNorm(n.b, n.x, layer.LRNOptions{Size: 2, Alpha: 0.5, Beta: 0.75, K: 2})
		}, picture},

		{"local response norm, other powers", picture, func(n *built) (*graph.Value, error) {
			y, err := n.x, error(nil)
			for _, beta := range []float64{0.5, 0.6, 1} {
				if y, err = layer.LocalResponseNorm(n.b, y, layer.LRNOptions{Size: 3, Alpha: 0.5, Beta: beta, K: 1}); err != nil {
					return nil, err
				}
			}
			return y, nil
		}, picture},

		{"lp pool 1", picture, func(n *built) (*graph.Value, error) {
			return layer.LpPool(n.b, n.x, 1, layer.PoolOptions{Window: win(2, 2, 2, 0)})
		}, s(2, 2, 2, 4)},
		{"lp pool 3, overlapping, ceil", picture, func(n *built) (*graph.Value, error) {
			return layer.LpPool(n.b, n.x, 3, layer.PoolOptions{Window: win(2, 3, 2, 0), Ceil: true})
		}, s(2, 2, 2, 4)},
		{"global max pool of volumes", s(2, 3, 2, 2, 2), func(n *built) (*graph.Value, error) { return layer.GlobalMaxPool(n.b, n.x) }, s(2, 1, 1, 1, 2)},
		{"adaptive average pool of series", s(2, 7, 3), func(n *built) (*graph.Value, error) {
			return layer.AdaptiveAvgPool(n.b, n.x, []int{3})
		}, s(2, 3, 3)},
		{"adaptive max pool of volumes", s(2, 3, 4, 5, 2), func(n *built) (*graph.Value, error) {
			return layer.AdaptiveMaxPool(n.b, n.x, []int{2, 3, 2})
		}, s(2, 2, 3, 2, 2)},
		{"fractional max pool", s(2, 7, 9, 2), func(n *built) (*graph.Value, error) {
			return layer.FractionalMaxPool(n.b, n.x, layer.FractionalOptions{Ratio: 1.5, Overlap: true})
		}, s(2, 4, 6, 2)},
		{"fractional max pool, random", s(2, 7, 9, 2), func(n *built) (*graph.Value, error) {
			return layer.FractionalMaxPool(n.b, n.x, layer.FractionalOptions{Output: [2]int{5, 4}, Random: true})
		}, s(2, 5, 4, 2)},

		{"conv same", picture, func(n *built) (*graph.Value, error) {
			return layer.Conv(n.b, n.x, layer.ConvOptions{Name: "c", Filters: 3, Window: layer.Same(n.x, win(2, 3, 2, 0))})
		}, s(2, 3, 2, 3)},
		{"depthwise conv", picture, func(n *built) (*graph.Value, error) {
			return layer.DepthwiseConv(n.b, n.x, 2, layer.ConvOptions{Name: "c", Window: layer.Valid(win(2, 3, 1, 1))})
		}, s(2, 3, 2, 8)},
		{"transposed conv of series", s(2, 4, 6), func(n *built) (*graph.Value, error) {
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{OutputPadding: []int{1},
				ConvOptions: layer.ConvOptions{Name: "c", Filters: 4, Groups: 2, Window: win(1, 3, 2, 1)}})
		}, s(2, 8, 4)},
		{"transposed conv of volumes", s(1, 2, 3, 2, 2), func(n *built) (*graph.Value, error) {
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{ConvOptions: layer.ConvOptions{Name: "c", Filters: 3, Window: win(3, 2, 2, 0)}})
		}, s(1, 4, 6, 4, 3)},
		{"transposed conv, output padding beyond the stride", s(1, 3, 2), func(n *built) (*graph.Value, error) {
			w := win(1, 2, 1, 0)
			w.Dilation[0] = 3
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{OutputPadding: []int{2}, ConvOptions: layer.ConvOptions{Name: "c", Filters: 2, Window: w}})
		}, s(1, 8, 2)},
		{"matrix view", s(2, 5, 4, 3), func(n *built) (*graph.Value, error) {
			v, err := layer.Im2Col(n.b, n.x, layer.ConvOptions{Name: "c", Filters: 2, Window: win(2, 3, 2, 1)})
			return v.Y, err
		}, s(2, 3, 2, 2)},

		{"concat", picture, func(n *built) (*graph.Value, error) {
			return layer.Concat(n.b, -1, n.x, layer.ReLU(n.b, n.x), n.x)
		}, s(2, 5, 4, 12)},
		{"add", picture, func(n *built) (*graph.Value, error) {
			return layer.Add(n.b, n.x, n.input("row", graph.F32, s(4, 1), 1, 2, 3, 4), n.x)
		}, picture},
		{"multiply", picture, func(n *built) (*graph.Value, error) {
			return layer.Multiply(n.b, n.x, n.input("gate", graph.F32, s(4), 1, 2, 3, 4), n.x)
		}, picture},
		{"slice with steps", picture, func(n *built) (*graph.Value, error) {
			return layer.Slice(n.b, n.x, []int{0, 1, -3, 0}, []int{9, -1, 4, 4}, []int{1, 2, 1, 3})
		}, s(2, 2, 3, 2)},
		{"permute", picture, func(n *built) (*graph.Value, error) { return layer.Permute(n.b, n.x, 3, 0, 2, 1) }, s(4, 2, 4, 5)},
		{"reshape", picture, func(n *built) (*graph.Value, error) { return layer.Reshape(n.b, n.x, s(8, -1)) }, s(8, 20)},
		{"pad with 3", picture, func(n *built) (*graph.Value, error) {
			return layer.Pad(n.b, n.x, layer.PadOptions{Pads: [][2]int{{}, {1, 0}, {2, 1}, {}}, Value: 3})
		}, s(2, 6, 7, 4)},
		{"pad reflected", s(2, 4, 3), func(n *built) (*graph.Value, error) {
			return layer.Pad(n.b, n.x, layer.PadOptions{Pads: [][2]int{{}, {3, 1}, {0, 2}}, Mode: layer.PadReflect})
		}, s(2, 8, 5)},
		{"pad replicated", s(2, 4, 3), func(n *built) (*graph.Value, error) {
			return layer.Pad(n.b, n.x, layer.PadOptions{Pads: [][2]int{{}, {3, 5}, {1, 0}}, Mode: layer.PadReplicate})
		}, s(2, 12, 4)},
		{"upsample series", s(2, 4, 3), func(n *built) (*graph.Value, error) {
			return layer.Upsample(n.b, n.x, layer.UpsampleOptions{Scale: []float64{1.8}, Linear: true})
		}, s(2, 7, 3)},
		{"upsample volumes", s(1, 2, 3, 2, 2), func(n *built) (*graph.Value, error) {
			return layer.Upsample(n.b, n.x, layer.UpsampleOptions{Size: []int{4, 5, 4}, Linear: true, AlignCorners: true})
		}, s(1, 4, 5, 4, 2)},
		{"pixel shuffle", picture, func(n *built) (*graph.Value, error) { return layer.PixelShuffle(n.b, n.x, 2) }, s(2, 10, 8, 1)},
		{"pixel unshuffle", s(1, 6, 3, 2), func(n *built) (*graph.Value, error) { return layer.PixelUnshuffle(n.b, n.x, 3) }, s(1, 2, 1, 18)},
		{"channel shuffle", picture, func(n *built) (*graph.Value, error) { return layer.ChannelShuffle(n.b, n.x, 2) }, picture},

		{"dropout", picture, func(n *built) (*graph.Value, error) { return layer.Dropout(n.b, n.x, 0.3) }, picture},
		{"spatial dropout", picture, func(n *built) (*graph.Value, error) { return layer.SpatialDropout(n.b, n.x, 0.3) }, picture},
		{"stochastic depth", picture, func(n *built) (*graph.Value, error) { return layer.StochasticDepth(n.b, n.x, 0.3) }, picture},
		{"cutout", picture, func(n *built) (*graph.Value, error) { return layer.Cutout(n.b, n.x, 3) }, picture},

		{"cross-entropy", picture, func(n *built) (*graph.Value, error) { return layer.CrossEntropy(n.b, n.x, n.labels()) }, s()},
		{"cross-entropy, weights and ignored", picture, func(n *built) (*graph.Value, error) {
			return layer.CrossEntropyWith(n.b, n.x, n.labels(), layer.CrossEntropyOptions{
				LabelOptions: layer.LabelOptions{ClassWeights: n.classWeights(), Ignore: &two}})
		}, s()},
		{"cross-entropy, all", vectors, func(n *built) (*graph.Value, error) {
			return layer.CrossEntropyWith(n.b, n.x, n.labels(), layer.CrossEntropyOptions{Smoothing: 0.2,
				LabelOptions: layer.LabelOptions{ClassWeights: n.classWeights(), Ignore: &two, Reduction: layer.ReduceNone}})
		}, s(6)},
		{"cross-entropy, soft", vectors, func(n *built) (*graph.Value, error) {
			return layer.CrossEntropySoft(n.b, n.x, n.input("target", graph.F32, vectors, numbers(24, 4)...),
				layer.CrossEntropyOptions{Smoothing: 0.2, LabelOptions: layer.LabelOptions{ClassWeights: n.classWeights()}})
		}, s()},
		{"nll, ignored", vectors, func(n *built) (*graph.Value, error) {
			return layer.NLL(n.b, n.x, n.labels(), layer.LabelOptions{ClassWeights: n.classWeights(), Ignore: &two})
		}, s()},
		{"hinge, ignored", picture, func(n *built) (*graph.Value, error) {
			return layer.Hinge(n.b, n.x, n.labels(), layer.HingeOptions{P: 2, Margin: 0.7,
				LabelOptions: layer.LabelOptions{ClassWeights: n.classWeights(), Ignore: &two}})
		}, s()},
		{"binary cross-entropy, both weights", vectors, func(n *built) (*graph.Value, error) {
			return layer.BinaryCrossEntropy(n.b, n.x, n.input("target", graph.F32, vectors, numbers(24, 4)...), layer.BinaryOptions{
				Weight: n.input("weight", graph.F32, vectors, numbers(24, 5)...), PosWeight: n.classWeights(), Reduction: layer.ReduceSum})
		}, s()},
		{"squared error", vectors, func(n *built) (*graph.Value, error) {
			return layer.MSE(n.b, n.x, n.input("target", graph.F32, vectors, numbers(24, 4)...), layer.ReduceMean)
		}, s()},
		{"absolute error", vectors, func(n *built) (*graph.Value, error) {
			return layer.L1(n.b, n.x, n.input("target", graph.F32, vectors, numbers(24, 4)...), layer.ReduceNone)
		}, vectors},
		{"huber", vectors, func(n *built) (*graph.Value, error) {
			return layer.Huber(n.b, n.x, n.input("target", graph.F32, vectors, numbers(24, 4)...), 0.6, layer.ReduceSum)
		}, s()},
		{"penalties and side heads", vectors, func(n *built) (*graph.Value, error) {
			l1, err := layer.L1Penalty(n.b, 0.1, n.x)
			if err != nil {
				return nil, err
			}
			l2, err := layer.L2Penalty(n.b, 0.2, n.x, n.x)
			if err != nil {
				return nil, err
			}
			return layer.WeightedSum(n.b, []*graph.Value{l1, l2, l1}, []float64{1, 0.3, 2})
		}, s()},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newBuilt(c.x)
			var err error
			if n.y, err = c.build(n); err != nil {
				t.Fatal(err)
			}
			if !n.y.Shape.Equal(c.want) {
				t.Fatalf("shape: got %v, want %v", n.y.Shape, c.want)
			}
			n.fill()
			n.checkGradients(t)
		})
	}
}
