// Package static serves a folder as the product wants to be served: cross-origin isolated, under a strict content security
// policy, precompressed where a .br or .gz file lies beside.
package static

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Serve serves the folder until ctx ends, and calls ready with the address to open. If the
// port of addr is taken, it is one of the next 20.
func Serve(ctx context.Context, addr, dir string, ready func(url string)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	s := &http.Server{Handler: Handler(root.FS()), ReadHeaderTimeout: 10 * time.Second}
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
