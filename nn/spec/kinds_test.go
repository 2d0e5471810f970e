package spec

import (
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// kindShapes has every layer at least once, with the shape that it makes of [8,8,4] and the numbers that it learns.
var kindShapes = []struct {
	text       string
	shape      graph.Shape
	parameters int
}{
	{"CONV 3x3x6 stride 2 groups 2 nobias init orthogonal", graph.Shape{3, 3, 6}, 9 * 2 * 6},
	{"DWCONV 3 pad 1 multiplier 2 init normal 0.01", graph.Shape{8, 8, 8}, 9*8 + 8},
	{"DECONV 3x3x6 stride 2 pad 1 outpad 1", graph.Shape{16, 16, 6}, 9*4*6 + 6},
	{"DECONV 2x4x6 stride 2 pad 0,0,0,1 nobias init xavieruniform", graph.Shape{16, 17, 6}, 8 * 4 * 6},
	{"POOL 3 stride 2 ceil", graph.Shape{4, 4, 4}, 0},
	{"AVGPOOL 3 stride 1 pad same nocountpad", graph.Shape{8, 8, 4}, 0},
	{"SUMPOOL 2x4", graph.Shape{4, 2, 4}, 0},
	{"LPPOOL 2 norm 2.5", graph.Shape{4, 4, 4}, 0},
	{"GAP", graph.Shape{1, 1, 4}, 0},
	{"GMP", graph.Shape{1, 1, 4}, 0},
	{"ADAPTIVEAVGPOOL 3", graph.Shape{3, 3, 4}, 0},
	{"ADAPTIVEMAXPOOL 3x5", graph.Shape{3, 5, 4}, 0},
	{"FRACTIONALPOOL 1.414 overlap random", graph.Shape{5, 5, 4}, 0},
	{"FC 7 init uniform 0.05", graph.Shape{7}, 256*7 + 7},
	{"BN eps 0.001 momentum 0.01", graph.Shape{8, 8, 4}, 8},
	{"LN", graph.Shape{8, 8, 4}, 8},
	{"LN axes 3 noaffine", graph.Shape{8, 8, 4}, 0},
	{"GN 2", graph.Shape{8, 8, 4}, 8},
	{"IN", graph.Shape{8, 8, 4}, 8},
	{"LRN size 3 alpha 0.0001 beta 0.5 k 1", graph.Shape{8, 8, 4}, 0},
	{"RELU", graph.Shape{8, 8, 4}, 0}, {"SIGMOID", graph.Shape{8, 8, 4}, 0}, {"TANH", graph.Shape{8, 8, 4}, 0},
	{"LEAKYRELU", graph.Shape{8, 8, 4}, 0}, {"LEAKYRELU 0.2", graph.Shape{8, 8, 4}, 0},
	{"PRELU", graph.Shape{8, 8, 4}, 1}, {"PRELU perchannel", graph.Shape{8, 8, 4}, 4},
	{"ELU 0.5", graph.Shape{8, 8, 4}, 0}, {"SELU", graph.Shape{8, 8, 4}, 0}, {"GELU", graph.Shape{8, 8, 4}, 0},
	{"GELU tanh", graph.Shape{8, 8, 4}, 0}, {"SILU", graph.Shape{8, 8, 4}, 0}, {"SOFTPLUS", graph.Shape{8, 8, 4}, 0},
	{"RELU6", graph.Shape{8, 8, 4}, 0}, {"HARDSIGMOID", graph.Shape{8, 8, 4}, 0}, {"HARDSWISH", graph.Shape{8, 8, 4}, 0},
	{"HARDTANH", graph.Shape{8, 8, 4}, 0}, {"MAXOUT 2", graph.Shape{8, 8, 2}, 0}, {"SOFTMAX", graph.Shape{8, 8, 4}, 0},
	{"DROPOUT 0.5", graph.Shape{8, 8, 4}, 0}, {"SPATIALDROPOUT 0.2", graph.Shape{8, 8, 4}, 0},
	{"DROPPATH 0.2", graph.Shape{8, 8, 4}, 0}, {"CUTOUT 3", graph.Shape{8, 8, 4}, 0},
	{"FLATTEN", graph.Shape{256}, 0},
	{"PAD 1", graph.Shape{10, 10, 4}, 0}, {"PAD 1x2 reflect", graph.Shape{10, 12, 4}, 0},
	{"PAD 0,1,2,3 value 0.5", graph.Shape{10, 12, 4}, 0}, {"PAD 0x1 replicate", graph.Shape{8, 10, 4}, 0},
	{"UPSAMPLE 2", graph.Shape{16, 16, 4}, 0}, {"UPSAMPLE 1x3 linear aligncorners", graph.Shape{8, 24, 4}, 0},
	{"PIXELSHUFFLE 2", graph.Shape{16, 16, 1}, 0}, {"PIXELUNSHUFFLE 2", graph.Shape{4, 4, 16}, 0},
	{"CHANNELSHUFFLE 2", graph.Shape{8, 8, 4}, 0},
	{"RESHAPE 4x16x4", graph.Shape{4, 16, 4}, 0}, {"PERMUTE 3x1x2", graph.Shape{4, 8, 8}, 0},
	{"SLICE from 1 to 3", graph.Shape{8, 8, 2}, 0}, {"SLICE axis 1 step 3", graph.Shape{3, 8, 4}, 0},
	{"PIXELS", graph.Shape{8, 8, 4}, 0},
}

// TestKinds builds every kind, for training and not, and finds its text again.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range kindShapes {
		seen[firstWord(c.text)] = true
		text := "INPUT 8x8x4 -> " + c.text + " -> FC 3"
		if c.text == "PIXELS" {
			text = "INPUT 8x8x4 -> RELU -> PIXELS"
		}
		n, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		for _, training := range []bool{false, true} {
			m, err := n.make(training)
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
				continue
			}
			if got := checkRecovery(t, m); got != text {
				t.Errorf("got %s, want %s", got, text)
			}
			built, err := n.built()
			if err != nil || !built.Out.Shape[1:].Equal(c.shape) || built.Parameters != c.parameters {
				t.Errorf("%s: got %v, %d parameters, want %v, %d (%v)", c.text, built.Out.Shape[1:], built.Parameters, c.shape, c.parameters, err)
			}
		}
	}
	for _, k := range kinds {
		if k.build != nil && !seen[k.name] {
			t.Errorf("%s has no case", k.name)
		}
	}
}

// built returns what the net's first layer becomes.
func (n *Net) built() (Built, error) {
	g := graph.New()
	_, built, err := n.Build(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{2}, n.InputShape()...)))
	if err != nil {
		return Built{}, err
	}
	return built[0], nil
}

// TestKindErrors shows that what a layer refuses is told in the text's words.
func TestKindErrors(t *testing.T) {
	for text, want := range map[string]string{
		"DECONV 3x3x4 pad same":       "pad wants a number, as in pad 1; got same",
		"CONV 3x3x4 init xavir":       "init wants one of he, heuniform, xavier, xavieruniform, lecun, orthogonal, normal, truncated, uniform, constant, as in init xavier; got xavir",
		"CONV 3x3x4 init normal":      `init normal wants the deviation, from 0 to 1000, as in init normal 0.01; got "->"`,
		"LEAKYRELU 2":                 "LEAKYRELU wants its slope below 0, from 0 to 1, as in LEAKYRELU 0.1; got 2",
		"GN":                          `GN wants the number of groups, as in GN 8; got "->"`,
		"GN 3":                        "layer 1 (gn 3)",
		"PAD":                         `PAD wants a number, as in PAD 1 or PAD 0,1,2,1; got "->"`,
		"PAD 1,2":                     "PAD wants 4 numbers joined by commas, top,left,bottom,right, as in PAD 0,1,0,1; got 2",
		"PAD 1 reflect replicate":     "layer 1 (pad 1 reflect replicate): pad: got both reflect and replicate, want one of them",
		"SLICE to 9":                  "layer 1 (slice to 9): slice: to: got 9, want at most 4, the size of axis 3",
		"SLICE axis 4":                "layer 1 (slice axis 4): slice: axis: got 4, want 1 to 3 for samples of [8,8,4]",
		"PERMUTE 1x1x2":               "layer 1 (permute 1x1x2)",
		"RESHAPE 3x3":                 "layer 1 (reshape 3x3)",
		"LRN size 0":                  "the number 0 is out of bounds: expected 1 to 1000000",
		"LPPOOL 2 norm 0.5":           "norm wants the p of its norm, from 1 to 100; 2 is usual, as in norm 2; got 0.5",
		"BatchNorm":                   "unknown layer BatchNorm: did you mean BN, as in BN?",
		"PIXELSHUFFLE 3":              "layer 1 (pixelshuffle 3)",
		"FLATTEN -> UPSAMPLE 2":       "layer 2 (upsample 2): upsample needs a map, but its input is a vector of 256 numbers; put it before FC or FLATTEN",
		"ADAPTIVEAVGPOOL 2x2x2":       "ADAPTIVEAVGPOOL wants the output's size N or HxW, as in ADAPTIVEAVGPOOL 7; got 2x2x2",
		"RESHAPE 256x1 -> CONV 3x3x4": "layer 2 (conv 3x3x4): kernel: got 2 numbers, want one for each of the map's 1 axes of space",
	} {
		n, err := Parse("INPUT 8x8x4 -> " + text + " -> FC 3")
		if err == nil {
			_, err = n.make(true)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
}
