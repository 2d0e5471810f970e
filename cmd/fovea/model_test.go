package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
)

// call runs the command and returns what it prints, and its exit code.
func call(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errs)
	return out.String(), errs.String(), code
}

// savedNet writes a small net and returns its path.
func savedNet(t *testing.T) string {
	t.Helper()
	n, err := nn.New(cpu.New(1), "INPUT 12x12x3 -> CONV \"one\" 3x3x6 -> RELU -> POOL 2 -> FC \"two\" 16 -> RELU -> FC 3", []string{"red", "green", "blue"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := n.SaveFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// photo writes a picture of one colour.
func photo(t *testing.T, folder, name string, c color.Color) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 20, 16))
	for i := range 20 * 16 {
		img.Set(i%20, i/20, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestClassifyAnywhere: a folder, a file and an address, as text and as JSON, by the net and by what it was converted to; a file
// that is no picture is told, and the others go on.
func TestClassifyAnywhere(t *testing.T) {
	net, folder := savedNet(t), t.TempDir()
	for i, name := range []string{"a.png", "b.png", "c.png"} {
		photo(t, folder, name, color.RGBA{byte(80 * i), 120, 30, 255})
	}
	web := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer web.Close()
	stdout, stderr, code := call(t, "classify", net, folder, web.URL+"/b.png", "--top", "2", "--batch", "2")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 0 || len(lines) != 4 || !strings.HasSuffix(lines[3], lines[1][strings.Index(lines[1], ":"):]) || strings.Count(lines[0], "%") != 2 {
		t.Fatalf("exit code %d, stderr %q, output\n%s", code, stderr, stdout)
	}
	onnx := filepath.Join(t.TempDir(), "net.onnx")
	if _, stderr, code := call(t, "convert", net, "-o", onnx); code != 0 {
		t.Fatalf("convert: %s", stderr)
	}
	again, stderr, code := call(t, "classify", onnx, folder, web.URL+"/b.png", "--top", "2", "--batch", "2")
	if code != 0 || again != stdout {
		t.Errorf("as ONNX: exit code %d, stderr %q, output\n%swant\n%s", code, stderr, again, stdout)
	}
	if err := os.WriteFile(filepath.Join(folder, "broken.png"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code = call(t, "classify", net, folder, "--json")
	var line struct {
		Image       string
		Predictions []nn.Prediction
	}
	first, _, _ := strings.Cut(stdout, "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil || len(line.Predictions) != 3 {
		t.Errorf("JSON: %v in %q", err, first)
	}
	if code != 1 || strings.Count(stdout, "\n") != 3 || !strings.Contains(stderr, "broken.png") || !strings.Contains(stderr, "1 of 4 pictures") {
		t.Errorf("with a broken file: exit code %d, stderr %q, output\n%s", code, stderr, stdout)
	}
}

// TestConvert: fewer bits make smaller files; what cannot be written says so.
func TestConvert(t *testing.T) {
	net, to := savedNet(t), t.TempDir()
	sizes := map[string]int64{}
	for name, args := range map[string][]string{"full": nil, "half": {"--half"}, "int8": {"--int8"}, "dense": {"--dense", "20,20"}} {
		path := filepath.Join(to, name+".safetensors")
		if _, stderr, code := call(t, append([]string{"convert", net, "-o", path}, args...)...); code != 0 {
			t.Fatalf("%s: %s", name, stderr)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sizes[name] = info.Size()
	}
	if !(sizes["int8"] < sizes["half"] && sizes["half"] < sizes["full"]) {
		t.Errorf("sizes %v", sizes)
	}
	stdout, _, code := call(t, "summary", filepath.Join(to, "dense.safetensors"))
	if code != 0 || !strings.Contains(stdout, "20x20x3") {
		t.Errorf("fully convolutional: exit code %d\n%s", code, stdout)
	}
	for want, args := range map[string][]string{
		"-o is missing": {net}, "ends with .onnx or .safetensors": {net, "-o", "net.bin"}, "choose one": {net, "-o", "x.safetensors", "--half", "--int8"},
		"no such file": {"missing.onnx", "-o", "x.onnx"},
	} {
		if _, stderr, code := call(t, append([]string{"convert"}, args...)...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, stderr, want)
		}
	}
}

// TestDiff: a net agrees with itself in another format and on another backend, and not with other weights.
func TestDiff(t *testing.T) {
	net := savedNet(t)
	onnx := filepath.Join(t.TempDir(), "net.onnx")
	if _, stderr, code := call(t, "convert", net, "-o", onnx); code != 0 {
		t.Fatal(stderr)
	}
	if stdout, stderr, code := call(t, "summary", onnx, "--json"); code != 0 || !strings.Contains(stdout, `"parameters": 2635,`) {
		t.Errorf("summary: exit code %d, %s%s", code, stdout, stderr)
	}
	for _, args := range [][]string{{net, onnx}, {onnx}, {net, "--all"}} {
		stdout, stderr, code := call(t, append([]string{"diff"}, args...)...)
		if code != 0 || !strings.Contains(stdout, "layers agree") {
			t.Errorf("%v: exit code %d, %s%s", args, code, stdout, stderr)
		}
	}
	other := filepath.Join(t.TempDir(), "int8.safetensors")
	if _, stderr, code := call(t, "convert", net, "--int8", "-o", other); code != 0 {
		t.Fatal(stderr)
	}
	stdout, _, code := call(t, "diff", net, other, "--tolerance", "1e-6")
	if code != 1 || !strings.Contains(stdout, `the first layer that differs: `) || !strings.Contains(stdout, `"one"`) {
		t.Errorf("with fewer bits: exit code %d, %s", code, stdout)
	}
}

// TestModelFromTheWeb: a model is fetched once, and its checksum is verified where the address has one.
func TestModelFromTheWeb(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	net, folder := savedNet(t), t.TempDir()
	pic := photo(t, folder, "a.png", color.RGBA{200, 30, 90, 255})
	requests := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.ServeFile(w, r, net)
	}))
	defer web.Close()
	want, _, _ := call(t, "classify", net, pic)
	for range 2 {
		if got, stderr, code := call(t, "classify", web.URL+"/net.safetensors", pic); code != 0 || got != want {
			t.Fatalf("exit code %d, %s%s, want %s", code, got, stderr, want)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests, want one", requests)
	}
	if _, stderr, code := call(t, "classify", web.URL+"/other.safetensors#md5=0123", pic); code != 1 || !strings.Contains(stderr, "checksum is wrong") {
		t.Errorf("with a wrong checksum: exit code %d, %s", code, stderr)
	}
}
