// Package browser runs WebAssembly programs in headless Chromium, for tests, benchmarks and commands.
package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// LaunchOptions says how Chromium starts.
type LaunchOptions struct {
	NoWebGPU bool     // without navigator.gpu (Run) or an adapter (Launch), as in an older browser
	Flags    []string // more command line flags, "--name" or "--name=value", also instead of ours
	Log      io.Writer
}

// flags of every start: WebGPU in software unless Flags says otherwise, and no traffic of the
// browser's own.
var flags = []string{
	"--headless=new",
	"--no-sandbox",
	"--enable-unsafe-webgpu",
	"--use-webgpu-adapter=swiftshader",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--disable-quic",
	"--disable-dev-shm-usage",
	"--no-first-run",
	"--no-default-browser-check",
}

// Find returns the path of Chromium: $CHROMIUM, or what PATH has.
func Find() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("CHROMIUM: %w", err)
		}
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium in PATH: install it (Debian: apt-get install --no-install-recommends chromium) or set CHROMIUM to its path")
}

// Launch starts Chromium with an empty profile and returns a context for package chromedp, whose
// target is an empty tab. close ends the browser, waits for its processes and removes the profile; so
// does the end of ctx, but only close waits.
func Launch(ctx context.Context, o LaunchOptions) (tab context.Context, close func(), err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	all := append([]string{}, flags...)
	if o.NoWebGPU {
		all = slices.DeleteFunc(all, func(flag string) bool { return strings.Contains(flag, "webgpu") })
	}
	for _, flag := range append(all, o.Flags...) {
		name, value, found := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		if found {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	if o.Log != nil {
		options = append(options, chromedp.CombinedOutput(o.Log))
	}
	allocator, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	tab, endTab := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	close = func() {
		endTab()
		endAllocator()
	}
	if err := chromedp.Do(tab); err != nil {
		close()
		return nil, nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return tab, close, nil
}
