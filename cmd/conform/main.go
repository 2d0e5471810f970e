//go:build !js

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/fovea-nn/fovea/internal/browser"
	"github.com/fovea-nn/fovea/internal/conform"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

var backends = []string{"cpu", "simd", "webgpu"}

type options struct {
	backend string
	browser bool
	threads int
	match   *regexp.Regexp
	verbose bool
	dirs    []string
}

// run is main with its surroundings as arguments; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "conform:", err)
		return 2
	}
	code, err := o.run(ctx, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "conform:", err)
		return 1
	}
	return code
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("conform", flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are printed once, by run
	f.StringVar(&o.backend, "backend", "cpu", "cpu, simd or webgpu")
	f.BoolVar(&o.browser, "browser", false, "run in Chromium; webgpu always does")
	f.IntVar(&o.threads, "threads", 0, "how many `threads` compute; 0 means one for each processor")
	pattern := f.String("run", "", "run the cases whose name matches this `regexp`")
	f.BoolVar(&o.verbose, "v", false, "list every case with its largest error")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stderr, "usage: conform [flags] DIR...\n\nDIR holds index.json and the cases that it lists.")
			f.SetOutput(stderr)
			f.PrintDefaults()
		}
		return o, err
	}
	if !slices.Contains(backends, o.backend) {
		return o, fmt.Errorf("-backend: got %q, want %s", o.backend, strings.Join(backends, ", "))
	}
	if o.threads < 0 {
		return o, fmt.Errorf("-threads: got %d, want 0 or more", o.threads)
	}
	if *pattern != "" {
		var err error
		if o.match, err = regexp.Compile(*pattern); err != nil {
			return o, fmt.Errorf("-run: %w", err)
		}
	}
	if o.dirs = f.Args(); len(o.dirs) == 0 {
		return o, errors.New("no folder of cases is given; conform -h tells how")
	}
	for _, dir := range o.dirs {
		if strings.HasPrefix(dir, "-") {
			return o, fmt.Errorf("flag %s behind a folder: flags come first", dir)
		}
		if info, err := os.Stat(dir); err != nil {
			return o, err
		} else if !info.IsDir() {
			return o, fmt.Errorf("%s is no folder", dir)
		}
		if _, err := os.Stat(filepath.Join(dir, "index.json")); err != nil {
			return o, fmt.Errorf("%s is no folder of cases: %w", dir, err)
		}
	}
	return o, nil
}

func (o options) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if o.backend == "webgpu" || o.browser {
		return o.runInBrowser(ctx, stdout, stderr)
	}
	r := conform.Runner{Match: o.match, Verbose: o.verbose, Out: stdout, Open: o.open}
	for _, dir := range o.dirs {
		r.Folders = append(r.Folders, conform.Folder{Label: label(dir), Read: conform.FS(os.DirFS(dir))})
	}
	_, failed, err := r.Run(ctx)
	return min(failed, 1), err
}

func (o options) open(ctx context.Context) (plan.Device, error) {
	if o.backend == "cpu" {
		return cpu.New(o.threads), nil
	}
	d, err := simd.Open(ctx, simd.Options{Threads: o.threads})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// label is what stands before a case's name where there are several folders.
func label(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

// program is this command for the browser: main_js.go.
const program = "github.com/fovea-nn/fovea/cmd/conform"

// runInBrowser builds main_js.go, which gets the same options and fetches the cases from folders that are served to it.
func (o options) runInBrowser(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	tmp, err := os.MkdirTemp("", "conform")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	wasm := filepath.Join(tmp, "conform.wasm")
	build := exec.CommandContext(ctx, "go", "build", "-o", wasm, program)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building %s for js/wasm: %w\n%s", program, err, out)
	}
	b := browser.Options{WASM: wasm, Stdout: stdout, Stderr: stderr, Mounts: map[string]http.Handler{}}
	b.Flags = strings.Fields(os.Getenv("FOVEA_BROWSER_FLAGS"))
	b.Args = []string{"-backend", o.backend, "-threads", strconv.Itoa(o.threads)}
	if o.match != nil {
		b.Args = append(b.Args, "-run", o.match.String())
	}
	if o.verbose {
		b.Args = append(b.Args, "-v")
	}
	for i, dir := range o.dirs {
		b.Mounts[mount(i)] = http.FileServer(http.Dir(dir))
		b.Args = append(b.Args, label(dir))
	}
	return browser.Run(ctx, b)
}
