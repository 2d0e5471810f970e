// Package spec reads and writes the pattern language in which Fovea's users describe a network.
//
//	INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10
//
// A text is a chain of layers that starts with INPUT. Brackets group layers, and *N repeats a group
// N times, so the usual shape of a small network is
//
//	INPUT -> [[CONV -> RELU]*N -> POOL]*M -> [FC -> RELU]*K -> FC
//
// The grammar, in EBNF:
//
//	net    = "INPUT" size { arrow item } .
//	item   = layer | group .
//	layer  = kind [ name ] [ size | number ] { option } .
//	group  = "[" item { arrow item } "]" [ "*" digits ] .
//	option = word [ size | number | word ] .
//	size   = digits { "x" digits } .
//	number = digits [ "." digits ] .
//	name   = '"' character { character } '"' .
//	arrow  = "->" | "→" .
//
// Words may be written in upper or lower case. Blanks, tabs and line breaks separate tokens and mean
// nothing else; a # starts a comment that ends with the line. A size has no blanks inside.
//
// The layers:
//
//	INPUT HxWxC    the picture, first and only there; HxW means one channel
//	CONV KHxKWxF   convolution, F filters; stride N|NxM, pad N|NxM|same, dilation N, groups N, nobias
//	POOL K|KHxKW   max pooling, stride K unless given; stride N|NxM, pad N|NxM, ceil
//	AVGPOOL …      average pooling; the options of POOL, and nocountpad
//	GAP            global average pooling
//	FC N           fully connected, N outputs; nobias
//	DROPOUT P      P is the share of values that training drops, 0 ≤ P < 1
//	RELU SIGMOID TANH FLATTEN
//
// There is no SOFTMAX: the loss applies it. A group repeated 0 times is left out; that is how an
// optional layer is written, [POOL 2]*0 or [POOL 2]*1. A "?" behind a layer, as textbooks have it,
// is an error that says so: without variables nothing could decide it.
//
// The package knows words and bounds, not shapes: whether a kernel fits its picture is checked where
// the network is built, and that check can point at the text by the positions kept here.
package spec
