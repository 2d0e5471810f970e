package layer_test

import (
	"errors"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestErrors builds layers that cannot be: each says what it got, and none panics.
func TestErrors(t *testing.T) {
	square := op.Square(2, 3, 1, 0)
	picture := graph.Shape{2, 4, 6, 8}
	for _, c := range []struct {
		name  string
		x     graph.Shape
		build func(n *built) (*graph.Value, error)
		want  string // behind "layer 1 (test): "
	}{
		{"leaky relu", picture, func(n *built) (*graph.Value, error) { return layer.LeakyReLU(n.b, n.x, math.NaN()) },
			"slope: got NaN, want a number such as 0.01"},
		{"elu", picture, func(n *built) (*graph.Value, error) { return layer.ELU(n.b, n.x, math.Inf(1)) },
			"alpha: got +Inf, want a number such as 1"},
		{"hard tanh", picture, func(n *built) (*graph.Value, error) { return layer.HardTanh(n.b, n.x, 1, 1) },
			"bounds: got 1 and 1, want the lower one first, such as -1 and 1"},
		{"prelu", graph.Shape{}, func(n *built) (*graph.Value, error) { return layer.PReLU(n.b, n.x, "p", true) },
			"input: got a scalar, want channels along the last axis"},
		{"maxout", picture, func(n *built) (*graph.Value, error) { return layer.Maxout(n.b, n.x, 3) },
			"pieces: got 3 for an input [2,4,6,8], want a divisor of the channels"},
		{"softmax", picture, func(n *built) (*graph.Value, error) { return layer.SoftmaxOver(n.b, n.x, 4) },
			"axis: got 4, want -4 to 3 for [2,4,6,8]"},
		{"batch norm of one", graph.Shape{1, 8}, func(n *built) (*graph.Value, error) {
			return layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{})
		}, "input: got one element a channel in [1,8], want several, such as a larger batch: its variance is unknown"},
		{"batch norm's momentum", picture, func(n *built) (*graph.Value, error) {
			return layer.BatchNorm(n.b, n.x, layer.BatchNormOptions{Momentum: 1.5})
		}, "momentum: got 1.5, want more than 0, at most 1"},
		{"layer norm", picture, func(n *built) (*graph.Value, error) { return layer.LayerNorm(n.b, n.x, 5, layer.NormOptions{}) },
			"axes: got 5, want 1 to 4 for an input [2,4,6,8]"},
		{"eps", picture, func(n *built) (*graph.Value, error) { return layer.LayerNorm(n.b, n.x, 1, layer.NormOptions{Eps: -1}) },
			"eps: got -1, want more than 0"},
		{"group norm", picture, func(n *built) (*graph.Value, error) { return layer.GroupNorm(n.b, n.x, 3, layer.NormOptions{}) },
			"groups: got 3, want a divisor of the 8 channels"},
		{"instance norm", graph.Shape{2, 8}, func(n *built) (*graph.Value, error) { return layer.InstanceNorm(n.b, n.x, layer.NormOptions{}) },
			"input: got [2,8], want samples, places and channels"},
		{"lrn", picture, func(n *built) (*graph.Value, error) {
			return layer.LocalResponseNorm(n.b, n.x, layer.LRNOptions{Size: 5, Alpha: 1e-4, Beta: 0.75})
		}, "got alpha 0.0001, beta 0.75, k 0, want alpha 0 or more and k more than 0, such as 1e-4, 0.75, 2"},
		{"lp pool", picture, func(n *built) (*graph.Value, error) {
			return layer.LpPool(n.b, n.x, 0.5, layer.PoolOptions{Window: square})
		}, "p: got 0.5, want 1 to 64; beyond that it is max pooling"},
		{"global pool", graph.Shape{7}, func(n *built) (*graph.Value, error) { return layer.GlobalAvgPool(n.b, n.x) },
			"input: got [7], want samples, 1 to 3 spatial axes and channels"},
		{"adaptive pool", picture, func(n *built) (*graph.Value, error) { return layer.AdaptiveAvgPool(n.b, n.x, []int{2, 0}) },
			"output size: got [2 0] for an input [2,4,6,8], want 1 or more for each spatial axis"},
		{"fractional pool", picture, func(n *built) (*graph.Value, error) {
			return layer.FractionalMaxPool(n.b, n.x, layer.FractionalOptions{Output: [2]int{3, 7}})
		}, "width: got 7 regions of size 0 for 6 pixels, want neither to be more"},
		{"fractional pool's ratio", picture, func(n *built) (*graph.Value, error) {
			return layer.FractionalMaxPool(n.b, n.x, layer.FractionalOptions{})
		}, "ratio: got 0, want at least 1, such as 1.41"},
		{"fractional pool's samples", picture, func(n *built) (*graph.Value, error) {
			return layer.FractionalMaxPool(n.b, n.x, layer.FractionalOptions{Ratio: 1.5, Samples: n.x})
		}, "samples: got [2,4,6,8], want [2 or 1,8 or 1,2]"},
		{"conv of vectors", graph.Shape{2, 8}, func(n *built) (*graph.Value, error) {
			return layer.Conv(n.b, n.x, layer.ConvOptions{Name: "c", Filters: 2, Window: square})
		}, "input: got [2,8], want samples, 1 to 3 spatial axes and channels"},
		{"conv without filters", picture, func(n *built) (*graph.Value, error) {
			return layer.Conv(n.b, n.x, layer.ConvOptions{Name: "c", Window: square})
		}, "filters: got 0, want at least 1"},
		{"depthwise", picture, func(n *built) (*graph.Value, error) {
			return layer.DepthwiseConv(n.b, n.x, 0, layer.ConvOptions{Window: square})
		}, "multiplier: got 0, want at least 1"},
		{"start", picture, func(n *built) (*graph.Value, error) {
			return layer.Conv(n.b, n.x, layer.ConvOptions{Name: "c", Filters: 2, Window: square, Init: layer.Init{Kind: "zen"}})
		}, `start: got "zen", want one of ["he" "he-uniform" "xavier" "xavier-uniform" "lecun" "orthogonal" "normal" "truncated" "uniform" "constant"]`},
		{"start's deviation", picture, func(n *built) (*graph.Value, error) {
			return layer.FullyConnected(n.b, n.x, layer.LinearOptions{Name: "c", Outputs: 2, Init: layer.Init{Kind: "normal", B: -1}})
		}, "start normal: deviation: got -1, want 0 or more"},
		{"fully connected", graph.Shape{}, func(n *built) (*graph.Value, error) { return layer.Linear(n.b, n.x, "fc", 2, false) },
			"input: got a scalar, want at least one axis"},
		{"transposed conv's groups", picture, func(n *built) (*graph.Value, error) {
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{ConvOptions: layer.ConvOptions{Filters: 3, Groups: 2, Window: square}})
		}, "got 8 input channels and 3 filters, want multiples of groups 2"},
		{"transposed conv's padding", picture, func(n *built) (*graph.Value, error) {
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{ConvOptions: layer.ConvOptions{Filters: 2, Window: op.Square(2, 1, 1, 2)}})
		}, "padding [2 2] crops all of the output: size 0, want at least 1"},
		{"transposed conv's output padding", picture, func(n *built) (*graph.Value, error) {
			return layer.ConvTranspose(n.b, n.x, layer.ConvTransposeOptions{OutputPadding: []int{1, 0}, ConvOptions: layer.ConvOptions{Filters: 2, Window: square}})
		}, "kernel 3, stride 1, dilation 1, output padding 1: want 1 or more, and of the last less than the stride or the dilation"},
		{"matrix view", picture, func(n *built) (*graph.Value, error) {
			_, err := layer.Im2Col(n.b, n.x, layer.ConvOptions{Name: "c", Filters: 2, Window: square, Groups: 2})
			return nil, err
		}, "matrix view of [2,4,6,8], groups 2: want [N,H,W,C] and no groups"},
		{"concat", picture, func(n *built) (*graph.Value, error) {
			return layer.Concat(n.b, 0, n.x, n.input("z", graph.F32, graph.Shape{1, 4, 6, 7}))
		}, "concat along axis 0: got f32[1,4,6,7] behind f32[2,4,6,8], want the same sizes on the other axes"},
		{"concat of nothing", picture, func(n *built) (*graph.Value, error) { return layer.Concat(n.b, 0) },
			"concat: got nothing, want at least one value"},
		{"add", picture, func(n *built) (*graph.Value, error) {
			return layer.Add(n.b, n.x, n.input("z", graph.F32, graph.Shape{3}))
		}, "shapes [2,4,6,8] and [3] do not broadcast"},
		{"slice", picture, func(n *built) (*graph.Value, error) {
			return layer.Slice(n.b, n.x, []int{0, 3, 0, 0}, []int{2, 3, 6, 8}, nil)
		}, "slice 3 to 3 by 1 of axis 1, which has 4: want a step of 1 or more and at least one element"},
		{"reshape", picture, func(n *built) (*graph.Value, error) { return layer.Reshape(n.b, n.x, graph.Shape{5, -1}) },
			"reshape [2,4,6,8] to [5,76]: got 384 elements, want 380"},
		{"reshape to two unknowns", picture, func(n *built) (*graph.Value, error) { return layer.Reshape(n.b, n.x, graph.Shape{-1, -1}) },
			"reshape to [1,-1]: want sizes of 1 or more and at most one -1"},
		{"permute", picture, func(n *built) (*graph.Value, error) { return layer.Permute(n.b, n.x, 0, 1, 1, 2) },
			"permute [0 1 1 2] of [2,4,6,8]: want each axis once"},
		{"pad", picture, func(n *built) (*graph.Value, error) {
			return layer.Pad(n.b, n.x, layer.PadOptions{Pads: [][2]int{{}, {0, 4}, {}, {}}, Mode: layer.PadReflect})
		}, "padding [0 4] of axis 1, which has 4: want 0 to 3 each"},
		{"upsample", picture, func(n *built) (*graph.Value, error) {
			return layer.Upsample(n.b, n.x, layer.UpsampleOptions{Scale: []float64{2, -1}})
		}, "scale: got -1, want more than 0, such as 2"},
		{"upsample to nothing", picture, func(n *built) (*graph.Value, error) { return layer.Upsample(n.b, n.x, layer.UpsampleOptions{}) },
			"got size [], scale [] for an input [2,4,6,8], want one of them for each spatial axis and sizes of 1 or more"},
		{"pixel shuffle", picture, func(n *built) (*graph.Value, error) { return layer.PixelShuffle(n.b, n.x, 3) },
			"pixel shuffle by 3 of [2,4,6,8]: want [N,H,W,C] and channels that its square divides"},
		{"channel shuffle", picture, func(n *built) (*graph.Value, error) { return layer.ChannelShuffle(n.b, n.x, 3) },
			"channel shuffle of [2,4,6,8]: groups: got 3, want a divisor of the channels"},
		{"dropout", picture, func(n *built) (*graph.Value, error) { return layer.SpatialDropout(n.b, n.x, 1) },
			"dropped share: got 1, want 0 or more and less than 1"},
		{"dropout without a generator", picture, func(n *built) (*graph.Value, error) {
			n.b.Random = nil
			return layer.Dropout(n.b, n.x, 0.5)
		}, "a random layer: got no generator, want Builder.Random to be set"},
		{"cutout", picture, func(n *built) (*graph.Value, error) { return layer.Cutout(n.b, n.x, 0) },
			"cutout of [2,4,6,8]: side: got 0, want [N,H,W,C] and at least 1"},
		{"labels", picture, func(n *built) (*graph.Value, error) {
			return layer.NLL(n.b, n.x, n.input("z", graph.F32, graph.Shape{2, 4, 6}), layer.LabelOptions{})
		}, "loss of [2,4,6,8] with labels f32 [2,4,6]: want labels i32 of that shape without the last axis"},
		{"class weights", graph.Shape{2, 3}, func(n *built) (*graph.Value, error) {
			return layer.Hinge(n.b, n.x, n.labels(), layer.HingeOptions{P: 1, LabelOptions: layer.LabelOptions{ClassWeights: n.classWeights()}})
		}, "class weights: got f32 [4], want f32 [3]"},
		{"hinge", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) {
			return layer.Hinge(n.b, n.x, n.labels(), layer.HingeOptions{P: 3})
		},
			"hinge: got p 3, margin 0, want p 1 or 2 and a number"},
		{"smoothing", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) {
			return layer.CrossEntropyWith(n.b, n.x, n.labels(), layer.CrossEntropyOptions{Smoothing: 1})
		}, "label smoothing: got 1, want 0 or more and less than 1, such as 0.1"},
		{"targets", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) { return layer.MSE(n.b, n.x, n.classWeights(), layer.ReduceMean) },
			"loss of [2,4]: got targets [4], want the same shape"},
		{"reduction", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) { return layer.MSE(n.b, n.x, n.x, 7) },
			"reduction: got 7, want mean, sum or none"},
		{"side heads", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) {
			return layer.WeightedSum(n.b, []*graph.Value{n.x}, []float64{1})
		}, "loss 0: got shape [2,4], want a scalar"},
		{"penalty of nothing", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) { return layer.L2Penalty(n.b, 1) },
			"add: got nothing, want at least one value"},
		{"shared with other sizes", graph.Shape{2, 4}, func(n *built) (*graph.Value, error) {
			y, err := layer.Linear(n.b, n.x, "fc", 3, false)
			if err != nil {
				return nil, err
			}
			return layer.Linear(n.b, y, "fc", 3, false)
		}, "parameter fc.weight: got f32[3,3], want f32[4,3] as parameter fc.weight has it that is there; give one of the two another name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newBuilt(c.x)
			n.b.Begin("test", "", "test")
			_, err := c.build(n)
			var se *graph.ShapeError
			if want := "layer 1 (test): " + c.want; !errors.As(err, &se) || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}
