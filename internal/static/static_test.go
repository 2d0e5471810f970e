package static

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func file(text string, age time.Duration) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(text), ModTime: now.Add(-age)}
}

var tree = fstest.MapFS{
	"index.html":      file("home", 0),
	"sub/index.html":  file("sub", 0),
	"fovea.wasm":      file("plain", 0),
	"fovea.wasm.br":   file("brotli", 0),
	"fovea.wasm.gz":   file("gzip", 0),
	"old.js":          file("new text", 0),
	"old.js.br":       file("text of yesterday", 24*time.Hour),
	"data.json":       file("{}", 0),
	"weights.unknown": file("bytes", 0),
}

func get(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler(tree).ServeHTTP(w, r)
	return w.Result()
}

func TestFiles(t *testing.T) {
	for _, tt := range []struct {
		path, accept         string
		status               int
		body, kind, encoding string
	}{
		{"/", "", 200, "home", "text/html; charset=utf-8", ""},
		{"/sub/", "", 200, "sub", "text/html; charset=utf-8", ""},
		{"/sub", "", 301, "", "", ""},
		{"/fovea.wasm", "", 200, "plain", "application/wasm", ""},
		{"/fovea.wasm", "gzip, deflate, br", 200, "brotli", "application/wasm", "br"},
		{"/fovea.wasm", "gzip, br;q=0", 200, "gzip", "application/wasm", "gzip"},
		{"/old.js", "br", 200, "new text", "text/javascript; charset=utf-8", ""},
		{"/data.json", "br", 200, "{}", "application/json", ""},
		{"/weights.unknown", "", 200, "bytes", "application/octet-stream", ""},
		{"/none", "", 404, "no such file\n", "text/plain; charset=utf-8", ""},
		{"/../../etc/passwd", "", 404, "no such file\n", "text/plain; charset=utf-8", ""},
	} {
		r := get(t, "GET", tt.path, "Accept-Encoding", tt.accept)
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode != tt.status || string(body) != tt.body || r.Header.Get("Content-Type") != tt.kind ||
			r.Header.Get("Content-Encoding") != tt.encoding {
			t.Errorf("%s (%s): got %d %q %q %q, want %d %q %q %q", tt.path, tt.accept, r.StatusCode, body,
				r.Header.Get("Content-Type"), r.Header.Get("Content-Encoding"), tt.status, tt.body, tt.kind, tt.encoding)
		}
		for _, name := range []string{"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"} {
			if r.Header.Get(name) == "" {
				t.Errorf("%s: no %s", tt.path, name)
			}
		}
	}
	if r := get(t, "POST", "/"); r.StatusCode != 405 {
		t.Errorf("POST: %d, want 405", r.StatusCode)
	}
}

func TestETag(t *testing.T) {
	plain := get(t, "GET", "/fovea.wasm").Header.Get("ETag")
	br := get(t, "GET", "/fovea.wasm", "Accept-Encoding", "br").Header.Get("ETag")
	if plain == "" || plain == br {
		t.Errorf("ETags %s and %s: want two", plain, br)
	}
	if r := get(t, "GET", "/fovea.wasm", "If-None-Match", plain); r.StatusCode != 304 {
		t.Errorf("same ETag: status %d, want 304", r.StatusCode)
	}
	if r := get(t, "GET", "/fovea.wasm", "If-None-Match", br); r.StatusCode != 200 {
		t.Errorf("other ETag: status %d, want 200", r.StatusCode)
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("here"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "outside")); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	ctx, cancel := context.WithCancel(t.Context())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- Serve(ctx, taken.Addr().String(), dir, func(url string) { address <- url }) }()
	var url string
	select {
	case url = <-address:
	case err := <-done:
		t.Fatal(err)
	}
	if !strings.HasPrefix(url, "http://localhost:") || strings.Contains(url, ":"+strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)+"/") {
		t.Errorf("address %s: want another port on localhost", url)
	}
	url = strings.Replace(url, "localhost", "127.0.0.1", 1)
	for path, want := range map[string]int{"": 200, "outside": 404} {
		r, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("/%s: status %d, want %d", path, r.StatusCode, want)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
