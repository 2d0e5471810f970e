// Serve serves a folder during development as the product wants to be served: cross-origin isolated,
// under a strict content security policy, precompressed where a .br or .gz file lies beside.
//
//	go run ./internal/serve -addr 127.0.0.1:8080 dist/site
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
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
	if err := serve(ctx, *addr, flag.Arg(0), func(url string) { fmt.Println(url) }); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

// serve serves the folder until ctx ends, and calls ready with the address.
func serve(ctx context.Context, addr, dir string, ready func(url string)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	s := &http.Server{Handler: handler(root.FS()), ReadHeaderTimeout: 10 * time.Second}
	end := context.AfterFunc(ctx, func() { s.Close() })
	defer end()
	ready(address(listener.Addr().(*net.TCPAddr)))
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// listen takes the address, or the next free port after it.
func listen(addr string) (net.Listener, error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("port %q: want a number", text)
	}
	for try := port; ; try++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(try)))
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || try == port+20 || try == 65535 {
			return l, err
		}
	}
}

// address returns the URL to open; localhost is a secure context in every browser.
func address(a *net.TCPAddr) string {
	host := "localhost"
	if !a.IP.IsLoopback() && !a.IP.IsUnspecified() {
		host = a.IP.String()
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(a.Port)) + "/"
}
