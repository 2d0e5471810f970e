package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"pgregory.net/rapid"
)

// made is a net on a graph.
type made struct {
	b         *layer.Builder
	x, logits *graph.Value
}

func (n *Net) make(training bool) (*made, error) {
	g := graph.New()
	m := &made{b: layer.NewBuilder(g)}
	if m.b.Training = training; training {
		m.b.Random = g.Input("rng", graph.I32, graph.Shape{2})
	}
	m.x = g.Input("x", graph.F32, append(graph.Shape{2}, n.InputShape()...))
	var err error
	m.logits, _, err = n.Build(m.b, m.x)
	return m, err
}

// listing writes what a graph computes in a form that does not depend on the order of its nodes: each value that a
// parameter or an output depends on, as the primitive, its attributes and its inputs. Streams of random numbers are
// left out, as they are numbered in order.
func (m *made) listing() string {
	ids := map[*graph.Value]string{}
	var lines []string
	for _, v := range m.b.G.Values {
		switch v.Role {
		case graph.Parameter, graph.State, graph.Input:
			ids[v] = v.Name
			lines = append(lines, fmt.Sprint(v.Name, v.Shape, v.Init))
		case graph.Constant:
			ids[v] = fmt.Sprint("const", v.Shape, v.Data)
		}
	}
	counts := map[string]int{}
	for _, n := range m.b.G.Nodes {
		attrs := fmt.Sprintf("%+v", n.Attrs)
		switch a := n.Attrs.(type) {
		case op.RandomAttrs:
			attrs = fmt.Sprint(a.Shape)
		case op.MapAttrs:
			attrs = fmt.Sprint(a.Exprs)
		case op.ReduceAttrs:
			attrs = fmt.Sprint(a.Kind, a.Axes, a.Keep, a.Expr)
		}
		line := n.Op + attrs
		for _, v := range n.In {
			line += " " + ids[v]
		}
		if id := fmt.Sprintf("<%x>", hash(line)); true {
			counts[id]++
			for i, v := range n.Out {
				ids[v] = fmt.Sprint(id, i)
			}
		}
		lines = append(lines, line)
	}
	for _, a := range m.b.Aux {
		lines = append(lines, fmt.Sprint("aux ", a.Weight, ids[a.Logits]))
	}
	slices.Sort(lines)
	return strings.Join(append(lines, "logits "+ids[m.logits]), "\n")
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// checkRecovery builds n, finds its text and fails unless that builds the same graph.
func checkRecovery(t interface {
	Helper()
	Fatalf(string, ...any)
}, m *made) string {
	t.Helper()
	found, err := FromBuilder(m.b, m.x, m.logits)
	if err != nil {
		t.Fatalf("%v", err)
	}
	text := Format(found)
	parsed, err := Parse(text)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	again, err := parsed.make(m.b.Training)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if a, b := m.listing(), again.listing(); a != b {
		t.Fatalf("%s\nbuilds\n%s\n\nwant\n%s", text, b, a)
	}
	return strings.Join(strings.Fields(text), " ")
}

func TestFromBuilderTexts(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{ // want "": text
		{"chain", "INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 10", ""},
		{"groups", `INPUT 8x8x1 -> [CONV "a" 3x3x4 pad 1 -> RELU]*2 -> FC 10`,
			`INPUT 8x8x1 -> CONV "a" 3x3x4 pad 1 -> RELU -> CONV "a.2" 3x3x4 pad 1 -> RELU -> FC 10`},
		{"residual", "INPUT 8x8x4 -> { CONV 3x3x4 pad 1 -> RELU -> CONV 3x3x4 pad 1 | } add -> RELU -> GAP", ""},
		{"inception", "INPUT 8x8x4 -> { CONV 1x1x2 | CONV 1x1x2 -> CONV 3x3x2 pad 1 | POOL 3 stride 1 pad 1 } concat -> FC 3", ""},
		{"dense", "r() = { | RELU -> CONV 3x3x2 pad 1 } concat\nINPUT 8x8x4 -> r()*2 -> GAP",
			"INPUT 8x8x4 -> { | RELU -> CONV 3x3x2 pad 1 } concat -> { | RELU -> CONV 3x3x2 pad 1 } concat -> GAP"},
		{"nested", "INPUT 8x8x4 -> { { CONV 3x3x4 pad 1 | } add -> RELU | TANH | } mul -> PIXELS", ""},
		{"shared", `INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> RELU -> CONV share "a" stride 2 -> FC 10`, ""},
		{"shared in groups", `INPUT 8x8x4 -> [CONV "a" 3x3x4 pad 1 -> CONV share "a"]*2 -> GAP`,
			`INPUT 8x8x4 -> CONV "a" 3x3x4 pad 1 -> CONV share "a" -> CONV "a.2" 3x3x4 pad 1 -> CONV share "a.2" -> GAP`},
		{"dropout", "INPUT 8x8x4 -> { DROPOUT 0.5 | TANH } add -> FC 10 -> DROPOUT 0", ""},
		{"series", "INPUT 20x4 series -> { CONV 3x4 pad 1,1 | } add -> GAP", ""},
		{"same name as a number", `INPUT 8x8x4 -> CONV "conv2" 3x3x4 -> CONV 3x3x4 -> FC 10`,
			`INPUT 8x8x4 -> CONV "conv2" 3x3x4 -> CONV 3x3x4 -> FC 10`},
	} {
		for _, training := range []bool{false, true} {
			t.Run(fmt.Sprint(tt.name, training), func(t *testing.T) {
				n, err := Parse(tt.text)
				if err != nil {
					t.Fatal(err)
				}
				m, err := n.make(training)
				if err != nil {
					t.Fatal(err)
				}
				if tt.want == "" {
					tt.want = tt.text
				}
				if got := checkRecovery(t, m); got != tt.want {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
			})
		}
	}
}

// TestFromBuilderSideHeads finds the heads of a training graph; a prediction graph has none, but its parameters keep
// the names of training.
func TestFromBuilderSideHeads(t *testing.T) {
	text := "INPUT 8x8x4 -> CONV 3x3x4 -> side { GAP -> FC 5 -> RELU -> FC 10 } weight 0.3 -> RELU -> FC 10"
	for training, want := range map[bool]string{true: text, false: `INPUT 8x8x4 -> CONV 3x3x4 -> RELU -> FC "fc3" 10`} {
		n, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		m, err := n.make(training)
		if err != nil {
			t.Fatal(err)
		}
		if got := checkRecovery(t, m); got != want {
			t.Errorf("training %v: got %s", training, got)
		}
	}
}

// TestFromBuilderByHand writes nets that no text made: layers without records, in an order that no text has.
func TestFromBuilderByHand(t *testing.T) {
	hand := func() *made {
		g := graph.New()
		m := &made{b: layer.NewBuilder(g), x: g.Input("x", graph.F32, graph.Shape{2, 8, 8, 4})}
		return m
	}
	conv := func(m *made, x *graph.Value) *graph.Value {
		y, err := layer.Conv(m.b, x, layer.ConvOptions{Name: m.b.Begin("conv", "", "conv 3x3x4 pad 1"), Filters: 4, Window: op.Square(2, 3, 1, 1)})
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	concat := func(m *made, xs ...*graph.Value) *graph.Value {
		m.b.Begin("concat", "", "concat")
		y, err := op.Concat(m.b.G, 3, xs...)
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	m := hand()
	first := conv(m, m.x)
	right := conv(m, first)
	left := conv(m, first)
	right = conv(m, right)
	m.b.Begin("dropout", "", "dropout 0.5")
	m.b.Begin("gap", "", "gap")
	y, err := layer.GlobalAvgPool(m.b, concat(m, left, right, first))
	if err != nil {
		t.Fatal(err)
	}
	m.logits = layer.Flatten(m.b, y)
	_, err = FromBuilder(m.b, m.x, m.logits)
	if err == nil || !strings.Contains(err.Error(), "the net ends with a map") || !errors.Is(err, graph.ErrFormat) {
		t.Errorf("gap begun before concat: got %v", err)
	}

	m = hand()
	first = conv(m, m.x)
	right = conv(m, first)
	left = conv(m, first)
	right = conv(m, right)
	y = concat(m, left, right, first)
	m.b.Begin("gap", "", "gap")
	if y, err = layer.GlobalAvgPool(m.b, y); err != nil {
		t.Fatal(err)
	}
	m.logits = layer.Flatten(m.b, y)
	want := `INPUT 8x8x4 -> CONV 3x3x4 pad 1 -> { CONV "conv3" 3x3x4 pad 1 | CONV "conv2" 3x3x4 pad 1 -> CONV 3x3x4 pad 1 | } concat -> GAP`
	if got := checkRecovery(t, m); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	m = hand() // layers of one name share their weights
	y = m.x
	for range 2 {
		if y, err = layer.Conv(m.b, y, layer.ConvOptions{Name: m.b.Begin("conv", "s", "conv 3x3x4 pad 1"), Filters: 4, Window: op.Square(2, 3, 1, 1)}); err != nil {
			t.Fatal(err)
		}
	}
	m.b.Begin("fc", "", "fc 3")
	if m.logits, err = layer.Linear(m.b, layer.Flatten(m.b, y), "fc1", 3, false); err != nil {
		t.Fatal(err)
	}
	if got, want := checkRecovery(t, m), `INPUT 8x8x4 -> CONV "s" 3x3x4 pad 1 -> CONV share "s" pad 1 -> FC 3`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	// Crossing: a feeds both joins, of which the second does not contain the first's fork.
	m = hand()
	a, b := conv(m, m.x), conv(m, m.x)
	p, q := concat(m, a, b), concat(m, a, conv(m, b))
	m.logits = concat(m, p, q)
	if _, err = FromBuilder(m.b, m.x, m.logits); !errors.Is(err, errCrossing) {
		t.Errorf("got %v, want %v", err, errCrossing)
	}
	m = hand()
	m.b.Begin("foo", "", "foo 3")
	m.logits = layer.Flatten(m.b, layer.ReLU(m.b, m.x))
	if _, err = FromBuilder(m.b, m.x, m.logits); err == nil || !strings.Contains(err.Error(), "unknown layer foo") {
		t.Errorf("got %v", err)
	}
}

// TestFromBuilderRandom builds random nets that can be built and recovers their texts.
func TestFromBuilderRandom(t *testing.T) {
	built, tried := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		tried++
		d := &drawer{T: t}
		n := &Net{Input: Input{Size: Whole(4, 4, 2)}}
		n.Body = append(d.fitting(2), Item{Layer: &Layer{Kind: "FC", Size: Whole(3)}})
		if err := n.expand(); err != nil {
			t.Skip(err)
		}
		m, err := n.make(rapid.Bool().Draw(t, "training"))
		if err != nil {
			t.Fatalf("%s\n%v", Format(n), err)
		}
		built++
		checkRecovery(t, m)
	})
	if built < tried/2 {
		t.Errorf("only %d of %d nets were built", built, tried)
	}
}

// fitting draws items that keep a map's shape, [4,4,2].
func (d *drawer) fitting(depth int) []Item {
	items := make([]Item, rapid.IntRange(1, 3).Draw(d.T, "items"))
	for i := range items {
		it := &items[i]
		switch k := d.upTo(7, "item"); {
		case depth > 0 && k == 0:
			it.Group = &Group{Items: d.fitting(depth - 1), Repeat: Num{Value: float64(d.upTo(3, "times"))}}
		case depth > 0 && k < 3:
			it.Branch = &Branch{Merge: Layer{Kind: []string{"ADD", "MUL"}[k-1], Name: d.name()}}
			it.Branch.Paths = [][]Item{d.fitting(depth - 1), nil}
			if d.coin("path") {
				it.Branch.Paths[1] = d.fitting(depth - 1)
			}
			if d.coin("turn") {
				slices.Reverse(it.Branch.Paths)
			}
		case depth > 0 && k == 3:
			it.Branch = &Branch{Merge: Layer{Kind: "CONCAT"}, Paths: [][]Item{d.fitting(depth - 1), nil}}
			conv := &Layer{Kind: "CONV", Size: Whole(1, 1, 2), Name: d.name()}
			items[i] = Item{Group: &Group{Items: []Item{{Branch: it.Branch}, {Layer: conv}}, Repeat: Num{Value: 1}}}
		case depth > 0 && k == 4 && !d.side:
			d.side = true
			it.Side = &Side{Weight: Num{Value: 0.5}, Items: append(d.fitting(depth-1), Item{Layer: &Layer{Kind: "FC", Size: Whole(3)}})}
			d.side = false
		case k == 5:
			it.Layer = &Layer{Kind: "CONV", Size: Whole(3, 3, 2), Name: d.name(), Options: []Option{{Name: "pad", Word: "same"}}}
		case k == 6:
			it.Layer = &Layer{Kind: "DROPOUT", Options: []Option{{Name: "rate", Numbers: []Num{{Value: 0.5}}}}}
		default:
			it.Layer = &Layer{Kind: "RELU"}
		}
	}
	return items
}
