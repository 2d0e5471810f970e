package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func sum(b []byte) string {
	s := md5.Sum(b)
	return hex.EncodeToString(s[:])
}

// cutting serves content, but breaks each transfer off after so many bytes; 0: it does not.
type cutting struct {
	content  []byte
	after    int
	noRanges bool
	ranges   []string // asked for
	requests atomic.Int32
}

func (s *cutting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	if s.noRanges {
		r.Header.Del("Range")
	}
	if s.after > 0 {
		w = &cut{w, s.after}
	}
	http.ServeContent(w, r, "x", time.Time{}, bytes.NewReader(s.content))
}

type cut struct {
	http.ResponseWriter
	left int
}

func (c *cut) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b[:min(len(b), c.left)])
	if c.left -= n; err == nil && n < len(b) {
		err = errors.New("cut")
	}
	return n, err
}

func TestFetch(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 1000)
	for _, c := range []struct {
		name     string
		server   *cutting
		part     string // what is there of before
		md5      string
		error    string
		requests int32
	}{
		{"whole", &cutting{}, "", "", "", 1},
		{"cut off and continued", &cutting{after: 4000}, "", "", "", 3},
		{"continued from before", &cutting{}, string(content[:7777]), "", "", 1},
		{"all there but its name", &cutting{}, string(content), "", "", 1},
		{"server without ranges", &cutting{noRanges: true}, string(content[:7777]), "", "", 1},
		{"another file's beginning", &cutting{}, strings.Repeat("x", 500), "", "the checksum is wrong", 1},
		{"wrong checksum", &cutting{}, "", sum(nil), "the checksum is wrong: got md5 " + sum(content) + ", want " + sum(nil), 1},
		{"cut off for good", &cutting{after: 100}, "", "", "call again to go on", tries},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.server.content = content
			s := httptest.NewServer(c.server)
			defer s.Close()
			folder := t.TempDir()
			d := download{name: "x.gz", md5: c.md5, urls: []string{s.URL}}
			if d.md5 == "" {
				d.md5 = sum(content)
			}
			file := filepath.Join(folder, d.name)
			if c.part != "" {
				write(t, file+".part", []byte(c.part))
			}
			var last int64
			f := &fetcher{client: s.Client(), progress: func(_ download, done, total int64) { last = done }}
			err := f.fetch(t.Context(), d, folder)
			if n := c.server.requests.Load(); n != c.requests {
				t.Errorf("got %d requests, %q, want %d", n, c.server.ranges, c.requests)
			}
			got, readErr := os.ReadFile(file)
			if c.error != "" {
				if err == nil || !strings.Contains(err.Error(), c.error) || readErr == nil {
					t.Errorf("got %v, want %q and no file", err, c.error)
				}
				return
			}
			if err != nil || !bytes.Equal(got, content) {
				t.Fatalf("got %v and %d bytes, want %d", err, len(got), len(content))
			}
			if c.part != string(content) && last != int64(len(content)) {
				t.Errorf("progress ended at %d bytes, want %d", last, len(content))
			}
			if err := f.fetch(t.Context(), d, folder); err != nil || c.server.requests.Load() != c.requests {
				t.Errorf("a file that is there was fetched again: %v", err)
			}
		})
	}
}

// The second address serves where the first does not; an interrupt ends it.
func TestFetchMirrors(t *testing.T) {
	content := []byte("content")
	bad := httptest.NewServer(http.NotFoundHandler())
	defer bad.Close()
	good := httptest.NewServer(&cutting{content: content})
	defer good.Close()
	d := download{name: "x", md5: sum(content), urls: []string{bad.URL, good.URL}}
	f := &fetcher{client: http.DefaultClient}
	if err := f.fetch(t.Context(), d, t.TempDir()); err != nil {
		t.Error(err)
	}
	d.urls = d.urls[:1]
	if err := f.fetch(t.Context(), d, t.TempDir()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v, want the server's answer", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.fetch(ctx, d, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestFetchAndUnpack(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{"set/one.bin": "1", "set/two.bin": "22", "set/readme.html": "no", "../../three": "3"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	w.Close()
	z.Close()
	server := &cutting{content: b.Bytes()}
	s := httptest.NewServer(server)
	defer s.Close()
	p := published{files: []download{{name: "set.tar.gz", md5: sum(b.Bytes()), urls: []string{s.URL}}}, unpacked: []string{"one.bin", "two.bin"}}
	folder := filepath.Join(t.TempDir(), "deep", "er")
	for range 2 {
		if err := p.fetch(t.Context(), &fetcher{client: s.Client()}, folder); err != nil {
			t.Fatal(err)
		}
	}
	all, err := os.ReadDir(folder)
	if err != nil || len(all) != 2 || all[0].Name() != "one.bin" || !p.complete(folder) || server.requests.Load() != 1 {
		t.Errorf("got %v, %v after %d requests, want one.bin and two.bin after one", all, err, server.requests.Load())
	}
}

func TestDataList(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	all := decoded[[]dataJSON](t, "data")
	if len(all) != 2 || all[0].Name != "cifar10" || all[1].There || filepath.Base(all[1].Folder) != "mnist" {
		t.Errorf("got %+v", all)
	}
	if out := ok(t, "data"); !strings.Contains(out, "not fetched") {
		t.Errorf("got\n%s", out)
	}
}

func TestServe(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "index.html"), []byte("home"))
	ctx, cancel := context.WithCancel(t.Context())
	out := &interrupter{text: "http://", times: 1, stop: cancel}
	var errs bytes.Buffer
	if code := run(ctx, []string{"serve", folder, "--addr", "127.0.0.1:0"}, nil, out, &errs); code != 0 || !strings.Contains(out.String(), "http://localhost:") {
		t.Errorf("got exit code %d, %s%s", code, out.String(), errs.String())
	}
	if code, _, errs := fovea(t, "", "serve", filepath.Join(folder, "none")); code != 1 || !strings.Contains(errs, "make site builds the site") {
		t.Errorf("got exit code %d, %s", code, errs)
	}
}
