// Package spec reads and writes the pattern language in which Fovea's users describe a network.
//
//	INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10
//
// A text is a chain of layers that starts with INPUT. Brackets group layers, and *N repeats a group
// N times, so the usual shape of a small network is
//
//	INPUT -> [[CONV -> RELU]*N -> [POOL]?P]*M -> [FC -> RELU]*K -> FC
//
// # Grammar
//
// In EBNF:
//
//	net      = { [ define ] ( newline | ";" ) } "INPUT" size [ "series" ] arrow items .
//	define   = var "=" expr | word "(" [ var { "," var } ] ")" "=" items .
//	items    = item { arrow item } .
//	item     = layer | group | branch | side | call .
//	layer    = kind [ name ] [ size | number ] { option } .
//	group    = "[" items "]" [ repeat ] .
//	call     = word "(" [ expr { "," expr } ] ")" [ repeat ] .
//	repeat   = "*" number | "?" number .
//	branch   = "{" [ items ] "|" [ items ] { "|" [ items ] } "}" ( "concat" | "add" | "mul" ) [ name ] .
//	side     = "side" "{" items "}" "weight" number .
//	option   = word [ size | number { "," number } | word [ number ] | name ] .
//	size     = number { "x" number } .
//	number   = digits [ "." digits ] | expr .
//	expr     = term { ( "+" | "-" ) term } .
//	term     = factor { ( "*" | "/" ) factor } .
//	factor   = digits [ "." digits ] | var | "(" expr ")" .
//	var      = "$" letter { letter | digit } .
//	name     = '"' character { character } '"' .
//	arrow    = "->" | "→" .
//
// Words may be written in upper or lower case, but for the names of variables and blocks. Blanks, tabs and line breaks
// separate tokens and mean nothing else, but that a definition may end with its line; a # starts a comment that ends
// with the line. A size has no blanks inside.
//
// # Groups
//
// A group repeated 0 times is left out. [POOL 2]?1 and [POOL 2]?0 are groups that are there or not, for layers that a
// variable decides about: [POOL 2]?$pool. A "?" behind a layer, as textbooks have it, is an error that says so.
//
// # Branches
//
// The paths of a branch start from the same value, and its last word joins their ends: concat puts channels side by
// side, add and mul go element by element and want one shape. An empty path passes its input on:
//
//	{ CONV 3x3x16 pad 1 -> BN -> RELU -> CONV 3x3x16 pad 1 -> BN | } add -> RELU     a residual block
//	[{ | BN -> RELU -> CONV 3x3x12 pad 1 } concat]*12                               a dense block
//	{ POOL 2 -> CONV 3x3x16 pad 1 -> UPSAMPLE 2 | } concat                          a U-Net's level
//
// # Side heads
//
//	side { AVGPOOL 5 stride 3 -> CONV 1x1x128 -> RELU -> FC 10 } weight 0.3
//
// passes its input on unchanged; what stands in the braces is a second classifier whose loss counts 0.3 in training.
// Its parameters count in summaries, but graphs for prediction have neither it nor them.
//
// # Variables and blocks
//
// Definitions stand before INPUT, one a line or parted by semicolons. A variable may stand wherever a number may, with
// arithmetic; whole numbers are divided without a rest or not at all. A variable or a sum before an x stands in
// parentheses, as the x would belong to its name. A block is a chain with parameters and may use the blocks before it:
//
//	$n = 3; $width = 16
//	basic($f) = { CONV 3x3x$f pad 1 -> RELU -> CONV 3x3x$f pad 1 | } add -> RELU
//	down($f, $k) = CONV ($k)x($k)x$f stride 2 pad ($k-1)/2 -> RELU
//	INPUT 32x32x3 -> CONV 3x3x$width pad 1 -> basic($width)*$n -> down($width*2, 3) -> basic($width*2)*$n -> GAP -> FC 10
//
// Arithmetic in a size or behind an option starts with a variable or a parenthesis, or has one behind its first
// operator: FC 2*$w, FC (2*3).
//
// # Names and weights
//
// A layer's name is what its parameters are called by; a layer without one gets its kind and a number, as in conv2. Where
// a group or block repeats a name, the later ones are stem.2, stem.3. share "a" uses the weights, the size and the
// options of the layer "a" before it, the last one if it was repeated; options of its own come first:
//
//	CONV "a" 3x3x16 pad 1 -> RELU -> CONV share "a" -> CONV share "a" stride 2
//
// # Inputs and outputs
//
//	INPUT HxWxC          a picture, first and only there; HxW means one channel
//	INPUT LxC series     a series of L steps, as in INPUT 1000x8 series
//	INPUT DxHxWxC        a volume or a stack of slices
//
// Sizes of windows have one number for each axis of space: CONV 5x16 on a series, CONV 3x3x3x16 on a volume. POOL 2
// serves everywhere. So do options: stride 2, stride 2x1, pad 1x2. With commas, pad has a number for each side, those
// before the axes first: pad 0,1,2,1 is top, left, bottom, right; of a series, pad 2,0 is before and behind.
//
// A net ends with one number a class: with FC, or with GAP behind as many filters. There is no SOFTMAX at the end: the
// loss applies it. A net for the classes of pixels ends with PIXELS, which keeps the map's channels as logits:
//
//	INPUT 64x64x3 -> CONV 3x3x8 pad 1 -> RELU -> CONV 1x1x5 -> PIXELS
//
// # The layers
//
//	CONV KHxKWxF        convolution, F filters; stride, pad N|same|valid, dilation, groups N, nobias, init, share
//	DWCONV K|KHxKW      depthwise convolution; multiplier N, and the options of CONV but groups
//	DECONV KHxKWxF      transposed convolution; stride, pad, outpad, dilation, groups N, nobias, init, share
//	POOL K|KHxKW        max pooling, stride K unless given; stride, pad, dilation, ceil
//	AVGPOOL SUMPOOL …   average (and nocountpad) and sum; the options of POOL
//	LPPOOL K|KHxKW      p-norm; norm P, 2 unless given, and the options of POOL
//	GAP GMP             global average and max pooling
//	ADAPTIVEAVGPOOL N|HxW, ADAPTIVEMAXPOOL …   to a size
//	FRACTIONALPOOL R    fractional max pooling by the ratio R; overlap, random
//	FC N                fully connected, N outputs; nobias, init, share
//	BN                  batch normalisation; eps, momentum, noaffine
//	LN, GN G, IN        layer, group (G groups) and instance normalisation; axes N of LN, eps, noaffine
//	LRN                 local response normalisation; size N, alpha, beta, k
//	RELU SIGMOID TANH LEAKYRELU [S] PRELU [perchannel] ELU [A] SELU GELU [tanh] SILU SOFTPLUS RELU6
//	HARDSIGMOID HARDSWISH HARDTANH SOFTMAX, MAXOUT K
//	DROPOUT P           P is the share of values that training drops, 0 ≤ P < 1
//	SPATIALDROPOUT P, DROPPATH P   of channels; of samples, whose path of a branch is left out
//	CUTOUT N            a square of N pixels is cut out in training
//	FLATTEN, RESHAPE HxWxC, PERMUTE 2x1x3 (axes from 1), SLICE from A to B step S axis N (the channels unless given)
//	PAD N|NxM|t,l,b,r   reflect, replicate or value V, 0 unless given
//	UPSAMPLE N|NxM      linear, aligncorners; the nearest unless given
//	PIXELSHUFFLE N, PIXELUNSHUFFLE N, CHANNELSHUFFLE N
//	PIXELS              the end of a net for the classes of pixels
//
// init is he (unless given), heuniform, xavier, xavieruniform, lecun, orthogonal, normal D, truncated D (deviation D),
// uniform B (from -B to B) or constant V.
//
// The tables in kinds_*.go say all of it.
//
// Parse knows words and bounds, not shapes: whether a kernel fits its picture is checked where the network is built,
// and that check points at the text by the positions kept here. FromBuilder finds the text of a net that was built.
package spec
