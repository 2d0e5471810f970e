package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// program builds testdata/program once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "fovea-browser")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "program.wasm")
	build := exec.Command("go", "build", "-o", path, "./testdata/program")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// run runs the program and returns what it printed to both outputs together.
func run(t *testing.T, ctx context.Context, o Options, args ...string) (string, int, error) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if o.Stdout == nil {
		o.Stdout = &out
	}
	o.WASM, o.Args, o.Stderr = path, args, o.Stdout
	code, err := Run(ctx, o)
	return out.String(), code, err
}

func TestOutputInOrder(t *testing.T) {
	out, code, err := run(t, t.Context(), Options{}, "print")
	if err != nil || code != 3 {
		t.Fatalf("exit code %d, error %v: want 3", code, err)
	}
	var want strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&want, "out %d\nerr %d\n", i, i)
	}
	want.WriteString("\x00\xff\xfe\xfc\n")
	if out != want.String() {
		t.Errorf("got %d bytes, want %d; end %q", len(out), want.Len(), out[max(0, len(out)-40):])
	}
}

func TestEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"worker", Options{}, "/ <nil> hello true true false\n"},
		{"window", Options{Window: true}, "/ <nil> hello true true true\n"},
		{"no WebGPU", Options{LaunchOptions: LaunchOptions{NoWebGPU: true}}, "/ <nil> hello true false false\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Env = map[string]string{"GREETING": "hello"}
			out, code, err := run(t, t.Context(), tt.o, "where")
			if err != nil || code != 0 || out != tt.want {
				t.Errorf("got %q, exit code %d, error %v; want %q", out, code, err, tt.want)
			}
		})
	}
}

func TestMounts(t *testing.T) {
	files := fstest.MapFS{"a/b.txt": {Data: []byte("content")}}
	o := Options{Mounts: map[string]http.Handler{"/repo/": http.FileServerFS(files)}}
	out, _, err := run(t, t.Context(), o, "fetch", "/repo/a/b.txt")
	if err != nil || out != "200 content" {
		t.Errorf("got %q, error %v", out, err)
	}
	if _, _, err := run(t, t.Context(), Options{Mounts: map[string]http.Handler{"repo": nil}}, "where"); err == nil {
		t.Error("a mount without slashes is accepted")
	}
}

func TestFailures(t *testing.T) {
	out, code, err := run(t, t.Context(), Options{}, "panic")
	if err != nil || code != 2 || !strings.Contains(out, "panic: on purpose") {
		t.Errorf("panic: exit code %d, error %v, output %q", code, err, out)
	}
	if _, _, err = run(t, t.Context(), Options{}, "throw"); err == nil || !strings.Contains(err.Error(), "thrown") {
		t.Errorf("exception in an event: error %v", err)
	}
	o := Options{LaunchOptions: LaunchOptions{Flags: []string{"--js-flags=--allow-natives-syntax"}}}
	if _, _, err = run(t, t.Context(), o, "abort"); err == nil || !strings.Contains(err.Error(), "crashed") {
		t.Errorf("crash: error %v", err)
	}
	bad := filepath.Join(t.TempDir(), "bad.wasm")
	if err := os.WriteFile(bad, []byte("not a module"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), Options{WASM: bad}); err == nil || !strings.Contains(err.Error(), "WebAssembly") {
		t.Errorf("no module: error %v", err)
	}
	t.Setenv("CHROMIUM", filepath.Join(t.TempDir(), "none"))
	if _, err := Find(); err == nil {
		t.Error("Find finds a browser that is not there")
	}
}

// notify tells of the first write.
type notify struct{ first chan struct{} }

func (n notify) Write(p []byte) (int, error) {
	select {
	case n.first <- struct{}{}:
	default:
	}
	return len(p), nil
}

func TestCancel(t *testing.T) {
	for _, what := range []string{"block", "spin"} {
		ctx, cancel := context.WithCancel(t.Context())
		n := notify{make(chan struct{}, 1)}
		go func() {
			<-n.first
			cancel()
		}()
		start := time.Now()
		_, _, err := run(t, ctx, Options{Stdout: n}, what)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", what, err)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: ended after %v", what, d)
		}
	}
}
