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
		{"input option", "INPUT 28x28 pad 1 -> FC 10", 13, 3, "unknown option pad: INPUT has the options series"},
		{"input twice", "INPUT 8x8 -> INPUT 8x8", 14, 5, "INPUT stands once, at the start, as in INPUT 28x28x1 -> FC 10"},
		{"no arrow after input", "INPUT 8x8 [RELU]", 11, 1, `expected "->" before "[", as in INPUT 28x28x1 -> FC 10`},
		{"nothing after arrow", "INPUT 8x8 -> RELU -> ", 21, 1, "expected a layer, as in CONV 5x5x8 or FC 10; got the end of the text"},
		{"two arrows", "INPUT 8x8 -> -> RELU", 14, 2, `expected a layer, as in CONV 5x5x8 or FC 10; got "->"`},
		{"no arrow", "INPUT 8x8 -> RELU POOL 2", 19, 4, `expected "->" before POOL, as in RELU -> RELU`},
		{"no arrow before group", "INPUT 8x8 -> RELU [POOL 2]", 19, 1, `expected "->" before "[", as in CONV 5x5x8 -> RELU`},
		{"unknown", "INPUT 8x8 -> CNOV 5x5x8", 14, 4, "unknown layer CNOV: did you mean CONV, as in CONV 5x5x8?"},
		{"other library", "INPUT 8x8 -> Dense 10", 14, 5, "unknown layer Dense: did you mean FC, as in FC 10?"},
		{"far off", "INPUT 8x8 -> TRANSFORMER", 14, 11, "unknown layer TRANSFORMER: expected one of CONV, POOL, AVGPOOL, GAP, FC, RELU, SIGMOID, TANH, SOFTMAX, DROPOUT, FLATTEN, PIXELS"},
		{"softmax", "INPUT 8x8 -> FC 10 -> softmax", 23, 7, "SOFTMAX is implied, the loss applies it to the last layer: leave it out, as in INPUT 28x28x1 -> FC 10"},
		{"conv size", "INPUT 8x8 -> CONV 5x5 pad 2", 19, 3, "CONV wants a size KHxKWxF (kernel height, kernel width, filters), as in CONV 5x5x8; got 5x5"},
		{"conv without size", "INPUT 8x8 -> CONV pad 2", 19, 3, "CONV wants a size KHxKWxF (kernel height, kernel width, filters), as in CONV 5x5x8; got pad"},
		{"fc size", "INPUT 8x8 -> FC", 16, 1, "FC wants the number of its outputs, as in FC 10; got the end of the text"},
		{"relu size", "INPUT 8x8 -> RELU 3", 19, 1, "RELU takes no size; got 3"},
		{"two sizes", "INPUT 8x8 -> FC 10 20", 20, 2, `expected an option or "->" behind the size; got 20: FC has the options nobias, share, as in FC 10 -> RELU`},
		{"blanks in size", "INPUT 8x8 -> POOL 2 x2", 21, 2, "a size is written without blanks, as in POOL 2"},
		{"zero", "INPUT 8x8 -> CONV 5x0x8", 19, 5, "the number 0 is out of bounds: expected 1 to 1000000"},
		{"huge", "INPUT 8x8 -> FC 99999999999999999999999", 17, 23, "the number 99999999999999999999999 is out of bounds: expected 1 to 1000000"},
		{"bad number", "INPUT 8x8 -> FC 1.5", 17, 3, "cannot read 1.5: expected whole numbers joined by x, as in 5x5x8"},
		{"dangling x", "INPUT 8x8x -> FC 1", 7, 4, "cannot read 8x8x: expected whole numbers joined by x, as in 5x5x8"},
		{"many numbers", "INPUT 1x1x1x1x1x1x1x1x1 -> FC 1", 7, 17, "too many numbers in 1x1x1x1x1x1x1x1x1: expected whole numbers joined by x, as in 5x5x8"},
		{"option typo", "INPUT 8x8 -> CONV 5x5x8 strid 2", 25, 5, "unknown option strid: did you mean stride? CONV has the options stride, pad, dilation, groups, nobias, share"},
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
		{"not UTF-8", "INPUT 8x8 -> \xff", 14, 1, `unexpected '�': expected a layer, "->" or a group, as in INPUT 28x28x1 -> FC 10`},
		{"too long", strings.Repeat(" ", 1<<20+1), 1, 1, "the text has 1048577 bytes, more than 1048576: repeat layers with [...]*N"},
		{"long word", "INPUT 8x8 -> " + strings.Repeat("Q", 50), 14, 50, "unknown layer " + strings.Repeat("Q", 40) + "…: expected one of CONV, POOL, AVGPOOL, GAP, FC, RELU, SIGMOID, TANH, SOFTMAX, DROPOUT, FLATTEN, PIXELS"},
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
