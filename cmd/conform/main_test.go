//go:build !js

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/browser"
	"github.com/fovea-nn/fovea/nn/safetensors"
)

// folder writes a folder with one case, a relu of 3 numbers that should be want.
func folder(t *testing.T, want ...float32) string {
	t.Helper()
	dir := t.TempDir()
	save := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("index.json", []byte(`{"format":1,"count":1,"cases":[{"name":"relu.a","kind":"op","op":"relu"}]}`))
	save("relu.a.json", []byte(`{"format":1,"name":"relu.a","kind":"op","op":"relu","attrs":{},"inputs":["x"],
		"tensors":{"in.x":{"dtype":"F32","shape":[3]},"out.y":{"dtype":"F32","shape":[3]}},"expect":{"out.y":{"atol":1e-6,"rtol":0}}}`))
	b, err := safetensors.Encode(&safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.FromFloat32s("in.x", []int{3}, []float32{-1, 2, -3}), safetensors.FromFloat32s("out.y", []int{3}, want)}})
	if err != nil {
		t.Fatal(err)
	}
	save("relu.a.safetensors", b)
	return dir
}

func TestRun(t *testing.T) {
	good, bad := folder(t, 0, 2, 0), folder(t, 0, 2, 1)
	empty := t.TempDir()
	for _, c := range []struct {
		name       string
		args       []string
		code       int
		out, error string // part of what is printed
	}{
		{"passes", []string{good}, 0, "\n1 passed, 0 failed\n", ""},
		{"lists", []string{"-v", "-backend", "cpu", good}, 0, "ok    relu.a", ""},
		{"fails", []string{bad}, 1, "FAIL  relu.a: out.y[2]: got 0, want 1, 1e+06 of the tolerance\n0 passed, 1 failed\n", ""},
		{"two folders", []string{good, bad}, 1, "\n1 passed, 1 failed\n", ""},
		{"two folders are told apart", []string{good, bad}, 1, "FAIL  " + filepath.Base(bad) + "/relu.a", ""},
		{"none chosen", []string{"-run", "conv", good}, 1, "", `no case matches "conv"`},
		{"no folder", nil, 2, "", "no folder of cases is given"},
		{"missing folder", []string{filepath.Join(empty, "none")}, 2, "", "no such file"},
		{"folder without cases", []string{empty}, 2, "", "index.json"},
		{"backend", []string{"-backend", "abacus", good}, 2, "", `"abacus", want cpu, simd, webgpu`},
		{"pattern", []string{"-run", "(", good}, 2, "", "-run: error parsing regexp"},
		{"flag", []string{"-fast", good}, 2, "", "-fast"},
		{"flag behind the folder", []string{good, "-v"}, 2, "", "flags come first"},
		{"help", []string{"-h"}, 0, "", "usage: conform"},
	} {
		var out, errs bytes.Buffer
		code := run(t.Context(), c.args, &out, &errs)
		if code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.error) {
			t.Errorf("%s: got exit code %d, want %d; %q and %q in\n%s%s", c.name, code, c.code, c.out, c.error, &out, &errs)
		}
	}
}

func TestRunInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program and starts a browser: not in the short form")
	}
	if _, err := browser.Find(); err != nil {
		t.Skipf("no browser: %v", err)
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"-backend", "webgpu", "-v", folder(t, 0, 2, 0), folder(t, 0, 2, 1)}, &out, &errs)
	if code != 1 || !strings.HasPrefix(out.String(), "webgpu: ") || !strings.HasSuffix(out.String(), "\n1 passed, 1 failed\n") {
		t.Errorf("got exit code %d\n%s%s", code, &out, &errs)
	}
}
