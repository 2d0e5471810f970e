package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data/npy"
)

// shades makes a folder of pictures by class: slopes of colours, each of another size.
func shades(t *testing.T, classes ...string) string {
	t.Helper()
	folder := t.TempDir()
	for c, class := range classes {
		for i := range 3 {
			p := image.NewNRGBA(image.Rect(0, 0, 15+7*i+c, 21-3*i))
			for y := range p.Rect.Dy() {
				for x := range p.Rect.Dx() {
					p.SetNRGBA(x, y, color.NRGBA{uint8(9 * x), uint8(80*c + y), uint8(13 * (y + i)), 255})
				}
			}
			var b bytes.Buffer
			if err := png.Encode(&b, p); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, class, fmt.Sprintf("%d.png", i)), b.Bytes())
		}
	}
	return folder
}

// meanLoss is what eval should find, from what classify says of each picture.
func meanLoss(t *testing.T, classes []string, args ...string) float64 {
	t.Helper()
	loss, count := 0.0, 0
	for line := range strings.Lines(ok(t, append([]string{"classify", "--json", "--top", "9"}, args...)...)) {
		var r struct {
			Image       string
			Predictions []nn.Prediction
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Predictions {
			if classes[p.Class] == filepath.Base(filepath.Dir(r.Image)) {
				loss -= math.Log(float64(p.Probability))
				count++
			}
		}
	}
	return loss / float64(count)
}

// zipped packs a folder.
func zipped(t *testing.T, folder string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.AddFS(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "photos.zip")
	write(t, path, b.Bytes())
	return path
}

// TestEvalAnyModel: a net scores the same as Fovea's file and as an ONNX model, on a folder and on an archive of it, and pictures of
// any size become what the model's own preprocessing makes of them, as when they are classified.
func TestEvalAnyModel(t *testing.T) {
	classes := []string{"blue", "green", "red"}
	photos, dir := shades(t, classes...), t.TempDir()
	for _, c := range []struct{ name, text, preprocess string }{
		{"as it is", "INPUT 12x12x3 -> CONV 3x3x6 -> RELU -> POOL 2 -> FC 3", ""},
		{"blue first", "INPUT 12x12x3 -> CONV 3x3x6 -> RELU -> POOL 2 -> FC 3",
			`{"resize": [14], "filter": "bilinear", "crop": [12, 12], "size": [12, 12], "order": "bgr", "scale": 128, "mean": [1, 0.8, 1.1]}`},
		{"gray", "INPUT 12x12x1 -> CONV 3x3x6 -> RELU -> POOL 2 -> FC 3",
			`{"resize": [12], "filter": "bicubic", "crop": [12, 12], "size": [12, 12], "order": "gray", "scale": 255}`},
	} {
		n, err := nn.New(cpu.New(1), c.text, classes, 3)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.Close() })
		net, onnx := filepath.Join(dir, c.name+".safetensors"), filepath.Join(dir, c.name+".onnx")
		if err := n.SaveFile(context.Background(), net); err != nil {
			t.Fatal(err)
		}
		ok(t, "convert", net, "-o", onnx)
		models := [][]string{{net}, {onnx}}
		if c.preprocess != "" {
			file := filepath.Join(dir, "preprocess.json")
			write(t, file, []byte(c.preprocess))
			again := filepath.Join(dir, c.name+" of onnx.safetensors")
			ok(t, "convert", onnx, "--preprocess", file, "-o", again)
			models = [][]string{{onnx, "--preprocess", file}, {again}}
		}
		for _, model := range models {
			want := meanLoss(t, classes, append(model, photos)...)
			for _, set := range []string{photos, zipped(t, photos)} {
				args := append([]string{"eval", model[0], set, "--backend", "cpu", "--batch", "4"}, model[1:]...)
				e := decoded[evalJSON](t, args...)
				if e.Count != 9 || math.Abs(e.Loss-want) > 1e-5*want || e.Classes[2].Class != "red" {
					t.Errorf("%s: %v on %s: got loss %g of %d, want %g of 9", c.name, model, filepath.Base(set), e.Loss, e.Count, want)
				}
			}
		}
	}
}

// TestEvalSetInMemory: the pictures of a set of another size go through the preprocessing, too, as files of them do.
func TestEvalSetInMemory(t *testing.T) {
	n, err := nn.New(cpu.New(1), "INPUT 12x12x1 -> CONV 3x3x6 -> RELU -> POOL 2 -> FC 2", nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	dir := t.TempDir()
	net, onnx, file := filepath.Join(dir, "net.safetensors"), filepath.Join(dir, "net.onnx"), filepath.Join(dir, "preprocess.json")
	if err := n.SaveFile(context.Background(), net); err != nil {
		t.Fatal(err)
	}
	write(t, file, []byte(`{"resize": [12], "filter": "bilinear", "crop": [12, 12], "size": [12, 12], "order": "gray", "scale": 255}`))
	ok(t, "convert", net, "-o", onnx)
	idx, photos := t.TempDir(), t.TempDir()
	pixels, labels := []byte{0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 8}, []byte{0, 0, 8, 1, 0, 0, 0, 4}
	for i := range 4 {
		p := image.NewGray(image.Rect(0, 0, 8, 8))
		for k := range p.Pix {
			p.Pix[k] = byte(k*(i+2) + 50*i)
		}
		pixels, labels = append(pixels, p.Pix...), append(labels, byte(i%2))
		var b bytes.Buffer
		if err := png.Encode(&b, p); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(photos, []string{"even", "odd"}[i%2], fmt.Sprintf("%d.png", i)), b.Bytes())
	}
	write(t, filepath.Join(idx, "data", "train-images-idx3-ubyte"), pixels)
	write(t, filepath.Join(idx, "data", "train-labels-idx1-ubyte"), labels)
	a := decoded[evalJSON](t, "eval", onnx, idx, "--preprocess", file)
	b := decoded[evalJSON](t, "eval", onnx, photos, "--preprocess", file)
	if a.Count != 4 || math.Abs(a.Loss-b.Loss) > 1e-6 {
		t.Errorf("got losses %g of %d and %g of %d, want the same of 4", a.Loss, a.Count, b.Loss, b.Count)
	}
	if a.Classes[1].Class != "1" || b.Classes[1].Class != "odd" { // the model has no names, and gets those of the data
		t.Errorf("got classes %q and %q, want 1 and odd", a.Classes[1].Class, b.Classes[1].Class)
	}
}

// TestEvalOffersPrevious: a damaged file is told, with the sound one before it, which is a MODEL and a NET as any.
func TestEvalOffersPrevious(t *testing.T) {
	net, photos := savedNet(t), shades(t, "blue", "green", "red")
	b, err := os.ReadFile(net)
	if err != nil {
		t.Fatal(err)
	}
	write(t, net+".previous", b)
	write(t, net, b[:len(b)/2])
	for _, args := range [][]string{{"eval", net, photos}, {"features", net, photos, "--layer", "one", "-o", filepath.Join(t.TempDir(), "x.npy")}, {"summary", net}} {
		if code, _, errs := fovea(t, "", args...); code != 1 || !strings.Contains(errs, net+".previous, is sound: load that") {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
	ok(t, "eval", net+".previous", photos)
	ok(t, "summary", net+".previous")
}

// TestFeaturesOfAnyModel: a layer gives the same in Fovea's file and as ONNX.
func TestFeaturesOfAnyModel(t *testing.T) {
	net, photos, dir := savedNet(t), shades(t, "blue", "green", "red"), t.TempDir()
	onnx := filepath.Join(dir, "net.onnx")
	ok(t, "convert", net, "-o", onnx)
	var got [2]*npy.Array
	for i, model := range []string{net, onnx} {
		x := filepath.Join(dir, "x.npy")
		ok(t, "features", model, photos, "--layer", "one", "-o", x)
		got[i] = readNPY(t, x)
	}
	a, b := got[0].Data.([]float32), got[1].Data.([]float32)
	if fmt.Sprint(got[0].Shape, got[1].Shape) != "[9 600] [9 600]" {
		t.Fatalf("got shapes %v and %v, want [9 600]", got[0].Shape, got[1].Shape)
	}
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-4 {
			t.Fatalf("value %d: got %g and %g", i, a[i], b[i])
		}
	}
}
