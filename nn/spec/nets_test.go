package spec_test

// Published nets as texts. parameters is what the paper or the usual implementation has, or is counted by the formula.
var nets = []struct {
	name, text string
	parameters int
	layers     int // of the net, side heads included
}{
	// The four cases of the textbooks' INPUT -> [[CONV -> RELU]*N -> POOL?]*M -> [FC -> RELU]*K -> FC.
	{"linear classifier", "INPUT 32x32x3 -> [[CONV 3x3x8 -> RELU]*0 -> [POOL 2]?0]*0 -> [FC 100 -> RELU]*0 -> FC 10", 32*32*3*10 + 10, 1},
	{"CONV RELU FC", "INPUT 32x32x3 -> CONV 5x5x8 pad 2 -> RELU -> FC 10", 5*5*3*8 + 8 + 32*32*8*10 + 10, 3},
	{"one CONV per POOL", "INPUT 32x32x3 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 64 -> RELU -> FC 10",
		5*5*3*8 + 8 + 5*5*8*8 + 8 + 8*8*8*64 + 64 + 64*10 + 10, 9},
	{"two CONV per POOL", "INPUT 32x32x3 -> [[CONV 3x3x8 pad 1 -> RELU]*2 -> POOL 2]*3 -> [FC 64 -> RELU]*2 -> FC 10",
		(9*3*8 + 8) + 5*(9*8*8+8) + (4*4*8*64 + 64) + (64*64 + 64) + 64*10 + 10, 20},

	{"LeNet-5", "INPUT 32x32x1 -> CONV 5x5x6 -> TANH -> AVGPOOL 2 -> CONV 5x5x16 -> TANH -> AVGPOOL 2 -> CONV 5x5x120 -> TANH -> FC 84 -> TANH -> FC 10",
		61706, 11},

	{"All-CNN-C", `INPUT 32x32x3 -> DROPOUT 0.2 -> [CONV 3x3x96 pad 1 -> RELU]*2 -> CONV 3x3x96 pad 1 stride 2 -> RELU -> DROPOUT 0.5
		-> [CONV 3x3x192 pad 1 -> RELU]*2 -> CONV 3x3x192 pad 1 stride 2 -> RELU -> DROPOUT 0.5
		-> CONV 3x3x192 -> RELU -> CONV 1x1x192 -> RELU -> CONV 1x1x10 -> RELU -> GAP`, 1369738, 22},

	{"NIN", `mlp($k, $f, $g, $h) = CONV ($k)x($k)x$f pad ($k-1)/2 -> RELU -> CONV 1x1x$g -> RELU -> CONV 1x1x$h -> RELU
		INPUT 32x32x3 -> mlp(5, 192, 160, 96) -> POOL 3 stride 2 ceil -> DROPOUT 0.5 -> mlp(5, 192, 192, 192) -> AVGPOOL 3 stride 2 ceil
		-> DROPOUT 0.5 -> mlp(3, 192, 192, 10) -> GAP`, 966986, 23},

	{"inception with a side head", `# GoogLeNet's first two inception modules, and a head behind them
		inception($a, $b1, $b3, $c1, $c5, $d) =
			{ CONV 1x1x$a -> RELU
			| CONV 1x1x$b1 -> RELU -> CONV 3x3x$b3 pad 1 -> RELU
			| CONV 1x1x$c1 -> RELU -> CONV 5x5x$c5 pad 2 -> RELU
			| POOL 3 stride 1 pad 1 -> CONV 1x1x$d -> RELU } concat
		INPUT 28x28x192 -> inception(64, 96, 128, 16, 32, 32) -> inception(128, 128, 192, 32, 96, 64)
		-> side { AVGPOOL 5 stride 3 ceil -> CONV 1x1x128 -> RELU -> FC 1024 -> RELU -> DROPOUT 0.7 -> FC 10 } weight 0.3
		-> POOL 3 stride 2 pad 1 -> GAP -> DROPOUT 0.4 -> FC 10`,
		163696 + 388736 + (480*128 + 128 + 9*9*128*1024 + 1024 + 1024*10 + 10) + 480*10 + 10, 14 + 14 + 7 + 4},

	{"ResNet-20", `$n = 3
		basic($f) = { CONV 3x3x$f pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN | } add -> RELU
		down($f) = { CONV 3x3x$f stride 2 pad 1 nobias -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN
			| CONV 1x1x$f stride 2 nobias -> BN } add -> RELU
		INPUT 32x32x3 -> CONV 3x3x16 pad 1 nobias -> BN -> RELU -> basic(16)*$n
		-> down(32) -> basic(32)*($n-1) -> down(64) -> basic(64)*($n-1) -> GAP -> FC 10`,
		272474, 3 + 7*7 + 2*9 + 2}, // 269,722 as published, and the two projections with their BN

	{"DenseNet", `$k = 12
		dense() = { | BN -> RELU -> CONV 3x3x$k pad 1 nobias } concat
		INPUT 32x32x3 -> CONV 3x3x16 pad 1 nobias -> dense()*4 -> BN -> RELU -> CONV 1x1x64 nobias -> AVGPOOL 2 -> dense()*4 -> BN -> RELU -> GAP -> FC 10`,
		432 + (2*136 + 108*136) + 2*64 + 64*64 + (2*328 + 108*328) + 2*112 + 112*10 + 10, 41},

	{"MobileNetV2 block", `bottleneck($c, $t, $f, $s) = CONV 1x1x$c*$t nobias -> BN -> RELU6 -> DWCONV 3 stride $s pad 1 nobias -> BN -> RELU6 -> CONV 1x1x$f nobias -> BN
		INPUT 32x32x3 -> CONV 3x3x16 stride 2 pad 1 nobias -> BN -> RELU6 -> { bottleneck(16, 6, 16, 1) | } add -> bottleneck(16, 6, 24, 2) -> GAP -> FC 10`,
		27*16 + 32 + (16*96 + 192 + 9*96 + 192 + 96*16 + 32) + (16*96 + 192 + 9*96 + 192 + 96*24 + 48) + 250, 22},

	{"U-Net", `two($f) = [CONV 3x3x$f pad 1 -> RELU]*2
		INPUT 32x32x1 -> two(8)
		-> { POOL 2 -> two(16) -> { POOL 2 -> two(32) -> UPSAMPLE 2 -> CONV 3x3x16 pad 1 | } concat -> two(16) -> UPSAMPLE 2 -> CONV 3x3x8 pad 1 | } concat
		-> two(8) -> CONV 1x1x3 -> PIXELS`,
		664 + 3488 + 13888 + 4624 + 6944 + 1160 + 1744 + 27, 30},

	{"series", "INPUT 1000x8 series -> [CONV 5x16 pad 2 -> RELU -> POOL 4]*2 -> GAP -> FC 3", 5*8*16 + 16 + 5*16*16 + 16 + 16*3 + 3, 8},
	{"volume", "INPUT 16x24x24x1 -> [CONV 3x3x3x4 pad same -> RELU -> POOL 2]*2 -> FC 2", 27*4 + 4 + 27*4*4 + 4 + 4*6*6*4*2 + 2, 7},
	{"siamese", `INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> RELU -> CONV share "a" -> RELU -> CONV share "a" stride 2 -> FC 10`, 9*4*4 + 4 + 4*4*4*10 + 10, 6},
}
