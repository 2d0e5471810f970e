package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestOptions(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	if err := os.Mkdir(filepath.Join(root, "testdata"), 0o777); err != nil {
		t.Fatal(err)
	}
	o := options("x.test", []string{"-test.v=true", "-test.testlogfile=/tmp/log", "-test.paniconexit0"}, []string{
		"HOME=/home/me", "GOGC=50", "FOVEA_SERVE_ROOT=" + root, "FOVEA_SHARED=" + root + "/none",
		"FOVEA_BROWSER_FLAGS=--a --b=c", "FOVEA_NO_WEBGPU=1",
	})
	if want := []string{"-test.v=true", "-test.paniconexit0"}; !slices.Equal(o.Args, want) {
		t.Errorf("arguments %q, want %q", o.Args, want)
	}
	if o.Env["HOME"] != "" || o.Env["GOGC"] != "50" {
		t.Errorf("environment %v", o.Env)
	}
	if o.Mounts["/repo/"] == nil || o.Mounts["/shared/"] != nil || o.Mounts["/testdata/"] == nil {
		t.Errorf("mounts %v", o.Mounts)
	}
	if want := []string{"--a", "--b=c"}; !slices.Equal(o.Flags, want) || !o.NoWebGPU || o.Window {
		t.Errorf("flags %q, no WebGPU %v, window %v", o.Flags, o.NoWebGPU, o.Window)
	}
}
