// Serve serves a folder during development as the product wants to be served; see package static.
//
//	go run ./internal/serve -addr 127.0.0.1:8080 dist/site
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/fovea-nn/fovea/internal/static"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to listen on; if its port is taken, one of the next 20")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: serve [-addr HOST:PORT] FOLDER")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := static.Serve(ctx, *addr, flag.Arg(0), func(url string) { fmt.Println(url) }); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}
