package cpu_test

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// BenchmarkTrainStep takes one step with momentum on 32 pictures for each of the usual families of nets, made small.
func BenchmarkTrainStep(b *testing.B) {
	for _, net := range []struct{ name, text string }{
		{"ResNet20", `$n = 3
			basic($f) = { CONV 3x3x$f pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN | } add -> RELU
			down($f) = { CONV 3x3x$f stride 2 pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN
				| CONV 1x1x$f stride 2 nobias -> BN } add -> RELU
			INPUT 32x32x3 -> CONV 3x3x16 pad 1 nobias -> BN -> RELU -> basic(16)*$n
			-> down(32) -> basic(32)*($n-1) -> down(64) -> basic(64)*($n-1) -> GAP -> FC 10`},
		{"MobileNetV2", `bottleneck($c, $t, $f, $s) = CONV 1x1x$c*$t nobias -> BN -> RELU6
				-> DWCONV 3 stride $s pad 1 nobias -> BN -> RELU6 -> CONV 1x1x$f nobias -> BN
			INPUT 32x32x3 -> CONV 3x3x16 stride 2 pad 1 nobias -> BN -> RELU6 -> { bottleneck(16, 6, 16, 1) | } add
			-> bottleneck(16, 6, 24, 2) -> { bottleneck(24, 6, 24, 1) | } add -> GAP -> FC 10`},
		{"ResNeXt", `block($f, $g) = { CONV 1x1x$f nobias -> BN -> RELU -> CONV 3x3x$f pad 1 groups $g nobias -> BN -> RELU
				-> CONV 1x1x$f nobias -> BN | } add -> RELU
			INPUT 32x32x3 -> CONV 3x3x32 stride 2 pad 1 -> block(32, 8)*2 -> GAP -> FC 10`},
		{"DenseNet", `$k = 12
			dense() = { | BN -> RELU -> CONV 3x3x$k pad 1 nobias } concat
			INPUT 32x32x3 -> CONV 3x3x16 pad 1 nobias -> dense()*4 -> BN -> RELU -> CONV 1x1x64 nobias -> AVGPOOL 2
			-> dense()*4 -> BN -> RELU -> GAP -> FC 10`},
		{"UNet", `two($f) = [CONV 3x3x$f pad 1 -> RELU]*2
			INPUT 32x32x1 -> two(8)
			-> { POOL 2 -> two(16) -> { POOL 2 -> two(32) -> UPSAMPLE 2 -> CONV 3x3x16 pad 1 | } concat -> two(16)
				-> UPSAMPLE 2 -> CONV 3x3x8 pad 1 | } concat
			-> two(8) -> CONV 1x1x3 -> PIXELS`},
		{"GroupNorm", "INPUT 32x32x3 -> [CONV 3x3x32 pad 1 nobias -> GN 8 -> RELU]*2 -> POOL 2 -> CONV 3x3x32 pad 1 -> GN 8 -> RELU -> GAP -> FC 10"},
		{"LayerNorm", `next($c) = { DWCONV 7 pad 3 -> LN -> CONV 1x1x4*$c -> GELU -> CONV 1x1x$c | } add
			INPUT 32x32x3 -> CONV 4x4x32 stride 4 -> LN -> next(32)*2 -> GAP -> LN -> FC 10`},
		{"AlexNetLRN", "INPUT 32x32x3 -> CONV 5x5x32 pad 2 -> RELU -> LRN -> POOL 3 stride 2 -> CONV 5x5x32 pad 2 groups 2 -> RELU -> LRN -> POOL 3 stride 2 -> FC 10"},
		{"Shuffle", "INPUT 32x32x3 -> CONV 3x3x32 stride 2 pad 1 -> RELU -> CONV 1x1x32 groups 4 -> CHANNELSHUFFLE 4 -> RELU -> PIXELSHUFFLE 2 -> CONV 3x3x8 pad 1 -> PIXELUNSHUFFLE 2 -> GAP -> FC 10"},
	} {
		b.Run(net.name, func(b *testing.B) { trainStep(b, net.text, 32) })
	}
}

// trainStep measures training steps of the net that text describes.
func trainStep(b *testing.B, text string, batch int) {
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	n, err := spec.Parse(text)
	must(err)
	g := graph.New()
	l := layer.NewBuilder(g)
	l.Training, l.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	logits, _, err := n.Build(l, g.Input("x", graph.F32, append(graph.Shape{batch}, n.InputShape()...)))
	must(err)
	classes := logits.Shape[len(logits.Shape)-1]
	labels := plan.Tensor{Shape: logits.Shape[:len(logits.Shape)-1], Type: graph.I32}
	for i := range labels.Shape.Elems() {
		labels.I32 = append(labels.I32, int32(i%classes))
	}
	each, err := layer.CrossEntropyWith(l, logits, g.Input("labels", graph.I32, labels.Shape), layer.CrossEntropyOptions{})
	must(err)
	g.Output("loss", each)
	grads, err := op.Gradients(g, each, g.Params())
	must(err)
	o, err := train.Optimizer{Kind: "momentum", Momentum: 0.9}.Defaults()
	must(err)
	o.Update(g, g.Params(), grads, train.HyperInputs(g))
	run(b, 0, g, map[string]plan.Tensor{"labels": labels, "step": plan.Float32s(graph.Shape{}, 0.01), "rng": plan.Int32s(graph.Shape{2}, 1, 2)})
}
