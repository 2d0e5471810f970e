package main

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
)

// TestCalibrate: a model in 8-bit numbers says about what it said before, from either file, on each backend.
func TestCalibrate(t *testing.T) {
	net, to, photos := savedNet(t), t.TempDir(), t.TempDir()
	var shown []string
	for i := range 8 {
		c := color.RGBA{uint8(29 * i), uint8(255 - 31*i), uint8(120 + 13*i), 255}
		shown = append(shown, photo(t, photos, string(rune('a'+i))+".png", c))
	}
	for _, args := range [][]string{{photos}, {shown[0], shown[5] + "," + photos}} {
		for _, name := range []string{"net8.safetensors", "net8.onnx"} {
			file := filepath.Join(to, name)
			call8 := []string{"convert", net, "-o", file, "--int8"}
			for _, a := range args {
				call8 = append(call8, "--calibrate", a)
			}
			if stdout, stderr, code := call(t, call8...); code != 0 || !strings.Contains(stdout, "2,635 parameters") {
				t.Fatalf("%v: exit code %d, %s%s", call8, code, stdout, stderr)
			}
			want, err := predicted(t, net, shown[3])
			if err != nil {
				t.Fatal(err)
			}
			got, err := predicted(t, file, shown[3])
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if d := got[i] - want[i]; d > 0.02 || d < -0.02 {
					t.Errorf("%s: got %v, want about %v", name, got, want)
					break
				}
			}
			for _, backend := range []string{"cpu", "simd"} {
				if _, stderr, code := call(t, "classify", file, shown[3], "--backend", backend); code != 0 {
					t.Errorf("%s on %s: %s", name, backend, stderr)
				}
			}
			if stdout, stderr, code := call(t, "diff", file, "--picture", shown[2]); code != 0 {
				t.Errorf("%s on simd and cpu: %s%s", name, stdout, stderr)
			}
		}
	}
	if stdout, stderr, code := call(t, "diff", filepath.Join(to, "net8.safetensors"), filepath.Join(to, "net8.onnx")); code != 0 {
		t.Errorf("the two files: %s%s", stdout, stderr)
	}
}

func predicted(t *testing.T, file, picture string) ([]float32, error) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	n, err := nn.Open(cpu.New(1), b, nn.OpenOptions{})
	if err != nil {
		return nil, err
	}
	defer n.Close()
	pic, err := load(t.Context(), picture)
	if err != nil {
		return nil, err
	}
	pixels, err := n.Pixels(pic)
	if err != nil {
		return nil, err
	}
	return n.Predict(t.Context(), pixels)
}

func TestCalibrateErrors(t *testing.T) {
	net, folder := savedNet(t), t.TempDir()
	samples := filepath.Join(folder, "samples.csv") // series, which this net does not take
	if err := os.WriteFile(samples, []byte("x,y,label\n1,2,a\n3,4,b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	bad := photo(t, folder, "bad.png", color.Black)
	if err := os.WriteFile(bad, []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(folder, "x.safetensors")
	for want, args := range map[string][]string{
		"--calibrate is for --int8": {"--calibrate", folder},
		"got 2 values":              {"--int8", "--calibrate", samples},
		"bad.png":                   {"--int8", "--calibrate", folder},
		"no such file":              {"--int8", "--calibrate", "missing"},
		"or one data set":           {"--int8", "--calibrate", samples + "," + bad},
		"fully convolutional first": {"--int8", "--calibrate", bad, "--dense", "20,20"},
		"is for .onnx too":          {"--int8", "-o", "x.onnx"},
	} {
		_, stderr, code := call(t, append([]string{"convert", net, "-o", out}, args...)...)
		if code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, stderr, want)
		}
	}
}
