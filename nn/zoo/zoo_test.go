package zoo_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// parse returns the net of e with other numbers.
func parse(t *testing.T, e zoo.Entry, o zoo.Options) *spec.Net {
	t.Helper()
	text, err := e.Text(o)
	if err != nil {
		t.Fatal(err)
	}
	n, err := spec.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return n
}

// build puts n onto a graph for a batch; one that trains has the side heads.
func build(n *spec.Net, batch int, training bool) (*graph.Graph, *graph.Value, []spec.Built, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	if training {
		b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	}
	logits, built, err := n.Build(b, g.Input("x", graph.F32, append(graph.Shape{batch}, n.InputShape()...)))
	return g, logits, built, err
}

// each runs f for each net.
func each(t *testing.T, f func(t *testing.T, e zoo.Entry)) {
	for _, e := range zoo.All() {
		t.Run(e.Name, func(t *testing.T) { f(t, e) })
	}
}

// TestParameters counts them; the numbers in the table are published ones.
func TestParameters(t *testing.T) {
	each(t, func(t *testing.T, e zoo.Entry) {
		_, logits, built, err := build(parse(t, e, zoo.Options{}), 1, false)
		if err != nil {
			t.Fatal(err)
		}
		net, side := 0, 0
		for _, b := range built {
			if b.Side {
				side += b.Parameters
			} else {
				net += b.Parameters
			}
		}
		if net != e.Parameters || side != e.SideParameters {
			t.Errorf("got %d parameters and %d in side heads, want %d and %d", net, side, e.Parameters, e.SideParameters)
		}
		if !logits.Shape.Equal(graph.Shape{1, e.Classes}) {
			t.Errorf("logits: got %v, want [1,%d]", logits.Shape, e.Classes)
		}
	})
	simple, err := zoo.Lookup("simplenet") // its paper says 5.5 million and how the layers are, but not the exact number
	if err != nil || math.Abs(float64(simple.Parameters)/5.5e6-1) > 0.02 {
		t.Errorf("SimpleNet has %d parameters (%v), want 5.5 million", simple.Parameters, err)
	}
}

// TestOperations compares multiply-adds with those that torchvision's pages tell, in thousand millions.
func TestOperations(t *testing.T) {
	for name, want := range map[string]float64{
		"alexnet": 0.714, "vgg11": 7.609, "vgg13": 11.308, "vgg16": 15.47, "vgg19": 19.632,
		"googlenet_bn": 1.498, "inception_v3": 5.713,
		"resnet18": 1.814, "resnet34": 3.664, "resnet50": 4.089, "resnet101": 7.801, "resnet152": 11.514,
		"squeezenet1_0": 0.819, "squeezenet1_1": 0.349, "densenet121": 2.834, "mobilenet_v2": 0.301,
	} {
		e, err := zoo.Lookup(name)
		if err != nil {
			t.Error(err)
			continue
		}
		g, _, _, err := build(parse(t, e, zoo.Options{}), 1, false)
		if err != nil {
			t.Fatal(err)
		}
		macs := 0
		for _, n := range g.Nodes {
			if n.Op == op.Conv || n.Op == op.MatMul {
				macs += op.FLOPs(n) / 2
			}
		}
		if got := float64(macs) / 1e9; math.Abs(got/want-1) > 0.01 {
			t.Errorf("%s: got %.4g, want %g", name, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	each(t, func(t *testing.T, e zoo.Entry) {
		text, err := e.Text(zoo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(text, "# "+e.Title+"\n# "+e.Paper[:20]) || !strings.Contains(e.Paper, `"`) {
			t.Errorf("the text begins with another title or paper:\n%s", text)
		}
		for i, line := range strings.Split(text, "\n") {
			if len(line) > 130 {
				t.Errorf("line %d has %d characters", i+1, len(line))
			}
		}
		formatted := spec.Format(parse(t, e, zoo.Options{}))
		again, err := spec.Parse(formatted)
		if err != nil || spec.Format(again) != formatted {
			t.Errorf("printed and parsed again: %v\n%s", err, formatted)
		}
	})
}

// byStride are strides of whole nets: with smaller pictures some of the nets build, but their last map has lost its sense.
var byStride = map[int]bool{4: true, 32: true}

// TestOptions builds the nets with other classes at the smallest size, and where that is given by a window, not by the
// stride of the whole net, below it.
func TestOptions(t *testing.T) {
	each(t, func(t *testing.T, e zoo.Entry) {
		n := parse(t, e, zoo.Options{Classes: 7, Size: e.MinSize})
		s := n.InputShape()
		if s[0] != e.MinSize || s[1] != e.MinSize {
			t.Errorf("input: got %v, want %d", s, e.MinSize)
		}
		_, logits, _, err := build(n, 2, true)
		if err != nil || !logits.Shape.Equal(graph.Shape{2, 7}) {
			t.Fatalf("logits: got %v (%v), want [2,7]", logits, err)
		}
		below := &spec.Net{Defs: n.Defs, Input: spec.Input{Size: spec.Whole(e.MinSize-1, e.MinSize-1, s[2])}, Body: n.Body}
		if _, _, _, err := build(below, 2, true); err == nil && !byStride[e.MinSize] {
			t.Errorf("%d pixels are enough", e.MinSize-1)
		}
		for _, c := range []struct {
			o    zoo.Options
			want string
		}{
			{zoo.Options{Size: e.MinSize - 1}, fmt.Sprintf("want %d to 1000000, such as the paper's %d", e.MinSize, e.Size)},
			{zoo.Options{Size: -1}, "got -1 pixels"},
			{zoo.Options{Size: 1_000_001}, "got 1000001 pixels"},
			{zoo.Options{Classes: 1}, "classes: got 1, want 2 to 1000000"},
			{zoo.Options{Classes: 1_000_001}, "classes: got 1000001"},
		} {
			text, err := e.Text(c.o)
			if err == nil || !strings.HasPrefix(err.Error(), "zoo: "+e.Name+": ") || !strings.Contains(err.Error(), c.want) || text != "" {
				t.Errorf("%+v: got %q %v, want %s", c.o, text, err, c.want)
			}
		}
	})
	if _, err := (zoo.Entry{}).Text(zoo.Options{Classes: 2, Size: 32}); err == nil {
		t.Error("the text of no net: no error")
	}
}

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"resnet19":    `zoo: there is no net "resnet19": did you mean resnet18, resnet101, resnet152?`,
		"ResNet-18":   `zoo: there is no net "ResNet-18": did you mean resnet18?`,
		"googlenetbn": `zoo: there is no net "googlenetbn": did you mean googlenet_bn?`,
		"desnet":      `zoo: there is no net "desnet": did you mean densenet121?`,
		"":            `zoo: there is no net ""; there are lenet5, alexnet_towers, `,
		"xception":    `zoo: there is no net "xception"; there are lenet5, alexnet_towers, `,
	} {
		if e, err := zoo.Lookup(name); err == nil || !strings.HasPrefix(err.Error(), want) || e.Name != "" {
			t.Errorf("%s:\ngot  %v\nwant %s", name, err, want)
		}
	}
	seen := map[string]bool{}
	each(t, func(t *testing.T, e zoo.Entry) {
		if got, err := zoo.Lookup(e.Name); err != nil || got.Name != e.Name || seen[e.Name] || e.Title == "" {
			t.Errorf("got %v %v", got, err)
		}
		seen[e.Name] = true
	})
	changed := zoo.All()
	slices.Reverse(changed)
	if zoo.All()[0].Name != "lenet5" {
		t.Error("All gives its own list away")
	}
}
