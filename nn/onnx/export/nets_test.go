package export_test

// nets use every layer of the pattern language together, on inputs of every rank. transposes is how many times elements
// move: a change that makes them more is worse than what was.
var nets = []struct {
	name, text string
	transposes int
}{
	{"linear", "INPUT 6x5x3 -> FC 4", 0},
	{"lenet", `INPUT 20x20x1 -> CONV 5x5x4 pad 2 -> TANH -> AVGPOOL 2 -> CONV 5x5x6 -> SIGMOID -> POOL 2
		-> FC 12 -> RELU -> FC 10`, 0},
	{"vgg", "INPUT 16x16x3 -> [[CONV 3x3x4 pad 1 -> RELU]*2 -> POOL 2]*2 -> FC 8 -> RELU -> DROPOUT 0.5 -> FC 3", 0},
	{"resnet", `basic($f) = { CONV 3x3x$f pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN | } add
		-> RELU
		down($f) = { CONV 3x3x$f stride 2 pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias
		-> BN | CONV 1x1x$f stride 2 nobias -> BN } add -> RELU
		INPUT 12x12x3 -> CONV 3x3x4 pad 1 nobias -> BN eps 0.001 -> RELU -> basic(4) -> down(8) -> GAP -> FC 5`, 0},
	{"inception", `INPUT 9x9x3 -> { CONV 1x1x2 -> RELU | CONV 1x1x2 -> RELU
		-> CONV 3x3x3 pad 1 | POOL 3 stride 1 pad 1 -> CONV 1x1x2 } concat
		-> side { GAP -> FC 4 } weight 0.3 -> LRN size 3 -> BN noaffine -> GMP -> FC 4 nobias`, 0},
	{"mobilenet", `INPUT 12x12x3 -> CONV 3x3x4 stride 2 pad 1 nobias -> BN -> RELU6 -> DWCONV 3 pad 1 nobias
		-> BN -> HARDSWISH
		-> { GAP -> CONV 1x1x2 -> SILU -> CONV 1x1x4 -> HARDSIGMOID | } mul -> CONV 3x3x6 groups 2 dilation 2
		-> FC 3`, 0},
	{"unet", `INPUT 8x8x2 -> CONV 3x3x4 pad 1 -> RELU -> { POOL 2 -> CONV 3x3x4 pad 1 -> UPSAMPLE 2 | } concat
		-> { POOL 2 -> UPSAMPLE 2 linear -> UPSAMPLE 2 linear aligncorners -> POOL 2 | } concat -> CONV 1x1x3
		-> PIXELS`, 0},
	{"generator", `INPUT 5x4x3 -> DECONV 3x3x4 stride 2 pad 1 outpad 1 -> LEAKYRELU 0.2
		-> DECONV 3x2x4 stride 2x1 groups 2 dilation 1x2 nobias
		-> ELU -> ELU 0.5 -> SELU -> CONV 2x2x4 pad same -> HARDTANH -> FC 2`, 0},
	{"activations", `INPUT 4x4x3 -> CONV 1x1x8 -> GELU -> GELU tanh -> SOFTPLUS -> PRELU -> PRELU perchannel
		-> MAXOUT 2 -> SOFTMAX -> FC 4 -> PRELU perchannel
		-> BN -> SOFTMAX -> FC 3`, 0},
	{"norms", `INPUT 6x6x4 -> GN 2 -> IN noaffine -> IN -> LN -> LN axes 3 -> LN axes 2 noaffine -> CONV 3x3x4
		-> GN 4 -> FC 3 -> LN`, 0},
	{"lrn", `INPUT 5x5x6 -> LRN size 5 beta 0.5 -> LRN size 3 beta 1 k 2 -> LRN size 3 beta 0.3 -> LRN size 4
		-> GAP`, 2},
	{"pools", `INPUT 11x13x2 -> AVGPOOL 3 stride 2 pad 1 ceil -> AVGPOOL 3x2 stride 1 pad 1 nocountpad
		-> SUMPOOL 2 stride 1 pad 1 -> LPPOOL 2 stride 1
		-> LPPOOL 2 stride 1 norm 3 -> LPPOOL 2 stride 1 norm 1 -> POOL 3 stride 2 ceil -> LN axes 3 -> FC 3`, 0},
	{"dilated pools", `INPUT 13x13x2 -> POOL 3 stride 1 dilation 2 -> AVGPOOL 2 stride 2 dilation 3 pad 1 ceil
		-> SUMPOOL 2 stride 1 dilation 2 -> LN axes 3 -> FC 3`, 0},
	{"regions", `INPUT 13x11x2 -> FRACTIONALPOOL 1.4 -> ADAPTIVEAVGPOOL 5x4 -> ADAPTIVEMAXPOOL 3
		-> ADAPTIVEAVGPOOL 1 -> FC 2`, 0},
	{"shapes", `INPUT 8x8x4 -> PAD 1,0,2,1 value 3 -> PAD 2 reflect -> PAD 1x2 replicate -> SLICE from 1 to 4
		-> SLICE from 0 to 12 step 2 axis 1
		-> SLICE from 1 axis 2 -> CONV 2x2x4 -> PERMUTE 2x1x3 -> CONV 1x1x3 -> FLATTEN -> RELU -> LN -> FC 4`, 1},
	{"shuffles", `INPUT 6x6x4 -> PIXELUNSHUFFLE 2 -> CONV 1x1x8 groups 2 -> CHANNELSHUFFLE 2
		-> CONV 3x3x8 groups 4 pad 1 -> PIXELSHUFFLE 2
		-> RESHAPE 9x4x2 -> CONV 1x1x2 -> RESHAPE 8x9 -> LN axes 2 -> FC 3`, 5},
	{"upsampling", `INPUT 3x5x2 -> UPSAMPLE 3x2 -> POOL 2 -> UPSAMPLE 2x3 linear
		-> UPSAMPLE 1x2 linear aligncorners -> GAP -> FC 2`, 0},
	{"series", `INPUT 24x3 series -> CONV 5x4 pad 2 -> RELU -> POOL 2 -> BN -> CONV 3x4 dilation 2
		-> LRN size 3 -> UPSAMPLE 2 -> ADAPTIVEMAXPOOL 3 -> FC 3`, 2},
	{"volume", `INPUT 6x8x7x1 -> CONV 3x3x3x3 pad same -> IN -> POOL 2 -> UPSAMPLE 2 linear -> ADAPTIVEAVGPOOL 2x3x2
		-> CONV 1x1x1x2 -> PAD 1 -> GAP -> FC 2`, 4},
	{"siamese", `INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> RELU -> CONV share "a" stride 2 -> CUTOUT 2
		-> SPATIALDROPOUT 0.2 -> { CONV 1x1x4 -> DROPPATH 0.5 | } add -> FC 3`, 0},
}
