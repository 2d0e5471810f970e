//go:build js && wasm

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"

	"github.com/fovea-nn/fovea/internal/conform"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// main runs in the browser, started by main.go, which has checked the arguments: -backend, -threads, -run,
// -v and the folders' labels.
func main() {
	pattern := flag.String("run", "", "")
	verbose := flag.Bool("v", false, "")
	backend := flag.String("backend", "", "")
	threads := flag.Int("threads", 0, "")
	flag.Parse()
	r := conform.Runner{Verbose: *verbose, Out: os.Stdout, Open: func(ctx context.Context) (plan.Device, error) {
		return open(ctx, *backend, *threads)
	}}
	if *pattern != "" {
		r.Match = regexp.MustCompile(*pattern)
	}
	for i, label := range flag.Args() {
		r.Folders = append(r.Folders, conform.Folder{Label: label, Read: fetch(os.Getenv("FOVEA_ORIGIN") + mount(i))})
	}
	_, failed, err := r.Run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "conform:", err)
		os.Exit(1)
	}
	os.Exit(min(failed, 1))
}

func open(ctx context.Context, backend string, threads int) (plan.Device, error) {
	switch backend {
	case "webgpu":
		if d, err := webgpu.Open(ctx, webgpu.Options{}); err != nil {
			return nil, err
		} else {
			return d, nil
		}
	case "simd":
		if d, err := simd.Open(ctx, simd.Options{Threads: threads}); err != nil {
			return nil, err
		} else {
			return d, nil
		}
	}
	return cpu.New(threads), nil
}

// fetch reads files below an address.
func fetch(base string) conform.Reader {
	return func(name string) ([]byte, error) {
		res, err := http.Get(base + url.PathEscape(name))
		if err != nil {
			return nil, err
		}
		defer res.Body.Close()
		switch res.StatusCode {
		case http.StatusOK:
			return io.ReadAll(res.Body)
		case http.StatusNotFound:
			return nil, fs.ErrNotExist
		}
		return nil, fmt.Errorf("the server says %s", res.Status)
	}
}
