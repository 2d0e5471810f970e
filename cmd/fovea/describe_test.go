package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/nn/zoo"
)

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// ok runs the command, which must succeed, and returns what it prints.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := fovea(t, "", args...)
	if code != 0 {
		t.Fatalf("%v: got exit code %d: %s", args, code, errs)
	}
	return out
}

// decoded is the same, of JSON.
func decoded[T any](t *testing.T, args ...string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(ok(t, append(args, "--json")...)), &v); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return v
}

// The numbers are those of the papers' authors and of torchvision: trained parameters, side heads apart.
func TestSummaryOfPublishedNets(t *testing.T) {
	for _, c := range []struct {
		args              []string
		parameters, sides int
	}{
		{[]string{"zoo:vgg16"}, 138_357_544, 0},
		{[]string{"zoo:googlenet"}, 6_998_552, 6_379_728},
		{[]string{"zoo:resnet18"}, 11_689_512, 0},
		{[]string{"zoo:resnet18", "--classes", "10", "--size", "64"}, 11_689_512 - 990*513, 0},
	} {
		s := decoded[summaryJSON](t, append([]string{"summary"}, c.args...)...)
		sum, macs := 0, 0
		for _, l := range s.Layers {
			sum, macs = sum+l.Parameters, macs+l.MACs
		}
		if s.Parameters != c.parameters || s.SideParameters != c.sides || sum != c.parameters+c.sides || macs != s.MACs {
			t.Errorf("%v: got %d parameters, %d of side heads, %d of layers, want %d and %d", c.args, s.Parameters, s.SideParameters, sum, c.parameters, c.sides)
		}
	}
}

func TestSummary(t *testing.T) {
	const net = `INPUT 8x8x2 -> CONV "stem" 3x3x4 pad 1 -> RELU -> side { GAP -> FC 3 } weight 0.3 -> { POOL 2 | CONV 2x2x4 stride 2 } add -> FC 3`
	golden(t, "summary.golden", ok(t, "summary", net))
	s := decoded[summaryJSON](t, "summary", net)
	if l := s.Layers[0]; l.Name != "stem" || l.Kind != "CONV" || l.Parameters != 3*3*2*4+4 || l.MACs != 8*8*4*3*3*2 {
		t.Errorf("got %+v for CONV stem", l)
	}
}

// TestSummaryOfOneSample: that one cannot train is a note, and the net is told of.
func TestSummaryOfOneSample(t *testing.T) {
	code, out, errs := fovea(t, "", "summary", "zoo:inception_v3", "--batch", "1")
	if code != 0 || !strings.Contains(out, "training     not with a batch of 1\n") || !strings.Contains(errs, "note: a batch of 1 cannot train: ") {
		t.Errorf("got exit code %d, %s%s", code, errs, out)
	}
	s := decoded[summaryJSON](t, "summary", "zoo:simplenet", "--batch", "1")
	if s.Memory.TrainingBytes != 0 || s.Memory.ForwardBytes == 0 || len(s.Warnings) == 0 {
		t.Errorf("got %+v, warnings %q", s.Memory, s.Warnings)
	}
}

// TestSummaryWithoutText: a file of what was an ONNX model is told of by its graph; commands that need a text say so.
func TestSummaryWithoutText(t *testing.T) {
	net, dir := savedNet(t), t.TempDir()
	onnx, again := filepath.Join(dir, "net.onnx"), filepath.Join(dir, "again.safetensors")
	ok(t, "convert", net, "-o", onnx)
	ok(t, "convert", onnx, "-o", again)
	if a, b := decoded[summaryJSON](t, "summary", onnx), decoded[summaryJSON](t, "summary", again); a.MACs != b.MACs || a.MACs == 0 || len(b.Layers) < len(a.Layers) {
		t.Errorf("got %d multiply-adds in %d layers, and %d in %d", a.MACs, len(a.Layers), b.MACs, len(b.Layers))
	}
	if code, _, errs := fovea(t, "", "draw", again); code != 1 || !strings.Contains(errs, "has no text") {
		t.Errorf("draw: got exit code %d, %s", code, errs)
	}
}

func TestZoo(t *testing.T) {
	all := decoded[[]zooJSON](t, "zoo")
	if want := zoo.All(); len(all) != len(want) || all[0].Name != want[0].Name || all[0].Parameters != 61_706 || all[0].Paper == "" {
		t.Errorf("got %d nets, the first %+v, want %d", len(all), all[0], len(want))
	}
	if out := ok(t, "zoo"); !strings.Contains(out, "vgg16") || strings.Count(out, "\n") != len(all)+1 {
		t.Errorf("got\n%s", out)
	}
	text := ok(t, "zoo", "lenet5", "--classes", "4")
	if a, b := decoded[summaryJSON](t, "summary", text), decoded[summaryJSON](t, "summary", "zoo:lenet5", "--classes", "4"); a.Parameters != b.Parameters || a.Classes != 4 {
		t.Errorf("the printed text has %d parameters, zoo:lenet5 %d", a.Parameters, b.Parameters)
	}
}

func TestDraw(t *testing.T) {
	const net = `INPUT 16x16x3 -> CONV "stem" 3x3x8 pad 1 -> BN -> RELU -> { CONV 3x3x8 pad 1 -> BN -> { RELU | TANH } add | } add -> RELU
-> side { GAP -> FC 5 } weight 0.3 -> { CONV 1x1x4 | POOL 3 stride 1 pad 1 | CONV 5x5x8 pad 2 -> RELU } concat -> DROPOUT 0.5 -> GAP -> FC 5`
	golden(t, "draw.svg", ok(t, "draw", net))

	file := filepath.Join(t.TempDir(), "net.svg")
	ok(t, "draw", net, "-o", file)
	if b, err := os.ReadFile(file); err != nil || string(b) != ok(t, "draw", net) {
		t.Errorf("-o wrote another drawing: %v", err)
	}
	for _, name := range []string{"googlenet", "inception_v3", "densenet121", "resnet152", "alexnet_towers"} {
		svg := ok(t, "draw", "zoo:"+name)
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		// Each layer of the net is in a tooltip.
		layers := decoded[summaryJSON](t, "summary", "zoo:"+name).Layers
		if n := strings.Count(svg, " gives "); n != len(layers) || !strings.Contains(svg, `viewBox="0 0 800 `) {
			t.Errorf("%s: got %d layers, want %d, or it is not 800 pixels wide", name, n, len(layers))
		}
	}
}

// Boxes of a drawing lie within it and do not overlap, however paths are nested.
func TestBoxesDoNotOverlap(t *testing.T) {
	for _, net := range []string{"zoo:googlenet", "zoo:densenet121", "zoo:alexnet_towers",
		"INPUT 8x8x3 -> { { TANH | RELU } add | { | RELU } add | { TANH | { RELU | } concat | TANH } concat -> CONV 1x1x3 } add -> side { FC 2 } weight 1 -> side { FC 2 } weight 1 -> FC 2"} {
		type rect struct {
			Class  string `xml:"class,attr"`
			X      int    `xml:"x,attr"`
			Y      int    `xml:"y,attr"`
			Width  int    `xml:"width,attr"`
			Height int    `xml:"height,attr"`
		}
		var svg struct {
			Width  int `xml:"width,attr"`
			Height int `xml:"height,attr"`
			Boxes  []struct {
				Rect rect     `xml:"rect"`
				Text []string `xml:"text"`
			} `xml:"g"`
		}
		if err := xml.Unmarshal([]byte(ok(t, "draw", net)), &svg); err != nil {
			t.Fatal(err)
		}
		for i, a := range svg.Boxes {
			r := a.Rect
			if r.X < 0 || r.Y < 0 || r.X+r.Width > svg.Width || r.Y+r.Height > svg.Height || len(a.Text) < 2 {
				t.Errorf("%s: box %v lies outside", net, a)
			}
			for _, b := range svg.Boxes[:i] {
				if s := b.Rect; r.X < s.X+s.Width && s.X < r.X+r.Width && r.Y < s.Y+s.Height && s.Y < r.Y+r.Height {
					t.Errorf("%s: boxes %v and %v overlap", net, a, b)
				}
			}
		}
	}
}
