package dense_test

import (
	"errors"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// text returns the text of a net of the zoo.
func text(t *testing.T, name string, o zoo.Options) string {
	t.Helper()
	e, err := zoo.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return must(e.Text(o))
}

// TestZoo converts every net but two: it has as many parameters as before, and gives one place for its own picture.
func TestZoo(t *testing.T) {
	for _, e := range zoo.All() {
		t.Run(e.Name, func(t *testing.T) {
			d, err := dense.Convert(must(spec.Parse(text(t, e.Name, zoo.Options{}))))
			if e.Name == "resnet20" || e.Name == "resnet56" { // their short ways permute axes
				if !errors.Is(err, graph.ErrUnsupported) {
					t.Errorf("got %v, want an error", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			g, y := build(d.Text())
			if !y.Shape.Equal(graph.Shape{1, 1, 1, e.Classes}) {
				t.Errorf("got %v, want one place", y.Shape)
			}
			parameters := 0
			for _, v := range g.Params() {
				parameters += v.Shape.Elems()
			}
			if parameters != e.Parameters {
				t.Errorf("got %d parameters, want %d", parameters, e.Parameters)
			}
			for _, w := range d.Weights {
				if w.From.Elems() != w.To.Elems() {
					t.Errorf("%s: %v and %v", w.Name, w.From, w.To)
				}
			}
			if _, err := d.At(d.Window[0]+2*d.Stride[0], d.Window[1]+d.Stride[1]); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestZooComputes compares the smaller nets of the zoo with what they become.
func TestZooComputes(t *testing.T) {
	for _, name := range []string{"lenet5", "convnetjs_mnist", "convnetjs_cifar", "nin", "squeezenet1_1", "googlenet_bn",
		"mobilenet_v2"} {
		t.Run(name, func(t *testing.T) {
			e := must(zoo.Lookup(name))
			classifier := text(t, name, zoo.Options{Classes: 5, Size: max(e.MinSize, 32)})
			d := must(dense.Convert(must(spec.Parse(classifier))))
			w := random(classifier, 3)
			x := picture(d.Window[0], d.Window[1], must(spec.Parse(classifier)).InputShape()[2])
			want, got := compile(t, classifier, w).run(x), compile(t, d.Text(), reshaped(d, w)).run(x)
			largest := 0.0
			for _, v := range want.Values {
				largest = max(largest, float64(v), -float64(v))
			}
			// Sums in another order, through many layers.
			if r := approx.Compare(got.Values, want.Values, 1e-4*largest, 1e-4); !r.OK() {
				t.Error(r)
			}
		})
	}
}

// TestMapSizes has CS231n's example, a picture of 384x384 through a net for 224x224 with stride 32, and receptive fields
// that Araujo, Norris and Sim give up to the last pooling: 195 of AlexNet and 212 of VGG-16, from -90 on; a convolution of
// KxK over places 32 pixels apart adds 32·(K-1).
func TestMapSizes(t *testing.T) {
	for _, c := range []struct {
		name              string
		size, rows        int
		field, start, pad int
	}{
		{"alexnet", 384, 6, 195 + 32*5, -2 - 2*8 - 3*16, 5},
		{"vgg16", 384, 6, 212 + 32*6, -90, 13},
		{"zfnet", 384, 6, 0, 0, 0},
		{"vgg16", 224, 1, 0, 0, 0},
		{"vgg16", 415, 6, 0, 0, 0},
		{"vgg16", 416, 7, 0, 0, 0},
	} {
		d, err := dense.Convert(must(spec.Parse(text(t, c.name, zoo.Options{}))))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		_, y := build(must(d.At(c.size, c.size)))
		rows, columns, err := d.Windows(c.size, c.size)
		if !y.Shape.Equal(graph.Shape{1, c.rows, c.rows, 1000}) || rows != c.rows || columns != c.rows || err != nil {
			t.Errorf("%s at %d: got %v, %dx%d windows (%v), want %d", c.name, c.size, y.Shape, rows, columns, err, c.rows)
		}
		if d.Window != [2]int{224, 224} || d.Stride != [2]int{32, 32} {
			t.Errorf("%s: got window %v, stride %v, want 224 and 32", c.name, d.Window, d.Stride)
		}
		if c.field > 0 && (d.Field != [2]int{c.field, c.field} || d.Start != [2]int{c.start, c.start} || len(d.Padded) != c.pad) {
			t.Errorf("%s: got field %v from %v, %d layers with padding, want %d from %d, %d",
				c.name, d.Field, d.Start, len(d.Padded), c.field, c.start, c.pad)
		}
	}
}

func TestZooTextOfAlexNet(t *testing.T) {
	d := must(dense.Convert(must(spec.Parse(text(t, "alexnet", zoo.Options{})))))
	const want = `INPUT 384x384x3
  -> CONV 11x11x64 stride 4 pad 2
  -> RELU
  -> POOL 3 stride 2
  -> CONV 5x5x192 pad 2
  -> RELU
  -> POOL 3 stride 2
  -> CONV 3x3x384 pad 1
  -> RELU
  -> CONV 3x3x256 pad 1
  -> RELU
  -> CONV 3x3x256 pad 1
  -> RELU
  -> POOL 3 stride 2
  -> DROPOUT 0.5
  -> CONV "fc1" 6x6x4096
  -> RELU
  -> DROPOUT 0.5
  -> CONV "fc2" 1x1x4096
  -> RELU
  -> CONV "fc3" 1x1x1000
  -> PIXELS`
	if got := must(d.At(384, 384)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	changed := 0
	for _, w := range d.Weights {
		if !w.From.Equal(w.To) {
			changed++
		}
		if w.Name == "fc1.weight" && !(w.From.Equal(graph.Shape{9216, 4096}) && w.To.Equal(graph.Shape{6, 6, 256, 4096})) {
			t.Errorf("fc1.weight: got %v to %v", w.From, w.To)
		}
	}
	if changed != 3 {
		t.Errorf("%d weights change their shapes, want 3", changed)
	}
	if _, err := d.At(223, 384); !errors.As(err, new(*graph.ShapeError)) {
		t.Errorf("223x384: got %v, want a ShapeError", err)
	}
}
