package nn_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// redNet tells red windows of 16x16 pixels from others: the logit of red is 8·r - 4, where r is the mean over the window of red
// less the mean of the other two channels, from 0 to 1. red is that channel's place.
func redNet(t *testing.T, red int) *nn.Net {
	t.Helper()
	n, err := nn.New(cpu.New(1), "INPUT 16x16x3 -> AVGPOOL 4 -> FC 2", []string{"red", "other"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	w := make([]float32, 4*4*3*2)
	for place := range 16 {
		for c := range 3 {
			w[(3*place+c)*2] = -4. / 16
		}
		w[(3*place+red)*2] = 8. / 16
	}
	err = n.SetWeights(map[string]plan.Tensor{
		"fc1.weight": plan.Float32s(graph.Shape{48, 2}, w...), "fc1.bias": plan.Float32s(graph.Shape{2}, -4, 0),
		train.InputMean: plan.Float32s(graph.Shape{3}, 0, 0, 0), train.InputScale: plan.Float32s(graph.Shape{3}, 1./255, 1./255, 1./255),
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// redSquare is a gray picture of 96x64 pixels with a red square.
func redSquare(t *testing.T) (*data.Picture, image.Rectangle) {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 96, 64))
	draw.Draw(img, img.Rect, image.NewUniform(color.Gray{120}), image.Point{}, draw.Src)
	square := image.Rect(40, 16, 72, 48)
	draw.Draw(img, square, image.NewUniform(color.NRGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	p, err := data.FromRGBA(img.Pix, 96, 64)
	if err != nil {
		t.Fatal(err)
	}
	return p, square
}

// TestClassMap: each place says of red how much of its window the square covers, at the net's stride and at half of it, whatever
// order the channels come in.
func TestClassMap(t *testing.T) {
	ctx := context.Background()
	pic, square := redSquare(t)
	for _, c := range []struct {
		name          string
		red           int
		stride        int
		rows, columns int
		preprocess    *preprocess.Preprocess
	}{
		{"as it is", 0, 0, 13, 21, nil},
		{"half the stride", 0, 2, 25, 41, nil},
		{"blue first", 2, 4, 13, 21, &preprocess.Preprocess{Resize: []int{20}, Filter: preprocess.Bilinear, Crop: []int{16, 16}, Size: []int{16, 16}, Order: preprocess.BGR, Scale: 255}},
	} {
		n := redNet(t, c.red)
		n.Preprocess = c.preprocess
		m, err := n.ClassMap(ctx, cpu.New(1), pic, nn.ClassMapOptions{Shorter: 64, Stride: c.stride})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if m.Height != c.rows || m.Width != c.columns || m.Channels != 2 || m.Picture.Rect != image.Rect(0, 0, 96, 64) {
			t.Fatalf("%s: got %dx%d places of %d classes over %v, want %dx%d of 2", c.name, m.Height, m.Width, m.Channels, m.Picture.Rect, c.rows, c.columns)
		}
		if got := m.Picture.NRGBAAt(50, 30); got != (color.NRGBA{255, 0, 0, 255}) {
			t.Errorf("%s: the square is %v, want red", c.name, got)
		}
		for row := range m.Height {
			for column := range m.Width {
				window := m.Geometry.WindowAt(row, column)
				covered := window.Intersect(square)
				share := float64(covered.Dx()*covered.Dy()) / (16 * 16)
				want := 1 / (1 + math.Exp(4-8*share))
				if got := float64(m.At(row, column)[0]); math.Abs(got-want) > 1e-4 {
					t.Fatalf("%s: window %v: got %g, want %g", c.name, window, got, want)
				}
			}
		}
	}
}

// TestClassMapScales: a photo of any size fills whole windows; what does not suit is refused.
func TestClassMapScales(t *testing.T) {
	ctx := context.Background()
	pic, _ := redSquare(t)
	n := redNet(t, 0)
	m, err := n.ClassMap(ctx, cpu.New(1), pic, nn.ClassMapOptions{Shorter: 35})
	if err != nil || m.Picture.Rect != image.Rect(0, 0, 52, 32) || m.Height != 5 || m.Width != 10 {
		t.Errorf("got %+v, %v, want 5x10 windows in 52x32 pixels", m, err)
	}
	var shape *graph.ShapeError
	for _, o := range []nn.ClassMapOptions{{Shorter: 15}, {Shorter: -1}, {Stride: 3}, {Stride: 8}, {Stride: -4}} {
		if _, err := n.ClassMap(ctx, cpu.New(1), pic, o); !errors.As(err, &shape) {
			t.Errorf("%+v: got %v, want a ShapeError", o, err)
		}
	}
	b, err := n.ONNX(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ClassMap(ctx, cpu.New(1), pic, nn.ClassMapOptions{Shorter: 64}); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("without a text: got %v, want ErrUnsupported", err)
	}
}

// TestDenseKeepsPreprocessing: a net for larger pictures sees as much of them as before, its channels in the same order.
func TestDenseKeepsPreprocessing(t *testing.T) {
	n := redNet(t, 2)
	n.Preprocess = &preprocess.Preprocess{Resize: []int{20}, Filter: preprocess.Bilinear, Crop: []int{16, 16}, Size: []int{16, 16}, Order: preprocess.BGR, Scale: 255}
	d, err := n.Dense(context.Background(), cpu.New(1), 32, 32)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if p := d.Preprocess; p == nil || p.Order != preprocess.BGR || p.Resize[0] != 40 || p.Crop[0] != 32 {
		t.Errorf("got %+v, want 32x32 of 40 pixels, blue first", p)
	}
}

// What is too large says so, and what to do, before anything is computed.
func TestClassMapOfTooMuch(t *testing.T) {
	n := redNet(t, 0)
	p, _ := redSquare(t)
	dev := cpu.New(1)
	defer dev.Close()
	var shape *graph.ShapeError
	for _, shorter := range []int{1 << 14, 1 << 30} {
		if _, err := n.ClassMap(context.Background(), dev, p, nn.ClassMapOptions{Shorter: shorter}); !errors.As(err, &shape) || !strings.Contains(err.Error(), "take a smaller side") {
			t.Errorf("shorter side of %d: got %v, want a ShapeError that says what to do", shorter, err)
		}
	}
	if _, err := n.Dense(context.Background(), dev, 20000, 40000); !errors.As(err, &shape) || !strings.Contains(err.Error(), "take a smaller picture") {
		t.Errorf("2.4·10⁹ numbers: got %v, want a ShapeError that says what to do", err)
	}
}
