package browser

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/webgpu"
)

// Options says what to run and how.
type Options struct {
	WASM     string                  // path of a program built with GOOS=js GOARCH=wasm
	Args     []string                // its arguments, without the name
	Env      map[string]string       // its environment, to which FOVEA_ORIGIN, the server's address, is added
	Mounts   map[string]http.Handler // URL prefix, as "/repo/" → what is served there, for fetch
	Stdout   io.Writer               // nil discards
	Stderr   io.Writer
	Window   bool   // run in the page itself and not in a dedicated worker
	WASMExec string // path of wasm_exec.js; "" is that of the Go in PATH

	LaunchOptions
}

//go:embed page.js
var pageJS []byte

//go:embed program.js
var programJS []byte

// Run runs the program in a new browser, on a cross-origin isolated page, and returns its exit code.
// What it prints arrives in order, while it runs. A trap, a crash or the end of ctx is an error.
func Run(ctx context.Context, o Options) (exitCode int, err error) {
	server, err := newServer(&o)
	if err != nil {
		return 0, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	origin := "http://" + listener.Addr().String()
	server.setOrigin(origin)
	hs := &http.Server{Handler: server}
	go hs.Serve(listener)
	defer hs.Close()

	tab, closeBrowser, err := Launch(ctx, o.LaunchOptions)
	if err != nil {
		return 0, err
	}
	defer closeBrowser()
	tab, cancel := context.WithCancelCause(tab)
	defer cancel(nil)

	calls := chromedp.Events(tab, runtime.BindingCalled)
	err = chromedp.Listen(tab, func(ev any) {
		if _, ok := ev.(*inspector.EventTargetCrashed); ok {
			cancel(errors.New("the browser's page crashed (out of memory?)"))
		}
	})
	if err == nil {
		_, err = chromedp.Call(tab, inspector.Enable, cdp.Empty{})
	}
	if err == nil {
		_, err = chromedp.Call(tab, runtime.AddBinding, runtime.AddBindingParams{Name: "foveaHost"})
	}
	if err == nil {
		err = chromedp.Do(tab, chromedp.Navigate(origin+"/"))
	}
	for call, e := range calls {
		if err != nil || e != nil {
			err = errors.Join(err, e)
			break
		}
		if call.Name != "foveaHost" {
			continue
		}
		if code, done, e := o.handle(call.Payload); done || e != nil {
			return code, e
		}
	}
	if cause := context.Cause(tab); cause != nil {
		err = cause
	}
	if err == nil {
		err = errors.New("the browser ended before the program")
	}
	return 0, fmt.Errorf("running %s in the browser: %w", filepath.Base(o.WASM), err)
}

// handle takes one batch of page.js: [1, text], [2, text], ["exit", code] or ["crash", text], where the
// text's characters are bytes.
func (o *Options) handle(payload string) (code int, done bool, err error) {
	var batch [][2]any
	if err := json.Unmarshal([]byte(payload), &batch); err != nil {
		return 0, false, fmt.Errorf("message of the page: %w", err)
	}
	for _, m := range batch {
		switch m[0] {
		case "exit":
			code, _ := m[1].(float64)
			return int(code), true, nil
		case "crash":
			return 0, true, fmt.Errorf("%s: %v", filepath.Base(o.WASM), m[1])
		}
		w := o.Stdout
		if m[0] == 2.0 {
			w = o.Stderr
		}
		if text, _ := m[1].(string); w != nil {
			if _, err := w.Write(latin1(text)); err != nil {
				return 0, false, err
			}
		}
	}
	return 0, false, nil
}

func latin1(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

// server serves the page, the program and the mounts.
type server struct {
	mux    *http.ServeMux
	config struct {
		Argv   []string          `json:"argv"`
		Env    map[string]string `json:"env"`
		Window bool              `json:"window"`
		NoGPU  bool              `json:"noGPU"`
	}
}

func newServer(o *Options) (*server, error) {
	if _, err := os.Stat(o.WASM); err != nil {
		return nil, err
	}
	exec, err := wasmExec(o.WASMExec)
	if err != nil {
		return nil, err
	}
	s := &server{mux: http.NewServeMux()}
	s.config.Argv = append([]string{filepath.Base(o.WASM)}, o.Args...)
	s.config.Env = map[string]string{}
	s.config.Window, s.config.NoGPU = o.Window, o.NoWebGPU
	size := 0
	for name, value := range o.Env {
		s.config.Env[name] = value
		size += len(name) + len(value) + 10
	}
	for _, arg := range o.Args {
		size += len(arg) + 9
	}
	if size > 7000 {
		return nil, fmt.Errorf("arguments and environment take %d bytes: want at most 7000", size)
	}

	content := func(path, mime string, body []byte) {
		s.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", mime)
			w.Write(body)
		})
	}
	content("/{$}", "text/html; charset=utf-8", []byte("<!doctype html><meta charset=utf-8><title>Fovea</title><link rel=icon href=data:,><script src=/page.js></script>"))
	content("/page.js", "text/javascript", pageJS)
	content("/program.js", "text/javascript", programJS)
	content("/replay.js", "text/javascript", []byte(webgpu.ReplayJS))
	content("/simd.js", "text/javascript", []byte(simd.JS))
	content("/wasm_exec.js", "text/javascript", exec)
	s.mux.HandleFunc("GET /program.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, o.WASM)
	})
	s.mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(s.config)
	})
	for prefix, handler := range o.Mounts {
		if len(prefix) < 3 || prefix[0] != '/' || !strings.HasSuffix(prefix, "/") {
			return nil, fmt.Errorf("mount %q: want a prefix such as \"/repo/\"", prefix)
		}
		s.mux.Handle("GET "+prefix, http.StripPrefix(prefix[:len(prefix)-1], handler))
	}
	return s, nil
}

func (s *server) setOrigin(origin string) { s.config.Env["FOVEA_ORIGIN"] = origin }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	s.mux.ServeHTTP(w, r)
}

// wasmExec returns Go's half of the program in JavaScript, which must be of the Go that built it.
func wasmExec(path string) ([]byte, error) {
	if path == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			return nil, fmt.Errorf("finding wasm_exec.js: go env GOROOT: %w", err)
		}
		path = filepath.Join(string(bytes.TrimSpace(out)), "lib", "wasm", "wasm_exec.js")
	}
	return os.ReadFile(path)
}
