package main

import (
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

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/npy"
	"github.com/fovea-nn/fovea/nn/safetensors"
)

const small = "INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> FC 2"

// pictures makes a folder of pictures: horizontal and vertical stripes of any phase and brightness.
func pictures(t *testing.T, each int) string {
	t.Helper()
	folder := t.TempDir()
	for i := range each {
		for c, class := range []string{"across", "down"} {
			p := image.NewGray(image.Rect(0, 0, 8, 8))
			for y := range 8 {
				for x := range 8 {
					along := [2]int{y, x}[c]
					p.SetGray(x, y, color.Gray{uint8((along + i) / 2 % 2 * (100 + i%100))})
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

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A net is trained, measured and looked into, by the files that the commands leave.
func TestTrainEvalFeatures(t *testing.T) {
	photos, dir := pictures(t, 40), t.TempDir()
	file, curve := filepath.Join(dir, "net.safetensors"), filepath.Join(dir, "curve.svg")
	out := ok(t, "train", small, photos, "--epochs", "8", "--batch", "8", "--rate", "0.01", "--backend", "cpu", "-o", file, "--curve", curve,
		"--validation", "0.25", "--best", "--augment", "shift=1,mirror=0.5")
	if n := strings.Count(out, "epoch "); n != 8 || !strings.Contains(out, "saved in "+file) {
		t.Errorf("got %d lines of epochs, want 8:\n%s", n, out)
	}
	if b, err := os.ReadFile(curve); err != nil || !bytes.Contains(b, []byte("<svg")) || !bytes.Contains(b, []byte("validation")) {
		t.Errorf("curve: %v, %d bytes", err, len(b))
	}

	e := decoded[evalJSON](t, "eval", file, photos, "--backend", "cpu")
	if e.Count != 80 || e.Accuracy < 0.95 || len(e.Classes) != 2 || e.Classes[1].Class != "down" || e.Classes[0].Support != 40 || e.Top5 != nil {
		t.Errorf("got %+v, want an accuracy above 0.95 of 80", e)
	}
	if text := ok(t, "eval", file, photos); !strings.Contains(text, "80 labels") || !strings.Contains(text, "taken for:") {
		t.Errorf("got\n%s", text)
	}

	x, y := filepath.Join(dir, "x.npy"), filepath.Join(dir, "y.npy")
	ok(t, "features", file, photos, "--layer", "conv1", "-o", x, "--labels-output", y)
	a, b := readNPY(t, x), readNPY(t, y)
	if fmt.Sprint(a.Shape, b.Shape) != "[80 256] [80]" || b.Data.([]int32)[79] != 1 {
		t.Errorf("got features %v and labels %v, want [80 256] and [80]", a.Shape, b.Shape)
	}
	// What was written is a data set by itself.
	ok(t, "train", "INPUT 256x1 series -> FC 2", x, "--data-labels", y, "--epochs", "1")

	// A file stands for its net, and for its weights in a new training.
	if s := decoded[summaryJSON](t, "summary", file); s.Classes != 2 || s.Input[0] != 8 {
		t.Errorf("summary of the file: got %+v", s)
	}
	code, _, errs := fovea(t, "", "train", file, photos, "--epochs", "1")
	if code != 0 || !strings.Contains(errs, "weights: 6 loaded") {
		t.Errorf("training from the file: got exit code %d, %s", code, errs)
	}
}

func readNPY(t *testing.T, path string) *npy.Array {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := npy.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestNPY(t *testing.T) {
	for _, shape := range [][]int{{0}, {6}, {2, 3}, {1, 2, 3, 1}, {100000000, 0}} {
		values := make([]float32, 6)
		for i := range values {
			values[i] = float32(i) + 0.5
		}
		n := 1
		for _, s := range shape {
			n *= s
		}
		var b bytes.Buffer
		if err := encodeNPY(&b, "<f4", shape, values[:n]); err != nil {
			t.Fatal(err)
		}
		a, err := npy.Read(b.Bytes())
		if err != nil || fmt.Sprint(a.Shape, a.Data) != fmt.Sprint(shape, values[:n]) || (b.Len()-4*n)%64 != 0 {
			t.Errorf("%v: got %v, %v", shape, a, err)
		}
	}
}

func TestTrainJSON(t *testing.T) {
	out := ok(t, "train", small, pictures(t, 8), "--epochs", "2", "--batch", "4", "--validation", "none", "--json")
	epochs := 0
	for line := range strings.Lines(out) {
		var e struct {
			Event string
			progress
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if e.Event == "epoch" {
			if epochs++; e.Epoch != epochs || e.Step != 4*epochs || e.Steps != 8 || e.Loss <= 0 || e.Validation != nil {
				t.Errorf("got %s", line)
			}
		}
	}
	if epochs != 2 {
		t.Errorf("got %d epochs, want 2", epochs)
	}
}

func TestCurve(t *testing.T) {
	file := filepath.Join(t.TempDir(), "curve.png")
	points := []nn.Point{{Step: 1, Loss: 2, Accuracy: 0.1}, {Step: 2, Loss: math.NaN()}, {Step: 3, Loss: 1, Accuracy: 0.5}}
	for _, validation := range [][]nn.Point{nil, points[:1]} {
		if err := writeCurve(file, points, validation); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || p.Width < 800 || p.Height < 800 {
			t.Errorf("got %+v, %v, want a picture of 800 pixels or more", p, err)
		}
	}
	if err := writeCurve(file, nil, nil); err != nil {
		t.Errorf("a run without a step: %v", err)
	}
}

// interrupter is a standard output that ends the run when it has seen a text so many times, as Ctrl-C does.
type interrupter struct {
	bytes.Buffer
	text  string
	times int
	stop  func()
}

func (w *interrupter) Write(b []byte) (int, error) {
	n, err := w.Buffer.Write(b)
	if strings.Count(w.String(), w.text) >= w.times {
		w.stop()
	}
	return n, err
}

// A run that is interrupted and resumed ends with the same weights as one that is not.
func TestResume(t *testing.T) {
	photos, dir := pictures(t, 12), t.TempDir()
	whole, parts := filepath.Join(dir, "whole.safetensors"), filepath.Join(dir, "parts.safetensors")
	args := func(file string, more ...string) []string {
		return append([]string{"train", small, photos, "--epochs", "4", "--batch", "4", "--backend", "cpu", "--optimizer", "momentum", "--rate", "0.02", "-o", file}, more...)
	}
	ok(t, args(whole)...)

	ctx, cancel := context.WithCancel(t.Context())
	out := &interrupter{text: "epoch", times: 2, stop: cancel}
	var errs bytes.Buffer
	if code := run(ctx, args(parts), strings.NewReader(""), out, &errs); code != exitInterrupted || !strings.Contains(errs.String(), "--resume goes on") {
		t.Fatalf("got exit code %d, want %d: %s", code, exitInterrupted, errs.String())
	}
	if text := ok(t, args(parts, "--resume")...); strings.Count(text, "epoch ") != 2 {
		t.Errorf("resumed: got\n%s\nwant two epochs", text)
	}
	a, b := open(t, whole), open(t, parts)
	if a.Saved.Run.Step != b.Saved.Run.Step || len(a.Saved.Run.History) != len(b.Saved.Run.History) {
		t.Errorf("got steps %d and %d", a.Saved.Run.Step, b.Saved.Run.Step)
	}
	if d := cmp.Diff(tensors(t, a), tensors(t, b)); d != "" {
		t.Errorf("the weights differ:\n%s", d)
	}
}

func tensors(t *testing.T, c *nn.CheckpointFile) []safetensors.Tensor {
	t.Helper()
	f, err := safetensors.Decode(c.Bytes)
	if err != nil || len(f.Tensors) == 0 {
		t.Fatalf("%s: %d tensors, %v", c.Path, len(f.Tensors), err)
	}
	return f.Tensors
}

func open(t *testing.T, path string) *nn.CheckpointFile {
	t.Helper()
	c, err := nn.OpenCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The kinds of data set that are told by their files.
func TestDataSets(t *testing.T) {
	idx := t.TempDir()
	for name, count := range map[string]byte{"train": 6, "t10k": 4} {
		pixels := append([]byte{0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 8, 0, 0, 0, 8}, make([]byte, 64*int(count))...)
		labels := []byte{0, 0, 8, 1, 0, 0, 0, count}
		for i := range count {
			labels = append(labels, i%2)
		}
		write(t, filepath.Join(idx, name+"-images-idx3-ubyte"), pixels)
		write(t, filepath.Join(idx, name+"-labels-idx1-ubyte"), labels)
	}
	below, two := t.TempDir(), t.TempDir() // as packages of npm have it, beside their other files
	write(t, filepath.Join(below, "package.json"), []byte("{}"))
	for _, folder := range []string{filepath.Join(below, "data"), filepath.Join(two, "mnist"), filepath.Join(two, "fashion")} {
		if err := os.CopyFS(folder, os.DirFS(idx)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (&dataFlags{}).open(two, []int{8, 8, 1}); err == nil || !strings.Contains(err.Error(), "several data sets: fashion, mnist; name one") {
		t.Errorf("two sets in a folder: got %v, want their names", err)
	}
	cifar := t.TempDir()
	for _, name := range []string{"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"} {
		write(t, filepath.Join(cifar, "cifar-10-batches-bin", name+".bin"), bytes.Repeat(append([]byte{1}, make([]byte, 3072)...), 2))
	}
	if s, err := (&dataFlags{}).open(cifar, []int{32, 32, 3}); err != nil || s.train.Len() != 10 || s.test.Len() != 2 {
		t.Errorf("CIFAR-10 below the folder: got %+v, %v", s, err)
	}
	parts := t.TempDir()
	for _, part := range []string{"train", "test"} {
		if err := os.CopyFS(filepath.Join(parts, part), os.DirFS(pictures(t, 3))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(parts, "test", "across")); err != nil {
		t.Fatal(err)
	}
	csv := filepath.Join(t.TempDir(), "series.csv")
	write(t, csv, []byte("label,a,b,c\nup,1,2,3\ndown,3,2,1\n"))
	for _, c := range []struct {
		name        string
		input       []int
		train, test int
	}{
		{idx, []int{8, 8, 1}, 6, 4}, {below, []int{8, 8, 1}, 6, 4}, {parts, []int{8, 8, 1}, 6, 3}, {pictures(t, 2), []int{4, 4, 3}, 4, -1}, {csv, []int{3, 1}, 2, -1},
	} {
		s, err := (&dataFlags{}).open(c.name, c.input)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		test := -1
		if s.test != nil {
			test = s.test.Len()
			if len(s.test.Classes) != 2 || s.test.Labels[test-1] != 1 {
				t.Errorf("%s: got classes %v, labels %v", c.name, s.test.Classes, s.test.Labels)
			}
		}
		if s.train.Len() != c.train || test != c.test || fmt.Sprint(s.train.Shape) != fmt.Sprint(c.input) {
			t.Errorf("%s: got %d and %d samples of %v, want %d and %d of %v", c.name, s.train.Len(), test, s.train.Shape, c.train, c.test, c.input)
		}
	}
}

func TestWithClasses(t *testing.T) {
	s := &data.Set{Labels: []int32{0, 1, -1}, Classes: []string{"b", "c"}}
	got, err := withClasses(s, []string{"a", "b", "c"})
	if err != nil || fmt.Sprint(got.Labels) != "[1 2 -1]" || s.Labels[0] != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := withClasses(s, []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), `"c"`) {
		t.Errorf("got %v, want an error that names c", err)
	}
	if got, want := someOf(strings.Fields("a b c d e f g h i j k l")), "a, b, c, d, e, f, g, h, i, j and 2 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestNamed: a model without names of classes takes those of the data, in their order; one with names does not.
func TestNamed(t *testing.T) {
	set := &data.Set{Labels: []int32{0, 1}, Classes: []string{"cat", "dog"}}
	for _, c := range []struct {
		model, classes string
		labels         string // "" for an error
	}{
		{"0 1", "cat dog", "[0 1]"}, {"dog cat", "dog cat", "[1 0]"}, {"dog cat cow", "dog cat cow", "[1 0]"}, {"0 1 2", "", ""}, {"dog cow", "", ""},
	} {
		n := &nn.Net{Classes: strings.Fields(c.model)}
		got, err := named(n, set)
		if c.labels == "" && err == nil || c.labels != "" && (err != nil || fmt.Sprint(got.Labels) != c.labels || strings.Join(n.Classes, " ") != c.classes) {
			t.Errorf("a model of %s: got %v with classes %v, %v, want labels %s of %s", c.model, got, n.Classes, err, c.labels, c.classes)
		}
	}
}

func TestTrainFailures(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	photos := pictures(t, 2)
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		error string
	}{
		{"no data", []string{"train", small}, 2, "want a net and a data set"},
		{"missing folder", []string{"train", small, "nowhere"}, 1, "data set nowhere: no such file or folder"},
		{"not fetched", []string{"train", small, "mnist"}, 1, "fetch it with fovea data mnist"},
		{"optimizer", []string{"train", small, photos, "--optimizer", "magic"}, 2, `--optimizer: got "magic", want`},
		{"schedule", []string{"train", small, photos, "--schedule", "magic"}, 2, `--schedule: got "magic", want`},
		{"augment", []string{"train", small, photos, "--augment", "spin=1"}, 2, `--augment: got "spin", want border, brightness`},
		{"augment's number", []string{"train", small, photos, "--augment", "shift=much"}, 2, "want a whole number of pixels"},
		{"validation", []string{"train", small, photos, "--validation", "2"}, 2, "--validation: got"},
		{"no test part", []string{"train", small, photos, "--validation", "test"}, 2, "no test part"},
		{"curve", []string{"train", small, photos, "--curve", "c.gif"}, 2, ".svg or .png"},
		{"folder of the output", []string{"train", small, photos, "-o", "nowhere/net.safetensors"}, 2, "there is no folder nowhere"},
		{"resume without file", []string{"train", small, photos, "--resume"}, 2, "name that with -o"},
		{"resume of nothing", []string{"train", small, photos, "--validation", "none", "--resume", "-o", filepath.Join(t.TempDir(), "x.safetensors")}, 1, "there is no run in"},
		{"classes", []string{"train", "INPUT 8x8x1 -> FC 3", photos, "--validation", "none"}, 1, "let it end with as many"},
		{"diverged", []string{"train", small, photos, "--optimizer", "sgd", "--rate", "1e30", "--batch", "2", "--validation", "none"}, 1, "the loss is not a number any more"},
		{"classes of no zoo", []string{"summary", small, "--classes", "3"}, 2, "are for nets of the zoo"},
		{"unknown net", []string{"summary", "zoo:resnet19"}, 1, "did you mean"},
		{"file without @", []string{"summary", "main.go"}, 1, "write @main.go"},
		{"no layer", []string{"features", "x.safetensors", photos, "-o", "x.npy"}, 2, "--layer"},
		{"no net", []string{"eval", "x.safetensors", photos}, 1, "x.safetensors"},
		{"data", []string{"data", "imagenet"}, 2, "imagenet"},
	} {
		code, out, errs := fovea(t, "", c.args...)
		if code != c.code || !strings.Contains(errs, c.error) || out != "" {
			t.Errorf("%s: got exit code %d, want %d; %q in\n%s%s", c.name, code, c.code, c.error, errs, out)
		}
	}
}
