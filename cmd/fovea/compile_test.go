package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompile(t *testing.T) {
	model, folder := savedNet(t), filepath.Join(t.TempDir(), "new")
	page := filepath.Join(t.TempDir(), "net.html")
	stdout, stderr, code := call(t, "compile", model, "-o", folder, "--html", page, "--name", "three colours", "--half")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, name := range strings.Fields("model.wasm model.relaxed.wasm weights.bin model.js model.d.ts index.html demo.js demo.css") {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 || !strings.Contains(stdout, name) {
			t.Errorf("%s: %v; printed:\n%s", name, err, stdout)
		}
	}
	module, err := os.ReadFile(filepath.Join(folder, "model.wasm"))
	if err != nil || !strings.Contains(string(module), `"name":"three colours"`) {
		t.Errorf("the module does not say what it is called: %v", err)
	}
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), `id="weights.bin"`) {
		t.Errorf("the page holds no weights: %v", err)
	}
}

func TestCompileRefuses(t *testing.T) {
	model := savedNet(t)
	for want, args := range map[string][]string{
		"-o is missing":                   {"compile", model},
		"--half and --int8: choose one":   {"compile", model, "-o", "x", "--half", "--int8"},
		"got 0 arguments, want one model": {"compile", "-o", "x"},
	} {
		if _, stderr, code := call(t, args...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
	}
}
