package dense_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/spec"
)

// valid nets put nothing around their inputs; more is how much larger the picture is than the window.
var valid = []struct {
	name, text string
	window     [2]int
	stride     [2]int
	more       [2]int
}{
	{"24x24", "INPUT 24x24x1 -> CONV 5x5x8 -> RELU -> POOL 2 -> CONV 3x3x16 -> RELU -> POOL 2 -> FC 32 -> RELU -> FC 10",
		[2]int{24, 24}, [2]int{4, 4}, [2]int{12, 21}},
	{"AlexNet without padding", `INPUT 99x99x3 -> CONV 11x11x12 stride 4 -> RELU -> LRN -> POOL 3 stride 2
		-> CONV 3x3x16 -> RELU -> LRN -> POOL 3 stride 2 -> CONV 2x2x16 -> RELU
		-> [FC 32 -> RELU -> DROPOUT 0.5]*2 -> FC 7`, [2]int{99, 99}, [2]int{16, 16}, [2]int{32, 33}},
	{"224x224 with stride 32", "INPUT 224x224x3 -> [CONV 2x2x6 stride 2 -> RELU]*5 -> [FC 16 -> RELU]*2 -> FC 5",
		[2]int{224, 224}, [2]int{32, 32}, [2]int{160, 160}},
	{"FC alone", "INPUT 6x9x2 -> FC 4", [2]int{6, 9}, [2]int{1, 1}, [2]int{3, 2}},
	{"rectangles", "INPUT 12x20x2 -> CONV 3x5x4 stride 1x2 -> POOL 2x1 -> FC 3 nobias",
		[2]int{12, 20}, [2]int{2, 2}, [2]int{5, 6}},
	{"GAP", "INPUT 14x14x2 -> CONV 3x3x8 -> BN -> RELU -> POOL 2 -> CONV 3x3x8 -> GAP -> FC 5",
		[2]int{14, 14}, [2]int{2, 2}, [2]int{8, 7}},
	{"GAP at the end", "INPUT 11x9x2 -> CONV 3x3x8 -> PRELU perchannel -> CONV 1x1x5 -> GAP",
		[2]int{11, 9}, [2]int{1, 1}, [2]int{3, 4}},
	{"GMP", "INPUT 10x10x2 -> CONV 3x3x8 stride 2 -> GMP -> LN -> FLATTEN -> BN -> FC 5",
		[2]int{10, 10}, [2]int{2, 2}, [2]int{6, 5}},
	{"even regions", "INPUT 16x16x2 -> ADAPTIVEAVGPOOL 8 -> CONV 3x3x6 -> ADAPTIVEMAXPOOL 3 -> FC 4",
		[2]int{16, 16}, [2]int{4, 4}, [2]int{6, 8}},
	{"as it is", "INPUT 9x9x2 -> CONV 3x3x4 -> ADAPTIVEAVGPOOL 7 -> FLATTEN -> RELU -> FC 4",
		[2]int{9, 9}, [2]int{1, 1}, [2]int{2, 2}},
	{"paths", `INPUT 12x12x4 -> { CONV 2x2x4 stride 2 | POOL 2 | AVGPOOL 2 -> CONV 1x1x4 nobias } concat -> RELU
		-> { CONV 1x1x12 -> RELU -> CONV 1x1x12 | } add -> MAXOUT 2 -> SLICE from 1 to 5 axis 3 -> FC 8
		-> { FC 8 -> SIGMOID | RELU } mul -> { FC 3 | SOFTMAX } concat -> FC 4`,
		[2]int{12, 12}, [2]int{2, 2}, [2]int{4, 6}},
	{"shared", `INPUT 8x8x3 -> [CONV "a" 1x1x3 -> CONV share "a" -> RELU]*2
		-> { FC "head" 6 init normal 0.1 | RELU -> FC share "head" } concat -> BN
		-> [{ FC "z" 12 | FC 12 -> FC "b" share "z" } add]*2 -> FC 4`, [2]int{8, 8}, [2]int{1, 1}, [2]int{2, 3}},
	{"side heads", `head($n) = GAP -> FC "side" $n
		INPUT 8x8x3 -> CONV 1x1x4 -> side { CONV 1x1x3 -> head(4) } weight 0.3 -> [CONV 2x2x4 stride 2 -> RELU]*2
		-> side { head(4) } weight 0.3 -> CONV 1x1x6 -> BN -> FC 4`, [2]int{8, 8}, [2]int{4, 4}, [2]int{8, 9}},
	{"more layers", `INPUT 12x12x4 -> PIXELUNSHUFFLE 2 -> DWCONV 3 multiplier 2 -> CHANNELSHUFFLE 4 -> SELU -> CONV 1x1x8 groups 2
		-> LPPOOL 2 ceil -> LN -> SUMPOOL 2 stride 1 -> FC 6 -> LN -> FC 3`, [2]int{12, 12}, [2]int{4, 4}, [2]int{8, 4}},
	{"every other place", "INPUT 11x12x1 -> CONV 2x2x4 -> SLICE step 2 axis 1 -> SLICE from 3 step 2 axis 2 -> FC 3",
		[2]int{11, 12}, [2]int{2, 2}, [2]int{4, 6}},
	{"unused pixels", "INPUT 13x14x1 -> POOL 2 -> CONV 3x3x4 stride 3 -> FC 3",
		[2]int{13, 14}, [2]int{6, 6}, [2]int{12, 11}},
	{"dilation", "INPUT 15x15x1 -> CONV 3x3x4 dilation 2 -> RELU -> CONV 3x3x4 stride 2 dilation 3 -> FC 3",
		[2]int{15, 15}, [2]int{2, 2}, [2]int{4, 4}},
	{"one place with axes", "INPUT 6x6x2 -> CONV 6x6x5 -> LN axes 3 -> LN axes 2 noaffine -> FC 3",
		[2]int{6, 6}, [2]int{1, 1}, [2]int{2, 2}},
}

// TestWindows compares each place of a class map with the classifier on its window alone.
func TestWindows(t *testing.T) {
	for _, c := range valid {
		t.Run(c.name, func(t *testing.T) {
			d, err := dense.Convert(must(spec.Parse(c.text)))
			if err != nil {
				t.Fatal(err)
			}
			if d.Window != c.window || d.Stride != c.stride || len(d.Padded) > 0 {
				t.Errorf("got window %v, stride %v, padded %v, want %v, %v, none", d.Window, d.Stride, d.Padded, c.window, c.stride)
			}
			if d.Field[0] > c.window[0] || d.Field[1] > c.window[1] || d.Start[0]+d.Start[1] > 3 {
				t.Errorf("field: got %v from %v, want no more than the window", d.Field, d.Start)
			}
			w := random(c.text, 1)
			if got := values(d.Text()); len(got) != len(w) || len(d.Weights) != len(w) {
				t.Errorf("got %d values, %d weights, want %d", len(got), len(d.Weights), len(w))
			}
			x := picture(c.window[0]+c.more[0], c.window[1]+c.more[1], must(spec.Parse(c.text)).InputShape()[2])
			y := compile(t, must(d.At(x.Height, x.Width)), reshaped(d, w)).run(x)
			if worst, _ := compareCrops(t, compile(t, c.text, w), y, d.Geometry, x); worst > 1e-5 {
				t.Errorf("the scores differ by %.2g of the largest", worst)
			}
		})
	}
}

// padded nets are equal over a picture of the window's size.
var padded = []struct {
	name, text string
	layers     int // that pad
}{
	{"VGG", "INPUT 32x32x3 -> [CONV 3x3x8 pad 1 -> RELU -> CONV 3x3x8 pad same -> RELU -> POOL 2]*3 -> FC 16 -> RELU -> FC 4", 6},
	{"same with strides", `INPUT 24x18x2 -> CONV 3x3x4 stride 2 pad same -> POOL 3 stride 2 pad 1 -> CONV "a" 3x3x4 pad same stride 2
		-> RELU -> CONV share "a" stride 1 -> CONV share "a" -> FC 4`, 5},
	{"ceil", "INPUT 11x11x2 -> POOL 2 ceil -> POOL 2 ceil -> FC 4", 1},
	{"frames", "INPUT 8x8x2 -> PAD 1 reflect -> PAD 1x2 value 0.5 -> PAD 0,1,2,3 replicate -> CONV 3x3x4 stride 2 -> FC 4", 3},
	{"residual", `INPUT 16x16x3 -> CONV 3x3x8 pad 1 -> { CONV 3x3x8 stride 2 pad 1 -> BN -> RELU -> CONV 3x3x8 pad 1
		| CONV 1x1x8 stride 2 } add -> GAP -> FC 4`, 3},
}

func TestOneWindow(t *testing.T) {
	for _, c := range padded {
		t.Run(c.name, func(t *testing.T) {
			n := must(spec.Parse(c.text))
			d, err := dense.Convert(n)
			if err != nil {
				t.Fatal(err)
			}
			if len(d.Padded) != c.layers {
				t.Errorf("padded: got %q, want %d layers", d.Padded, c.layers)
			}
			in, w := n.InputShape(), random(c.text, 2)
			x := picture(in[0], in[1], in[2])
			want, got := compile(t, c.text, w).run(x), compile(t, d.Text(), reshaped(d, w)).run(x)
			if r := approx.Compare(got.Values, want.Values, 1e-5, 1e-5); !r.OK() {
				t.Error(r)
			}
			if text, err := d.At(in[0]+4*d.Stride[0], in[1]+d.Stride[1]); err != nil {
				t.Error(err)
			} else if _, y := build(text); y.Shape[1] < 5 || y.Shape[2] < 2 {
				t.Errorf("four strides more, one more: got a map %v", y.Shape)
			}
		})
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		`INPUT 8x8x1 -> [CONV 3x3x4 -> RELU]*2 -> POOL 2 -> DROPOUT 0.5
			-> FC 6 nobias -> RELU -> FC "last" 3`: `INPUT 8x8x1
  -> CONV 3x3x4 -> RELU -> CONV 3x3x4 -> RELU -> POOL 2 -> DROPOUT 0.5 -> CONV "fc1" 2x2x6 nobias -> RELU
  -> CONV "last" 1x1x3 -> PIXELS`,
		"INPUT 8x6x1 -> CONV 1x1x4 -> GAP": "INPUT 8x6x1 -> CONV 1x1x4 -> AVGPOOL 8x6 stride 1 -> PIXELS",
		"INPUT 8x8x1 -> CONV 3x3x4 stride 2 pad same -> FLATTEN -> FC 3 init uniform 0.1": "" +
			"INPUT 8x8x1 -> CONV 3x3x4 stride 2 pad 0,0,1,1 -> " +
			`CONV "fc1" 4x4x3 init uniform 0.1 -> PIXELS`,
		"INPUT 8x8x1 -> { FC 3 | GMP -> FLATTEN } concat -> FC 3": "" +
			`INPUT 8x8x1 -> { CONV "fc1" 8x8x3 | POOL 8 stride 1 } concat -> CONV "fc2" 1x1x3 -> PIXELS`,
	} {
		d, err := dense.Convert(must(spec.Parse(text)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := strings.Join(strings.Fields(d.Text()), " "); got != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"INPUT 100x2 series -> FC 3":          "the net reads samples of [100,2], want pictures [H,W,C]",
		"INPUT 8x8x8x1 -> FC 3":               "want pictures",
		"INPUT 8x8x1 -> CONV 1x1x3 -> PIXELS": "line 1, column 30: layer 2 (pixels): the net classifies each place already",
		"GN 2":                                "layer 1 (gn 2): it takes mean and variance over the whole map",
		"IN":                                  "layer 1 (in)",
		"LN axes 3":                           "layer 1 (ln axes 3)",
		"ADAPTIVEAVGPOOL 3":                   "layer 1 (adaptiveavgpool 3): it pools a map of 8x8 by regions of unequal sizes",
		"FRACTIONALPOOL 1.4":                  "layer 1 (fractionalpool 1.4)",
		"CONV \"up\" 1x1x4 -> UPSAMPLE 2":     "layer 2 (upsample 2): it makes the map larger",
		"RESHAPE 4x16x4":                      "layer 1 (reshape 4x16x4)",
		"SLICE to 6 axis 1":                   "layer 1 (slice to 6 axis 1)",
		"FLATTEN -> BN":                       "layer 2 (bn): it takes the places of a flattened map of 8x8 for channels",
		"{ FLATTEN | FC 3 } concat":           "it joins maps of 8x8 and 1x1",
		"{ GAP -> SIGMOID | } mul":            "layer 3 (mul): it joins maps of 1x1 and 8x8",
		"INPUT 2x2x4 -> FLATTEN":              "layer 1 (flatten): the net ends with a flattened map of 2x2",
		"{ CONV 1x1x4 stride 4 | POOL 7 stride 1 } concat": "layer 3 (concat): its paths have strides of 4x4 and 1x1 pixels",
	} {
		if !strings.HasPrefix(text, "INPUT") {
			text = "INPUT 8x8x4 -> " + text + " -> FC 3"
		}
		d, err := dense.Convert(must(spec.Parse(text)))
		if !errors.Is(err, graph.ErrUnsupported) || !strings.HasPrefix(err.Error(), "dense: ") || d != nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
		var at *spec.Error
		if strings.Contains(want, "layer ") && !errors.As(err, &at) {
			t.Errorf("%s: the error says no place of the text", text)
		}
	}
	if _, err := dense.Convert(must(spec.Parse("INPUT 8x8x4 -> POOL 9 -> FC 3"))); err == nil {
		t.Error("a net that cannot be built: no error")
	}
}

func TestAtRefuses(t *testing.T) {
	d := must(dense.Convert(must(spec.Parse("INPUT 8x8x1 -> { CONV 2x2x4 stride 2 | CONV 3x3x4 stride 2 pad 1 } concat -> FC 3"))))
	for size, want := range map[[2]int]string{
		{7, 8}:         "got 7x8, want at least the net's window of 8x8",
		{8, 1_000_001}: "a picture of 8x1000001",
		{8, 9}:         "8x8 would fit",
	} {
		if text, err := d.At(size[0], size[1]); err == nil || !strings.Contains(err.Error(), want) || text != "" {
			t.Errorf("%v: got %v, want %s", size, err, want)
		}
	}
	if _, err := d.At(10, 12); err != nil {
		t.Error(err)
	}
}
