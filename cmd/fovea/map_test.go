package main

import (
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// redNet saves a net that finds windows of 16x16 pixels red: the logit of red is 8·r - 4, where r is the mean over the window of red
// less the mean of green and blue, from 0 to 1.
func redNet(t *testing.T) string {
	t.Helper()
	n, err := nn.New(cpu.New(1), "INPUT 16x16x3 -> AVGPOOL 4 -> FC 2", []string{"red", "other"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	var w []float32
	for range 16 {
		w = append(w, 8./16, 0, -4./16, 0, -4./16, 0)
	}
	err = n.SetWeights(map[string]plan.Tensor{
		"fc1.weight": plan.Float32s(graph.Shape{48, 2}, w...), "fc1.bias": plan.Float32s(graph.Shape{2}, -4, 0),
		train.InputMean: plan.Float32s(graph.Shape{3}, 0, 0, 0), train.InputScale: plan.Float32s(graph.Shape{3}, 1./255, 1./255, 1./255),
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "red.safetensors")
	if err := n.SaveFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMap: red lights up where the picture is red and nowhere else.
func TestMap(t *testing.T) {
	net, folder := redNet(t), t.TempDir()
	img := image.NewNRGBA(image.Rect(0, 0, 96, 64))
	draw.Draw(img, img.Rect, image.NewUniform(color.Gray{120}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(40, 16, 72, 48), image.NewUniform(color.NRGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	photo, drawing := filepath.Join(folder, "square.png"), filepath.Join(folder, "map.png")
	if err := writePNG(photo, img); err != nil {
		t.Fatal(err)
	}
	text := ok(t, "map", net, photo, "-o", drawing, "--shorter", "64", "--stride", "2", "--class", "red")
	if !strings.Contains(text, "red over 25x41 windows of 16x16 pixels in 64x96, at most 98.2 %, 40 from the left and 16 from the top") || !strings.Contains(text, "square.png: other ") {
		t.Errorf("got\n%s", text)
	}
	f, err := os.Open(drawing)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	drawn, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	// Heat covers the square at 98.2 % of its opacity, and all that is more than a window away at 1.8 %.
	for at, share := range map[image.Point]float64{{56, 32}: 1 / (1 + math.Exp(-4)), {10, 10}: 1 / (1 + math.Exp(4)), {90, 60}: 1 / (1 + math.Exp(4))} {
		heat := dense.Colour(share)
		under := img.NRGBAAt(at.X, at.Y)
		got := color.NRGBAModel.Convert(drawn.At(at.X, at.Y)).(color.NRGBA)
		opacity := 0.75 * share
		for i, v := range [][3]uint8{{got.R, heat.R, under.R}, {got.G, heat.G, under.G}, {got.B, heat.B, under.B}} {
			if want := opacity*float64(v[1]) + (1-opacity)*float64(v[2]); math.Abs(float64(v[0])-want) > 3 {
				t.Errorf("at %v, channel %d: got %d, want %.0f", at, i, v[0], want)
			}
		}
	}
	var r mapJSON
	if err := json.Unmarshal([]byte(ok(t, "map", net, photo, "--shorter", "64", "--class", "0", "--json")), &r); err != nil {
		t.Fatal(err)
	}
	if r.Class != "red" || len(r.Probabilities) != 13 || len(r.Probabilities[0]) != 21 || r.Stride != [2]int{4, 4} || r.Predictions[0].Name != "other" ||
		math.Abs(float64(r.Probabilities[4][10])-1/(1+math.Exp(-4))) > 1e-4 || r.Best.Left != 40 || r.Best.Top != 16 {
		t.Errorf("got %+v", r)
	}
	onnx := filepath.Join(folder, "red.onnx")
	ok(t, "convert", net, "-o", onnx)
	for want, args := range map[string][]string{
		"-o is missing":                         {net, photo},
		"ends with .png":                        {net, photo, "-o", "map.jpg"},
		"a divisor of the net's stride 4":       {net, photo, "-o", drawing, "--stride", "3"},
		"want at least the net's window":        {net, photo, "-o", drawing, "--shorter", "12"},
		"--high: got 0, want a probability":     {net, photo, "-o", drawing, "--high", "0"},
		`got "green", want one of red, other`:   {net, photo, "-o", drawing, "--class", "green"},
		"has no text, which is what is convert": {onnx, photo, "-o", drawing},
		"no such file":                          {net, "missing.png", "-o", drawing},
	} {
		if code, _, errs := fovea(t, "", append([]string{"map"}, args...)...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, errs, want)
		}
	}
}
