package spec

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseGood(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string // want: what Format makes of it
		layers           int
	}{
		{"smallest", "INPUT 1x1->FC 1", "INPUT 1x1x1 -> FC 1", 1},
		{"lower case", "input 28X28x1 -> relu -> Fc 10 NoBias", "INPUT 28x28x1 -> RELU -> FC 10 nobias", 2},
		{"arrow sign", "INPUT 8×8 → GAP→FC 2", "INPUT 8x8x1 -> GAP -> FC 2", 2},
		{"comments and lines", "# a net\r\nINPUT 8x8\n  -> # here\n\tTANH -> FLATTEN # end", "INPUT 8x8x1 -> TANH -> FLATTEN", 2},
		{"byte order mark", "\ufeffINPUT 8x8 -> GAP", "INPUT 8x8x1 -> GAP", 1},
		{"conv options", `INPUT 8x8x3 -> conv "stem" 3x5x8 stride 2x1 pad SAME dilation 2 groups 3 nobias`,
			`INPUT 8x8x3 -> CONV "stem" 3x5x8 stride 2x1 pad same dilation 2 groups 3 nobias`, 1},
		{"pools", "INPUT 8x8 -> POOL 3 stride 2 pad 1 ceil -> AVGPOOL 2x3 nocountpad",
			"INPUT 8x8x1 -> POOL 3 stride 2 pad 1 ceil -> AVGPOOL 2x3 nocountpad", 2},
		{"dropout", "INPUT 8x8 -> DROPOUT .5 -> DROPOUT 0 -> SIGMOID", "INPUT 8x8x1 -> DROPOUT 0.5 -> DROPOUT 0 -> SIGMOID", 3},
		{"groups", "INPUT 8x8 -> [[CONV 3x3x4 -> RELU] * 2 -> POOL 2]*3 -> [RELU]*1 -> [FC 7]*0 -> FC 10",
			"INPUT 8x8x1 -> [[CONV 3x3x4 -> RELU]*2 -> POOL 2]*3 -> [RELU] -> [FC 7]*0 -> FC 10", 17},
		{"name with signs", `INPUT 8x8 -> FC "a->b [é] #1" 1`, `INPUT 8x8x1 -> FC "a->b [é] #1" 1`, 1},
		{"most layers", "INPUT 8x8 -> [[RELU]*1000]*10", "INPUT 8x8x1 -> [[RELU]*1000]*10", 10000},
		{"much left out", "INPUT 8x8 -> [[[RELU]*1000]*10]*0 -> GAP", "INPUT 8x8x1 -> [[[RELU]*1000]*10]*0 -> GAP", 1},
		{"branch", "INPUT 8x8->{conv 3x3x4 pad 1->relu|}add->{|RELU|TANH->RELU}CONCAT \"c\"->GAP",
			"INPUT 8x8x1 -> { CONV 3x3x4 pad 1 -> RELU | } add -> { | RELU | TANH -> RELU } concat \"c\" -> GAP", 8},
		{"side head", "INPUT 8x8 -> SIDE{ GAP -> FC 10 }WEIGHT .3 -> FC 10", "INPUT 8x8x1 -> side { GAP -> FC 10 } weight 0.3 -> FC 10", 3},
		{"variables", "$a=3;$b = $a*2 # c\n$c=($a+$b)/3\nINPUT 8x8x$a -> CONV ($a)x3x$b/2 pad ($a-1)/2 -> [RELU]*$c -> FC 2*$b",
			"$a = 3\n$b = $a*2\n$c = ($a+$b)/3\nINPUT 8x8x$a -> CONV ($a)x3x$b/2 pad ($a-1)/2 -> [RELU]*$c -> FC (2*$b)", 5},
		{"arithmetic of digits", "$a=2+3*4-6/2-(1-1)\nINPUT (2*2)x4 -> FC ($a)", "$a = 2+3*4-6/2-(1-1)\nINPUT (2*2)x4x1 -> FC $a", 1},
		{"rate by a variable", "$p = 0.5; INPUT 8x8 -> DROPOUT $p -> DROPOUT $p/2 -> GAP", "$p = 0.5\nINPUT 8x8x1 -> DROPOUT $p -> DROPOUT $p/2 -> GAP", 3},
		{"times sign behind a variable", "$k=3; INPUT 8x8 -> CONV $k×$k×4 -> GAP", "$k = 3\nINPUT 8x8x1 -> CONV ($k)x($k)x4 -> GAP", 2},
		{"blocks", "r($f,$s)={CONV 3x3x$f stride $s pad 1\n|}add\nq()=r(4,1)*2->r( 8 , 2 )?0; INPUT 8x8x4 -> q()->q()*1->GAP",
			"r($f, $s) = { CONV 3x3x$f stride $s pad 1 | } add\nq() = r(4, 1)*2 -> r(8, 2)?0\nINPUT 8x8x4 -> q() -> q() -> GAP", 9},
		{"a block's parameter hides a variable", "$f=2; r($f)=FC $f; INPUT 8x8 -> r($f*2) -> FC $f", "$f = 2\nr($f) = FC $f\nINPUT 8x8x1 -> r($f*2) -> FC $f", 2},
		{"optional", "$p = 1; INPUT 8x8 -> [POOL 2]?1 -> [POOL 2] ? 0 -> [POOL 2]?$p -> GAP", "$p = 1\nINPUT 8x8x1 -> [POOL 2]?1 -> [POOL 2]?0 -> [POOL 2]?$p -> GAP", 3},
		{"series", "INPUT 1000x8 series -> CONV 5x16 pad 1,2 stride 2 -> POOL 2 -> GAP", "INPUT 1000x8 series -> CONV 5x16 pad 1,2 stride 2 -> POOL 2 -> GAP", 3},
		{"volume", "INPUT 16x24x24x1 -> CONV 3x3x3x4 pad 0,0,0,1,1,1 stride 1x2x2 -> POOL 2x2x1 -> GAP",
			"INPUT 16x24x24x1 -> CONV 3x3x3x4 pad 0,0,0,1,1,1 stride 1x2x2 -> POOL 2x2x1 -> GAP", 3},
		{"sides", "INPUT 8x8 -> CONV 3x3x4 pad 0 , 1,2,1 dilation 2x1 -> POOL 3 pad valid -> GAP", "INPUT 8x8x1 -> CONV 3x3x4 pad 0,1,2,1 dilation 2x1 -> POOL 3 pad valid -> GAP", 3},
		{"share", `INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> conv SHARE "a" stride 2 -> GAP`, `INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> CONV share "a" stride 2 -> GAP`, 3},
		{"pixels", "INPUT 8x8 -> CONV 1x1x3 -> pixels", "INPUT 8x8x1 -> CONV 1x1x3 -> PIXELS", 2},
		{"softmax inside", "INPUT 8x8 -> { SOFTMAX | } mul -> GAP", "INPUT 8x8x1 -> { SOFTMAX | } mul -> GAP", 3},
		{"long branch", "INPUT 8x8 -> { CONV 1x1x64 -> RELU | CONV 1x1x64 -> RELU -> CONV 3x3x128 pad 1 -> RELU | POOL 3 stride 1 pad 1 -> CONV 1x1x64 | } concat -> GAP",
			"INPUT 8x8x1\n  -> { CONV 1x1x64 -> RELU\n     | CONV 1x1x64 -> RELU -> CONV 3x3x128 pad 1 -> RELU\n     | POOL 3 stride 1 pad 1 -> CONV 1x1x64\n     |\n     } concat\n  -> GAP", 10},
		{"long", "INPUT 8x8 -> " + strings.Repeat("CONV 3x3x1000 -> ", 8) + "FC 1",
			"INPUT 8x8x1\n" + strings.Repeat("  -> CONV 3x3x1000\n", 8) + "  -> FC 1", 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := Format(n); got != tt.want {
				t.Errorf("Format:\ngot  %s\nwant %s", got, tt.want)
			}
			if len(n.Layers) != tt.layers {
				t.Errorf("got %d layers, want %d", len(n.Layers), tt.layers)
			}
		})
	}
}

// at is the numbers of a size at pos.
func at(pos Pos, length int, values ...int) []Num {
	ns := Whole(values...)
	for i := range ns {
		ns[i].Pos, ns[i].Length = pos, length
	}
	return ns
}

// TestParseTree pins the whole value of one text, positions included.
func TestParseTree(t *testing.T) {
	n, err := Parse("INPUT 28x28x1 ->\n[CONV \"é\" 5x5x8 pad 2x1]*2 -> FC 10")
	if err != nil {
		t.Fatal(err)
	}
	conv := Layer{Kind: "CONV", Name: "é", Size: at(Pos{2, 11}, 5, 5, 5, 8), Pos: Pos{2, 2}, Length: 22,
		Options: []Option{{Name: "pad", Numbers: at(Pos{2, 21}, 3, 2, 1), Pos: Pos{2, 17}, Length: 7}}}
	fc := Layer{Kind: "FC", Size: at(Pos{2, 34}, 2, 10), Pos: Pos{2, 31}, Length: 5}
	want := &Net{
		Input: Input{Size: at(Pos{1, 7}, 7, 28, 28, 1), Pos: Pos{1, 1}, Length: 13},
		Body: []Item{
			{Group: &Group{Items: []Item{{Layer: &conv}}, Repeat: at(Pos{2, 26}, 1, 2)[0], Pos: Pos{2, 1}, Length: 26}},
			{Layer: &fc},
		},
		Layers: []Layer{conv, conv, fc},
	}
	if d := cmp.Diff(want, n, cmpopts.IgnoreUnexported(Input{})); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	err = n.ErrorAt(n.Layers[1], "input channels: got %d", 3)
	if got, want := err.Error(), "line 2, column 2: input channels: got 3"; got != want {
		t.Errorf("ErrorAt: got %q, want %q", got, want)
	}
}

func TestLayerAccess(t *testing.T) {
	n, err := Parse("INPUT 9x9 -> CONV 3x5x8 stride 2 pad 1x2 -> POOL 2 -> AVGPOOL 2x4 -> CONV 1x1x1 pad same -> GAP")
	if err != nil {
		t.Fatal(err)
	}
	want := [][4]int{ // stride or 7x7, pad or 0x0
		{2, 2, 1, 2}, {7, 7, 0, 0}, {7, 7, 0, 0}, {7, 7, 0, 0}, {7, 7, 0, 0},
	}
	for i, l := range n.Layers {
		var got [4]int
		got[0], got[1] = l.Pair("stride", 7, 7)
		got[2], got[3] = l.Pair("pad", 0, 0)
		if got != want[i] {
			t.Errorf("%v: got %v, want %v", l, got, want[i])
		}
	}
	if o, ok := n.Layers[3].Option("pad"); !ok || o.Word != "same" {
		t.Errorf("pad same: got %+v, %v", o, ok)
	}
}

const allLayers = "CONV, DWCONV, DECONV, POOL, AVGPOOL, SUMPOOL, LPPOOL, GAP, GMP, ADAPTIVEAVGPOOL, ADAPTIVEMAXPOOL, FRACTIONALPOOL, FC, BN, LN, GN, IN, LRN, RELU, SIGMOID, TANH, LEAKYRELU, PRELU, ELU, SELU, GELU, SILU, SOFTPLUS, RELU6, HARDSIGMOID, HARDSWISH, HARDTANH, MAXOUT, SOFTMAX, DROPOUT, SPATIALDROPOUT, DROPPATH, CUTOUT, FLATTEN, PAD, UPSAMPLE, PIXELSHUFFLE, PIXELUNSHUFFLE, CHANNELSHUFFLE, RESHAPE, PERMUTE, SLICE, PIXELS"

func TestParseBad(t *testing.T) {
	deep := strings.Repeat("[", 51) + "RELU" + strings.Repeat("]", 51)
	for _, tt := range []struct {
		name, text string
		column     int // in line 1, if want does not say otherwise
		length     int
		want       string
	}{
		{"empty", "", 1, 0, "expected INPUT and the size of the picture, as in INPUT 28x28x1 -> FC 10; got the end of the text"},
		{"no input", "CONV 5x5x8", 1, 4, "expected INPUT and the size of the picture, as in INPUT 28x28x1 -> FC 10; got CONV"},
		{"input alone", "INPUT 28x28x1", 14, 1, `expected "->" and a layer, as in INPUT 28x28x1 -> FC 10; got the end of the text`},
		{"input size", "INPUT 28 -> FC 10", 7, 2, "INPUT wants a size HxWxC, as in INPUT 28x28x1; got 28"},
		{"input name", `INPUT "x" 28x28 -> FC 10`, 1, 15, "INPUT takes no name, as in INPUT 28x28x1"},
		{"input option", "INPUT 28x28 pad 1 -> FC 10", 13, 3, `expected "->" before pad, as in INPUT 28x28x1 -> RELU`},
		{"input twice", "INPUT 8x8 -> INPUT 8x8", 14, 5, "INPUT stands once, at the start, as in INPUT 28x28x1 -> FC 10"},
		{"no arrow after input", "INPUT 8x8 [RELU]", 11, 1, `expected "->" before "[", as in INPUT 28x28x1 -> FC 10`},
		{"nothing after arrow", "INPUT 8x8 -> RELU -> ", 21, 1, "expected a layer, as in CONV 5x5x8 or FC 10; got the end of the text"},
		{"two arrows", "INPUT 8x8 -> -> RELU", 14, 2, `expected a layer, as in CONV 5x5x8 or FC 10; got "->"`},
		{"no arrow", "INPUT 8x8 -> RELU POOL 2", 19, 4, `expected "->" before POOL, as in RELU -> RELU`},
		{"no arrow before group", "INPUT 8x8 -> RELU [POOL 2]", 19, 1, `expected "->" before "[", as in CONV 5x5x8 -> RELU`},
		{"unknown", "INPUT 8x8 -> CNOV 5x5x8", 14, 4, "unknown layer CNOV: did you mean CONV, as in CONV 5x5x8?"},
		{"other library", "INPUT 8x8 -> Dense 10", 14, 5, "unknown layer Dense: did you mean FC, as in FC 10?"},
		{"far off", "INPUT 8x8 -> TRANSFORMER", 14, 11, "unknown layer TRANSFORMER: expected one of " + allLayers},
		{"softmax", "INPUT 8x8 -> FC 10 -> softmax", 23, 7, "SOFTMAX is implied, the loss applies it to the last layer: leave it out, as in INPUT 28x28x1 -> FC 10"},
		{"conv size", "INPUT 8x8 -> CONV 5x5 pad 2", 19, 3, "CONV wants a size KHxKWxF (kernel height, kernel width, filters), as in CONV 5x5x8; got 5x5"},
		{"conv without size", "INPUT 8x8 -> CONV pad 2", 19, 3, "CONV wants a size KHxKWxF (kernel height, kernel width, filters), as in CONV 5x5x8; got pad"},
		{"fc size", "INPUT 8x8 -> FC", 16, 1, "FC wants the number of its outputs, as in FC 10; got the end of the text"},
		{"relu size", "INPUT 8x8 -> RELU 3", 19, 1, "RELU takes no size; got 3"},
		{"two sizes", "INPUT 8x8 -> FC 10 20", 20, 2, `expected an option or "->" behind the size; got 20: FC has the options nobias, init, share, as in FC 10 -> RELU`},
		{"blanks in size", "INPUT 8x8 -> POOL 2 x2", 21, 2, "a size is written without blanks, as in POOL 2"},
		{"zero", "INPUT 8x8 -> CONV 5x0x8", 19, 5, "the number 0 is out of bounds: expected 1 to 1000000"},
		{"huge", "INPUT 8x8 -> FC 99999999999999999999999", 17, 23, "the number 99999999999999999999999 is out of bounds: expected 1 to 1000000"},
		{"bad number", "INPUT 8x8 -> FC 1.5", 17, 3, "cannot read 1.5: expected whole numbers joined by x, as in 5x5x8"},
		{"dangling x", "INPUT 8x8x -> FC 1", 7, 4, "cannot read 8x8x: expected whole numbers joined by x, as in 5x5x8"},
		{"many numbers", "INPUT 1x1x1x1x1x1x1x1x1 -> FC 1", 7, 17, "too many numbers in 1x1x1x1x1x1x1x1x1: expected whole numbers joined by x, as in 5x5x8"},
		{"option typo", "INPUT 8x8 -> CONV 5x5x8 strid 2", 25, 5, "unknown option strid: did you mean stride? CONV has the options stride, pad, dilation, groups, nobias, init, share"},
		{"option of another", "INPUT 8x8 -> POOL 2 groups 2", 21, 6, "unknown option groups: POOL has the options stride, pad, dilation, ceil"},
		{"option twice", "INPUT 8x8 -> POOL 2 pad 1 PAD 1", 27, 3, "POOL has the option pad twice"},
		{"option without number", "INPUT 8x8 -> POOL 2 stride -> RELU", 28, 2, `stride wants a number, as in stride 2; got "->"`},
		{"option zero", "INPUT 8x8 -> POOL 2 stride 0", 28, 1, "the number 0 is out of bounds: expected 1 to 1000000"},
		{"option too long", "INPUT 8x8 -> CONV 1x1x1 groups 2x2", 32, 3, "groups wants at most 1 number, as in groups 2; got 2x2"},
		{"pool same", "INPUT 8x8 -> POOL 2 pad full", 25, 4, "pad wants a number or same, valid, as in pad 1 or pad same; got full"},
		{"dropout none", "INPUT 8x8 -> DROPOUT -> FC 1", 22, 2, `DROPOUT wants the share of values to drop, from 0 to less than 1, as in DROPOUT 0.5; got "->"`},
		{"dropout one", "INPUT 8x8 -> DROPOUT 1", 22, 1, "DROPOUT wants the share of values to drop, from 0 to less than 1, as in DROPOUT 0.5; got 1"},
		{"dropout hex", "INPUT 8x8 -> DROPOUT 0x0p0", 22, 5, "DROPOUT wants the share of values to drop, from 0 to less than 1, as in DROPOUT 0.5; got 0x0p0"},
		{"question mark", "INPUT 8x8 -> POOL 2?", 20, 1, `"?" cannot be decided here: write [POOL 2]?1 to have the layer, [POOL 2]?0 to leave it out, or [POOL 2]?$p after $p = 1 before INPUT`},
		{"question mark on group", "INPUT 8x8 -> [POOL 2] ?", 23, 1, `"?" cannot be decided here: write [POOL 2]?1 to have the layer, [POOL 2]?0 to leave it out, or [POOL 2]?$p after $p = 1 before INPUT`},
		{"repeated layer", "INPUT 8x8 -> POOL 2 stride 2*3", 29, 1, "only a group can be repeated: write [POOL 2 stride 2]*2"},
		{"repeated twice", "INPUT 8x8 -> [RELU]*2*3", 22, 1, "a group is repeated once only: write [[RELU]*2]*3 for a repetition in a repetition"},
		{"repeat without number", "INPUT 8x8 -> [RELU]*N", 21, 1, "expected how often the group is repeated, a number from 0 to 1000, as in [CONV 5x5x8 -> RELU]*2; got N; $N works after $N = 2 before INPUT"},
		{"repeat too often", "INPUT 8x8 -> [RELU]*1001", 21, 4, "expected how often the group is repeated, a number from 0 to 1000, as in [CONV 5x5x8 -> RELU]*2; got 1001"},
		{"open group", "INPUT 8x8 -> [RELU -> [POOL 2]", 14, 1, `"[" is never closed: expected "]", as in [CONV 5x5x8 -> RELU]*2`},
		{"no arrow in group", `INPUT 8x8 -> [RELU [POOL 2]]`, 20, 1, `expected "->" or "]" before "[", as in [CONV 5x5x8 -> RELU]*2`},
		{"closed twice", "INPUT 8x8 -> [RELU]]", 20, 1, `"]" without "[" before it, as in [CONV 5x5x8 -> RELU]*2`},
		{"empty group", "INPUT 8x8 -> []", 15, 1, "the group is empty: expected a layer, as in [CONV 5x5x8 -> RELU]*2"},
		{"deep groups", "INPUT 8x8 -> " + deep, 64, 1, "more than 50 groups inside each other"},
		{"all left out", "INPUT 8x8 -> [RELU]*0", 1, 9, "all layers are left out by *0; at least one must stay, as in INPUT 8x8x1 -> FC 10"},
		{"too many in a group", "INPUT 8x8 -> [[RELU]*1000]*11", 28, 2, "the group makes 11000 layers, at most 10000 are allowed: repeat fewer times"},
		{"too many in a chain", "INPUT 8x8 -> [[RELU]*1000]*10 -> RELU", 34, 4, "the network has more than 10000 layers up to here: repeat fewer times"},
		{"name twice", `INPUT 8x8 -> FC "a" 1 -> FC "a" 2`, 29, 3, `the name "a" is already used at line 1, column 17`},
		{"name behind size", `INPUT 8x8 -> FC 1 "a"`, 19, 3, `the name stands right behind the layer's word, once, as in CONV "stem" 5x5x8`},
		{"name of none", `INPUT 8x8 -> "a"`, 14, 3, `expected a layer, as in CONV 5x5x8 or FC 10; got the name "a"`},
		{"name not closed", "INPUT 8x8 -> FC \"a\n\" 1", 17, 2, `the name has no closing quote, as in CONV "stem" 5x5x8`},
		{"name empty", `INPUT 8x8 -> FC " " 1`, 17, 3, `the name is empty: leave it out or write one, as in CONV "stem" 5x5x8`},
		{"name long", `INPUT 8x8 -> FC "` + strings.Repeat("é", 65) + `" 1`, 17, 67, "the name has 65 characters, at most 64 are allowed"},
		{"name not printable", "INPUT 8x8 -> FC \"a\tb\" 1", 19, 1, `a name cannot hold '\t': use letters, digits and signs, as in CONV "stem" 5x5x8`},
		{"negative", "INPUT 8x8 -> POOL 2 pad -1", 25, 1, `unexpected '-': layers are joined by "->", as in CONV 5x5x8 -> RELU, and no number is negative`},
		{"comma", "INPUT 8x8, FC 10", 10, 1, `unexpected ',': layers are joined by "->" and options by blanks, as in CONV 5x5x8 pad 2 -> RELU`},
		{"parentheses", "INPUT 8x8 -> (RELU)*2", 14, 1, "unexpected '(': groups stand in square brackets, as in [CONV 5x5x8 -> RELU]*2"},
		{"single quotes", "INPUT 8x8 -> FC 'a' 1", 17, 1, `unexpected '\'': names stand in straight double quotes, as in CONV "stem" 5x5x8`},
		{"other sign", "INPUT 8x8 -> é", 14, 1, `unexpected 'é': expected a layer, "->" or a group, as in INPUT 28x28x1 -> FC 10`},
		{"textbook", "INPUT -> [[CONV -> RELU]*N -> POOL?]*M -> [FC -> RELU]*K -> FC", 7, 2, `INPUT wants a size HxWxC, as in INPUT 28x28x1; got "->"`},
		{"textbook with sizes", "INPUT 8x8 -> [[CONV 3x3x4 -> RELU]*N -> POOL 2?]*M", 36, 1, "expected how often the group is repeated, a number from 0 to 1000, as in [CONV 5x5x8 -> RELU]*2; got N; $N works after $N = 2 before INPUT"},
		{"textbook with numbers", "INPUT 8x8 -> [[CONV 3x3x4 -> RELU]*2 -> POOL 2?]*3", 47, 1, `"?" cannot be decided here: write [POOL 2]?1 to have the layer, [POOL 2]?0 to leave it out, or [POOL 2]?$p after $p = 1 before INPUT`},
		{"optional twice", "INPUT 8x8 -> [POOL 2]?2", 23, 1, `expected 1 behind "?" to have the layer or 0 to leave it out, as in [POOL 2]?1; got 2`},
		{"optional by a large variable", "$p = 2; INPUT 8x8 -> [POOL 2]?$p", 31, 2, `expected 1 behind "?" to have the layer or 0 to leave it out, as in [POOL 2]?1; got 2`},
		{"unknown variable", "$width = 3; INPUT 8x8 -> FC $widht", 29, 6, "unknown variable $widht: did you mean $width?"},
		{"no variable", "INPUT 8x8 -> FC $w", 17, 2, "unknown variable $w: define it before INPUT, as in $w = 16"},
		{"variable before x", "$k = 3; INPUT 8x8 -> CONV $kx3x8", 27, 6, "unknown variable $kx3x8: did you mean ($k)x3x8, with parentheses around the variable before an x?"},
		{"variable without name", "INPUT 8x8 -> FC $", 17, 1, "unexpected '$': a variable's name follows it at once, as in $width"},
		{"variable twice", "$a = 1; $a = 2; INPUT 8x8 -> GAP", 9, 2, "the variable $a is defined twice; give the second another name"},
		{"variable behind INPUT", "INPUT 8x8 -> GAP; $a = 2", 17, 1, `unexpected ';': layers are joined by "->" and options by blanks, as in CONV 5x5x8 pad 2 -> RELU`},
		{"no semicolon", "$a = 1 INPUT 8x8 -> GAP", 8, 5, `the definition of $a ends here: write INPUT on a new line or behind ";"`},
		{"no dollar", "a = 1; INPUT 8x8 -> GAP", 1, 1, "a definition is a variable, as in $a = 16, or a block with its parameters, as in residual($f, $s) = { CONV 3x3x$f stride $s pad 1 | CONV 1x1x$f stride $s } add"},
		{"rest", "$a = 7; INPUT 8x8 -> FC 10 -> FC $a*3/2", 34, 6, "$a*3/2 divides 21 by 2, which leaves a rest: 20 or 22 in place of 21 would not"},
		{"by zero", "$a = 0; INPUT 8x8 -> FC 3/$a", 25, 4, "3/$a divides 3 by 0"},
		{"negative result", "$a = 1; INPUT 8x8 -> FC $a-2", 25, 4, "$a-2 is -1, which is out of bounds: expected 1 to 1000000"},
		{"fraction", "$a = 1.5; INPUT 8x8 -> FC $a", 27, 2, "$a is 1.5: expected a whole number here"},
		{"rate by a large variable", "$p = 2; INPUT 8x8 -> DROPOUT $p", 30, 2, "DROPOUT wants the share of values to drop, from 0 to less than 1, as in DROPOUT 0.5; got 2"},
		{"repeat by a large variable", "$n = 2000; INPUT 8x8 -> [RELU]*$n", 32, 2, "expected how often the group is repeated, a number from 0 to 1000, as in [CONV 5x5x8 -> RELU]*2; got 2000"},
		{"open parenthesis", "$a = 2; INPUT 8x8 -> FC ($a+1 -> GAP", 31, 2, `expected ")" or an operator, as in ($a+$b)/2; got "->"`},
		{"unknown block", "residual($f) = CONV 1x1x$f; INPUT 8x8 -> residul(3)", 42, 7, "unknown block residul: did you mean residual?"},
		{"no block", "INPUT 8x8 -> tower(3)", 14, 5, "unknown block tower: define it before INPUT, as in residual($f, $s) = { CONV 3x3x$f stride $s pad 1 | CONV 1x1x$f stride $s } add"},
		{"recursion", "a($n) = RELU -> a($n-1); INPUT 8x8 -> a(3)", 17, 1, "a cannot use itself: repeat a block where it is used, as in a(16)*3"},
		{"arguments", "a($n, $m) = FC $n; INPUT 8x8 -> a(3)", 33, 4, "a has 2 parameters, as in a(16, 1); got 1"},
		{"block without parentheses", "a($n) = FC $n; INPUT 8x8 -> a -> GAP", 31, 2, `expected the numbers for a in parentheses, as in a(16); got "->"`},
		{"block called like a layer", "conv($n) = FC $n; INPUT 8x8 -> GAP", 1, 4, "CONV is a word of the language: give the block another name, as in residual($f, $s) = { CONV 3x3x$f stride $s pad 1 | CONV 1x1x$f stride $s } add"},
		{"one path", "INPUT 8x8 -> { RELU } add", 21, 1, `a branch has two or more paths, parted by "|", as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat; an empty one passes its input on: { CONV 3x3x16 pad 1 | } add`},
		{"empty paths", "INPUT 8x8 -> { | } add", 14, 5, "every path of the branch is empty: one at least needs a layer, as in { CONV 3x3x16 pad 1 | } add"},
		{"paths left out", "INPUT 8x8 -> { [RELU]*0 | } add", 14, 18, "every path of the branch is left out by *0; one at least needs a layer"},
		{"no merge", "INPUT 8x8 -> { RELU | } -> GAP", 25, 2, `expected what joins the paths, concat, add or mul, as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat; got "->"`},
		{"merge alone", "INPUT 8x8 -> add", 14, 3, "ADD joins the paths of a branch: write it behind the braces, as in { CONV 3x3x16 pad 1 | } add"},
		{"open branch", "INPUT 8x8 -> { RELU | TANH", 14, 1, `"{" is never closed: expected "}", as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat`},
		{"branch repeated", "INPUT 8x8 -> { RELU | } add*2", 28, 1, "only a group can be repeated: put it into [ ], as in [{ CONV 3x3x16 pad 1 | } add]*2"},
		{"bar outside", "INPUT 8x8 -> RELU | TANH", 19, 1, "unexpected '|': it parts the paths of a branch, as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat"},
		{"side without weight", "INPUT 8x8 -> side { GAP } -> GAP", 27, 2, `expected the weight of the side head's loss, as in side { GAP -> FC 10 } weight 0.3; got "->"`},
		{"side in a side", "INPUT 8x8 -> side { side { GAP } weight 1 -> GAP } weight 1 -> GAP", 21, 21, "a side head stands inside another: give each its own place in the net"},
		{"series with three numbers", "INPUT 8x8x3 series -> GAP", 1, 18, "a series has a length and channels, as in INPUT 1000x8 series; got 8x8x3"},
		{"size of a series", "INPUT 100x8 series -> CONV 3x3x8 -> GAP", 28, 5, "CONV wants a size KxF (kernel, filters), as in CONV 5x8; got 3x3x8"},
		{"size in a block", "a() = CONV 3x3x3x8; INPUT 8x8 -> a() -> GAP", 12, 7, "CONV wants a size KHxKWxF (kernel height, kernel width, filters), as in CONV 5x5x8; got 3x3x3x8"},
		{"sides", "INPUT 8x8 -> CONV 3x3x4 pad 1,2 -> GAP", 29, 3, "pad wants 4 numbers joined by commas, top,left,bottom,right, as in pad 0,1,0,1; got 2"},
		{"share of none", `INPUT 8x8 -> CONV share "a" -> GAP`, 25, 3, `no layer before this one is called "a": name it, as in CONV "a" 3x3x16`},
		{"share with a size", `INPUT 8x8 -> CONV "a" 3x3x1 -> CONV 3x3x1 share "a" -> GAP`, 43, 9, `CONV takes its size from the layer that it shares with: leave the size out, as in CONV share "a"`},
		{"share of another kind", `INPUT 8x8 -> FC "a" 9 -> CONV share "a" -> GAP`, 31, 9, `"a" is FC: only a CONV can share its weights with a CONV`},
		{"share of a layer left out", `INPUT 8x8 -> [FC "a" 9]*0 -> FC share "a" -> GAP`, 33, 9, `the layer "a" is left out or comes later: share the weights of a layer before this one`},
		{"behind pixels", "INPUT 8x8 -> PIXELS -> GAP", 14, 6, "PIXELS ends a net whose map holds the classes of each pixel: nothing follows it, as in INPUT 64x64x3 -> CONV 3x3x5 pad 1 -> PIXELS"},
		{"many empty blocks", "a()=[RELU]*0;b()=" + strings.Repeat("a()->", 600) + "a();c()=" + strings.Repeat("b()->", 600) + "b(); INPUT 8x8 -> c() -> GAP", 768, 1,
			"groups and blocks are repeated more than 200000 times in all: repeat fewer times"},
		{"not UTF-8", "INPUT 8x8 -> \xff", 14, 1, `unexpected '�': expected a layer, "->" or a group, as in INPUT 28x28x1 -> FC 10`},
		{"too long", strings.Repeat(" ", 1<<20+1), 1, 1, "the text has 1048577 bytes, more than 1048576: repeat layers with [...]*N"},
		{"long word", "INPUT 8x8 -> " + strings.Repeat("Q", 50), 14, 50, "unknown layer " + strings.Repeat("Q", 40) + "…: expected one of " + allLayers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Parse(tt.text)
			want := &Error{Line: 1, Column: tt.column, Length: tt.length, Msg: tt.want}
			var got *Error
			if !errors.As(err, &got) || n != nil {
				t.Fatalf("got %v, %v, want %v", n, err, want)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// TestErrorPosition counts lines and characters where bytes, tabs and line ends could mislead.
func TestErrorPosition(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string
	}{
		{"INPUT 8x8\r\n -> # é\r\n\tFOO", "line 3, column 2: unknown layer FOO"},
		{"INPUT 8×8 → FC \"é\" 1 → BAR", "line 1, column 24: unknown layer BAR"},
		{"INPUT 8x8 ->\n\n\n# end", "line 1, column 13: expected a layer"},
	} {
		_, err := Parse(tt.text)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %s …", tt.text, err, tt.want)
		}
	}
}

// TestExamplesWork parses every example that the tables of layers hand to errors.
func TestExamplesWork(t *testing.T) {
	for _, k := range kinds[1:] {
		text := "INPUT 8x8 -> "
		if k.merge != nil {
			text += "{ RELU | } "
		}
		text += k.example
		for _, o := range k.options {
			if o.count == 0 && len(o.words) == 0 {
				if !o.ref {
					text += " " + o.name
				}
				continue
			}
			example, _, _ := strings.Cut(o.example, " or ")
			text += " " + example
		}
		if k.neverLast != "" {
			text += " -> FC 10"
		}
		if _, err := Parse(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if text = `INPUT 8x8 -> ` + strings.Replace(k.example, " ", ` "a" `, 1) + " -> " + k.name + ` share "a" -> FC 10`; k.sharing {
			if _, err := Parse(text); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for other, name := range otherNames {
		if findKind(name) == nil || findKind(other) != nil {
			t.Errorf("otherNames: %s stands for %s", other, name)
		}
	}
}
