// Gotest runs a test binary for GOOS=js in headless Chromium:
//
//	go build -o bin/gotest ./internal/browser/gotest
//	GOOS=js GOARCH=wasm go test -exec "$PWD/bin/gotest" ./webgpu
//
// A test binary has no files there. It gets them by HTTP from the address in its environment variable
// FOVEA_ORIGIN: the package's testdata folder under /testdata/, the folder that FOVEA_SERVE_ROOT names
// under /repo/, that of FOVEA_SHARED under /shared/. Variables FOVEA_* and GODEBUG, GOGC and
// GOMEMLIMIT reach the test.
//
// FOVEA_BROWSER_FLAGS has more flags for Chromium (--use-webgpu-adapter=default for a real GPU),
// FOVEA_NO_WEBGPU=1 takes WebGPU away, FOVEA_WINDOW=1 runs in the page and not in a worker.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fovea-nn/fovea/internal/browser"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: gotest BINARY [FLAG ...], see go test -exec")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	go func() { // where the go command was killed, nobody wants the result
		for parent := os.Getppid(); os.Getppid() == parent; {
			time.Sleep(time.Second)
		}
		stop() // ends the context
	}()
	code, err := browser.Run(ctx, options(os.Args[1], os.Args[2:], os.Environ()))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func options(binary string, args, environ []string) browser.Options {
	o := browser.Options{
		WASM:   binary,
		Args:   keep(args),
		Env:    map[string]string{},
		Mounts: map[string]http.Handler{},
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	}
	host := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		host[name] = value
		if strings.HasPrefix(name, "FOVEA_") || name == "GODEBUG" || name == "GOGC" || name == "GOMEMLIMIT" {
			o.Env[name] = value
		}
	}
	mount := func(prefix, dir string) {
		if info, err := os.Stat(dir); dir != "" && err == nil && info.IsDir() {
			o.Mounts[prefix] = http.FileServer(http.Dir(dir))
		}
	}
	mount("/repo/", host["FOVEA_SERVE_ROOT"])
	mount("/shared/", host["FOVEA_SHARED"])
	if wd, err := os.Getwd(); err == nil {
		mount("/testdata/", filepath.Join(wd, "testdata"))
	}
	o.Flags = strings.Fields(host["FOVEA_BROWSER_FLAGS"])
	o.NoWebGPU = host["FOVEA_NO_WEBGPU"] == "1"
	o.Window = host["FOVEA_WINDOW"] == "1"
	return o
}

// keep drops the flags that make a test binary write files that only the go command reads.
func keep(args []string) []string {
	var kept []string
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch name {
		case "test.testlogfile", "test.gocoverdir", "test.outputdir":
		default:
			kept = append(kept, arg)
		}
	}
	return kept
}
